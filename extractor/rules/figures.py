"""Owns finding all dates in figures on the pages, whatever they are the dates of: one of them may tell the order of all."""

from __future__ import annotations

import regex

from extractor.layout import Layout

_DATE = regex.compile(r"(?<![\d./-])\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d{2})(?![\d/-]|\.\d)")


def dates_in_figures(layout: Layout) -> list[str]:
    """The text of every date such as `17/04/2025`."""
    return [match.group() for page in layout.pages for line in page.lines for match in _DATE.finditer(line.text)]
