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
    upright = [fragment for fragment in fragments if not _is_turned(fragment)]
    turned = [fragment for fragment in fragments if _is_turned(fragment)]
    rows: list[list[tuple[Box, Segment]]] = []
    for fragment in sorted(upright, key=lambda words: union(word.box for word in words).center_y):
        box = union(word.box for word in fragment)
        row = next((row for row in reversed(rows[-12:]) if _belongs(box, row)), None)
        if row is None:
            rows.append([(box, fragment)])
        else:
            row.append((box, fragment))
    rows.sort(key=lambda row: sum(box.center_y for box, _ in row) / len(row))
    return [_segments([word for _, fragment in row for word in fragment]) for row in rows] + [[fragment] for fragment in turned]


def _is_turned(fragment: Segment) -> bool:
    box = union(word.box for word in fragment)
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
