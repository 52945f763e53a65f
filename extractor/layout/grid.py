"""Owns the layout view: a document's text laid out by spaces as it stands on paper, in which each character knows its word.

Columns follow print, not a ruler: a piece of print begins under the characters that it stands under, and never before what
stands to its left. A page of evenly spaced type (all letters of one width) keeps its own columns instead. Lines far apart
have empty lines between them; a page begins with a form feed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from extractor.geometry import Box
from extractor.layout.model import Layout, Line, PageLayout, Span, Word
from extractor.layout.rows import box_of, build_rows
from extractor.record import record

MAX_EMPTY_LINES = 4
EVEN_PITCH = 0.02
"""Type is evenly spaced where the widths of its letters differ by at most this share."""
CUT = 0.7
"""A gap of this many heights of print is more than a space."""
GAP = 2
"""Columns that stay empty between two pieces of print at least."""
MAX_COLUMNS = 2000
LONG = 400
"""Pages with more pieces of print than this are measured against the widest ones alone."""


@record
class Origin:
    """Where a run of characters comes from. start: in the view's text; at: in the line's text."""

    start: int
    length: int
    page: PageLayout
    line: Line
    at: int


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The layout view of a document, or of a part of it. origins: in the order of the text."""

    text: str
    origins: tuple[Origin, ...]

    def locate(self, start: int, end: int) -> list[tuple[PageLayout, Line, Span]]:
        """The pages, lines, and parts of them, that characters start to end come from."""
        first = max(0, bisect_right(self.origins, start, key=lambda origin: origin.start) - 1)
        found: list[tuple[PageLayout, Line, Span]] = []
        for origin in self.origins[first:]:
            if origin.start >= end:
                break
            low, high = max(start - origin.start, 0), min(end - origin.start, origin.length)
            if low < high:
                span = Span(origin.at + low, origin.at + high)
                if found and found[-1][1] is origin.line and found[-1][2].end < span.start:
                    span = Span(found.pop()[2].start, span.end)
                found.append((origin.page, origin.line, span))
        return found


Inside = Callable[[PageLayout, Box], bool]
"""Whether a box of a page (upright pixels) takes part."""


@lru_cache(maxsize=4)
def document_grid(layout: Layout) -> LaidOut:
    """The layout view of all pages of a document."""
    return lay_out_by_spaces(layout.pages)


def lay_out_by_spaces(pages: Sequence[PageLayout], inside: Inside | None = None) -> LaidOut:
    """The layout view of pages; of what stands `inside` alone, where that is given."""
    texts: list[str] = []
    origins: list[Origin] = []
    position = 0
    for number, page in enumerate(pages):
        text, found = _page(page, inside)
        if number:
            texts.append("\f")
            position += 1
        origins.extend(Origin(position + o.start, o.length, o.page, o.line, o.at) for o in found)
        texts.append(text)
        position += len(text)
    return LaidOut("".join(texts), tuple(origins))


@dataclass(slots=True)
class _Piece:
    """Words with no wide gap between them. column: where the first character stands."""

    words: Sequence[Word]
    box: Box
    text: str
    column: int = 0

    @property
    def end(self) -> int:
        return self.column + len(self.text)


def _page(page: PageLayout, inside: Inside | None) -> tuple[str, list[Origin]]:
    places = {id(word): (line, start) for line in page.lines for word, start in _words(line)}
    segments = (segment for line in page.lines for segment in line.segments)
    fragments = list(segments) if inside is None else [part for segment in segments if (part := tuple(w for w in segment if inside(page, w.box)))]
    if not fragments:
        return "", []
    rows = [[piece for segment in row for piece in _pieces(segment)] for row in build_rows(fragments)]
    _set_columns(rows)
    texts: list[str] = []
    origins: list[Origin] = []
    position = 0
    above: float | None = None
    for row in rows:
        height = max(piece.box.height for piece in row)
        middle = sum(piece.box.center_y for piece in row) / len(row)
        empty = 0 if above is None else min(MAX_EMPTY_LINES, max(0, int((middle - above) / (height or 1)) - 1))
        above = middle
        line = "\n" * empty
        for piece in row:
            line += " " * (piece.column - (len(line) - empty))
            start = position + len(line)
            for word in piece.words:
                origins.append(Origin(start, len(word.text), page, *places[id(word)]))
                start += len(word.text) + 1
            line += piece.text
        texts.append(line + "\n")
        position += len(line) + 1
    return "".join(texts), origins


def _pieces(segment: Sequence[Word]) -> list[_Piece]:
    """A segment, cut where more than a space is empty."""
    parts: list[list[Word]] = [[segment[0]]]
    last = segment[0].box
    for word in segment[1:]:
        box = word.box
        if box.x - (last.x + last.width) > CUT * (box.height if box.height < last.height else last.height):
            parts.append([])
        parts[-1].append(word)
        last = box
    return [_Piece(words, box_of(words), " ".join([word.text for word in words])) for words in parts]


def _words(line: Line) -> list[tuple[Word, int]]:
    """The words of a line, each with where it begins in the line's text."""
    found = []
    for segment, span in zip(line.segments, line.segment_spans, strict=True):
        start = span.start
        for word in segment:
            found.append((word, start))
            start += len(word.text) + 1
    return found


def _set_columns(rows: Sequence[Sequence[_Piece]]) -> None:
    pieces = [piece for row in rows for piece in row]
    pitch = _even_pitch(pieces)
    left = min(piece.box.x for piece in pieces)
    if pitch is not None:
        for piece in pieces:
            piece.column = min(MAX_COLUMNS, round((piece.box.x - left) / pitch))
    else:
        _align(pieces)
    for row in rows:
        reach = 0
        for piece in row:
            piece.column = max(piece.column, reach)
            reach = piece.end + GAP


def _even_pitch(pieces: Sequence[_Piece]) -> float | None:
    """The width of a letter where all have the same; None elsewhere."""
    widths = sorted(piece.box.width / len(piece.text) for piece in pieces if len(piece.text) > 3)
    if len(widths) < 3:
        widths = sorted(piece.box.width / len(piece.text) for piece in pieces)
    pitch = widths[len(widths) // 2]
    even = sum(1 for width in widths if abs(width - pitch) <= EVEN_PITCH * pitch)
    return pitch if pitch > 0 and even >= 0.9 * len(widths) else None


def _align(pieces: Sequence[_Piece]) -> None:
    """Gives each piece, from left to right, the column of the characters above and below it, and a gap behind what ends before it."""
    ordered = sorted(pieces, key=lambda piece: (piece.box.x, piece.box.y))
    measures: list[_Piece] = []
    ends: list[tuple[float, int]] = []  # right edge -> the highest column in use up to there
    for piece in ordered:
        x = piece.box.x
        at = bisect_right(ends, x, key=lambda end: end[0])
        column = ends[at - 1][1] if at else 0
        measures = [other for other in measures if other.box.right > x]
        under = (other.column + int(len(other.text) * (x - other.box.x) / other.box.width) for other in measures)
        piece.column = min(max(column, *under, 0), MAX_COLUMNS)
        _add_end(ends, piece.box.right, piece.end + GAP)
        measures.append(piece)
        if len(measures) > LONG:
            measures = sorted(measures, key=lambda measure: -len(measure.text))[: LONG // 2]


def _add_end(ends: list[tuple[float, int]], right: float, column: int) -> None:
    """Keeps the list of edges rising in both numbers."""
    at = bisect_right(ends, right, key=lambda end: end[0])
    if at and ends[at - 1][1] >= column:
        return
    stop = at
    while stop < len(ends) and ends[stop][1] <= column:
        stop += 1
    ends[at:stop] = [(right, column)]
