"""Owns rows: which words stand on one baseline, and where wide gaps cut a row into segments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from operator import itemgetter

from extractor.geometry import Box, union
from extractor.layout.model import Word

Segment = tuple[Word, ...]

SAME_ROW = 0.5
"""Share of the lower of two heights by which boxes must overlap vertically to stand on one baseline."""
SURELY_SAME_ROW = 0.8
"""The same for boxes that overlap horizontally as well: engines pad the boxes of short texts, so that neighbours touch."""
_NEAR = 12
"""Of the rows found so far, a piece of print may belong to so many of the last ones."""
WIDE_GAP = 1.0
"""A gap of this many heights of print separates segments."""


def build_rows(fragments: Sequence[Segment]) -> list[list[Segment]]:
    """Rows from top to bottom; each is its segments from left to right.

    fragments: the words of each region. Words that stand turned on the page (tall and narrow) become rows of their own.
    """
    upright: list[tuple[float, Box, Segment]] = []
    turned: list[Segment] = []
    for fragment in fragments:
        box = box_of(fragment)
        if box.height > 2 * box.width and sum(len(word.text) for word in fragment) > 2:
            turned.append(fragment)
        else:
            upright.append((box.y + box.height / 2, box, fragment))
    upright.sort(key=itemgetter(0))
    rows: list[_Row] = []
    lowest = -math.inf
    for middle, box, fragment in upright:
        row = _row_of(box, rows) if box.y <= lowest else None
        if row is None:
            row = _Row(box)
            rows.append(row)
        row.add(middle, box, fragment)
        lowest = row.bottom if row.bottom > lowest else lowest
    rows.sort(key=lambda row: sum(row.middles) / len(row.middles))
    return [_segments(row.words) for row in rows] + [[fragment] for fragment in turned]


class _Row:
    """What stands on one baseline so far, and how far it reaches. first, last: what begins furthest left, and what ends furthest right."""

    __slots__ = ("bottom", "boxes", "first", "last", "left", "middles", "right", "top", "words")

    def __init__(self, box: Box) -> None:
        self.words: list[Word] = []
        self.middles: list[float] = []
        self.boxes: list[Box] = []
        self.first = self.last = box
        self.left, self.right = box.x, box.x + box.width
        self.top, self.bottom = box.y, box.y + box.height

    def add(self, middle: float, box: Box, fragment: Segment) -> None:
        self.words += fragment
        self.middles.append(middle)
        self.boxes.append(box)
        left, top = box.x, box.y
        right, bottom = left + box.width, top + box.height
        if left < self.left:
            self.left, self.first = left, box
        if right > self.right:
            self.right, self.last = right, box
        self.top = top if top < self.top else self.top
        self.bottom = bottom if bottom > self.bottom else self.bottom

    def takes(self, box: Box) -> bool:
        """Whether a box stands on the same baseline as what is nearest to it in the row."""
        top, height, left, width = box.y, box.height, box.x, box.width
        bottom = top + height
        if top > self.bottom or self.top > bottom:
            return False
        if left >= self.right:  # print comes from left to right nearly always: nothing to search
            nearest, across = self.last, self.right - left
        elif left + width <= self.left:
            nearest, across = self.first, left + width - self.left
        else:
            nearest, across = self._nearest(left, left + width)
        # no calls in here: this is asked for every piece of print
        edge = nearest.y + nearest.height
        down = (bottom if bottom <= edge else edge) - (top if top >= nearest.y else nearest.y)
        width = nearest.width if nearest.width < width else width
        height = nearest.height if nearest.height < height else height
        if across > 0.3 * width:
            return across < 0.6 * width and down >= SURELY_SAME_ROW * height  # else one above the other, however close
        return down >= SAME_ROW * height

    def _nearest(self, left: float, right: float) -> tuple[Box, float]:
        """What of the row shares most with left to right, and how much that is (negative: the gap between them)."""
        nearest, across = self.first, -math.inf
        for other in self.boxes:
            end = other.x + other.width
            shared = (right if right <= end else end) - (left if left >= other.x else other.x)
            if shared > across:
                nearest, across = other, shared
        return nearest, across


def _row_of(box: Box, rows: Sequence[_Row]) -> _Row | None:
    """The row that a box belongs to, of the last ones."""
    for row in islice(reversed(rows), _NEAR):
        if row.takes(box):
            return row
    return None


def box_of(words: Sequence[Word]) -> Box:
    """The smallest box around some words."""
    return words[0].box if len(words) == 1 else union([word.box for word in words])


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
