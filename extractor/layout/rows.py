"""Owns rows: which words stand on one baseline, and where wide gaps cut a row into segments."""

from __future__ import annotations

import math
from collections.abc import Sequence

from extractor.geometry import Box, union
from extractor.layout.model import Word

Segment = tuple[Word, ...]

SAME_ROW = 0.5
"""Share of the lower of two heights by which boxes must overlap vertically to stand on one baseline."""
SURELY_SAME_ROW = 0.8
"""The same for boxes that overlap horizontally as well: engines pad the boxes of short texts, so that neighbours touch."""
WIDE_GAP = 1.0
"""A gap of this many heights of print separates segments."""


def build_rows(fragments: Sequence[Segment]) -> list[list[Segment]]:
    """Rows from top to bottom; each is its segments from left to right.

    fragments: the words of each region. Words that stand turned on the page (tall and narrow) become rows of their own.
    """
    boxed = [(box_of(fragment), fragment) for fragment in fragments]
    upright = [(box, fragment) for box, fragment in boxed if not _is_turned(box, fragment)]
    turned = [fragment for box, fragment in boxed if _is_turned(box, fragment)]
    rows: list[_Row] = []
    for box, fragment in sorted(upright, key=lambda piece: piece[0].center_y):
        row = _row_of(box, rows)
        if row is None:
            rows.append(_Row(box, fragment))
        else:
            row.add(box, fragment)
    rows.sort(key=lambda row: sum(box.center_y for box, _ in row.pieces) / len(row.pieces))
    return [_segments([word for _, fragment in row.pieces for word in fragment]) for row in rows] + [[fragment] for fragment in turned]


class _Row:
    """What stands on one baseline so far, and from where to where it reaches down the page."""

    __slots__ = ("bottom", "pieces", "top")

    def __init__(self, box: Box, fragment: Segment) -> None:
        self.pieces = [(box, fragment)]
        self.top, self.bottom = box.y, box.y + box.height

    def add(self, box: Box, fragment: Segment) -> None:
        self.pieces.append((box, fragment))
        self.top, self.bottom = min(self.top, box.y), max(self.bottom, box.y + box.height)


def box_of(words: Sequence[Word]) -> Box:
    """The smallest box around some words."""
    return words[0].box if len(words) == 1 else union([word.box for word in words])


def _row_of(box: Box, rows: Sequence[_Row]) -> _Row | None:
    """The row that a box belongs to, of the last ones: none that ends above it or begins beneath it."""
    top, bottom = box.y, box.y + box.height
    for row in reversed(rows[-12:]):
        if top <= row.bottom and row.top <= bottom and _belongs(box, row.pieces):
            return row
    return None


def _is_turned(box: Box, fragment: Segment) -> bool:
    return sum(len(word.text) for word in fragment) > 2 and box.height > 2 * box.width


def _belongs(box: Box, row: Sequence[tuple[Box, Segment]]) -> bool:
    left, right = box.x, box.x + box.width
    nearest, across = box, -math.inf
    for other, _ in row:  # no calls in here: this is asked for every pair of pieces of print on a row
        end = other.x + other.width
        shared = (right if right <= end else end) - (left if left >= other.x else other.x)
        if shared > across:
            nearest, across = other, shared
    down = nearest.overlap_y(box)
    width, height = min(nearest.width, box.width), min(nearest.height, box.height)
    if across > 0.3 * width:
        return across < 0.6 * width and down >= SURELY_SAME_ROW * height  # else one above the other, however close
    return down >= SAME_ROW * height


def _segments(words: Sequence[Word]) -> list[Segment]:
    ordered = sorted(words, key=lambda word: word.box.x)
    segments: list[list[Word]] = [[ordered[0]]]
    last = ordered[0].box
    reach = last.x + last.width
    for word in ordered[1:]:
        box = word.box
        if box.x - reach > WIDE_GAP * (box.height if box.height < last.height else last.height):
            segments.append([])
        segments[-1].append(word)
        last, right = box, box.x + box.width
        reach = right if right > reach else reach
    return [tuple(segment) for segment in segments]
