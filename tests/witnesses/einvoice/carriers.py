"""Makes PDFs with files attached, and e-invoices that are not as they should be."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from papers import FIXTURES
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject, TextStringObject

EINVOICES = FIXTURES / "einvoices"
CII = (EINVOICES / "cii.xml").read_bytes()
UBL = (EINVOICES / "xrechnung.xml").read_bytes()
CREDIT_NOTE = (EINVOICES / "credit-note.xml").read_bytes()
FACTUR_X = (EINVOICES / "factur-x.pdf").read_bytes()


def edited(xml: bytes, *changes: tuple[str, str]) -> bytes:
    """The XML with each text exchanged, once; a text that is not there is an error of the test."""
    text = xml.decode("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text.encode("utf-8")


def carrier(files: Mapping[str, bytes] | list[tuple[str, bytes]], *, password: str | None = None, in_kids: bool = False) -> bytes:
    """A PDF of one blank page that carries files."""
    writer = PdfWriter()
    writer.add_blank_page(300, 300)
    names: list[Any] = []
    for name, data in dict(files).items() if isinstance(files, Mapping) else files:
        stream = StreamObject()
        stream.set_data(data)
        names += [TextStringObject(name), writer._add_object(_filespec(writer, name, stream.flate_encode()))]
    return saved(writer, names, password=password, in_kids=in_kids)


def bomb(unit: bytes, count: int) -> bytes:
    """A PDF whose e-invoice unpacks to `count` times `unit`, which is never in memory here."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(unit) for _ in range(count)) + packer.flush()
    writer = PdfWriter()
    writer.add_blank_page(300, 300)
    stream = StreamObject()
    stream._data = packed
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    return saved(writer, [TextStringObject("factur-x.xml"), writer._add_object(_filespec(writer, "factur-x.xml", stream))])


def saved(writer: PdfWriter, names: list[Any], *, password: str | None = None, in_kids: bool = False) -> bytes:
    """The bytes of a PDF with a name tree of embedded files, its names in a leaf below the root or in the root itself."""
    leaf = DictionaryObject({NameObject("/Names"): ArrayObject(names)})
    tree = DictionaryObject({NameObject("/Kids"): ArrayObject([writer._add_object(leaf)])}) if in_kids else leaf
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/EmbeddedFiles"): tree})
    if password is not None:
        writer.encrypt(password, "owner", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _filespec(writer: PdfWriter, name: str, stream: StreamObject) -> DictionaryObject:
    files = DictionaryObject({NameObject("/F"): writer._add_object(stream)})
    text = TextStringObject(name)
    return DictionaryObject({NameObject("/Type"): NameObject("/Filespec"), NameObject("/F"): text, NameObject("/UF"): text, NameObject("/EF"): files})


def packed_carrier(name: str, data: bytes) -> bytes:
    """The same as Acrobat writes it: all objects but the file itself are in an object stream (ISO 32000-1, 7.5.7), the table in another."""
    packed = [
        b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(%s) 4 0 R] >> >> >>" % name.encode(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] >>",
        b"<< /Type /Filespec /F (%s) /EF << /F 5 0 R >> >>" % name.encode(),
    ]
    starts = [sum(map(len, packed[:index])) + index for index in range(len(packed))]
    head = b" ".join(b"%d %d" % (number, start) for number, start in enumerate(starts, 1)) + b"\n"
    objects = _stream(b"/Type /ObjStm /N %d /First %d" % (len(packed), len(head)), head + b"\n".join(packed))
    file = _stream(b"/Type /EmbeddedFile", data)
    content = bytearray(b"%PDF-1.5\n")
    offsets = {}
    for number, body in ((5, file), (6, objects)):
        offsets[number] = len(content)
        content += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(content)
    rows = [(0, 0, 255), *((2, 6, index) for index in range(4)), (1, offsets[5], 0), (1, offsets[6], 0), (1, start, 0)]
    table = b"".join(struct.pack(">BIB", *row) for row in rows)
    content += b"7 0 obj\n" + _stream(b"/Type /XRef /Size 8 /W [1 4 1] /Root 1 0 R", table) + b"\nendobj\n"
    return bytes(content) + b"startxref\n%d\n%%%%EOF\n" % start


def _stream(keys: bytes, data: bytes) -> bytes:
    packed = zlib.compress(data)
    return b"<< %s /Filter /FlateDecode /Length %d >>\nstream\n" % (keys, len(packed)) + packed + b"\nendstream"
