"""Owns the texts that a regex may search: a page line by line, or the layout view as a file prepares it.

Whatever is done to the text, each character still knows which print it comes from.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from extractor.geometry import Box
from extractor.layout import Layout, Line, PageLayout, Span
from extractor.layout.grid import LaidOut, document_grid, lay_out_by_spaces
from extractor.rules.model import TextView, Zone
from extractor.rules.patterns import find_all

Part = tuple[PageLayout, Line, Span]


@dataclass(frozen=True, slots=True)
class SearchText:
    """A text with the way back to the print: the layout view, and for each character of `text` its position there (None: itself)."""

    text: str
    origin: LaidOut
    positions: Sequence[int] | None = None

    def locate(self, start: int, end: int) -> list[Part]:
        """The pages, lines, and parts of them, that characters start to end come from."""
        if self.positions is None or start >= end:
            return self.origin.locate(start, end)
        own = self.positions[start:end]
        return self.origin.locate(min(own), max(own) + 1)


@lru_cache(maxsize=16)
def search_text(layout: Layout, view: TextView, zone: Zone | None = None, page: str | int = "any") -> SearchText:
    """The layout view of the pages, or the zone, that a rule may search. Raises RuleTimeout where a replacement overruns."""
    pages = [each for each in layout.pages if allows_page(page, each, layout.pages)]
    if zone is None and len(pages) == len(layout.pages):
        origin = document_grid(layout)
    else:
        origin = lay_out_by_spaces(pages, lambda each, box: in_zone(zone, each, box))
    prepared = SearchText(origin.text, origin)
    for name in view.normalize:
        prepared = _each_character(prepared, _NORMALIZERS[name])
    for pattern, replacement in view.replace:
        prepared = _replaced(prepared, pattern, replacement)
    return prepared


@lru_cache(maxsize=32)
def page_text(page: PageLayout) -> SearchText:
    """The text of one page line by line."""
    starts = accumulate((len(line.text) + 1 for line in page.lines), initial=0)
    origins = tuple((start, len(line.text), page, line, 0) for start, line in zip(starts, page.lines, strict=False))
    return SearchText(page.text, LaidOut(page.text, origins))


def allows_page(wanted: str | int, page: PageLayout, pages: Sequence[PageLayout]) -> bool:
    """Whether a rule for the page `wanted` (`any`, `first`, `last`, a number, a range of numbers) may look at a page.

    pages: all pages of the invoice. It may begin anywhere in its file: rules count from its own first page.
    """
    if wanted in ("first", "last"):
        return page is pages[0 if wanted == "first" else -1]
    if wanted == "any":
        return True
    number = 1 + next(index for index, each in enumerate(pages) if each is page)
    if isinstance(wanted, str) and ".." in wanted:
        first, last = wanted.split("..")
        return int(first or 1) <= number <= int(last or number)
    return wanted == number


SOFT = 0.25
"""How far beyond a limit of distance or a zone, as a part of it, a value still counts where the rule is not strict."""
SOFT_FIT = 0.6
"""What it counts there."""


def in_zone(zone: Zone | None, page: PageLayout, box: Box) -> bool:
    """Whether the middle of a box lies in the zone."""
    return zone_fit(zone, page, box, strict=True) > 0


def zone_fit(zone: Zone | None, page: PageLayout, box: Box, *, strict: bool) -> float:
    """1 where the middle of a box lies in the zone, less a little outside it, 0 elsewhere. strict: 0 wherever it is outside."""
    if zone is None:
        return 1.0
    x = (zone.left.pixels(page.dpi, page.width) if zone.left else 0, zone.right.pixels(page.dpi, page.width) if zone.right else page.width)
    y = (zone.top.pixels(page.dpi, page.height) if zone.top else 0, zone.bottom.pixels(page.dpi, page.height) if zone.bottom else page.height)
    if x[0] <= box.center_x <= x[1] and y[0] <= box.center_y <= y[1]:
        return 1.0
    more_x, more_y = (0.0 if strict else SOFT * max(0.0, high - low) for low, high in (x, y))
    near = x[0] - more_x <= box.center_x <= x[1] + more_x and y[0] - more_y <= box.center_y <= y[1] + more_y
    return SOFT_FIT if near and not strict else 0.0


def _each_character(text: SearchText, change: Callable[[str], str]) -> SearchText:
    changed = [(change(character), position) for character, position in _characters(text)]
    return SearchText("".join(new for new, _ in changed), text.origin, [position for new, position in changed for _ in new])


def _characters(text: SearchText) -> Iterator[tuple[str, int]]:
    return zip(text.text, text.positions if text.positions is not None else range(len(text.text)), strict=True)


def _replaced(text: SearchText, pattern: str, replacement: str) -> SearchText:
    """What a replacement puts in stands where the first of the replaced characters stood, one after the other."""
    old = list(text.positions) if text.positions is not None else list(range(len(text.text)))
    pieces: list[str] = []
    positions: list[int] = []
    done = 0
    for match in find_all(pattern, text.text, pattern):
        start, end = match.span()
        new = match.expand(replacement)
        pieces += [text.text[done:start], new]
        positions += old[done:start]
        positions += [old[min(start + offset, max(start, end - 1), len(old) - 1)] for offset in range(len(new))] if old else []
        done = end
    return SearchText("".join([*pieces, text.text[done:]]), text.origin, positions + old[done:])


def _without_accents(character: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))


_NORMALIZERS: dict[str, Callable[[str], str]] = {
    "no_spaces": lambda character: "" if character == " " else character,
    "no_accents": _without_accents,
    "lowercase": str.lower,
}
