"""Owns telling what a file is from its first bytes. Suffixes and declared types are never asked."""

from __future__ import annotations

import re

from extractor.errors import CorruptDocument, UnsupportedDocument

PDF = "application/pdf"
XML = "application/xml"

HEAD = 1024
"""How many leading bytes decide. PDF readers look for the header within the first 1024 bytes (ISO 32000-1, annex H, note 13)."""

READABLE = "PDF, PNG, JPEG, TIFF, BMP, WebP and GIF, and e-invoices in XML (UBL, CII)"

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)

_FOREIGN: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"PK\x03\x04.{26}(?:\[Content_Types\]|_rels/|word/|xl/|ppt/|docProps/)", re.DOTALL), "an Office document; save it as PDF"),
    (re.compile(rb"PK\x03\x04.{26}mimetypeapplication/(?:vnd\.oasis|epub)", re.DOTALL), "an OpenDocument or e-book file; save it as PDF"),
    (re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)"), "a ZIP archive; unpack it first"),
    (re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "an old Office document or an Outlook message; save it as PDF"),
    (re.compile(rb"\{\\rtf"), "an RTF text; save it as PDF"),
    (re.compile(rb"\x1f\x8b|BZh[1-9]|\xfd7zXZ\x00|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07"), "a compressed archive; unpack it first"),
    (re.compile(rb".{4}ftyp(?:hei|hev|mif1|msf1)", re.DOTALL), "a HEIC photo; save it as JPEG"),
    (re.compile(rb".{4}ftypavi[fs]", re.DOTALL), "an AVIF image; save it as PNG or JPEG"),
    (re.compile(rb"\x00\x00\x00\x0cjP  |\xff\x4f\xff\x51"), "a JPEG 2000 image; save it as PNG or JPEG"),
    (re.compile(rb"\xff\x0a|\x00\x00\x00\x0cJXL "), "a JPEG XL image; save it as PNG or JPEG"),
    (re.compile(rb"%!PS|\xc5\xd0\xd3\xc6"), "a PostScript file; save it as PDF"),
    (re.compile(rb"AT&TFORM"), "a DjVu file; save it as PDF"),
    (re.compile(rb"8BPS"), "a Photoshop file; save it as PNG"),
    (re.compile(rb"\x7fELF|MZ|\xcf\xfa\xed\xfe"), "a program"),
)

_MARKUP: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<!doctype html|<html|<head|<body", re.IGNORECASE), "an HTML page; print it to PDF"),
    (re.compile(r"<svg|<!doctype svg", re.IGNORECASE), "an SVG drawing; save it as PDF or PNG"),
    (re.compile(r"(?:[\w-]+:[^\n]*\n)*?(?:MIME-Version|Received|Message-ID|Return-Path):", re.IGNORECASE), "an e-mail; save its attachment"),
    (re.compile(r"[\[{]\s*[\"\[{\]}]"), "a JSON file, which has no page to read"),
)


_XML = re.compile(r"\s*<(?:\?xml\s|!--|!DOCTYPE\s|[A-Za-z_][\w.-]*(?::[\w.-]+)?[\s/>])")
_EINVOICE = re.compile(r"CrossIndustry(?:Invoice|Document)|urn:oasis:names:specification:ubl")


def media_type(data: bytes, name: str) -> str:
    """The media type of a document that can be read, from its bytes. `name` is for messages.

    Raises CorruptDocument (empty) and UnsupportedDocument (names the format where it is known).

    >>> media_type(b"GIF89a...", "logo.png")
    'image/gif'
    """
    if not data:
        raise CorruptDocument(f"{name}: the file is empty")
    head = data[:HEAD]
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if _is_bmp(data):
        return "image/bmp"
    if b"%PDF-" in head:
        return PDF
    if _is_xml(head):
        return XML
    raise UnsupportedDocument(f"{name}: this is {_foreign(head)}. Readable formats: {READABLE}")


def _is_bmp(data: bytes) -> bool:
    """`BM` alone starts many a text: the size of the header that follows must be one that exists (12 OS/2, 40 to 124 Windows)."""
    return data[:2] == b"BM" and len(data) >= 26 and int.from_bytes(data[14:18], "little") in (12, 16, 40, 52, 56, 64, 108, 124)


def _is_xml(head: bytes) -> bool:
    """Whether this is XML that may be an e-invoice; pages and drawings in XML are none."""
    text = _text(head)
    if text is None or not _XML.match(text):
        return False
    return bool(_EINVOICE.search(text)) or not any(markup.search(text) for markup, _ in _MARKUP[:2])


def _foreign(head: bytes) -> str:
    for pattern, what in _FOREIGN:
        if pattern.match(head):
            return what
    text = _text(head)
    if text is None:
        return "of no known format"
    for markup, what in _MARKUP:
        if markup.match(text.lstrip()) or (what.startswith(("an HTML", "an SVG")) and markup.search(text)):
            return what
    return "plain text, which has no page to read"


def _text(head: bytes) -> str | None:
    """The bytes as text, None where they are none."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return head.decode(encoding, errors="ignore")
    for mark, encoding in ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be")):
        if head.startswith(mark):
            return head.decode(encoding, errors="ignore")
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return head.decode("utf-8", errors="replace") if control == 0 else None
