"""Owns dealing the print of a line out to the columns of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from extractor.geometry import Box
from extractor.invoice.amounts import find_amounts
from extractor.layout import Line, Span
from extractor.rules.lines.model import FIGURES, OTHER, Column, Header, Piece

STRANGE = 3.0
FOREIGN = 1000.0
UNIT_LENGTH = 6
"""Longer texts are no units beside a quantity."""
COVERED = 0.8
"""Text that covers this share of the header of names is a name, wherever it begins."""
MIN_ORDERED = 4
NEAR = 3.0
"""Cells are at most this many heights of print beside their header."""
CELL_GAP = 0.5
"""Words of one segment that are further apart than this, in heights of print, may stand in two columns."""


def left_edge(header: Header, lines: Sequence[Line]) -> float:
    """Where the table begins: at its first header where rows line up with that, else wherever its print begins.

    What stands left of a table whose rows line up with their headers is another column of the page.
    """
    first = header.columns[0].box
    starts = [line.box_of(span.start, span.end).x for line in lines for span in line.segment_spans]
    aligned = sum(1 for x in starts if abs(x - first.x) < first.height)
    return first.x if aligned >= 2 else 0.0


def pieces(line: Line, header: Header, left: float) -> list[Piece]:
    """The print of a line by column. left: where the table begins; what stands before it is left out."""
    segments = [_joined([_piece(line, start, end, header) for start, end in _cut(line, span, header)], header) for span in line.segment_spans]
    claimed = Counter(piece.column for segment in segments for piece in segment)
    found: list[Piece] = []
    for span, segment in zip(line.segment_spans, segments, strict=True):
        doubtful = len(segment) > 1 and any(claimed[piece.column] > 1 and header.columns[piece.column].name in FIGURES for piece in segment)
        found += [_piece(line, span.start, span.end, header)] if doubtful else segment
    found = [piece for piece in found if piece.box.right >= left - piece.box.height]
    if _in_order(found, header):
        return [replace(piece, column=column) for column, piece in enumerate(found)]
    return found


def _piece(line: Line, start: int, end: int, header: Header) -> Piece:
    box = line.box_of(start, end)
    return Piece(line, start, end, box, _column_of(line.text[start:end], box, header))


def _joined(parts: Sequence[Piece], header: Header) -> list[Piece]:
    """The parts of a segment; neighbours that fell into the same column are one."""
    joined: list[Piece] = []
    for part in parts:
        if joined and joined[-1].column == part.column:
            joined[-1] = replace(_piece(part.line, joined[-1].start, part.end, header), column=part.column)
        else:
            joined.append(part)
    return joined


@lru_cache(maxsize=8192)
def is_figure(text: str) -> bool:
    """Whether an amount or a number is most of a text."""
    spans = find_amounts(text, bare_integers=True)
    return bool(spans) and sum(end - start for start, end in spans) * 2 >= len(text)


def _cut(line: Line, segment: Span, header: Header) -> Iterator[tuple[int, int]]:
    """A segment as it is; where it reaches under several headers, cut where a word begins another column.

    A word under no header goes with the word before it, and so does text that reaches under another column:
    a description is wider than its header.
    """
    words, box = line.text[segment.start : segment.end].split(" "), line.box_of(segment.start, segment.end)
    if len(words) == 1 or not any(column.box.overlap_x(box) > 0.3 * min(column.box.width, box.width) for column in header.columns):
        yield segment.start, segment.end
        return
    start = position = segment.start
    above: Column | None = None
    for word in words:
        first, position = position, position + len(word) + 1
        if not word:
            continue
        head = _header_above(line.box_of(first, position - 1), header)
        if first > start and head and head is not above and _begins_column(line, start, first, position - 1, head, above):
            yield start, first - 1
            start = first
            above = head
        if head and (head.name not in FIGURES or _has_digits(word)):
            above = above or head
    yield start, segment.end


def _begins_column(line: Line, start: int, first: int, end: int, head: Column, above: Column | None) -> bool:
    """Whether the word from `first` to `end`, under another header than the print before it, is the beginning of a cell."""
    figure, before = _has_digits(line.text[first:end]), _has_digits(line.text[start : first - 1])
    if above is None:
        return head.name in FIGURES and figure and not before
    if head.name in FIGURES:
        return figure
    if above.name in FIGURES or (above.name == OTHER and before):
        return before
    box, previous = line.box_of(first, end), line.box_of(start, first - 1)
    return abs(box.x - head.box.x) < 0.5 * box.height or box.x - previous.right > CELL_GAP * box.height


@lru_cache(maxsize=8192)
def _has_digits(text: str) -> bool:
    return sum(c.isdigit() for c in text) * 2 >= sum(c.isalnum() for c in text)


def _header_above(box: Box, header: Header) -> Column | None:
    """The column under whose header a word stands most."""
    above, most = None, 0.0
    left, right = box.x, box.x + box.width
    for column in header.columns:  # no calls in here: this is asked for every word of a table
        head = column.box
        end = head.x + head.width
        shared = (end if end <= right else right) - (head.x if head.x >= left else left)
        if shared > most:
            above, most = column, shared
    return above


def _column_of(text: str, box: Box, header: Header) -> int:
    """The number of the column whose header is nearest, as columns of figures and of text are set."""
    figures = _has_digits(text)
    distances = [_distance(text, box, column, figures) for column in header.columns]
    return distances.index(min(distances))


def _distance(text: str, box: Box, column: Column, figures: bool) -> float:
    """How far a text is from the column of a header, in pixels. figures: whether it has mostly digits."""
    name, head = column.name, column.box
    left, right, head_right = box.x, box.x + box.width, head.x + head.width
    aligned = min(abs(head.x - left), abs(head_right - right), abs(head.x + head.width / 2 - (left + box.width / 2)))
    shared = (head_right if head_right <= right else right) - (head.x if head.x >= left else left)
    away = max(0.0, -shared)
    if name in FIGURES or (name == OTHER and figures):
        return away + 0.3 * aligned + (0.0 if figures else _strangeness(text, shared > 0) * box.height)
    if name == "description" and not figures and shared > COVERED * head.width:
        return 0.0
    starts_left = max(0.0, head.x - box.x - box.height) * (0.3 if shared > 0 else 1.0)
    beyond = max(0.0, box.x - head_right)
    return starts_left + (0.5 * beyond if not figures else away) + 0.3 * min(aligned, abs(head.x - box.x))


def _strangeness(text: str, beneath: bool) -> float:
    """How many heights of print further away text is thought to be from a column of figures. beneath: it stands under its header."""
    if beneath:
        return STRANGE
    return 2 * STRANGE if len(text) <= UNIT_LENGTH or any(c.isdigit() for c in text) else FOREIGN


def _in_order(found: Sequence[Piece], header: Header) -> bool:
    """Whether a line has one piece for each column, none of them far from its header."""
    if len(found) != len(header.columns) or len(found) < MIN_ORDERED:
        return False
    return all(-column.box.overlap_x(piece.box) < NEAR * piece.box.height for piece, column in zip(found, header.columns, strict=True))
