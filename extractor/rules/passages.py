"""Owns values over several lines: what goes on beneath their beginning, where they end, and how their lines become one text."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.geometry import union
from extractor.layout import Line, Span
from extractor.rules.labelled import LabelledPage
from extractor.rules.labels import LabelHit
from extractor.rules.model import Rule
from extractor.rules.patterns import find_all, matches_whole
from extractor.rules.relations import Spot, stands_under

Part = tuple[Line, Span]
"""A part of a line that a value takes."""
WIDE_GAP = 1.2
"""A value of several lines ends at a gap of so many heights of print."""


def continued(rule: Rule, page: LabelledPage, parts: Sequence[Part]) -> list[Part]:
    """The parts and the segments that go on beneath them without a gap, up to a label or to where `until` or `end` ends the value."""
    found = list(parts)
    box = union(line.box_of(span.start, span.end) for line, span in parts)
    bottom = box.bottom
    for line in sorted((line for line in page.layout.lines if line.box.center_y > box.bottom), key=lambda line: line.box.center_y):
        if len(found) >= rule.skip + rule.lines or line.box.y - bottom > WIDE_GAP * line.height:
            break
        span = next((s for s in line.segment_spans if stands_under(box, line.box_of(s.start, s.end), line.height)), None)
        if span is not None and _is_end(rule, page, found, Spot(line, span, 0.0)):
            break
        if span is not None:
            found.append((line, span))
            bottom = line.box.bottom
    return found


def _is_end(rule: Rule, page: LabelledPage, parts: Sequence[Part], spot: Spot) -> bool:
    """Whether a value of several lines ends before the spot: `until` says so where the rule has it, labels where not."""
    if any(hit.line is spot.line and spot.span.start <= hit.span.start < spot.span.end for hit in page.labels(rule.end)):
        return True
    if rule.until is None:
        return page.starts_with_label(spot, rule.field.split("_")[0])
    return bool(find_all(rule.until, "\n".join([*(text_of(part) for part in parts), spot.text]), rule.id))


def up_to(spot: Spot, end: LabelHit | None) -> Spot | None:
    """The spot as far as it stands before a label in reading order; None where nothing of it does."""
    if end is None or spot.line.index < end.line.index:
        return spot
    text = spot.line.text[spot.span.start : end.span.start].rstrip() if spot.line is end.line else ""
    if not text:
        return None
    return Spot(spot.line, Span(spot.span.start, min(spot.span.end, spot.span.start + len(text))), spot.gap, spot.worth)


def text_of(part: Part) -> str:
    """The print of a part of a line."""
    line, span = part
    return line.text[span.start : span.end]


def joined(rule: Rule, parts: Sequence[Part]) -> str:
    """The lines of a value as one text."""
    return rule.join.join(text_of(part) for part in parts)


def is_whole(rule: Rule, parts: Sequence[Part]) -> bool:
    """Whether the rule's pattern fits the whole value."""
    return rule.pattern is None or matches_whole(rule.pattern, joined(rule, parts), rule.id)
