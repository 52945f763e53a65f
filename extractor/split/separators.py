"""Owns telling sheets that only separate documents: by a barcode of theirs, or by what little is printed on them.

A sheet of Patch T or with a barcode is put between documents before they are scanned. Barcodes are read by zxing-cpp
(extra `codes`) and only on pages with next to no text; a sheet that also says in words what it is needs no barcode.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import regex

from extractor.errors import DocumentError
from extractor.layout import Layout, PageLayout
from extractor.split.words import SEPARATORS, alone

if TYPE_CHECKING:
    from extractor.document.model import Document, Page

MAX_WORDS = 30
"""A page with more words is no separator, whatever barcode it carries."""

_SAYS_SO = alone(SEPARATORS)
_CODE = regex.compile(
    r"(?i)^\W*(?:patch[\W_]*(?:code)?[\W_]*(?:t|[1-6]|i{1,3}|iv|vi?)?|(?:doc(?:ument)?|batch|page)?[\W_]*sep(?:arator)?|trenn(?:blatt|seite))\W*$"
)


def separator_sheets(layout: Layout, document: Document | None = None) -> dict[int, str]:
    """The pages that only separate documents, each with what says so; none where there is nothing to separate.

    document: where its pages can be looked at for barcodes, while it is open.
    """
    pages = {page.number: page for page in document.pages} if document is not None and can_read_codes() else {}
    sheets = ((page.number, _sheet(page, pages)) for page in layout.pages if sum(len(line.words) for line in page.lines) <= MAX_WORDS)
    found = {number: said for number, said in sheets if said}
    return found if len(found) < len(layout.pages) else {}


def can_read_codes() -> bool:
    """Whether barcodes can be read here."""
    try:
        import zxingcpp  # noqa: F401
    except ImportError:
        return False
    return True


def _sheet(page: PageLayout, pages: Mapping[int, Page]) -> str:
    said = next((text for text in _pieces(page) if _SAYS_SO.match(text)), None)
    if said is not None:
        return f"it says {said.strip()!r}"
    code = next(filter(_CODE.match, _codes(pages[page.number])), None) if page.number in pages else None
    return f"its barcode reads {code!r}" if code else ""


def _pieces(page: PageLayout) -> Iterable[str]:
    return (line.text[span.start : span.end] for line in page.lines for span in line.segment_spans)


def _codes(page: Page) -> list[str]:
    """The texts of the barcodes on a page; none where it cannot be drawn, which reading its text did not ask for."""
    import zxingcpp

    try:
        image = page.image()
    except DocumentError:
        return []
    return [code.text for code in zxingcpp.read_barcodes(image)]
