"""Owns the text on a page that comes nearest to what a rule file writes, by edit distance."""

from __future__ import annotations

from collections.abc import Iterator
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


def nearest_text(wanted: str, layout: Layout) -> Nearest | None:
    """The piece of print that is nearest to `wanted`, as labels and clues compare texts; None where nothing is near."""
    folded = fold(wanted)[0]
    best: Nearest | None = None
    most = max(allowed_errors(len(folded)) + 1, int(len(folded) * FARTHEST))
    for page, line, start, text, positions in _segments(layout):
        if not text or not folded:
            continue
        limit = most if best is None else best.distance - 1
        if limit < 0:
            break
        match = _search(folded, text, limit)
        if match is not None and match.end() > match.start():
            span = Span(start + positions[match.start()], start + positions[match.end() - 1] + 1)
            best = Nearest(page, line, span, sum(match.fuzzy_counts), allowed_errors(len(folded)))
    return best


def _segments(layout: Layout) -> Iterator[tuple[PageLayout, Line, int, str, list[int]]]:
    for page in layout.pages:
        for line in page.lines:
            for span in line.segment_spans:
                folded, positions = fold(line.text[span.start : span.end])
                yield page, line, span.start, folded, positions


def _search(wanted: str, text: str, limit: int) -> regex.Match[str] | None:
    try:
        return regex.search(f"(?b)(?:{regex.escape(wanted)}){{e<={limit}}}", text, timeout=SECONDS)
    except TimeoutError:
        return None
