"""Owns rows: which words stand on one baseline, and where wide gaps cut a row into segments."""

from __future__ import annotations

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
    boxed = [(union(word.box for word in fragment), fragment) for fragment in fragments]
    upright = [(box, fragment) for box, fragment in boxed if not _is_turned(box, fragment)]
    turned = [fragment for box, fragment in boxed if _is_turned(box, fragment)]
    rows: list[_Row] = []
    for box, fragment in sorted(upright, key=lambda piece: piece[0].center_y):
        row = next((row for row in reversed(rows[-12:]) if row.reaches(box) and _belongs(box, row.pieces)), None)
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
        self.top, self.bottom = box.y, box.bottom

    def add(self, box: Box, fragment: Segment) -> None:
        self.pieces.append((box, fragment))
        self.top, self.bottom = min(self.top, box.y), max(self.bottom, box.bottom)

    def reaches(self, box: Box) -> bool:
        """Whether any of it may stand beside a box: nothing does that ends above it or begins beneath it."""
        return box.y <= self.bottom and self.top <= box.bottom


def _is_turned(box: Box, fragment: Segment) -> bool:
    return sum(len(word.text) for word in fragment) > 2 and box.height > 2 * box.width


def _belongs(box: Box, row: Sequence[tuple[Box, Segment]]) -> bool:
    nearest = min((other for other, _ in row), key=lambda other: -other.overlap_x(box))
    across, down = nearest.overlap_x(box), nearest.overlap_y(box)
    width, height = min(nearest.width, box.width), min(nearest.height, box.height)
    if across > 0.3 * width:
        return across < 0.6 * width and down >= SURELY_SAME_ROW * height  # else one above the other, however close
    return down >= SAME_ROW * height


def _segments(words: Sequence[Word]) -> list[Segment]:
    ordered = sorted(words, key=lambda word: word.box.x)
    segments: list[list[Word]] = [[ordered[0]]]
    reach = ordered[0].box.right
    for word in ordered[1:]:
        height = min(word.box.height, segments[-1][-1].box.height)
        if word.box.x - reach > WIDE_GAP * height:
            segments.append([])
        segments[-1].append(word)
        reach = max(reach, word.box.right)
    return [tuple(segment) for segment in segments]
