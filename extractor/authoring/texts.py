"""Owns setting plain text as a page, so that an example needs no document.

Each line is a line of print in letters of equal width. Two spaces or more begin a new piece of print, so that columns stand
where they are typed; a form feed begins a new page.
"""

from __future__ import annotations

import regex

from extractor.geometry import Box
from extractor.ocr.result import OcrPage, OcrRegion, OcrResult

LINE, LETTER, MARGIN = 32, 12, 80
"""Pixels from line to line, of a letter's width, and of the margin."""
WIDTH, HEIGHT, DPI = 1240, 1754, 150
"""A page of A4 in pixels."""
INK = 0.7
"""The height of letters as a share of the line's."""

_PIECE = regex.compile(r"\S+(?: \S+)*")


def page_of(text: str) -> OcrResult:
    """A reading of plain text.

    >>> [region.text for region in page_of("Number  Date\\n4711    1 May 2025").pages[0].regions]
    ['Number', 'Date', '4711', '1 May 2025']
    """
    return OcrResult(tuple(_page(number, page) for number, page in enumerate(text.split("\f"), 1)), "text")


def _page(number: int, text: str) -> OcrPage:
    lines = text.expandtabs().splitlines()
    regions = tuple(
        OcrRegion(piece.group(), None, Box(MARGIN + piece.start() * LETTER, MARGIN + row * LINE, len(piece.group()) * LETTER, INK * LINE))
        for row, line in enumerate(lines)
        for piece in _PIECE.finditer(line)
    )
    width = max(WIDTH, 2 * MARGIN + LETTER * max(map(len, lines), default=0))
    return OcrPage(number, width, max(HEIGHT, 2 * MARGIN + LINE * len(lines)), regions, dpi=DPI)
