"""Bad input is normal input: each case is a typed error whose message says what the matter is."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from extractor.document import Limits, load_document
from extractor.errors import CorruptDocument, DocumentError, DocumentTooLarge, EncryptedDocument, UnsupportedDocument

from .samples import corner, encoded, pdf, text_page


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *chunks: bytes, depth: int = 8) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + png_chunk(b"IEND", b"")


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.text" if name == "mimetype" else "x" * 100)
    return buffer.getvalue()


def pages(count: int) -> bytes:
    """A PDF that says it has `count` pages; all are the same one."""
    kids = "3 0 R " * count
    text = f"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[{kids}]/Count {count}>>endobj 3 0 obj<</Type/Page/Parent 2 0 R>>endobj"
    return f"%PDF-1.4\n{text}\ntrailer<</Root 1 0 R>>".encode()


PDF = pdf(text_page)
JPEG = encoded(Image.effect_noise((300, 200), 50), "JPEG")
PNG = encoded(Image.effect_noise((300, 200), 50), "PNG")
TIFF = encoded(corner(), "TIFF", compression="tiff_lzw")
NOISE = bytes(index * 73 % 251 for index in range(5_000))

CASES: dict[str, tuple[bytes, type[DocumentError], str]] = {
    "empty": (b"", CorruptDocument, "empty"),
    "one zero byte": (b"\0", UnsupportedDocument, "no known format"),
    "noise": (b"\x00\x01" + NOISE, UnsupportedDocument, "no known format"),
    "plain text": (b"Invoice 12345\nTotal 10.00\n", UnsupportedDocument, "plain text"),
    "text in UTF-16": ("Rechnung über 10 €".encode("utf-16"), UnsupportedDocument, "plain text"),
    "text in Latin-1": ("Grüße aus Köln".encode("latin-1"), UnsupportedDocument, "plain text"),
    "text that starts like a bitmap": (b"BMW of North America, invoice 12345", UnsupportedDocument, "plain text"),
    "HTML": (b"<!DOCTYPE html><html><body>Invoice</body></html>", UnsupportedDocument, "HTML"),
    "HTML behind white space and a comment": (b"\n\n<!-- saved --><HTML lang=en>", UnsupportedDocument, "HTML"),
    "XML": (b'<?xml version="1.0"?><invoice/>', UnsupportedDocument, "XML"),
    "e-invoice": (b'<?xml version="1.0"?><rsm:CrossIndustryInvoice xmlns:rsm="urn:x"/>', UnsupportedDocument, "e-invoice"),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', UnsupportedDocument, "SVG"),
    "JSON": (b'{"invoice": 1}', UnsupportedDocument, "JSON"),
    "e-mail": (b"Received: by mail.example\nFrom: a@b.example\nMIME-Version: 1.0\n\n", UnsupportedDocument, "e-mail"),
    "RTF": (b"{\\rtf1\\ansi invoice}", UnsupportedDocument, "RTF"),
    "Word": (zipped("[Content_Types].xml", "word/document.xml"), UnsupportedDocument, "Office"),
    "OpenDocument": (zipped("mimetype", "content.xml"), UnsupportedDocument, "OpenDocument"),
    "ZIP": (zipped("scan.png"), UnsupportedDocument, "ZIP"),
    "empty ZIP": (zipped(), UnsupportedDocument, "ZIP"),
    "old Office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), UnsupportedDocument, "old Office"),
    "gzip": (b"\x1f\x8b\x08" + bytes(20), UnsupportedDocument, "archive"),
    "HEIC": (b"\0\0\0\x18ftypheic" + bytes(20), UnsupportedDocument, "HEIC"),
    "AVIF": (b"\0\0\0\x18ftypavif" + bytes(20), UnsupportedDocument, "AVIF"),
    "JPEG 2000": (b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(20), UnsupportedDocument, "JPEG 2000"),
    "PostScript": (b"%!PS-Adobe-3.0\n", UnsupportedDocument, "PostScript"),
    "program": (b"\x7fELF" + bytes(100), UnsupportedDocument, "program"),
    "PNG header alone": (PNG[:8], CorruptDocument, "damaged"),
    "PNG cut in its header": (PNG[:20], CorruptDocument, "damaged"),
    "PNG cut in its pixels": (PNG[: len(PNG) // 2], CorruptDocument, "damaged"),
    "PNG without pixels": (png(10, 10), CorruptDocument, "damaged"),
    "PNG of no size": (png(0, 0, png_chunk(b"IDAT", zlib.compress(b""))), CorruptDocument, "pixels|damaged"),
    "PNG with a wrong checksum": (PNG[:29] + b"\0\0\0\0" + PNG[33:], CorruptDocument, "damaged"),
    "PNG of 2.5 gigapixels": (png(50_000, 50_000, png_chunk(b"IDAT", zlib.compress(bytes(100)))), DocumentTooLarge, "max_pixels"),
    "PNG of the largest size there is": (png(2**31 - 1, 2**31 - 1, png_chunk(b"IDAT", b"")), DocumentTooLarge, "max_pixels"),
    "PNG with a text that inflates": (png(10, 10, png_chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(20_000_000)))), CorruptDocument, "damaged"),
    "JPEG header alone": (JPEG[:4], CorruptDocument, "damaged"),
    "JPEG cut in its pixels": (JPEG[: len(JPEG) // 2], CorruptDocument, "damaged"),
    "JPEG of noise": (b"\xff\xd8\xff\xe0" + NOISE, CorruptDocument, "damaged"),
    "TIFF header alone": (TIFF[:8], CorruptDocument, "damaged"),
    "TIFF that points beyond its end": (b"II*\0\xff\xff\xff\x7f", CorruptDocument, "damaged"),
    "TIFF whose directory is noise": (b"II*\0\x08\0\0\0" + NOISE, CorruptDocument, "damaged"),
    "TIFF cut in its pixels": (TIFF[: len(TIFF) - 200], CorruptDocument, "damaged"),
    "GIF cut short": (encoded(corner(), "GIF")[:40], CorruptDocument, "damaged"),
    "BMP cut short": (encoded(corner(), "BMP")[:5_000], CorruptDocument, "damaged"),
    "BMP whose width reads as negative": (
        b"BM" + bytes(12) + struct.pack("<IiiHHIIiiII", 40, -5, 5, 1, 24, 0, 0, 0, 0, 0, 0) + bytes(99),
        DocumentTooLarge,
        "max_pixels",
    ),
    "WebP cut short": (encoded(corner(), "WEBP")[:60], CorruptDocument, "damaged"),
    "WebP of noise": (b"RIFF\xff\0\0\0WEBPVP8 " + NOISE, CorruptDocument, "damaged"),
    "PDF header alone": (b"%PDF-1.7\n", CorruptDocument, "PDF"),
    "PDF cut before its pages": (PDF[:200], CorruptDocument, "PDF"),
    "PDF of noise": (b"%PDF-1.4\n" + NOISE, CorruptDocument, "PDF"),
    "PDF without pages": (pages(0), CorruptDocument, "PDF"),
    "PDF whose page is missing": (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[9 0 R]/Count 1>>endobj\ntrailer<</Root 1 0 R>>",
        CorruptDocument,
        "page 1",
    ),
    "PDF of too many pages": (pages(501), DocumentTooLarge, "max_pages"),
    "PDF that needs a password": (pdf(text_page, password="geheim"), EncryptedDocument, "password"),
}


def read_all(source: Any, **options: Any) -> None:
    with load_document(source, **options) as document:
        for page in document.pages:
            page.image()
            page.text_layer()


@pytest.mark.parametrize("case", CASES)
def test_bad_bytes_are_a_typed_error_that_says_why(case: str) -> None:
    data, error, message = CASES[case]
    with pytest.raises(error, match=message) as caught:
        read_all(data, name="scan 7")
    assert type(caught.value) is error
    assert str(caught.value).startswith("scan 7")


@pytest.mark.parametrize("source", [None, 7, 1.5, ["a.png"], ...], ids=repr)
def test_what_is_no_document_at_all(source: Any) -> None:
    with pytest.raises(UnsupportedDocument, match="give a path, bytes"):
        load_document(source)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("missing.pdf", "no such file"),
        ("", "directory|no such file"),
        ("a\0b", "cannot be read"),
        ("x" * 5_000, "cannot be read"),
        ("\ud800.pdf", "cannot be read|no such"),
    ],
    ids=["missing", "empty", "NUL", "too long", "no text"],
)
def test_paths_that_lead_nowhere(path: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        load_document(path)


def test_a_directory(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedDocument, match="directory"):
        load_document(tmp_path)


def test_a_path_through_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(DocumentError, match="cannot be read"):
        load_document(tmp_path / "file" / "invoice.pdf")


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(DocumentError, match="cannot be read"):
        load_document(tmp_path / "loop")


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.pdf").touch()
    with pytest.raises(CorruptDocument, match=r"empty\.pdf: the file is empty"):
        load_document(tmp_path / "empty.pdf")


def test_a_file_opened_as_text() -> None:
    with pytest.raises(DocumentError, match="binary mode"):
        load_document(io.StringIO("Invoice"))


def test_a_closed_file() -> None:
    file = io.BytesIO(PNG)
    file.close()
    with pytest.raises(DocumentError, match="cannot be read"):
        load_document(file)


def test_a_file_that_fails_while_it_is_read() -> None:
    class Broken(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(DocumentError, match="Input/output error"):
        load_document(Broken())


def test_a_file_that_never_ends() -> None:
    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            return b"%PDF-" + bytes(max(0, size - 5))

    with pytest.raises(DocumentTooLarge, match="max_bytes"):
        load_document(Endless(), limits=Limits(max_bytes=3_000_000))


def test_a_picture_without_pixels() -> None:
    with pytest.raises(CorruptDocument, match="no pixels"):
        load_document(Image.new("RGB", (0, 10)))


def test_a_picture_over_the_limit() -> None:
    with pytest.raises(DocumentTooLarge, match="max_pixels"):
        load_document(Image.new("L", (100, 100)), limits=Limits(max_pixels=9_999))


def test_a_header_of_gigapixels_allocates_nothing() -> None:
    data = CASES["PNG of 2.5 gigapixels"][0]
    load_document(encoded(corner(), "PNG"))  # the decoder itself is loaded now
    tracemalloc.start()
    try:
        with pytest.raises(DocumentTooLarge):
            load_document(data)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_every_truncation_of_every_format_is_a_document_or_a_typed_error() -> None:
    small = Image.effect_noise((24, 24), 60)
    files = [encoded(small, kind) for kind in ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")]
    for data in [*files, PDF]:
        for end in range(0, len(data), max(1, len(data) // 60)):
            with suppress(DocumentError):
                read_all(data[:end])


def test_flipped_bytes_are_a_document_or_a_typed_error() -> None:
    small = Image.effect_noise((24, 24), 60)
    files = [encoded(small, kind) for kind in ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF")]
    for data in [*files, PDF]:
        for place in range(0, len(data), max(1, len(data) // 60)):
            damaged = bytearray(data)
            damaged[place] ^= 0xFF
            with suppress(DocumentError):
                read_all(bytes(damaged), limits=Limits(max_pixels=2_000_000))
