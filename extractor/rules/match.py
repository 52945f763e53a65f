"""Stage "match": a page layout and a rule set give candidates. Each rule is tried alone; choosing comes later."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from extractor.errors import RuleTimeout
from extractor.geometry import union
from extractor.invoice.fields import FIELDS
from extractor.issues import Issue, Level
from extractor.layout import Layout, Line, PageLayout, Span
from extractor.rules.candidate import Candidate
from extractor.rules.finders import find_values
from extractor.rules.labels import LabelHit, LabelIndex, folded_label
from extractor.rules.model import Rule, RuleSet
from extractor.rules.parties import PARTY_KINDS, Party, find_parties, head_labels
from extractor.rules.patterns import find_all, matches_whole, value_span
from extractor.rules.relations import MAX_LINES_AWAY, RELATION_FUNCTIONS, Spot, stands_under
from extractor.rules.searches import rewritten, search
from extractor.rules.standing import weigh
from extractor.rules.sum_rows import sum_candidates
from extractor.rules.views import allows_page, in_zone

RELATION_STEP = 0.06
"""What each later place in `find` costs."""
ANSWERED = 0.85
"""What a later place in `find` counts where an earlier one holds a value already."""
POSITION_STEP = 0.12
"""What each value further from the best place in the same print costs."""
FURTHER = 0.15
"""What each further piece of print costs that a relation leads to."""
MAX_SPOTS = 3
"""How many pieces of print one relation looks at."""
MIN_LABEL = 4
PAYMENT = frozenset({"iban", "bic"})
MULTILINE = frozenset({"address", "name", "text"})
VERTICAL = frozenset({"below", "above"})
PROSE_WORDS, PROSE_WORDS_OF_AMOUNTS = 4, 2
"""A piece of print with this many words beside its labels is a sentence; amounts stand below bare labels."""


Part = tuple[Line, Span]
"""A part of a line that a value takes."""


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
        pages = [_Page(page, [hit for hit in hits if hit.page is page], self.rule_set.locales, taken) for page in layout.pages]
        parties = find_parties(layout, hits, self._heads) if self._looks_at_blocks else []
        for page in pages:
            page.parties = [party for party in parties if party.address.page is page.layout]
        candidates = [*_constants(self.rule_set), *(candidate for page in pages for candidate in sum_candidates(page.layout, page.hits))]
        issues: list[Issue] = []
        for rule in (rule for rules in self.rule_set.rules.values() for rule in rules if rule.group != "list"):
            try:
                candidates.extend(_apply(rule, pages, layout, self.rule_set.locales))
            except RuleTimeout as error:
                issues.append(Issue("rule-timeout", Level.WARNING, str(error), field=rule.field, place=rule.place))
        if self._looks_at_blocks:
            candidates = weigh(candidates, parties, layout)
        return Matches(tuple(candidates), tuple(hits), tuple(issues))


def _constants(rule_set: RuleSet) -> Iterator[Candidate]:
    """What a vendor's file states of the vendor. Where to pay is not taken from there: it must be read, and is only compared."""
    for name, text in rule_set.vendor.items():
        if name not in PAYMENT:
            yield Candidate(name, FIELDS[name].kind, text, "vendor", fit=1.0)


class _Page:
    """A page with the labels on it."""

    def __init__(self, layout: PageLayout, hits: Sequence[LabelHit], locales: Sequence[str], taken: Container[tuple[int, int]]) -> None:
        self.layout = layout
        self.hits = hits
        self.locales = locales
        self.parties: list[Party] = []
        self._taken = taken
        self._by_line: dict[int, list[LabelHit]] = {}
        for hit in hits:
            self._by_line.setdefault(hit.line.index, []).append(hit)

    def is_taken(self, line: Line) -> bool:
        return (self.layout.number, line.index) in self._taken

    def is_prose(self, hit: LabelHit, kind: str) -> bool:
        """Whether a label is only a word of a sentence."""
        segment = hit.line.segment_at(hit.span.start)
        spans = [other.span for other in self._by_line[hit.line.index] if segment.start <= other.span.start < segment.end]
        words, labelled = _words(hit.line, segment), sum(_words(hit.line, span) for span in spans)
        return words - labelled >= (PROSE_WORDS_OF_AMOUNTS if kind == "amount" else PROSE_WORDS)

    def up_to_next_label(self, spot: Spot, rule: Rule) -> Spot | None:
        """A spot that ends where the next label begins, since what stands behind that one is its value; None where nothing is left.

        Free text ends at a wide gap as well.
        """
        end = spot.line.segment_at(spot.span.start).end if rule.kind in MULTILINE else spot.span.end
        if self.starts_with_label(spot):
            return None
        for hit in self._by_line.get(spot.line.index, ()):
            if spot.span.start < hit.span.start < end and (_leads(hit) or _NAMES.match(spot.line.text, hit.span.end)):
                end = hit.span.start
        return replace(spot, span=Span(spot.span.start, end))

    def starts_with_label(self, spot: Spot, family: str = "?") -> bool:
        """Whether a spot is itself a label, other than of fields whose name begins with `family`.

        Short ones (`PO`, `No`) do not count: they are as often the first letters of a value.
        """
        hits = [hit for hit in self._by_line.get(spot.line.index, ()) if hit.span.start == spot.span.start]
        return any(hit.span.end - hit.span.start >= MIN_LABEL and not any(owner.startswith(family) for owner in hit.owners) for hit in hits)


_NAMES = regex.compile(r"\s*[:#]")
_NOTHING_MORE = regex.compile(r"[\s:.;)*-]*(?:\([^)]*\))?[\s:.;)*-]*")
_WORD = regex.compile(r"\p{L}{2,}")


def _words(line: Line, span: Span) -> int:
    return len(_WORD.findall(line.text, span.start, span.end))


def _leads(hit: LabelHit) -> bool:
    return hit.span.start == hit.line.segment_at(hit.span.start).start


def _leads_to_name(hit: LabelHit, relation: str) -> bool:
    """Whether a label can lead to a name there: names have label words in them, so that `Buyer Ltd` labels nothing.

    The name stands above or below a label that stands alone, and behind one that a separator or a gap ends, or that has several words.
    """
    end = hit.line.segment_at(hit.span.start).end
    if relation in VERTICAL:
        return _NOTHING_MORE.fullmatch(hit.line.text, hit.span.end, end) is not None
    return " " in hit.label or _NAMES.match(hit.line.text, hit.span.end) is not None or hit.span.end >= end


def _apply(rule: Rule, pages: Sequence[_Page], layout: Layout, locales: Sequence[str]) -> Iterator[Candidate]:
    if rule.value is not None and not (rule.regex or rule.labels):
        yield Candidate(rule.field, rule.kind, rule.value, rule.id, rule.weight, inherited=rule.inherited, writing=rule.writing)
        return
    if rule.regex and not _goes_on(rule):
        yield from search(rule, layout, locales)
        return
    for page in pages:
        if not allows_page(rule.page, page.layout, layout.pages):
            continue
        if rule.regex:
            found = _by_regex(rule, page)
        elif rule.labels:
            found = _by_label(rule, page)
        elif rule.block is not None:
            found = _by_block(rule, page)
        else:
            found = _by_zone(rule, page)
        yield from (rewritten(rule.replace, candidate) for candidate in found)


def _goes_on(rule: Rule) -> bool:
    """Whether what a regex finds is only the beginning of a value of several lines."""
    return rule.lines > 1 and rule.kind in MULTILINE and rule.view is None and rule.between is None


def _by_regex(rule: Rule, page: _Page) -> Iterator[Candidate]:
    layout = page.layout
    for match in (match for pattern in rule.regex for match in find_all(pattern, layout.text, rule.id)):
        start, end = value_span(match)
        parts = layout.locate(start, end)
        if start < end and parts and in_zone(rule.zone, layout, union(line.box_of(s.start, s.end) for line, s in parts)):
            parts = _continued(rule, page, parts)[rule.skip :]
            if parts and _is_whole(rule, parts):
                yield _candidate(rule, layout, parts, _joined(rule, parts), fit=rule.weight)


def _by_label(rule: Rule, page: _Page) -> Iterator[Candidate]:
    own = {folded_label(label) for label in rule.labels}
    for hit in page.hits:
        if rule.field not in hit.owners or folded_label(hit.label) not in own or (rule.kind == "amount" and page.is_taken(hit.line)):
            continue
        named = _leads(hit) or _NAMES.match(hit.line.text, hit.span.end) is not None
        if rule.value is not None:
            yield _candidate(rule, page.layout, [(hit.line, hit.span)], rule.value, fit=rule.weight * hit.fit, hit=hit)
            continue
        if rule.kind in MULTILINE and not named:
            continue  # any text would do as a value, so a word in running text is no label
        answered = 1.0
        for order, relation in enumerate(rule.find):
            if rule.kind == "name" and not _leads_to_name(hit, relation):
                continue
            if relation in VERTICAL and not named and page.is_prose(hit, rule.kind):
                continue  # what stands under a word of a sentence has nothing to do with it
            fit = rule.weight * hit.fit * (1 - RELATION_STEP * order) * answered
            spots = enumerate(_near(rule, page, hit, relation))
            found = [value for rank, spot in spots for value in _values(rule, page, spot, fit=fit * (1 - FURTHER * rank), hit=hit)]
            answered = ANSWERED if found else answered
            yield from found


def _near(rule: Rule, page: _Page, hit: LabelHit, relation: str) -> Iterator[Spot]:
    """The pieces of print that a relation leads to, as far as other labels and the largest gap let it."""
    vertical = relation in VERTICAL
    if rule.max_gap is not None:
        limit = rule.max_gap.pixels(hit.page.dpi, hit.page.height if vertical else hit.page.width)
    else:
        limit = MAX_LINES_AWAY * hit.line.height if vertical else hit.page.width
    for rank, spot in enumerate(RELATION_FUNCTIONS[relation](hit)):
        if spot.gap > limit or rank >= MAX_SPOTS or (vertical and page.starts_with_label(spot)):
            return
        if not ((vertical or rule.kind == "amount") and page.is_taken(spot.line)):
            cut = spot if vertical else page.up_to_next_label(spot, rule)
            if cut is not None:
                yield cut
        if vertical and rule.kind in MULTILINE:
            return  # any text would do, so only the nearest is meant


def _by_block(rule: Rule, page: _Page) -> Iterator[Candidate]:
    """The name or the address of a party; for other fields what stands in its block."""
    for party in page.parties:
        fit = rule.weight * party.fit
        if party.party != rule.block:
            continue
        if rule.kind not in PARTY_KINDS:
            for piece in party.address.pieces:
                yield from _values(rule, page, Spot(piece.line, piece.span, 0.0), fit=fit)
            continue
        name, head = rule.kind == "name", party.address.head
        parts = [(piece.line, piece.span) for piece in (party.address.name if name else party.address.lines)]
        text = (" " if name else rule.join).join(line.text[span.start : span.end] for line, span in parts)
        box = union(line.box_of(span.start, span.end) for line, span in parts)
        if (rule.pattern is None or matches_whole(rule.pattern, text, rule.id)) and in_zone(rule.zone, page.layout, box):
            yield _candidate(rule, page.layout, parts, text, fit=fit, hit=head.hit if head else None)


def _by_zone(rule: Rule, page: _Page) -> Iterator[Candidate]:
    layout = page.layout
    spots = [Spot(line, span, 0.0) for line in layout.lines for span in line.segment_spans]
    inside = [spot for spot in spots if in_zone(rule.zone, layout, spot.line.box_of(spot.span.start, spot.span.end))]
    if rule.print_size is not None:
        sizes = [(spot.line.box_of(spot.span.start, spot.span.end).height / layout.line_height, spot) for spot in inside]
        inside = [spot for size, spot in sorted(sizes, key=lambda sized: -sized[0]) if size >= rule.print_size]
    for rank, spot in enumerate(inside):
        yield from _values(rule, page, spot, fit=rule.weight * max(0.2, 1 - 0.05 * rank))


def _values(rule: Rule, page: _Page, spot: Spot, *, fit: float, hit: LabelHit | None = None) -> Iterator[Candidate]:
    """The values of the rule's kind in one piece of print, each as a candidate."""
    if rule.lines + rule.skip > 1 and rule.kind in MULTILINE:
        yield from _block(rule, page, spot, fit, hit)
        return
    spans = _own_spans(rule, spot.text) or ([] if rule.pattern else find_values(spot.text, rule.kind, page.locales))
    distance = round(1 - 0.25 * min(1.0, spot.gap / page.layout.width), 2)  # less is nothing that print is measured by: what stands first counts
    for order, (start, end) in enumerate(spans):
        span = Span(spot.span.start + start, spot.span.start + end)
        if in_zone(rule.zone, page.layout, spot.line.box_of(span.start, span.end)):
            score = fit * distance * max(0.3, 1 - POSITION_STEP * order)
            yield _candidate(rule, page.layout, [(spot.line, span)], spot.text[start:end], fit=score, hit=hit)


def _own_spans(rule: Rule, text: str) -> list[tuple[int, int]]:
    """Where the rule's pattern matches; a match inside a longer word or number is no value."""
    spans = [match.span() for match in find_all(rule.pattern, text, rule.id)] if rule.pattern else []
    return [(start, end) for start, end in spans if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum())]


def _block(rule: Rule, page: _Page, spot: Spot, fit: float, hit: LabelHit | None) -> Iterator[Candidate]:
    """A value of several lines: the spot, and what goes on beneath it."""
    box = spot.line.box_of(spot.span.start, spot.span.end)
    parts = _continued(rule, page, [(spot.line, spot.span)])[rule.skip :]
    if parts and _is_whole(rule, parts) and in_zone(rule.zone, page.layout, box):
        yield _candidate(rule, page.layout, parts, _joined(rule, parts), fit=fit, hit=hit)


def _continued(rule: Rule, page: _Page, parts: Sequence[Part]) -> list[Part]:
    """The parts and the segments that go on beneath them without a gap, up to a label or to where `until` ends the value."""
    found = list(parts)
    box = union(line.box_of(span.start, span.end) for line, span in parts)
    bottom = box.bottom
    for line in sorted((line for line in page.layout.lines if line.box.center_y > box.bottom), key=lambda line: line.box.center_y):
        if len(found) >= rule.skip + rule.lines or line.box.y - bottom > 1.2 * line.height:
            break
        span = next((s for s in line.segment_spans if stands_under(box, line.box_of(s.start, s.end), line.height)), None)
        if span is not None and _is_end(rule, page, found, Spot(line, span, 0.0)):
            break
        if span is not None:
            found.append((line, span))
            bottom = line.box.bottom
    return found


def _is_end(rule: Rule, page: _Page, parts: Sequence[Part], spot: Spot) -> bool:
    """Whether a value of several lines ends before the spot: `until` says so where the rule has it, labels where not."""
    if rule.until is None:
        return page.starts_with_label(spot, rule.field.split("_")[0])
    return bool(find_all(rule.until, "\n".join([*(_text(part) for part in parts), spot.text]), rule.id))


def _text(part: Part) -> str:
    line, span = part
    return line.text[span.start : span.end]


def _joined(rule: Rule, parts: Sequence[Part]) -> str:
    return rule.join.join(_text(part) for part in parts)


def _is_whole(rule: Rule, parts: Sequence[Part]) -> bool:
    return rule.pattern is None or matches_whole(rule.pattern, _joined(rule, parts), rule.id)


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
        writing=rule.writing,
    )
