"""Owns the values in a piece of print, as candidates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from extractor.geometry import union
from extractor.layout import PageLayout, Span
from extractor.rules.candidate import Candidate
from extractor.rules.finders import find_values
from extractor.rules.labelled import MULTILINE, LabelledPage
from extractor.rules.labels import LabelHit
from extractor.rules.model import Rule
from extractor.rules.passages import Part, continued, is_whole, joined
from extractor.rules.patterns import find_all
from extractor.rules.relations import Spot
from extractor.rules.views import zone_fit

POSITION_STEP = 0.12
"""What each value further from the best place in the same print costs."""


def values_at(rule: Rule, page: LabelledPage, spot: Spot, *, fit: float, hit: LabelHit | None = None) -> Iterator[Candidate]:
    """The values of the rule's kind in one piece of print, each as a candidate. Raises RuleTimeout."""
    if rule.lines + rule.skip > 1 and rule.kind in MULTILINE:
        yield from _passage_at(rule, page, spot, fit, hit)
        return
    locales = (rule.writing.locales if rule.writing else ()) or page.locales
    spans = _own_spans(rule, spot.text) or ([] if rule.pattern else find_values(spot.text, rule.kind, locales))
    distance = round(1 - 0.25 * min(1.0, spot.gap / page.layout.width), 2)  # less is nothing that print is measured by: what stands first counts
    for order, (start, end) in enumerate(spans):
        span = Span(spot.span.start + start, spot.span.start + end)
        inside = zone_fit(rule.zone, page.layout, spot.line.box_of(span.start, span.end), strict=rule.strict)
        if inside:
            score = fit * inside * distance * max(0.3, 1 - POSITION_STEP * order)
            yield candidate(rule, page.layout, [(spot.line, span)], spot.text[start:end], fit=score, hit=hit)


def _own_spans(rule: Rule, text: str) -> list[tuple[int, int]]:
    """Where the rule's pattern matches; a match inside a longer word or number is no value."""
    spans = [match.span() for match in find_all(rule.pattern, text, rule.id)] if rule.pattern else []
    return [(start, end) for start, end in spans if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())]


def _passage_at(rule: Rule, page: LabelledPage, spot: Spot, fit: float, hit: LabelHit | None) -> Iterator[Candidate]:
    """A value of several lines: the spot, and what goes on beneath it."""
    inside = zone_fit(rule.zone, page.layout, spot.line.box_of(spot.span.start, spot.span.end), strict=rule.strict)
    parts = continued(rule, page, [(spot.line, spot.span)])[rule.skip :]
    if parts and inside and is_whole(rule, parts):
        yield candidate(rule, page.layout, parts, joined(rule, parts), fit=fit * inside, hit=hit)


def candidate(rule: Rule, page: PageLayout, parts: Sequence[Part], text: str, *, fit: float, hit: LabelHit | None = None) -> Candidate:
    """A candidate for a text that takes some parts of lines. hit: the label that led to it."""
    known = [c for line, span in parts if (c := line.confidence_of(span.start, span.end)) is not None]
    return Candidate(
        field=rule.field,
        kind=rule.kind,
        text=text.strip(),
        rule_id=rule.id,
        fit=fit,
        page=page.number,
        bounds=page.bounds(union(line.box_of(span.start, span.end) for line, span in parts)),
        label=hit.line.text[hit.span.start : hit.span.end] if hit else None,
        label_bounds=page.bounds(hit.line.box_of(hit.span.start, hit.span.end)) if hit else None,
        ocr=min(known, default=None),
        context=parts[0][0].text,
        inherited=rule.inherited,
        writing=rule.writing,
    )
