"""Owns the anchors of rules: the labels that a rule may start from, or values of another field in their place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.geometry import Box
from extractor.layout import Span
from extractor.rules.candidate import Candidate
from extractor.rules.labelled import LabelledPage
from extractor.rules.labels import LabelHit, folded_label
from extractor.rules.model import Rule
from extractor.rules.relations import stands_under

MAX_VALUES = 3
"""So many of another field's values, the best first, are taken for labels."""
MIN_COVERED = 0.5


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place to look from. fit: 0 to 1, how sure it is."""

    hit: LabelHit
    fit: float


def anchors(rule: Rule, page: LabelledPage, found: Sequence[Candidate]) -> Iterator[Anchor]:
    """Where a rule starts from on a page. found: all candidates so far, those of the rule's `of` among them."""
    starts = _of_values(rule, page, found) if rule.of is not None else _of_labels(rule, page)
    headings = page.labels(page.headings) if rule.under else []
    own = {folded_label(text) for text in rule.under}
    for anchor in starts:
        heading = _heading_of(anchor.hit, headings) if rule.under else None
        if not rule.under or (heading is not None and folded_label(heading.label) in own):
            yield anchor


def _of_labels(rule: Rule, page: LabelledPage) -> Iterator[Anchor]:
    if not (hits := [hit for hit in page.hits if rule.field in hit.owners]):
        return
    weights = rule.label_weights or (1.0,) * len(rule.labels)
    own = {folded_label(label): weight for label, weight in zip(rule.labels, weights, strict=True)}
    for hit in hits:
        if folded_label(hit.label) in own:
            yield Anchor(hit, hit.fit * own[folded_label(hit.label)])


def _of_values(rule: Rule, page: LabelledPage, found: Sequence[Candidate]) -> Iterator[Anchor]:
    """Print that holds a value of another field, as if it were a label."""
    values = [each for each in found if each.field == rule.of and each.page == page.layout.number and each.bounds is not None]
    seen: set[tuple[int, int]] = set()
    for value in sorted(values, key=lambda each: -each.fit)[:MAX_VALUES]:
        hit = _hit_of(value, page) if value.bounds is not None else None
        if hit is not None and (hit.line.index, hit.span.start) not in seen:
            seen.add((hit.line.index, hit.span.start))
            yield Anchor(hit, value.fit)


def _hit_of(value: Candidate, page: LabelledPage) -> LabelHit | None:
    """The print of a value; of several lines the last one, since what stands beneath the value stands beneath that."""
    assert value.bounds is not None
    for line in reversed(page.layout.lines):
        position, inside = 0, []
        for word in line.words:
            start = line.text.index(word.text, position)
            position = start + len(word.text)
            if _covered(page.layout.bounds(word.box), value.bounds):
                inside.append((start, position))
        if inside:
            return LabelHit(value.text, frozenset({value.field}), page.layout, line, Span(inside[0][0], inside[-1][1]), 0)
    return None


def _covered(word: Box, bounds: Box) -> bool:
    """Whether most of a word lies in a box, or most of the box in the word, as where an engine reads label and value as one."""
    return word.intersection(bounds).area > MIN_COVERED * min(word.area, bounds.area)


def _heading_of(hit: LabelHit, headings: Sequence[LabelHit]) -> LabelHit | None:
    """The nearest heading above a label: in its own column, else one that begins further left."""
    label = hit.line.box_of(hit.span.start, hit.span.end)
    above = [(heading, heading.line.box_of(heading.span.start, heading.span.end)) for heading in headings]
    above = [(heading, box) for heading, box in above if box.center_y < label.y and box.x <= label.x + label.height]
    column = [(heading, box) for heading, box in above if stands_under(box, label, label.height)]
    return max(column or above, key=lambda pair: (pair[1].center_y, pair[1].x), default=(None, None))[0]
