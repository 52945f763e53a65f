"""Owns the relations between a label and its value: one function per relation, in one table.

Each takes a label on a page and the kind of value, and gives the pieces of print to look at, nearest first.
A new relation is one function, one row in `RELATION_FUNCTIONS`, and its name in `model.RELATIONS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from extractor.geometry import Box
from extractor.layout import Line, Span
from extractor.rules.labels import LabelHit
from extractor.rules.model import RELATIONS

MAX_LINES_AWAY = 3.5
"""Below or above: how many heights of print a value may be away where the rule gives no `max_gap`."""
SEPARATORS = " \t:;.=-\u2013#>|"
"""What may stand between a label and its value."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A piece of a line in which to look for a value. gap: pixels from the label to it."""

    line: Line
    span: Span
    gap: float

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


RELATION_FUNCTIONS: dict[str, Callable[[LabelHit], Iterator[Spot]]] = {
    "right_of": right_of,
    "below": below,
    "same_line": same_line,
    "within": within,
    "left_of": left_of,
    "above": above,
}
if tuple(RELATION_FUNCTIONS) != RELATIONS:
    raise AssertionError("RELATION_FUNCTIONS and model.RELATIONS must name the same relations")
