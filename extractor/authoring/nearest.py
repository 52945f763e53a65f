"""Owns the text on a page that comes nearest to what a rule file writes, by edit distance."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from extractor.layout import Layout, Line, PageLayout, Span
from extractor.rules.labels import allowed_errors, fold

FARTHEST = 0.34
"""Text that differs in more than this share of the characters wanted is another text, not a near miss; one more than is allowed always is one."""
SECONDS = 0.2
"""Time limit of one search."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest text. distance: characters that are wrong, missing or added; allowed: how many may be."""

    page: PageLayout
    line: Line
    span: Span
    distance: int
    allowed: int

    @property
    def text(self) -> str:
        return self.line.text[self.span.start : self.span.end]


class NearestTexts:
    """The texts of a document, made ready to search; what was searched once is kept."""

    def __init__(self, layout: Layout) -> None:
        self._pages = [_PageText(page) for page in layout.pages]
        self._known: dict[str, Nearest | None] = {}

    def to(self, wanted: str) -> Nearest | None:
        """The piece of print that is nearest to `wanted`, as labels and clues compare texts; None where nothing is near."""
        folded = fold(wanted)[0]
        if folded not in self._known:
            self._known[folded] = self._search(folded) if folded else None
        return self._known[folded]

    def _search(self, folded: str) -> Nearest | None:
        best: Nearest | None = None
        allowed = allowed_errors(len(folded))
        limit = max(allowed + 1, int(len(folded) * FARTHEST))
        for page in self._pages:
            if limit >= 0 and (match := _search(folded, page.text, limit)) is not None and match.end() > match.start():
                distance = sum(match.fuzzy_counts)
                line, span = page.locate(match.start(), match.end())
                best, limit = Nearest(page.layout, line, span, distance, allowed), distance - 1
        return best


class _PageText:
    """The folded text of a page, a line feed between segments, and where each character stood."""

    def __init__(self, layout: PageLayout) -> None:
        self.layout = layout
        parts: list[str] = []
        self._places: list[tuple[Line, int]] = []
        for line in layout.lines:
            for span in line.segment_spans:
                folded, positions = fold(line.text[span.start : span.end])
                parts.append(folded + "\n")
                self._places.extend((line, span.start + position) for position in positions)
                self._places.append((line, span.end))
        self.text = "".join(parts)

    def locate(self, start: int, end: int) -> tuple[Line, Span]:
        (line, first), (_, last) = self._places[start], self._places[end - 1]
        return line, Span(first, last + 1)


def _search(wanted: str, text: str, limit: int) -> regex.Match[str] | None:
    try:
        return regex.search(f"(?b)(?:{regex.escape(wanted)}){{e<={limit}:[^\\n]}}", text, timeout=SECONDS)
    except TimeoutError:
        return None
