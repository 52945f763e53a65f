"""Alters one operator of a rule set at a time, and runs the file's examples: one that still passes proves that none needs the operator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any

from extractor import Extractor
from extractor.authoring.coverage import gaps
from extractor.authoring.examples import example_cases, run_case
from extractor.rules import RuleBook, RuleSet
from extractor.rules.model import Clue, Identify, Length, LineTable, Rule, Zone
from extractor.rules.source import Mapping, read_file

NOWHERE = "Qvxkzj Wfyhb"
NOTHING = "QVXKZJ{7}"
NAMELESS = frozenset({"id", "field", "kind", "inherited", "place"})
"""What a rule is, not what it does."""
LEADS = frozenset({"labels", "of", "regex", "block", "value", "sum"})
"""Without these there is no rule; they are changed, not removed."""
ELSEWHERE = {"right_of": "above", "below": "left_of", "same_line": "above", "within": "above", "left_of": "below", "above": "right_of"}
DEFAULT_FIND = ("right_of", "below")
SHIFT = 0.4


@dataclass(frozen=True)
class Mutant:
    """A rule set with one operator altered. name: `file: rule: what was done`."""

    name: str
    rule_set: RuleSet

    @property
    def operator(self) -> str:
        """What was done, whichever rule and text it was done to.

        >>> Mutant("vendors/a: number-1: label 'No' changed", RuleSet("a")).operator
        'label changed'
        """
        return " ".join(re.sub(r"'[^s].*'|\d", "", self.name.split(": ", 2)[-1]).split())


def mutants(rule_set: RuleSet) -> Iterator[Mutant]:
    """Every mutant of what the file itself says; what it inherits stays."""
    for field, rules in rule_set.rules.items():
        for index, rule in enumerate(rules):
            if rule.inherited:
                continue
            for what, altered in _of_rule(rule):
                changed = {**rule_set.rules, field: (*rules[:index], altered, *rules[index + 1 :])}
                yield Mutant(f"{rule_set.id}: {rule.id}: {what}", replace(rule_set, rules=changed))
    for index, table in enumerate(rule_set.tables):
        for what, altered in _of_table(table) if not table.inherited else ():
            yield Mutant(f"{rule_set.id}: lines: {what}", replace(rule_set, tables=(*rule_set.tables[:index], altered, *rule_set.tables[index + 1 :])))
    yield from (Mutant(f"{rule_set.id}: {what}", altered) for what, altered in _of_file(rule_set))


def survives(extractor: Extractor, mutant: Mutant) -> bool:
    """Whether every example of the file still holds, and together they still exercise all of it."""
    book, rule_id = extractor.book, mutant.rule_set.id
    extractor.book = RuleBook({**book.rule_sets, rule_id: mutant.rule_set})
    try:
        results = [run_case(extractor, case, usage=True) for case in example_cases(mutant.rule_set)]
        return all(result.passed for result in results) and not gaps(mutant.rule_set, [result.usage for result in results if result.usage])
    finally:
        extractor.book = book


def _of_rule(rule: Rule) -> Iterator[tuple[str, Rule]]:
    for index, label in enumerate(rule.labels):
        yield f"label '{label}' changed", replace(rule, labels=(*rule.labels[:index], NOWHERE, *rule.labels[index + 1 :]))
    if rule.labels and rule.find != DEFAULT_FIND:
        yield "find replaced", replace(rule, find=tuple(ELSEWHERE[relation] for relation in rule.find))
    if rule.of:
        yield "of changed", replace(rule, of="seller_name")
    if rule.regex:
        yield "regex changed", replace(rule, regex=(NOTHING,))
    if rule.pattern:
        yield "pattern changed", replace(rule, pattern=NOTHING)
    if rule.value:
        yield "value changed", replace(rule, value=NOWHERE)
    if rule.lines > 1:
        yield "one line less", replace(rule, lines=rule.lines - 1)
    yield from _of_place(rule)
    yield from _removed(rule)


def _removed(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """Every operator as if it were not written; of a zone every edge."""
    for operator in fields(Rule):
        if operator.name in NAMELESS | LEADS or operator.default is MISSING or (operator.name == "strict" and is_always_strict(rule)):
            continue
        if getattr(rule, operator.name) != operator.default:
            unwritten: dict[str, Any] = {operator.name: operator.default}
            yield f"{operator.name} removed", replace(rule, **unwritten)
    for edge in fields(Zone) if rule.zone else ():
        if getattr(rule.zone, edge.name) != edge.default:
            yield f"zone's {edge.name} removed", replace(rule, zone=_without(rule.zone, edge.name, edge.default))


def is_always_strict(rule: Rule) -> bool:
    """Whether nothing but its zone leads a rule, which is always strict."""
    return not any(getattr(rule, lead) for lead in LEADS)


def _without(zone: Zone | None, edge: str, default: Any) -> Zone | None:
    """A zone without an edge; None, which is all of the page, where that was its only one."""
    assert zone is not None
    wider = replace(zone, **{edge: default})
    return None if wider == Zone() else wider


def _of_place(rule: Rule) -> Iterator[tuple[str, Rule]]:
    if rule.max_gap:
        yield "max_gap shrunk", replace(rule, max_gap=replace(rule.max_gap, value=rule.max_gap.value / 20))
    if rule.page != "any":
        yield "page changed", replace(rule, page=2 if rule.page in ("first", 1) else 1)
    if rule.zone:
        yield "zone moved", replace(rule, zone=_moved(rule.zone))


def _moved(zone: Zone) -> Zone:
    top = zone.top.value if zone.top and zone.top.unit == "fraction" else 0.0
    return Zone(zone.left, Length((top + SHIFT) % 1, "fraction"), zone.right, Length((top + SHIFT) % 1 + 0.05, "fraction"))


def _of_table(table: LineTable) -> Iterator[tuple[str, LineTable]]:
    for column, labels in table.columns.items():
        for index, label in enumerate(labels):
            yield f"header '{label}' renamed", replace(table, columns={**table.columns, column: (*labels[:index], NOWHERE, *labels[index + 1 :])})
    for label in table.end:
        yield f"end '{label}' removed", replace(table, end=tuple(other for other in table.end if other != label))
    if table.row != "amount":
        yield "row changed", replace(table, row="amount")
    if table.page != "any":
        yield "page removed", replace(table, page="any")


def _of_file(rule_set: RuleSet) -> Iterator[tuple[str, RuleSet]]:
    written = written_keys(rule_set)
    for name, value in rule_set.vendor.items():
        yield f"vendor's {name} changed", replace(rule_set, vendor={**rule_set.vendor, name: value[:-4] + "9876"})
    if "currency" in written:
        yield "currency changed", replace(rule_set, currency="SEK")
    if "locale" in written:
        yield "locale changed", replace(rule_set, locales=("de-DE" if rule_set.locales[0] == "en-US" else "en-US",))
    if "kind" in written:
        yield "kind changed", replace(rule_set, kind="credit_note")
    if "extends" in written:
        yield "extends removed", _alone(rule_set)
    if rule_set.identify:
        yield from ((what, replace(rule_set, identify=altered)) for what, altered in _of_identify(rule_set.identify))


def written_keys(rule_set: RuleSet) -> set[str]:
    """The keys that the file itself writes."""
    assert rule_set.place is not None
    root = read_file(Path(rule_set.place.file)).root
    assert isinstance(root, Mapping)
    return {entry.key for entry in root.entries}


def _alone(rule_set: RuleSet) -> RuleSet:
    """A rule set without what it inherits."""
    own = {field: tuple(rule for rule in rules if not rule.inherited) for field, rules in rule_set.rules.items()}
    return replace(rule_set, rules=own, tables=tuple(table for table in rule_set.tables if not table.inherited), decoys=())


def _of_identify(identify: Identify) -> Iterator[tuple[str, Identify]]:
    for name in ("all", "any", "none"):
        clues: tuple[Clue, ...] = getattr(identify, name)
        for index, clue in enumerate(clues):
            other = Clue("regex", NOTHING)
            parts: dict[str, Any] = {name: (*clues[:index], other, *clues[index + 1 :])}
            yield f"identify's {name} '{clue.text}' changed", replace(identify, **parts)
