"""Stage "lay out": OCR regions -> words, lines and text with provenance, the same whatever engine read them."""

from __future__ import annotations

from extractor.layout.columns import reading_order
from extractor.layout.model import Layout, Line, PageLayout, Span, Word
from extractor.layout.rows import build_rows
from extractor.layout.upright import Turn
from extractor.layout.words import page_words
from extractor.ocr.result import OcrPage, OcrResult

__all__ = ["Layout", "Line", "PageLayout", "Span", "Word", "lay_out", "lay_out_page"]


def lay_out(result: OcrResult) -> Layout:
    """Brings all pages of an OCR result to canonical form."""
    return Layout(tuple(lay_out_page(page) for page in result.pages))


def lay_out_page(page: OcrPage) -> PageLayout:
    """Brings one page to canonical form."""
    rows = reading_order(build_rows(page_words(page)))
    return PageLayout(page.number, Turn.of(page), page.dpi, [Line(index, row) for index, row in enumerate(rows)], page.barcodes)
