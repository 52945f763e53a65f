"""Owns plain text as something that was read: pages of evenly spaced type, on which every character has its place."""

from __future__ import annotations

import re

from extractor.geometry import Box
from extractor.ocr.result import OcrPage, OcrRegion, OcrResult

LETTER, LINE, HEIGHT, MARGIN = 12, 32, 22, 80
"""Pixels of a letter's width, from line to line, of print's height, and of the margin, at 150 dpi."""
DPI = 150
A4 = (1240, 1754)
_PIECE = re.compile(r"\S+(?: \S+)*")


def typed_pages(text: str) -> OcrResult:
    """A text as pages; a form feed begins a new one. Each piece of print between wide gaps is a region.

    >>> [(region.text, region.bounds.x) for region in typed_pages("Total  EUR 12.50").regions]
    [('Total', 80), ('EUR 12.50', 164)]
    """
    pages = tuple(_page(number, part.expandtabs(8)) for number, part in enumerate(text.split("\f"), 1))
    return OcrResult(pages, "text")


def _page(number: int, text: str) -> OcrPage:
    lines = text.splitlines()
    regions = tuple(
        OcrRegion(match.group(), None, Box(MARGIN + match.start() * LETTER, MARGIN + row * LINE, len(match.group()) * LETTER, HEIGHT))
        for row, line in enumerate(lines)
        for match in _PIECE.finditer(line)
    )
    width = max([A4[0], *(2 * MARGIN + len(line) * LETTER for line in lines)])
    return OcrPage(number, width, max(A4[1], 2 * MARGIN + len(lines) * LINE), regions, dpi=DPI)
