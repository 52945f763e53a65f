"""Owns rules that start from a label: where they look from it, and how far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import regex

from extractor.rules.anchors import anchors
from extractor.rules.candidate import Candidate
from extractor.rules.labelled import MULTILINE, LabelledPage, is_named, leads
from extractor.rules.labels import LabelHit
from extractor.rules.model import Rule
from extractor.rules.passages import is_whole, joined, up_to
from extractor.rules.prints import candidate, values_at
from extractor.rules.relations import RELATION_TABLE, Spot
from extractor.rules.views import SOFT, SOFT_FIT, zone_fit

RELATION_STEP = 0.06
"""What each later place in `find` costs."""
ANSWERED = 0.85
"""What a later place in `find` counts where an earlier one holds a value already."""
MIN_SHARE = 0.2
"""What print counts at least, however many pieces are nearer."""

_NOTHING_MORE = regex.compile(r"[\s:.;)*-]*(?:\([^)]*\))?[\s:.;)*-]*")


def by_label(rule: Rule, page: LabelledPage, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """The candidates that a rule's labels lead to on a page. found: all candidates so far. Raises RuleTimeout."""
    for anchor in anchors(rule, page, found):
        hit, fit = anchor.hit, rule.weight * anchor.fit
        if rule.kind == "amount" and page.is_taken(hit.line):
            continue
        if rule.value is not None:
            inside = zone_fit(rule.zone, page.layout, hit.line.box_of(hit.span.start, hit.span.end), strict=rule.strict)
            if inside:
                yield candidate(rule, page.layout, [(hit.line, hit.span)], rule.value, fit=fit * inside, hit=hit)
            continue
        named = rule.of is not None or leads(hit) or is_named(hit)
        if named or rule.kind not in MULTILINE:  # any text would do as a value, so a word in running text is no label
            yield from _from_label(rule, page, hit, fit, named=named)


def _from_label(rule: Rule, page: LabelledPage, hit: LabelHit, fit: float, *, named: bool) -> Iterator[Candidate]:
    answered = 1.0
    for order, name in enumerate(rule.find):
        if rule.of is None and rule.kind == "name" and not _leads_to_name(hit, name):
            continue
        if RELATION_TABLE[name].is_vertical and not named and page.is_prose(hit, rule.kind):
            continue  # what stands under a word of a sentence has nothing to do with it
        found = list(_found(rule, page, hit, name, fit * (1 - RELATION_STEP * order) * answered))
        answered = ANSWERED if found else answered
        yield from found


def _found(rule: Rule, page: LabelledPage, hit: LabelHit, name: str, fit: float) -> Iterator[Candidate]:
    if name == "between" and rule.kind in MULTILINE:
        yield from _between(rule, page, hit, fit)
        return
    step = RELATION_TABLE[name].step
    for rank, spot in enumerate(_near(rule, page, hit, name)):
        yield from values_at(rule, page, spot, fit=fit * spot.worth * max(MIN_SHARE, 1 - step * rank), hit=hit)


def _between(rule: Rule, page: LabelledPage, hit: LabelHit, fit: float) -> Iterator[Candidate]:
    """One text of all that stands between the label and the first label of `end`."""
    parts = [(spot.line, spot.span) for spot in _near(rule, page, hit, "between")][rule.skip :]
    if parts and is_whole(rule, parts):
        yield candidate(rule, page.layout, parts, joined(rule, parts), fit=fit, hit=hit)


def _near(rule: Rule, page: LabelledPage, hit: LabelHit, name: str) -> Iterator[Spot]:
    """The pieces of print that a relation leads to, as far as other labels, `end` and the largest gap let it."""
    relation, end = RELATION_TABLE[name], _end_of(rule, page, hit)
    if name == "between" and end is None:
        return
    limit, farthest = _reach(rule, hit, name)
    looked_at = 0
    for spot in relation.find(hit):
        labelled = relation.is_vertical and page.starts_with_label(spot)
        if spot.gap > farthest or looked_at >= relation.spots or (labelled and not relation.passes_labels):
            return
        cut = up_to(replace(spot, worth=SOFT_FIT if spot.gap > limit else 1.0), end) if not labelled else None
        rows = (relation.is_vertical or rule.kind == "amount") and page.is_taken(spot.line)
        if cut is not None and not relation.is_vertical and name != "between":
            cut = page.up_to_next_label(cut, rule)
        if relation.passes_labels and cut is None:
            continue
        looked_at += 1
        if cut is not None and not rows:
            yield cut
        if relation.nearest and rule.kind in MULTILINE:
            return  # any text would do, so only the nearest is meant


def _reach(rule: Rule, hit: LabelHit, name: str) -> tuple[float, float]:
    """How far a value may be from its label in pixels, and how far at the most."""
    relation = RELATION_TABLE[name]
    if rule.max_gap is not None:
        limit = rule.max_gap.pixels(hit.page.dpi, hit.page.height if relation.is_vertical else hit.page.width)
        return limit, limit * (1 if rule.strict else 1 + SOFT)
    limit = hit.page.height + hit.page.width if relation.reach is None else relation.reach * hit.line.height
    return limit, limit


def _end_of(rule: Rule, page: LabelledPage, hit: LabelHit) -> LabelHit | None:
    """The first of the rule's end labels that follows a label in reading order."""
    here = (hit.line.index, hit.span.end)
    return min(
        (end for end in page.labels(rule.end) if (end.line.index, end.span.start) >= here),
        key=lambda end: (end.line.index, end.span.start),
        default=None,
    )


def _leads_to_name(hit: LabelHit, relation: str) -> bool:
    """Whether a label can lead to a name there: names have label words in them, so that `Buyer Ltd` labels nothing.

    The name stands above or below a label that stands alone, and behind one that a separator or a gap ends, or that has several words.
    """
    end = hit.line.segment_at(hit.span.start).end
    if RELATION_TABLE[relation].is_vertical:
        return _NOTHING_MORE.fullmatch(hit.line.text, hit.span.end, end) is not None
    return " " in hit.label or is_named(hit) or hit.span.end >= end
