"""Owns the layout view: a document's text laid out by spaces as it stands on paper, in which each character knows its word.

Columns follow print, not a ruler: a piece of print begins under the characters that it stands under, and never before what
stands to its left. A page of evenly spaced type (all letters of one width) keeps its own columns instead. Lines far apart
have empty lines between them; a page begins with a form feed.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from extractor.geometry import Box
from extractor.layout.model import Layout, Line, PageLayout, Span, Word
from extractor.layout.rows import box_of, build_rows

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


Origin = tuple[int, int, PageLayout, Line, int]
"""Where a run of characters comes from: where it starts in the view's text, its length, page and line, where it starts in the line's text.

A plain tuple, because a page has one for each word and little else is done with them.
"""


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The layout view of a document, or of a part of it. origins: in the order of the text."""

    text: str
    origins: tuple[Origin, ...]

    def locate(self, start: int, end: int) -> list[tuple[PageLayout, Line, Span]]:
        """The pages, lines, and parts of them, that characters start to end come from."""
        found: list[tuple[PageLayout, Line, Span]] = []
        for index in range(max(0, bisect_right(self.origins, start, key=_START) - 1), len(self.origins)):
            begin, length, page, line, at = self.origins[index]
            if begin >= end:
                break
            low, high = max(start - begin, 0), min(end - begin, length)
            if low < high:
                span = Span(at + low, at + high)
                if found and found[-1][1] is line and found[-1][2].end < span.start:
                    span = Span(found.pop()[2].start, span.end)
                found.append((page, line, span))
        return found


_START = itemgetter(0)

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
        if number:
            texts.append("\f")
            position += 1
        text = _page(page, inside, position, origins)
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


def _page(page: PageLayout, inside: Inside | None, position: int, origins: list[Origin]) -> str:
    """The text of a page, which begins at some position of the view; where it comes from is added to the origins."""
    segments = (segment for line in page.lines for segment in line.segments)
    fragments = list(segments) if inside is None else [part for segment in segments if (part := tuple(w for w in segment if inside(page, w.box)))]
    if not fragments:
        return ""
    rows = [[piece for segment in row for piece in _pieces(segment)] for row in build_rows(fragments)]
    _set_columns(rows)
    places = {id(word): (line, start) for line in page.lines for word, start in zip(line.words, line.starts, strict=True)}
    texts: list[str] = []
    above: float | None = None
    for row in rows:
        height = max([piece.box.height for piece in row])
        middle = sum([piece.box.center_y for piece in row]) / len(row)
        empty = 0 if above is None else min(MAX_EMPTY_LINES, max(0, int((middle - above) / (height or 1)) - 1))
        above = middle
        line = "\n" * empty
        for piece in row:
            line += " " * (piece.column - (len(line) - empty))
            start = position + len(line)
            for word in piece.words:
                length = len(word.text)
                origins.append((start, length, page, *places[id(word)]))
                start += length + 1
            line += piece.text
        texts.append(line + "\n")
        position += len(line) + 1
    return "".join(texts)


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
    measures: list[_Measure] = []
    ends: list[float] = []  # right edges, and for each the highest column in use up to there
    columns: list[int] = []
    for number, piece in enumerate(sorted(pieces, key=lambda piece: (piece.box.x, piece.box.y))):
        x, width, length = piece.box.x, piece.box.width, len(piece.text)
        at = bisect_right(ends, x)
        del measures[: bisect_right(measures, x, key=_START)]
        # no calls in here: this is asked for every pair of pieces that stand under each other
        under = [column + int(letters * (x - left) / across) for _, _, letters, left, across, column in measures]
        piece.column = min(max([columns[at - 1] if at else 0, 0, *under]), MAX_COLUMNS)
        _add_end(ends, columns, x + width, piece.end + GAP)
        if width > 0:
            insort(measures, (x + width, number, length, x, width, piece.column))
        if len(measures) > LONG:
            measures = sorted(sorted(measures, key=lambda measure: (-measure[2], measure[1]))[: LONG // 2])


_Measure = tuple[float, int, int, float, float, int]
"""A piece as what stands to its right is measured against it: its right edge, its number from the left, its letters, left edge, width and column."""


def _add_end(ends: list[float], columns: list[int], right: float, column: int) -> None:
    """Keeps both lists rising."""
    at = bisect_right(ends, right)
    if at and columns[at - 1] >= column:
        return
    stop = at
    while stop < len(ends) and columns[stop] <= column:
        stop += 1
    ends[at:stop] = [right]
    columns[at:stop] = [column]
