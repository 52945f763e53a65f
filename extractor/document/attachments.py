"""Owns the files that are attached to a PDF. pdfium tells whether there are any; pypdf takes them out, within limits.

pdfium has no limit on what an attachment unpacks to: one of a megabyte takes it gigabytes of memory. What it can do is to write a
PDF anew, mended and without encryption, where pypdf cannot read it as it is.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from itertools import islice
from typing import Any

from extractor.document.model import UNREADABLE, Attachment

# What pypdf has to say of damaged files does not belong on a terminal that logs nothing.
logging.getLogger("pypdf").addHandler(logging.NullHandler())

_MAX_FILES = 200
_MAX_BYTES = 64 * 1024 * 1024
"""Of all attachments together, unpacked; an e-invoice has some kilobytes, with documents inside it some megabytes. Each is limited by
pypdf, to 75 MB."""
_MAX_DEPTH = 20
_MAX_NAME = 200


def read_attachments(pdf: Any, data: bytes) -> tuple[Attachment, ...]:
    """The attachments in the order of their name tree; those beyond limits, or damaged, without bytes and with why.

    pdf: the pypdfium2 document that `data` is; the lock `PDFIUM` is held.
    """
    from pypdfium2 import raw

    encrypted = raw.FPDF_GetSecurityHandlerRevision(pdf) >= 0
    try:
        found = () if encrypted else _attachments(data)
        return found or _attachments(_written_anew(pdf))
    except Exception as error:  # noqa: BLE001  pypdf raises whatever it comes across in damaged files
        problem = f"it cannot be taken out of the PDF ({type(error).__name__}: {error})"
        return tuple(Attachment(name, b"", problem) for name in _names(pdf))


def embedded_files(catalog: Any) -> Iterator[Any]:
    """The file specifications in the name tree of embedded files. catalog: the root of a pypdf document."""
    names = resolved(catalog.get("/Names"))
    tree = resolved(names.get("/EmbeddedFiles")) if names is not None else None
    if tree is not None:
        yield from _leaves(tree, _MAX_DEPTH)


def file_name(file: Any) -> str:
    """What a file specification calls its file, fit to be shown."""
    return _fit_to_show(str(resolved(file.get("/UF")) or resolved(file.get("/F")) or ""))


def resolved(item: Any) -> Any:
    """The object that a reference of pypdf's leads to, the object itself, or None."""
    return item.get_object() if item is not None else None


def _leaves(node: Any, depth: int) -> Iterator[Any]:
    pairs = resolved(node.get("/Names")) or []
    yield from (file for item in pairs[1::2] if (file := resolved(item)) is not None)
    if depth:
        for kid in resolved(node.get("/Kids")) or []:
            yield from _leaves(resolved(kid), depth - 1)


def _names(pdf: Any) -> Iterator[str]:
    """What pdfium knows of the attachments, which is enough to tell that they are missing."""
    from pypdfium2 import PdfiumError

    for index in range(min(pdf.count_attachments(), _MAX_FILES)):
        try:
            yield _fit_to_show(pdf.get_attachment(index).get_name())
        except (PdfiumError, UnicodeDecodeError):
            yield f"attachment {index + 1}"


def _fit_to_show(name: str) -> str:
    """A name of no more than 200 characters, and none that a terminal would obey."""
    return "".join(char if char.isprintable() else UNREADABLE for char in name[:_MAX_NAME])


def _written_anew(pdf: Any) -> bytes:
    from pypdfium2 import raw

    buffer = io.BytesIO()
    pdf.save(buffer, flags=raw.FPDF_REMOVE_SECURITY)
    return buffer.getvalue()


def _attachments(data: bytes) -> tuple[Attachment, ...]:
    from pypdf import PdfReader

    found: list[Attachment] = []
    left = _MAX_BYTES
    for file in islice(embedded_files(PdfReader(io.BytesIO(data)).root_object), _MAX_FILES):
        found.append(_attachment(file, left))
        left -= len(found[-1].data)
    return tuple(found)


def _attachment(file: Any, left: int) -> Attachment:
    name = file_name(file)
    try:
        streams = resolved(file.get("/EF")) or {}
        stream = resolved(streams.get("/UF") or streams.get("/F"))
        content = bytes(stream.get_data()) if stream is not None else b""
    except Exception as error:  # noqa: BLE001  as above; the others can still be read
        return Attachment(name, b"", f"it cannot be taken out of the PDF ({type(error).__name__}: {error})")
    if not content:
        return Attachment(name, b"", "it is empty")
    if len(content) > left:
        return Attachment(name, b"", f"it has {len(content):,} bytes; attachments may have {_MAX_BYTES:,} together")
    return Attachment(name, content)
