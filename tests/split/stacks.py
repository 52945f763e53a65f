"""Makes files of several documents, as people join or scan them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pypdfium2
from papers import FIXTURES, invoice_pdf

LONG = (FIXTURES / "pennyworth-larch" / "text.pdf").read_bytes()
"""An invoice of two pages, numbered, with a letterhead on both."""
BLANK = invoice_pdf(lines=(" ",))


def stacked(*documents: bytes) -> bytes:
    """One PDF of the pages of all documents."""
    joined = pypdfium2.PdfDocument.new()
    for document in documents:
        joined.import_pages(pypdfium2.PdfDocument(document))
    buffer = io.BytesIO()
    joined.save(buffer)
    return buffer.getvalue()


def pages(*texts: Sequence[str]) -> bytes:
    """One PDF with a page for the lines of each text."""
    return stacked(*(invoice_pdf(lines=lines) for lines in texts))


def text_pdf(vendor: str) -> bytes:
    """The fixture of a vendor with a text layer."""
    return (FIXTURES / vendor / "text.pdf").read_bytes()
