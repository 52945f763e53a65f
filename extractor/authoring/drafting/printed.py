"""Owns where a known value stands on a page, in whatever form it is printed there: `1250.00` as `1.250,00 €`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from extractor.invoice.amounts import find_amounts, read_amounts
from extractor.invoice.dates import find_dates, read_dates
from extractor.invoice.stated import Value, stated_value
from extractor.layout import Layout, Line, PageLayout, Span
from extractor.rules.finders import find_values

BOTH_ORDERS = ("en-GB", "en-US")
"""Locales that between them read every order of day and month."""
MIN_LIKENESS = 0.5
BLOCK_LINES = 8
"""So many lines are looked at together for the parts of a name or an address."""

_WORD = re.compile(r"[^\W\d_]+|\d+")


@dataclass(frozen=True, slots=True)
class Printed:
    """A value in print: characters of a line."""

    page: PageLayout
    line: Line
    span: Span

    @property
    def text(self) -> str:
        """The value as printed."""
        return self.line.text[self.span.start : self.span.end]


def read_wanted(kind: str, text: str) -> Value:
    """The value that a person wrote: amounts `1250.00`, dates ISO 8601. Raises ValueError where it is none of its kind.

    >>> read_wanted("amount", "1250.00"), read_wanted("date", "2025-12-01"), read_wanted("identifier", " 47 ")
    (Decimal('1250.00'), datetime.date(2025, 12, 1), '47')
    """
    if not text.strip():
        raise ValueError("an empty value stands nowhere")
    return stated_value(kind, text) if kind in ("amount", "date") else text.strip()


def is_same(kind: str, value: Value | None, wanted: Value) -> bool:
    """Whether two values are equal. Spaces, case and punctuation of texts do not count, nor the sign of amounts: credit notes print a minus or none.

    >>> is_same("identifier", "RE 2024/7", "re-2024-7"), is_same("amount", Decimal("5.0"), Decimal(-5))
    (True, True)
    """
    if isinstance(value, Decimal) and isinstance(wanted, Decimal):
        return abs(value) == abs(wanted)
    if value is None or kind in ("amount", "date"):
        return value == wanted
    return _compact(str(value))[0] == _compact(str(wanted))[0]


def reads_as(kind: str, text: str, wanted: Value, locales: Sequence[str]) -> bool:
    """Whether a printed text can be read as the value, in any order of day and month and with any decimal mark."""
    if isinstance(wanted, Decimal):
        return any(abs(reading.value) == abs(wanted) for reading in read_amounts(text, locales=locales))
    if isinstance(wanted, datetime.date):
        return any(wanted in read_dates(text, locales=[locale, *locales]) for locale in BOTH_ORDERS)
    return is_same(kind, text, wanted)


def find_printed(layout: Layout, kind: str, wanted: Value, locales: Sequence[str]) -> list[Printed]:
    """Everywhere a value stands on the pages, in reading order."""
    return [Printed(page, line, span) for page in layout.pages for line in page.lines for span in _spans(line, kind, wanted, locales)]


def stands_in_words(layout: Layout, wanted: str) -> bool:
    """Whether all words and numbers of a text stand close together, in whatever lines, columns and punctuation."""
    words = set(_WORD.findall(wanted.casefold()))
    pages = ([set(_WORD.findall(line.text.casefold())) for line in page.lines] for page in layout.pages)
    windows = (set[str]().union(*lines[first : first + BLOCK_LINES]) for lines in pages for first in range(len(lines)))
    return bool(words) and any(words <= window for window in windows)


def nearest(layout: Layout, kind: str, wanted: Value, locales: Sequence[str], *, count: int = 3) -> list[str]:
    """The values of that kind in print that are most like the wanted one, for a person who mistyped it."""
    texts = dict.fromkeys(line.text[s:e] for page in layout.pages for line in page.lines for s, e in find_values(line.text, kind, locales))
    aim = _compact(str(wanted))[0]
    ranked = sorted(((SequenceMatcher(None, aim, _compact(text)[0]).ratio(), text) for text in texts), key=lambda row: -row[0])
    return [text for likeness, text in ranked[:count] if likeness >= MIN_LIKENESS]


def _spans(line: Line, kind: str, wanted: Value, locales: Sequence[str]) -> Iterator[Span]:
    if isinstance(wanted, str):
        yield from _text_spans(line.text, wanted)
        return
    if isinstance(wanted, Decimal):
        found = find_amounts(line.text, locales=locales, bare_integers=wanted == wanted.to_integral_value())
    else:
        found = sorted({span for locale in BOTH_ORDERS for span in find_dates(line.text, [locale, *locales])})
    yield from (Span(start, end) for start, end in found if reads_as(kind, line.text[start:end], wanted, locales))


def _text_spans(text: str, wanted: str) -> Iterator[Span]:
    """Where a text stands, with whatever spaces and punctuation in it; whole words before parts of longer ones."""
    folded, places = _compact(text)
    aim = _compact(wanted)[0]
    spans, start = [], folded.find(aim) if aim else -1
    while start >= 0:
        spans.append(Span(places[start], places[start + len(aim) - 1] + 1))
        start = folded.find(aim, start + 1)
    whole = [span for span in spans if not (text[span.start - 1 : span.start].isalnum() or text[span.end : span.end + 1].isalnum())]
    yield from whole or (spans if len(aim) >= 5 else ())


def _compact(text: str) -> tuple[str, list[int]]:
    """Letters and digits without case, each with its place in the text."""
    kept = [(folded, i) for i, c in enumerate(text) if c.isalnum() and len(folded := c.casefold()) == 1]
    return "".join(c for c, _ in kept), [i for _, i in kept]
