"""Owns trying one rule on a document, as it stands or changed, with the labels and the table rows that the whole file sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from extractor.authoring.nearest import NearestTexts
from extractor.invoice.fields import plain
from extractor.layout import Layout
from extractor.resolve.options import Reading, readings
from extractor.rules.candidate import Candidate
from extractor.rules.conditions import document_kind
from extractor.rules.labels import LabelHit, folded_label
from extractor.rules.match import Matcher
from extractor.rules.model import Rule, RuleSet


@dataclass(frozen=True, slots=True)
class Trial:
    """A rule, and all that its matching depends on. taken: lines (page, index) of the table of line items.

    texts: for near misses. expected: the right value in its JSON form; None where any will do."""

    layout: Layout
    rule_set: RuleSet
    rule: Rule
    hits: tuple[LabelHit, ...]
    taken: frozenset[tuple[int, int]]
    texts: NearestTexts
    expected: str | None = None

    def with_rule(self, **changes: object) -> Trial:
        """The same trial of the rule with other operators."""
        return replace(self, rule=replace(self.rule, **changes))  # type: ignore[arg-type]

    def own_hits(self) -> list[LabelHit]:
        """The labels of the rule that stand on the pages."""
        own = {folded_label(label) for label in self.rule.labels}
        return [hit for hit in self.hits if self.rule.field in hit.owners and folded_label(hit.label) in own]

    def candidates(self) -> list[Candidate]:
        """What the rule finds, best first."""
        alone = replace(self.rule_set, rules={**self._context(), self.rule.field: (self.rule,)}, tables=(), vendor={}, decoys=())
        found = Matcher(alone).match(self.layout, self.hits, self.taken).candidates
        mine = [candidate for candidate in found if candidate.rule_id == self.rule.id and candidate.field == self.rule.field]
        return sorted(mine, key=lambda candidate: -candidate.fit)

    def _context(self) -> dict[str, tuple[Rule, ...]]:
        """The rules of other fields without which this one would do something else: the value that it starts from, headings, the kind of document."""
        rules = {name: found for name, found in self.rule_set.rules.items() if name != self.rule.field}
        if self.rule.block is not None:
            return rules
        needed = {"kind"} if self.rule.kinds else set()
        start: Rule | None = self.rule
        while start is not None and start.of is not None and start.of not in needed:
            needed.add(start.of)
            start = next((other for other in rules.get(start.of, ()) if other.of is not None), None)
        headed = {name: tuple(other for other in found if other.under) for name, found in rules.items() if self.rule.under}
        return {name: found for name, found in headed.items() if found} | {name: rules[name] for name in needed if name in rules}

    def document_kind(self) -> str:
        """The kind of the document, as far as the file's rules tell."""
        kinds = replace(self.rule_set, rules={name: rules for name, rules in self.rule_set.rules.items() if name == "kind"})
        return document_kind(self.rule_set, Matcher(kinds).match(self.layout, self.hits).candidates)

    def hit(self) -> Candidate | None:
        """The best candidate that is the expected value, or any that can be read where none is expected; None where there is none."""
        return next((candidate for candidate in self.candidates() if self.accepts(candidate)), None)

    def accepts(self, candidate: Candidate) -> bool:
        """Whether a candidate is the value that is looked for."""
        found = self.readings(candidate)
        if self.expected is None:
            return bool(found)
        return any(same_value(reading.value, self.expected) for reading in found)

    def readings(self, candidate: Candidate, locales: Sequence[str] | None = None) -> list[Reading]:
        """What a candidate can mean, most plausible first."""
        return readings(candidate, self.rule_set.locales if locales is None else locales)


def same_value(value: object, expected: str) -> bool:
    """Whether a value is the one that a text names: amounts by number, all else by text, white space and case aside.

    >>> same_value(Decimal("1250.00"), "1250"), same_value("RE 7", "re  7"), same_value("RE 7", "RE 8")
    (True, True, False)
    """
    if isinstance(value, Decimal):
        try:
            return value == Decimal(expected)
        except InvalidOperation:
            return False
    return str(plain(value)).casefold().split() == expected.casefold().split()


def rank_of(candidate: Candidate, locales: Sequence[str]) -> float | None:
    """What a candidate counts in choosing; None where it can be no value of its kind."""
    return max((reading.rank for reading in readings(candidate, locales)), default=None)
