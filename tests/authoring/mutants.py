"""Alters one operator of a rule set at a time, and runs the file's examples: one that still passes proves that none needs the operator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from extractor import Extractor
from extractor.authoring.coverage import gaps
from extractor.authoring.examples import example_cases, run_case
from extractor.rules import RuleBook, RuleSet
from extractor.rules.model import Clue, Identify, Length, LineTable, Rule, Zone

NOWHERE = "Qvxkzj Wfyhb"
NOTHING = "QVXKZJ{7}"
ELSEWHERE = {"right_of": "above", "below": "left_of", "same_line": "above", "within": "above", "left_of": "below", "above": "right_of"}
DEFAULT_FIND = ("right_of", "below")
SHIFT = 0.4


@dataclass(frozen=True)
class Mutant:
    """A rule set with one operator altered. name: `file: rule: what was done`."""

    name: str
    rule_set: RuleSet


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
    if rule.regex:
        yield "regex changed", replace(rule, regex=(NOTHING,))
    yield from _of_shape(rule)
    yield from _of_place(rule)


def _of_shape(rule: Rule) -> Iterator[tuple[str, Rule]]:
    if rule.pattern:
        yield "pattern changed", replace(rule, pattern=NOTHING)
        yield "pattern removed", replace(rule, pattern=None)
    if rule.value:
        yield "value changed", replace(rule, value=NOWHERE)
    if rule.lines > 1:
        yield "one line less", replace(rule, lines=rule.lines - 1)
    if rule.skip:
        yield "skip removed", replace(rule, skip=0)
    if rule.until:
        yield "until removed", replace(rule, until=None)
    if rule.replace:
        yield "replace removed", replace(rule, replace=())
    if rule.weight != 1:
        yield "weight lowered", replace(rule, weight=0.01)


def _of_place(rule: Rule) -> Iterator[tuple[str, Rule]]:
    if rule.max_gap:
        yield "max_gap shrunk", replace(rule, max_gap=replace(rule.max_gap, value=rule.max_gap.value / 20))
        yield "max_gap removed", replace(rule, max_gap=None)
    if rule.page != "any":
        yield "page changed", replace(rule, page=2 if rule.page in ("first", 1) else 1)
        yield "page removed", replace(rule, page="any")
    if rule.zone:
        yield "zone moved", replace(rule, zone=_moved(rule.zone))
        for edge in ("left", "top", "right", "bottom"):
            if getattr(rule.zone, edge) is not None:
                open_side: dict[str, Any] = {edge: None}
                yield f"zone's {edge} removed", replace(rule, zone=replace(rule.zone, **open_side))


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
    for name, value in rule_set.vendor.items():
        yield f"vendor's {name} changed", replace(rule_set, vendor={**rule_set.vendor, name: value[:-4] + "9876"})
    if rule_set.currency:
        yield "currency changed", replace(rule_set, currency="SEK")
    if rule_set.identify:
        yield from ((what, replace(rule_set, identify=altered)) for what, altered in _of_identify(rule_set.identify))


def _of_identify(identify: Identify) -> Iterator[tuple[str, Identify]]:
    for name in ("all", "any", "none"):
        clues: tuple[Clue, ...] = getattr(identify, name)
        for index, clue in enumerate(clues):
            other = Clue("regex", NOTHING)
            parts: dict[str, Any] = {name: (*clues[:index], other, *clues[index + 1 :])}
            yield f"identify's {name} '{clue.text}' changed", replace(identify, **parts)
