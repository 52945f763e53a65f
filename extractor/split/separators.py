"""Owns telling sheets that only separate documents: by a barcode of theirs, or by what little is printed on them.

A sheet of Patch T or with a barcode is put between documents before they are scanned. It has next to no text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import regex

from extractor.layout import Layout, PageLayout
from extractor.split.words import SEPARATORS, alone

if TYPE_CHECKING:
    from extractor.ocr import Barcode, OcrResult

MAX_WORDS = 30
"""A page with more words is no separator, whatever barcode it carries."""

_SAYS_SO = alone(SEPARATORS)
_CODE = regex.compile(
    r"(?i)^\W*(?:patch[\W_]*(?:code)?[\W_]*(?:t|[1-6]|i{1,3}|iv|vi?)?|(?:doc(?:ument)?|batch|page)?[\W_]*sep(?:arator)?|trenn(?:blatt|seite))\W*$"
)


def separator_sheets(layout: Layout, ocr: OcrResult) -> dict[int, str]:
    """The pages that only separate documents, each with what says so; none where there is nothing to separate.

    ocr: what the layout is of.
    """
    codes = {page.number: page.barcodes for page in ocr.pages}
    sheets = ((page.number, _sheet(page, codes[page.number])) for page in layout.pages if sum(len(line.words) for line in page.lines) <= MAX_WORDS)
    found = {number: said for number, said in sheets if said}
    return found if len(found) < len(layout.pages) else {}


def _sheet(page: PageLayout, codes: Iterable[Barcode]) -> str:
    said = next((text for text in _pieces(page) if _SAYS_SO.match(text)), None)
    if said is not None:
        return f"it says {said.strip()!r}"
    code = next((code.text for code in codes if _CODE.match(code.text)), None)
    return f"its barcode reads {code!r}" if code is not None else ""


def _pieces(page: PageLayout) -> Iterable[str]:
    return (line.text[span.start : span.end] for line in page.lines for span in line.segment_spans)
