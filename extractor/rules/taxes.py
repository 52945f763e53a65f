"""Owns finding the lines of print that state the tax of a rate: those with one percentage and at least one amount."""

from __future__ import annotations

from collections.abc import Container

import regex

from extractor.invoice.amounts import has_amount
from extractor.layout import Layout

PERCENT = regex.compile(r"(?<![\d.,])\d{1,2}(?:[.,]\d{1,3})?\s?%")
"""A percentage as it is printed."""


def tax_rows(layout: Layout, taken: Container[tuple[int, int]] = ()) -> list[str]:
    """The text of each line that may state a rate with its base and tax; `taken` lines are rows of line items."""
    lines = [line.text for page in layout.pages for line in page.lines if (page.number, line.index) not in taken]
    return [text for text in lines if "%" in text and len(PERCENT.findall(text)) == 1 and has_amount(PERCENT.sub(" ", text))]
