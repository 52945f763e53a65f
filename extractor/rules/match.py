"""Stage "match": a page layout and a rule set give candidates. Each rule is tried alone; choosing comes later."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass, replace

from extractor.errors import RuleTimeout
from extractor.geometry import union
from extractor.invoice.fields import FIELDS
from extractor.issues import Issue, Level
from extractor.layout import Layout
from extractor.rules.by_code import by_code
from extractor.rules.by_label import by_label
from extractor.rules.candidate import Candidate
from extractor.rules.conditions import bounds_of, document_kind, in_turn, on_pages
from extractor.rules.labelled import MULTILINE, LabelledPage
from extractor.rules.labels import LabelHit, LabelIndex
from extractor.rules.model import Rule, RuleSet
from extractor.rules.parties import PARTY_KINDS, find_parties, head_labels
from extractor.rules.passages import continued, is_whole, joined
from extractor.rules.patterns import find_all, find_first, matches_whole, value_span
from extractor.rules.prints import candidate, values_at
from extractor.rules.relations import Spot
from extractor.rules.searches import rewritten, search, search_pages
from extractor.rules.sections import FIT, find_sections
from extractor.rules.standing import weigh
from extractor.rules.sum_rows import sum_candidates
from extractor.rules.tax_tables import TAX_COLUMN, TAX_END
from extractor.rules.views import allows_page, in_zone, zone_fit

PAYMENT = frozenset({"iban", "bic"})


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
        self.index = LabelIndex(_labels(rule_set))
        self._rules = [rule for rule in in_turn(rule_set.rules) if rule.group != "list" and not rule.sum]
        self._headings = tuple({heading: None for rule in self._rules for heading in rule.under})
        self._heads = head_labels(rule for rules in rule_set.rules.values() for rule in rules)
        self._looks_at_blocks = any(rule.block for rules in rule_set.rules.values() for rule in rules)

    def hits(self, layout: Layout) -> list[LabelHit]:
        """All labels of the rule set that stand on the pages."""
        return [hit for page in layout.pages for hit in self.index.find(page)]

    def match(self, layout: Layout, hits: Sequence[LabelHit] | None = None, taken: Container[tuple[int, int]] = ()) -> Matches:
        """Tries every rule on every page that it allows.

        hits: what `hits()` gave, where the caller has it. taken: lines (page number, index) that are rows of the table of
        line items: no header amount is looked for in them.
        """
        hits = self.hits(layout) if hits is None else hits
        pages = [LabelledPage(page, [hit for hit in hits if hit.page is page], self.rule_set.locales, taken, self._headings) for page in layout.pages]
        parties = find_parties(layout, hits, self._heads) if self._looks_at_blocks else []
        for page in pages:
            page.parties = [party for party in parties if party.address.page is page.layout]
            page.sections = find_sections(page.layout, page.hits, self._heads) if self._looks_at_blocks else []
        candidates = [*_constants(self.rule_set), *(candidate for page in pages for candidate in sum_candidates(page.layout, page.hits))]
        issues: list[Issue] = []
        for rule in self._rules:
            if rule.kinds and document_kind(self.rule_set, candidates) not in rule.kinds:
                continue
            try:
                candidates.extend(_apply(rule, pages, layout, self.rule_set.locales, candidates))
            except RuleTimeout as error:
                issues.append(Issue("rule-timeout", Level.WARNING, str(error), field=rule.field, place=rule.place))
        if self._looks_at_blocks:
            candidates = weigh(candidates, parties, layout, [section for page in pages for section in page.sections])
        return Matches(tuple(_unrivalled(candidates)), tuple(hits), tuple(issues))


def _labels(rule_set: RuleSet) -> dict[str, list[str]]:
    """All labels of a rule set by what they stand for (see `LabelIndex`): they compete for the same print."""
    labels: dict[str, list[str]] = {"decoy": list(rule_set.decoys)}
    for field, rules in rule_set.rules.items():
        labels.setdefault(field, []).extend(label for rule in rules for label in rule.labels)
        for rule in rules:
            for owner, texts in bounds_of(rule):
                labels.setdefault(owner, []).extend(texts)
    for prefix, tables in (("column", rule_set.tables), (TAX_COLUMN, rule_set.tax_tables)):
        for table in tables:
            labels.setdefault("end" if prefix == "column" else TAX_END, []).extend(table.end)
            for column, texts in table.columns.items():
                labels.setdefault(f"{prefix}.{column}", []).extend(texts)
    return labels


def _constants(rule_set: RuleSet) -> Iterator[Candidate]:
    """What a vendor's file states of the vendor. Where to pay is not taken from there: it must be read, and is only compared."""
    for name, text in rule_set.vendor.items():
        if name not in PAYMENT:
            yield Candidate(name, FIELDS[name].kind, text, "vendor", fit=1.0)


def _unrivalled(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """The candidates; those of inherited rules are as good as the file's own for fields of which its own rules find nothing."""
    own = {each.field for each in candidates if not each.inherited}
    yield from (each if each.field in own or not each.inherited else replace(each, inherited=False) for each in candidates)


def _apply(rule: Rule, pages: Sequence[LabelledPage], layout: Layout, locales: Sequence[str], found: Sequence[Candidate]) -> list[Candidate]:
    """The candidates of one rule. found: those of the rules before it. Raises RuleTimeout."""
    candidates = _candidates(rule, pages, layout, locales, found)
    return [each for each in candidates if rule.unlike is None or find_first(rule.unlike, each.text, rule.id) is None]


def _candidates(rule: Rule, pages: Sequence[LabelledPage], layout: Layout, locales: Sequence[str], found: Sequence[Candidate]) -> Iterator[Candidate]:
    here = list(on_pages(rule, pages, layout))
    led_by_regex = bool(rule.regex) and not _goes_on(rule)
    if led_by_regex and rule.view is not None:
        if len(here) == sum(allows_page(rule.page, page.layout, layout.pages) for page in pages):
            yield from search(rule, layout, locales)
    elif rule.value is not None and not (rule.regex or rule.labels or rule.of or rule.barcode):
        if here:
            yield Candidate(rule.field, rule.kind, rule.value, rule.id, rule.weight, inherited=rule.inherited, writing=rule.writing)
    elif led_by_regex:
        yield from search_pages([(each, page.layout) for each, page in here], locales)
    else:
        for each, page in here:
            yield from (rewritten(rule.replace, candidate) for candidate in _lead(each)(each, page, found))


Lead = Callable[[Rule, LabelledPage, Sequence[Candidate]], Iterator[Candidate]]


def _lead(rule: Rule) -> Lead:
    """What a rule finds its values by."""
    if rule.regex:
        return _by_regex
    if rule.barcode is not None:
        return by_code
    if rule.labels or rule.of is not None:
        return by_label
    return _by_block if rule.block is not None else _by_zone


def _goes_on(rule: Rule) -> bool:
    """Whether what a regex finds is only the beginning of a value of several lines."""
    return rule.lines > 1 and rule.kind in MULTILINE and rule.view is None and rule.between is None


def _by_regex(rule: Rule, page: LabelledPage, found: Sequence[Candidate]) -> Iterator[Candidate]:
    layout = page.layout
    for match in (match for pattern in rule.regex for match in find_all(pattern, layout.text, rule.id)):
        start, end = value_span(match)
        parts = layout.locate(start, end)
        if not (start < end and parts):
            continue
        inside = zone_fit(rule.zone, layout, union(line.box_of(s.start, s.end) for line, s in parts), strict=rule.strict)
        if inside:
            parts = continued(rule, page, parts)[rule.skip :]
            if parts and is_whole(rule, parts):
                yield candidate(rule, layout, parts, joined(rule, parts), fit=rule.weight * inside)


def _by_block(rule: Rule, page: LabelledPage, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """The name or the address of a party; for other fields what stands in its block or its section of a form."""
    if rule.kind not in PARTY_KINDS:
        for piece in (piece for section in page.sections if section.party == rule.block for piece in section.pieces):
            yield from values_at(rule, page, Spot(piece.line, piece.span, 0.0), fit=rule.weight * FIT)
    for party in page.parties:
        fit = rule.weight * party.fit
        if party.party != rule.block:
            continue
        if rule.kind not in PARTY_KINDS:
            for piece in party.address.pieces:
                yield from values_at(rule, page, Spot(piece.line, piece.span, 0.0), fit=fit)
            continue
        name, head = rule.kind == "name", party.address.head
        parts = [(piece.line, piece.span) for piece in (party.address.name if name else party.address.lines)]
        text = (" " if name else rule.join).join(line.text[span.start : span.end] for line, span in parts)
        box = union(line.box_of(span.start, span.end) for line, span in parts)
        inside = zone_fit(rule.zone, page.layout, box, strict=rule.strict)
        if inside and (rule.pattern is None or matches_whole(rule.pattern, text, rule.id)):
            yield candidate(rule, page.layout, parts, text, fit=fit * inside, hit=head.hit if head else None)


def _by_zone(rule: Rule, page: LabelledPage, found: Sequence[Candidate]) -> Iterator[Candidate]:
    layout = page.layout
    spots = [Spot(line, span, 0.0) for line in layout.lines for span in line.segment_spans]
    inside = [spot for spot in spots if in_zone(rule.zone, layout, spot.line.box_of(spot.span.start, spot.span.end))]
    if rule.print_size is not None:
        sizes = [(spot.line.box_of(spot.span.start, spot.span.end).height / layout.line_height, spot) for spot in inside]
        inside = [spot for size, spot in sorted(sizes, key=lambda sized: -sized[0]) if size >= rule.print_size]
    for rank, spot in enumerate(inside):
        yield from values_at(rule, page, spot, fit=rule.weight * max(0.2, 1 - 0.05 * rank))
