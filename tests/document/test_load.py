from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from extractor.document import Limits, load_document
from extractor.errors import CorruptDocument, DocumentError, DocumentTooLarge, UnsupportedDocument

from .samples import corner, encoded, pdf, text_page

FILES = {
    "image/png": encoded(corner(), "PNG"),
    "image/jpeg": encoded(corner(), "JPEG"),
    "image/tiff": encoded(corner(), "TIFF"),
    "image/bmp": encoded(corner(), "BMP"),
    "image/webp": encoded(corner(), "WEBP"),
    "image/gif": encoded(corner(), "GIF"),
    "application/pdf": pdf(text_page),
}


@pytest.mark.parametrize("kind", FILES)
def test_the_type_is_told_by_content_whatever_the_suffix(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "scan.txt"
    path.write_bytes(FILES[kind])
    with load_document(path) as document:
        assert document.media_type == kind
        assert document.name == str(path)
        (page,) = document.pages
        image = page.image()
        assert image.size == (page.width, page.height)
        assert image.mode in ("RGB", "L")
        assert page.number == 1


@pytest.mark.parametrize("kind", FILES)
def test_path_bytes_and_file_objects_give_the_same_digest(kind: str, tmp_path: Path) -> None:
    data = FILES[kind]
    path = tmp_path / "document"
    path.write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    with path.open("rb") as file:
        for source in (path, str(path), data, bytearray(data), memoryview(data), io.BytesIO(data), file):
            with load_document(source) as document:
                assert document.sha256 == digest


def test_an_unseekable_file_that_gives_little_at_a_time_is_read_whole() -> None:
    reader, writer = os.pipe()
    os.write(writer, FILES["image/png"])
    os.close(writer)
    with os.fdopen(reader, "rb", buffering=0) as pipe:
        assert load_document(pipe, name="standard input").sha256 == hashlib.sha256(FILES["image/png"]).hexdigest()


def test_the_given_name_stands_in_messages() -> None:
    with pytest.raises(UnsupportedDocument, match=r"^mail 7, attachment 2: "):
        load_document(b"just words", name="mail 7, attachment 2")


def test_the_byte_limit_is_checked_before_a_file_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.pdf"
    with path.open("wb") as file:
        file.truncate(10_000)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("the file was opened"))
    with pytest.raises(DocumentTooLarge, match="max_bytes"):
        load_document(path, limits=Limits(max_bytes=9_999))


def test_a_file_object_is_read_one_byte_beyond_the_limit_at_most() -> None:
    file = io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(10_000))
    with pytest.raises(DocumentTooLarge):
        load_document(file, limits=Limits(max_bytes=100))
    assert file.tell() == 101


def test_a_file_of_exactly_the_limit_is_read() -> None:
    data = FILES["image/png"]
    assert load_document(io.BytesIO(data), limits=Limits(max_bytes=len(data))).pages
    with pytest.raises(DocumentTooLarge):
        load_document(data, limits=Limits(max_bytes=len(data) - 1))


def test_a_missing_file_is_named() -> None:
    with pytest.raises(DocumentError, match=r"nowhere/invoice\.pdf.*no such file"):
        load_document("nowhere/invoice.pdf")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    path = tmp_path / "secret.pdf"
    path.write_bytes(FILES["application/pdf"])
    path.chmod(0)
    with pytest.raises(DocumentError, match=r"secret\.pdf: no permission"):
        load_document(path)


def test_permission_errors_of_the_system_are_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = tmp_path / "secret.pdf"
    path.write_bytes(b"%PDF-")
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(DocumentError, match=r"secret\.pdf: no permission"):
        load_document(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnsupportedDocument, match="no regular file"):
        load_document(tmp_path / "pipe")


def test_a_pil_image_is_one_page_and_stays_untouched() -> None:
    image = corner(mode="L")
    document = load_document(image, name="camera")
    assert (document.name, len(document.pages)) == ("camera", 1)
    page = document.pages[0].image()
    page.putpixel((0, 0), 77)
    assert image.getpixel((0, 0)) == 0


def test_the_digest_of_a_pil_image_is_that_of_mode_size_and_pixels() -> None:
    digest = load_document(corner()).sha256
    assert load_document(corner()).sha256 == digest
    other = corner()
    other.putpixel((299, 199), (1, 2, 3))
    turned = Image.frombytes("RGB", (200, 300), corner().tobytes())
    palette = corner(mode="P")
    swapped = palette.copy()
    swapped.putpalette(list(range(256)) * 3)
    digests = {load_document(image).sha256 for image in (other, turned, palette, swapped, corner(mode="L"))}
    assert len(digests) == 5
    assert digest not in digests


def test_a_damaged_file_behind_a_pil_image_is_corrupt() -> None:
    image = Image.open(io.BytesIO(FILES["image/jpeg"][:-400]))
    with pytest.raises(CorruptDocument):
        load_document(image)


def test_a_closed_document_says_so() -> None:
    for kind, data in FILES.items():
        document = load_document(data)
        document.close()
        document.close()
        with pytest.raises(DocumentError, match="closed"):
            document.pages[0].image()
        if kind == "application/pdf":
            with pytest.raises(DocumentError, match="closed"):
                document.pages[0].text_layer()


def test_importing_the_package_loads_no_heavy_library() -> None:
    code = "import sys, extractor.document; print([m for m in ('PIL', 'numpy', 'pypdfium2', 'cv2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
