"""Owns the files that are attached to a PDF. Called with `PDFIUM` held."""

from __future__ import annotations

import ctypes
from typing import Any

from extractor.document.model import Attachment

_MAX_FILES = 200
_MAX_BYTES = 64 * 1024 * 1024
"""Of one attachment, after decompression; an e-invoice has some kilobytes, with documents inside it some megabytes."""


def read_attachments(pdf: Any) -> tuple[Attachment, ...]:
    """The attachments of a pypdfium2 document in the order of its name tree; those beyond limits, or damaged, without bytes and with why."""
    return tuple(_attachment(pdf, index) for index in range(min(pdf.count_attachments(), _MAX_FILES)))


def _attachment(pdf: Any, index: int) -> Attachment:
    from pypdfium2 import PdfiumError, raw

    name = f"attachment {index + 1}"
    try:
        attachment = pdf.get_attachment(index)
        name = attachment.get_name() or name
        size = ctypes.c_ulong()
        raw.FPDFAttachment_GetFile(attachment, None, 0, size)
        if size.value > _MAX_BYTES:
            return Attachment(name, b"", f"it has {size.value:,} bytes, more than {_MAX_BYTES:,}")
        return Attachment(name, bytes(attachment.get_data()) if size.value else b"", "" if size.value else "it is empty or damaged")
    except (PdfiumError, UnicodeDecodeError) as error:
        return Attachment(name, b"", f"it cannot be taken out of the PDF ({error})")
