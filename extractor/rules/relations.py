"""Owns the relations between a label and its value: one function per relation, in one table.

Each takes a label on a page, and gives the pieces of print to look at, nearest first.
A new relation is one function, one row in `RELATION_TABLE`, and its name in `model.RELATIONS`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from extractor.geometry import Box
from extractor.layout import Line, Span
from extractor.record import record
from extractor.rules.labels import LabelHit
from extractor.rules.model import RELATIONS

MAX_LINES_AWAY = 3.5
"""Below or above: how many heights of print a value may be away where the rule gives no `max_gap`."""
NEAR_LINES_AWAY = 8.0
"""The same in any direction."""
MANY = 60
MAX_SPOTS = 3
"""How many pieces of print one relation looks at."""
FURTHER = 0.15
"""What each further piece of print costs that a relation leads to."""
SEPARATORS = " \t:;.=-\u2013#>|"
"""What may stand between a label and its value."""


@record
class Spot:
    """A piece of a line in which to look for a value. gap: pixels from the label to it. worth: less than 1 beyond a soft limit."""

    line: Line
    span: Span
    gap: float
    worth: float = 1.0

    @property
    def text(self) -> str:
        return self.line.text[self.span.start : self.span.end]


def right_of(hit: LabelHit) -> Iterator[Spot]:
    """The rest of the label's line."""
    start = _skip(hit.line.text, hit.span.end)
    if start < len(hit.line.text):
        yield Spot(hit.line, Span(start, len(hit.line.text)), _gap_x(hit, start))


def within(hit: LabelHit) -> Iterator[Spot]:
    """The rest of the label's segment: nothing beyond a wide gap."""
    start, end = _skip(hit.line.text, hit.span.end), hit.line.segment_at(hit.span.start).end
    if start < end:
        yield Spot(hit.line, Span(start, end), _gap_x(hit, start))


def left_of(hit: LabelHit) -> Iterator[Spot]:
    """What stands before the label on its line."""
    text = hit.line.text[: hit.span.start].rstrip(SEPARATORS)
    if text:
        yield Spot(hit.line, Span(0, len(text)), hit.line.box_of(hit.span.start, hit.span.end).x - hit.line.box_of(0, len(text)).right)


def same_line(hit: LabelHit) -> Iterator[Spot]:
    """The whole line on both sides of the label."""
    yield from right_of(hit)
    yield from left_of(hit)


def below(hit: LabelHit) -> Iterator[Spot]:
    """Segments under the label, line after line."""
    yield from _stacked(hit, 1)


def above(hit: LabelHit) -> Iterator[Spot]:
    """Segments over the label, line after line."""
    yield from _stacked(hit, -1)


def near(hit: LabelHit) -> Iterator[Spot]:
    """Print in every direction, nearest first."""
    label = hit.line.box_of(hit.span.start, hit.span.end)
    own = hit.line.segment_at(hit.span.start)
    before = hit.line.text[own.start : hit.span.start].rstrip(SEPARATORS)
    beside = [*within(hit), *([Spot(hit.line, Span(own.start, own.start + len(before)), 0.0)] if before else [])]
    others = [(line, span) for line in hit.page.lines for span in line.segment_spans if not (line is hit.line and span == own)]
    apart = [Spot(line, span, _distance(label, line.box_of(span.start, span.end))) for line, span in others]
    yield from sorted([*beside, *apart], key=lambda spot: spot.gap)


def _distance(one: Box, other: Box) -> float:
    """Pixels between the nearest edges of two boxes."""
    x = max(0.0, one.x - other.right, other.x - one.right)
    y = max(0.0, one.y - other.bottom, other.y - one.bottom)
    return math.hypot(x, y)


def same_column(hit: LabelHit) -> Iterator[Spot]:
    """Print beneath in the label's column, however far down."""
    yield from _stacked(hit, 1)


def between(hit: LabelHit) -> Iterator[Spot]:
    """What follows the label in reading order, up to the end of the page; labels of `end` end it."""
    yield from right_of(hit)
    for line in hit.page.lines[hit.line.index + 1 :]:
        yield from (Spot(line, span, 0.0) for span in line.segment_spans)


def _stacked(hit: LabelHit, direction: int) -> Iterator[Spot]:
    label = hit.line.box_of(hit.span.start, hit.span.end)
    lines = [line for line in hit.page.lines if (line.box.center_y - label.center_y) * direction > 0.4 * label.height and line is not hit.line]
    for line in sorted(lines, key=lambda line: abs(line.box.center_y - label.center_y)):
        gap = max(0.0, line.box.y - label.bottom if direction > 0 else label.y - line.box.bottom)
        for span in line.segment_spans:
            if stands_under(label, line.box_of(span.start, span.end), line.height):
                yield Spot(line, span, gap)


def stands_under(label: Box, value: Box, height: float) -> bool:
    """Whether two boxes share a column: they overlap, or their left or right edges line up within a height of print."""
    return value.overlap_x(label) > 0.3 * min(label.width, value.width) or abs(value.x - label.x) < height or abs(value.right - label.right) < height


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in SEPARATORS:
        position += 1
    # A minus that stands right before a figure is part of it.
    return position - 1 if text[position - 1 : position] in {"-", "\u2013"} and text[position : position + 1].isdigit() else position


def _gap_x(hit: LabelHit, start: int) -> float:
    return max(0.0, hit.line.box_of(start, start + 1).x - hit.line.box_of(hit.span.start, hit.span.end).right)


@dataclass(frozen=True, slots=True)
class Relation:
    """A row of the table. meaning: for people who write rules.

    reach: how far a value may be where the rule gives no `max_gap`, in heights of print; None: across the page.
    is_vertical: it leads from line to line. passes_labels: labels on the way do not end it. nearest: of free text, which any print
    can be, only the nearest is meant. spots: how many pieces of print are looked at.
    step: what each further one costs.
    """

    find: Callable[[LabelHit], Iterator[Spot]]
    meaning: str
    reach: float | None = None
    is_vertical: bool = False
    passes_labels: bool = False
    nearest: bool = False
    spots: int = MAX_SPOTS
    step: float = FURTHER


RELATION_TABLE: dict[str, Relation] = {
    "right_of": Relation(right_of, "The rest of the label's line"),
    "below": Relation(below, "Beneath the label, in its column, a few lines at most", MAX_LINES_AWAY, is_vertical=True, nearest=True),
    "same_line": Relation(same_line, "The label's line on both sides"),
    "within": Relation(within, "The rest of the same piece of print, up to a wide gap"),
    "left_of": Relation(left_of, "What stands before the label on its line"),
    "above": Relation(above, "Over the label, in its column, a few lines at most", MAX_LINES_AWAY, is_vertical=True, nearest=True),
    "near": Relation(near, "In any direction, the nearest first", NEAR_LINES_AWAY, passes_labels=True, nearest=True, spots=8, step=0.06),
    "same_column": Relation(
        same_column, "Beneath the label, in its column, however far down", is_vertical=True, passes_labels=True, nearest=True, spots=MANY, step=0.01
    ),
    "between": Relation(between, "All that follows, over lines, up to the first label of `end`", passes_labels=True, spots=MANY, step=0.01),
}
if tuple(RELATION_TABLE) != RELATIONS:
    raise AssertionError("RELATION_TABLE and model.RELATIONS must name the same relations")
