"""Owns reading what a page says of its place in a document: `Page 1 of 3`, `Seite 2`, `FOLHA 1/2`, `2 / 3` at its edge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from extractor.layout import Line, PageLayout

PAGE_WORDS = (
    "pages?", "pg", "seite", "blatt", "página", "pagina", "pág", "pag", "hoja", "folha", "feuille", "feuillet", "foglio", "bladzijde", "blz", "blad",
    "strona", "str", "strana", "sida", "side", "sivu", "oldal", "sheet", "leaf", "lap",
)  # fmt: skip
WEAK_WORDS = ("p", "s", "fl", "f", "folio", "n", "no", "nr")
"""Words that mean a page only where the number of pages stands beside it."""
OF_WORDS = ("of", "out of", "von", "de", "sur", "di", "van", "z", "ze", "av", "af", "aus", "/", r"\|", "su")
EDGE = 0.12
"""The part of a page's height at its top and foot where a bare `2 / 3` is the number of the page."""
HIGHEST = 500

_OF = "|".join(OF_WORDS)
_COUNTED = rf"(?P<number>\d{{1,3}})\s*(?:{_OF})\s*(?P<of>\d{{1,3}})"
_END = r"(?![\p{L}\d]|[.,/-]\d)"
_WORDED = regex.compile(rf"(?i)(?<![\p{{L}}\d])(?:{'|'.join((*PAGE_WORDS, *WEAK_WORDS))})\b\s*(?:no|nr|n[º°])?[.:#]{{0,2}}\s*{_COUNTED}{_END}")
_PLAIN = regex.compile(rf"(?i)^[\W_]*(?:{'|'.join(PAGE_WORDS)})\s*(?:no|nr|n[º°])?[.:#]{{0,2}}\s*(?P<number>\d{{1,3}}){_END}[\W_]*$")
_BARE = regex.compile(rf"(?i)^[\W_]*{_COUNTED}[\W_]*$")
_POINTS_ON = regex.compile(r"(?i)\b(?:on|see|auf|siehe|sur|voir|en la|en|ver|a|na|op|zie|at|to|su|vedi)\s*$")


@dataclass(frozen=True, slots=True)
class PageNumber:
    """What a page says of its place. number: from 1. of: how many pages there are, None where it does not say."""

    number: int
    of: int | None = None

    def __str__(self) -> str:
        return f"page {self.number}" + (f" of {self.of}" if self.of else "")

    def precedes(self, other: PageNumber) -> bool:
        """Whether the other is the number of the next page of the same document.

        >>> PageNumber(1, 3).precedes(PageNumber(2, 3)), PageNumber(1, 3).precedes(PageNumber(2, 2)), PageNumber(1).precedes(PageNumber(2))
        (True, False, True)
        """
        return other.number == self.number + 1 and self.of == other.of

    @property
    def is_last(self) -> bool:
        return self.number == self.of


def page_numbers(page: PageLayout) -> tuple[PageNumber, ...]:
    """All places that a page claims, the clearest first: with word and count, with count alone, with the word alone."""
    pieces = [(line, line.text[span.start : span.end]) for line in page.lines for span in line.segment_spans]
    counted = [*_with_words(line.text for line in page.lines), *_bare(page, pieces)]
    found = [*counted, *(each for each in _plain(pieces) if each.number not in {other.number for other in counted})]
    return tuple(dict.fromkeys(each for each in found if 1 <= each.number <= (each.of or HIGHEST)))


def _with_words(lines: Iterable[str]) -> Iterator[PageNumber]:
    """Wide gaps between the words do not matter."""
    for text in lines:
        for match in _WORDED.finditer(text):
            if not _POINTS_ON.search(text, 0, match.start()):
                yield PageNumber(int(match["number"]), int(match["of"]))


def _bare(page: PageLayout, pieces: Sequence[tuple[Line, str]]) -> Iterator[PageNumber]:
    """`2 of 3` by itself, which says what it is; `2 / 3`, which may be anything, at the edge of the page alone."""
    for line, text in pieces:
        match = _BARE.match(text)
        if match and (_at_edge(line, page) or any(c.isalpha() for c in match.group())):
            yield PageNumber(int(match["number"]), int(match["of"]))


def _plain(pieces: Sequence[tuple[Line, str]]) -> Iterator[PageNumber]:
    for _, text in pieces:
        match = _PLAIN.match(text)
        if match:
            yield PageNumber(int(match["number"]))


def _at_edge(line: Line, page: PageLayout) -> bool:
    return line.box.bottom < EDGE * page.height or line.box.y > (1 - EDGE) * page.height
