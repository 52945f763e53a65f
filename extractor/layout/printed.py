"""Owns whether a value stands anywhere on the pages, whatever it is the value of there, and where."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from extractor.geometry import Box, union
from extractor.invoice.amounts import find_amounts, read_amounts
from extractor.invoice.characters import folded
from extractor.invoice.currencies import currency_of
from extractor.invoice.dates import find_dates, read_dates
from extractor.layout.model import Layout, Line, PageLayout, Span

SHORT = 4
"""A value of fewer letters and digits must stand alone; a longer one may be part of a word, or go on over several."""
_MONEY = re.compile(r"[^\W\d_]{1,4}|[$€£¥₹]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value is printed: page from 1, bounds in page pixels, and the print itself."""

    page: int
    bounds: Box
    text: str


class Printed:
    """The values on the pages of a document, found when they are asked for.

    locales: of the document, which order the readings of dates and amounts; every reading counts as printed.
    """

    def __init__(self, layout: Layout, locales: Sequence[str] = ()) -> None:
        self._layout = layout
        self._locales = tuple(locales)

    def __bool__(self) -> bool:
        """Whether there is any print."""
        return any(page.lines for page in self._layout.pages)

    def find(self, kind: str, value: Any) -> Place | None:
        """The first place that prints a value; None where none does. kind: see `extractor.invoice.fields`.

        Amounts are compared without their sign, dates by the day, all else by letters and digits alone.
        """
        if isinstance(value, Decimal):
            return self._amounts.get(abs(value))
        if isinstance(value, datetime.date):
            return self._dates.get(value)
        if kind == "currency":
            return self._currencies.get(value)
        return next((place for page in self._pages if (place := page.find(str(value)))), None)

    @cached_property
    def _pages(self) -> list[_Letters]:
        return [_Letters(page) for page in self._layout.pages]

    def _lines(self) -> Iterator[tuple[PageLayout, Line]]:
        return ((page, line) for page in self._layout.pages for line in page.lines)

    @cached_property
    def _amounts(self) -> dict[Decimal, Place]:
        found: dict[Decimal, Place] = {}
        for page, line in self._lines():
            for start, end in find_amounts(line.text, bare_integers=True):
                values = (abs(reading.value) for reading in read_amounts(line.text[start:end], locales=self._locales))
                _note(found, values, page, line, start, end)
        return found

    @cached_property
    def _dates(self) -> dict[datetime.date, Place]:
        found: dict[datetime.date, Place] = {}
        for page, line in self._lines():
            for start, end in find_dates(line.text, self._locales):
                _note(found, read_dates(line.text[start:end], locales=self._locales), page, line, start, end)
        return found

    @cached_property
    def _currencies(self) -> dict[str, Place]:
        found: dict[str, Place] = {}
        for page, line in self._lines():
            for match in _MONEY.finditer(line.text):
                _note(found, currency_of(match.group()), page, line, *match.span())
        return found


def _note(found: dict[Any, Place], values: Iterable[Any], page: PageLayout, line: Line, start: int, end: int) -> None:
    for value in values:
        if value not in found:
            found[value] = Place(page.number, page.bounds(line.box_of(start, end)), line.text[start:end])


class _Letters:
    """The letters and digits of a page without what stands between them, each knowing where it is from."""

    def __init__(self, page: PageLayout) -> None:
        self._page = page
        kept = [(char, at) for at, original in enumerate(page.text) for char in folded(original) if char.isalnum()]
        self._text = "".join(char for char, _ in kept)
        self._at = [at for _, at in kept]

    def find(self, value: str) -> Place | None:
        wanted = letters(value)
        if not wanted:
            return None
        start = self._text.find(wanted)
        while start >= 0 and len(wanted) < SHORT and not self._alone(start, start + len(wanted)):
            start = self._text.find(wanted, start + 1)
        return self._place(self._at[start], self._at[start + len(wanted) - 1] + 1) if start >= 0 else None

    def _alone(self, start: int, end: int) -> bool:
        text, first, last = self._page.text, self._at[start], self._at[end - 1] + 1
        return not (first > 0 and text[first - 1].isalnum()) and not (last < len(text) and text[last].isalnum())

    def _place(self, start: int, end: int) -> Place:
        parts: list[tuple[Line, Span]] = self._page.locate(start, end)
        box = union([line.box_of(span.start, span.end) for line, span in parts])
        return Place(self._page.number, self._page.bounds(box), self._page.text[start:end])


def letters(text: str) -> str:
    """A text as its letters and digits alone, in lower case without accents: what is left when print is compared.

    >>> letters("RE-2025/007 a"), letters("Müller & Söhne")
    ('re2025007a', 'mullersohne')
    """
    return "".join(char for char in folded(text) if char.isalnum())
