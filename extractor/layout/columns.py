"""Owns reading order: where text runs in columns, one column is read to its end before the next begins.

Two things look alike on an invoice: columns of text, and a table or a list of labels with values. They differ in their
baselines. Rows of a table share them; columns of text are set independently. So a page is cut at an empty gutter only
where the rows on both sides do not line up.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractor.geometry import Box, union
from extractor.layout.rows import Segment, box_of

Row = list[Segment]

MIN_COLUMN_ROWS = 3
"""A column has at least this many rows."""
MAX_ALIGNED = 0.5
"""Up to this share of a column's rows may share a baseline with the other column by chance."""


def reading_order(rows: Sequence[Row]) -> list[Row]:
    """The rows in the order in which they are read, cut where they belong to different columns."""
    ordered: list[Row] = []
    for band in _bands(rows):
        ordered.extend(_split(band))
    return ordered


def _box(row: Row) -> Box:
    return union([word.box for segment in row for word in segment])


def _bands(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows grouped into bands that are apart by more than a blank line: columns do not reach across."""
    bands: list[list[Row]] = []
    bottom = 0.0
    for row in rows:
        box = _box(row)
        if not bands or box.y - bottom > 1.5 * box.height:
            bands.append([])
            bottom = box.bottom
        bands[-1].append(row)
        bottom = max(bottom, box.bottom)
    return bands


def _split(band: list[Row]) -> list[Row]:
    gutter = _gutter(band)
    if gutter is None:
        return band
    left = [part for row in band if (part := [s for s in row if s[0].box.x < gutter])]
    right = [part for row in band if (part := [s for s in row if s[0].box.x >= gutter])]
    return _split(left) + _split(right)


def _gutter(band: list[Row]) -> float | None:
    """The x at which a band falls into independent columns; None where it does not."""
    if len(band) < 2 * MIN_COLUMN_ROWS:
        return None
    boxes = sorted((box_of(segment) for row in band for segment in row), key=lambda box: box.x)
    reach, height = boxes[0].right, sorted(box.height for box in boxes)[len(boxes) // 2]
    for box in boxes[1:]:
        if box.x - reach > height and _independent(band, box.x):
            return box.x
        reach = max(reach, box.right)
    return None


def _independent(band: list[Row], x: float) -> bool:
    left = [row for row in band if any(segment[0].box.x < x for segment in row)]
    right = [row for row in band if any(segment[0].box.x >= x for segment in row)]
    shared = sum(1 for row in left if any(segment[0].box.x >= x for segment in row))
    return min(len(left), len(right)) >= MIN_COLUMN_ROWS and shared <= MAX_ALIGNED * min(len(left), len(right))
