"""Stage "match": a page layout and a rule set give candidates. Each rule is tried alone; choosing comes later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from extractor.errors import RuleTimeout
from extractor.geometry import Box, union
from extractor.issues import Issue, Level
from extractor.layout import Layout, Line, PageLayout, Span
from extractor.rules.candidate import Candidate
from extractor.rules.finders import find_values
from extractor.rules.labels import LabelHit, LabelIndex
from extractor.rules.model import Rule, RuleSet, Zone
from extractor.rules.patterns import find_all, matches_whole, replace_all, value_span
from extractor.rules.relations import MAX_LINES_AWAY, RELATION_FUNCTIONS, Spot, stands_under

RELATION_STEP = 0.06
"""What each later place in `find` costs."""
POSITION_STEP = 0.12
"""What each value further from the best place in the same print costs."""
MAX_SPOTS = 3
"""How many pieces of print one relation looks at."""
MULTILINE = frozenset({"address", "text"})


@dataclass(frozen=True, slots=True)
class Matches:
    """What matching gives: candidates, the labels it saw, and issues (rules that overran their time limit)."""

    candidates: tuple[Candidate, ...]
    hits: tuple[LabelHit, ...]
    issues: tuple[Issue, ...]


class Matcher:
    """A rule set made ready to match any number of documents."""

    def __init__(self, rule_set: RuleSet) -> None:
        self.rule_set = rule_set
        labels: dict[str, list[str]] = {"decoy": list(rule_set.decoys)}
        for field, rules in rule_set.rules.items():
            labels.setdefault(field, []).extend(label for rule in rules for label in rule.labels)
        for table in rule_set.tables:
            labels.setdefault("end", []).extend(table.end)
            for column, texts in table.columns.items():
                labels.setdefault(f"column.{column}", []).extend(texts)
        self.index = LabelIndex(labels)

    def hits(self, layout: Layout) -> list[LabelHit]:
        """All labels of the rule set that stand on the pages."""
        return [hit for page in layout.pages for hit in self.index.find(page)]

    def match(self, layout: Layout, hits: Sequence[LabelHit] | None = None) -> Matches:
        """Tries every rule on every page that it allows."""
        hits = self.hits(layout) if hits is None else hits
        candidates: list[Candidate] = []
        issues: list[Issue] = []
        for rule in (rule for rules in self.rule_set.rules.values() for rule in rules):
            try:
                candidates.extend(_apply(rule, layout, hits, self.rule_set.locales))
            except RuleTimeout as error:
                issues.append(Issue("rule-timeout", Level.WARNING, str(error), field=rule.field, place=rule.place))
        return Matches(tuple(candidates), tuple(hits), tuple(issues))


def _apply(rule: Rule, layout: Layout, hits: Sequence[LabelHit], locales: Sequence[str]) -> Iterator[Candidate]:
    if rule.value is not None:
        yield Candidate(rule.field, rule.kind, rule.value, rule.id, rule.weight, inherited=rule.inherited)
        return
    for page in layout.pages:
        if not _allows_page(rule.page, page, layout):
            continue
        if rule.regex is not None:
            found = _by_regex(rule, page)
        elif rule.labels:
            found = _by_label(rule, page, hits, locales)
        else:
            found = _by_zone(rule, page, locales)
        yield from (_rewritten(rule, candidate) for candidate in found)


def _allows_page(wanted: str | int, page: PageLayout, layout: Layout) -> bool:
    if wanted == "any":
        return True
    if wanted in ("first", "last"):
        return page is layout.pages[0 if wanted == "first" else -1]
    return page.number == wanted


def _by_regex(rule: Rule, page: PageLayout) -> Iterator[Candidate]:
    assert rule.regex is not None
    for match in find_all(rule.regex, page.text, rule.id):
        start, end = value_span(match)
        parts = page.locate(start, end)
        if start < end and parts and _in_zone(rule.zone, page, union(line.box_of(s.start, s.end) for line, s in parts)):
            yield _candidate(rule, page, parts, page.text[start:end], fit=rule.weight)


def _by_label(rule: Rule, page: PageLayout, hits: Sequence[LabelHit], locales: Sequence[str]) -> Iterator[Candidate]:
    own = {label.casefold() for label in rule.labels}
    for hit in hits:
        if hit.page is not page or rule.field not in hit.owners or hit.label.casefold() not in own:
            continue
        for order, relation in enumerate(rule.find):
            vertical = relation in ("below", "above")
            fit = rule.weight * hit.fit * (1 - RELATION_STEP * order)
            for spot in _near(rule, hit, RELATION_FUNCTIONS[relation](hit), vertical):
                yield from _values(rule, page, spot, locales, fit=fit, hit=hit)


def _near(rule: Rule, hit: LabelHit, spots: Iterable[Spot], vertical: bool) -> list[Spot]:
    if rule.max_gap is not None:
        limit = rule.max_gap.pixels(hit.page.dpi, hit.page.height if vertical else hit.page.width)
    else:
        limit = MAX_LINES_AWAY * hit.line.height if vertical else hit.page.width
    near = [spot for spot in spots if spot.gap <= limit]
    return near[:MAX_SPOTS]


def _by_zone(rule: Rule, page: PageLayout, locales: Sequence[str]) -> Iterator[Candidate]:
    spots = [Spot(line, span, 0.0) for line in page.lines for span in line.segment_spans]
    inside = [spot for spot in spots if _in_zone(rule.zone, page, spot.line.box_of(spot.span.start, spot.span.end))]
    for rank, spot in enumerate(inside):
        yield from _values(rule, page, spot, locales, fit=rule.weight * max(0.2, 1 - 0.05 * rank))


def _values(rule: Rule, page: PageLayout, spot: Spot, locales: Sequence[str], *, fit: float, hit: LabelHit | None = None) -> Iterator[Candidate]:
    """The values of the rule's kind in one piece of print, each as a candidate."""
    if rule.lines > 1 and rule.kind in MULTILINE:
        yield from _block(rule, page, spot, fit, hit)
        return
    spans = _own_spans(rule, spot.text) or ([] if rule.pattern else find_values(spot.text, rule.kind, locales))
    distance = 1 - 0.25 * min(1.0, spot.gap / page.width)
    for order, (start, end) in enumerate(spans):
        span = Span(spot.span.start + start, spot.span.start + end)
        if _in_zone(rule.zone, page, spot.line.box_of(span.start, span.end)):
            score = fit * distance * max(0.3, 1 - POSITION_STEP * order)
            yield _candidate(rule, page, [(spot.line, span)], spot.text[start:end], fit=score, hit=hit)


def _own_spans(rule: Rule, text: str) -> list[tuple[int, int]]:
    return [match.span() for match in find_all(rule.pattern, text, rule.id)] if rule.pattern else []


def _block(rule: Rule, page: PageLayout, spot: Spot, fit: float, hit: LabelHit | None) -> Iterator[Candidate]:
    """A value of several lines: the spot, and the segments that go on beneath it without a gap."""
    box = spot.line.box_of(spot.span.start, spot.span.end)
    parts = [(spot.line, spot.span)]
    bottom = box.bottom
    for line in sorted((line for line in page.lines if line.box.center_y > box.bottom), key=lambda line: line.box.center_y):
        if len(parts) >= rule.lines or line.box.y - bottom > 1.2 * line.height:
            break
        span = next((s for s in line.segment_spans if stands_under(box, line.box_of(s.start, s.end), line.height)), None)
        if span is not None:
            parts.append((line, span))
            bottom = line.box.bottom
    text = rule.join.join(line.text[span.start : span.end] for line, span in parts)
    if (rule.pattern is None or matches_whole(rule.pattern, text, rule.id)) and _in_zone(rule.zone, page, box):
        yield _candidate(rule, page, parts, text, fit=fit, hit=hit)


def _in_zone(zone: Zone | None, page: PageLayout, box: Box) -> bool:
    """Whether the middle of a box lies in the zone."""
    if zone is None:
        return True
    x = (zone.left.pixels(page.dpi, page.width) if zone.left else 0, zone.right.pixels(page.dpi, page.width) if zone.right else page.width)
    y = (zone.top.pixels(page.dpi, page.height) if zone.top else 0, zone.bottom.pixels(page.dpi, page.height) if zone.bottom else page.height)
    return x[0] <= box.center_x <= x[1] and y[0] <= box.center_y <= y[1]


def _candidate(rule: Rule, page: PageLayout, parts: Sequence[tuple[Line, Span]], text: str, *, fit: float, hit: LabelHit | None = None) -> Candidate:
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
    )


def _rewritten(rule: Rule, candidate: Candidate) -> Candidate:
    text = candidate.text
    for pattern, replacement in rule.replace:
        text = replace_all(pattern, replacement, text, rule.id)
    return candidate if text == candidate.text else replace(candidate, text=text)
