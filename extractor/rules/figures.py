"""Owns finding all figures of a kind on the pages, whatever they are: a date may tell the order of all dates, an amount what was paid."""

from __future__ import annotations

from collections.abc import Container, Iterator

import regex

from extractor.invoice.amounts import find_amounts
from extractor.layout import Layout
from extractor.rules.candidate import Candidate

_DATE = regex.compile(r"(?<![\d./-])\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})(?![\d/-]|\.\d)")

FIGURE = "figure"
"""The rule id of what was found by its looks alone."""
FIGURE_FIT = 0.5


def dates_in_figures(layout: Layout) -> list[str]:
    """The text of every date such as `17/04/2025`."""
    return [match.group() for page in layout.pages for line in page.lines for match in _DATE.finditer(line.text)]


def amounts_in_figures(layout: Layout, taken: Container[tuple[int, int]] = ()) -> Iterator[Candidate]:
    """Every amount outside the rows of line items, as a candidate for what was paid. taken: lines (page number, index) that are rows.

    They are looked for when they are asked for: few documents were paid in part.
    """
    for page in layout.pages:
        for line in (line for line in page.lines if (page.number, line.index) not in taken):
            for start, end in find_amounts(line.text):
                bounds, text = page.bounds(line.box_of(start, end)), line.text[start:end]
                ocr = line.confidence_of(start, end)
                yield Candidate("prepaid", "amount", text, FIGURE, FIGURE_FIT, page.number, bounds, ocr=ocr, context=line.text)
