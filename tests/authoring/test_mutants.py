"""The shipped vendor files: their examples hold, exercise every rule, and notice when an operator is altered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest

from extractor import Extractor
from extractor.authoring import load_cases, run_case
from extractor.authoring.coverage import gaps
from extractor.rules import RuleSet
from extractor.rules.model import Identify, LineTable, Rule, Zone

from .mutants import NAMELESS, Mutant, is_always_strict, mutants, survives, written_keys

EXTRACTOR = Extractor()
VENDORS = EXTRACTOR.book.vendors
MUTANTS = [mutant for rule_set in VENDORS for mutant in mutants(rule_set)]
SAMPLE = list({mutant.operator: mutant for mutant in MUTANTS}.values())
"""One mutant of each kind, which are tried in every run; all of them in a slow one."""
SAYS_NOTHING = {"format", "examples"}
"""Keys of a file that are no operators."""


@pytest.mark.parametrize("rule_set", VENDORS, ids=lambda rule_set: rule_set.id)
def test_examples_hold_and_exercise_every_rule(rule_set: object) -> None:
    found = next(other for other in VENDORS if other is rule_set)
    results = [run_case(EXTRACTOR, case, usage=True) for case in load_cases([found], [])]
    assert [result.case.name for result in results if not result.passed] == []
    assert gaps(found, [result.usage for result in results if result.usage]) == []


@pytest.mark.parametrize("mutant", SAMPLE, ids=lambda mutant: mutant.operator)
def test_one_mutant_of_each_kind_is_noticed(mutant: Mutant) -> None:
    assert not survives(EXTRACTOR, mutant), mutant.name


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_is_noticed(mutant: Mutant) -> None:
    assert not survives(EXTRACTOR, mutant), mutant.name


@pytest.mark.parametrize("rule_set", VENDORS, ids=lambda rule_set: rule_set.id)
def test_everything_that_a_file_writes_is_altered(rule_set: RuleSet) -> None:
    altered = {part for mutant in mutants(rule_set) for part in _differences(rule_set, mutant.rule_set)}
    assert set(_written(rule_set)) - altered == set()


def _written(rule_set: RuleSet) -> Iterator[tuple[str, ...]]:
    """All that a file says: its keys, and each operator of each rule, edge of a zone, part of a table, group of clues and constant."""
    yield from ((key,) for key in written_keys(rule_set) - SAYS_NOTHING)
    yield from (("vendor", name) for name in rule_set.vendor)
    for rule in (rule for rules in rule_set.rules.values() for rule in rules if not rule.inherited):
        default = Rule(rule.id, rule.field, rule.kind)
        names = [each.name for each in fields(Rule) if each.name not in NAMELESS and getattr(rule, each.name) != getattr(default, each.name)]
        yield from ((rule.id, name) for name in names if not (name == "strict" and is_always_strict(rule)))
        yield from ((rule.id, "zone", edge.name) for edge in fields(Zone) if rule.zone and getattr(rule.zone, edge.name) != edge.default)
    for table in (table for table in rule_set.tables if not table.inherited):
        yield from (("lines", name) for name in ("columns", "end", "row", "page") if getattr(table, name) != getattr(LineTable({}), name))
        yield from (("lines", "columns", column) for column in table.columns)
    yield from (("identify", each.name) for each in fields(Identify) if getattr(rule_set.identify, each.name, ()))


KEYS = {"locale": "locales", "fields": "rules", "lines": "tables", "extends": "rules"}
"""Where the compiled form keeps a key under another name."""


def _differences(before: RuleSet, after: RuleSet) -> Iterator[tuple[str, ...]]:
    """What differs between a rule set and a mutant of it, in the names of `_written`."""
    for key in written_keys(before) - SAYS_NOTHING:
        if getattr(before, KEYS.get(key, key)) != getattr(after, KEYS.get(key, key)):
            yield (key,)
    yield from (("vendor", name) for name, value in before.vendor.items() if after.vendor[name] != value)
    others = {rule.id: rule for rules in after.rules.values() for rule in rules}
    for rule in (rule for rules in before.rules.values() for rule in rules if rule.id in others):
        other = others[rule.id]
        yield from ((rule.id, each.name) for each in fields(Rule) if getattr(rule, each.name) != getattr(other, each.name))
        if rule.zone and other.zone != rule.zone:
            edges = [edge.name for edge in fields(Zone) if getattr(rule.zone, edge.name) != getattr(other.zone or Zone(), edge.name)]
            yield from ((rule.id, "zone", edge) for edge in edges if len(edges) == 1)
    for table, changed in zip(before.tables, after.tables, strict=False):
        yield from (("lines", name) for name in ("columns", "end", "row", "page") if getattr(table, name) != getattr(changed, name))
        yield from (("lines", "columns", column) for column, labels in table.columns.items() if changed.columns.get(column) != labels)
    yield from (("identify", each.name) for each in fields(Identify) if getattr(before.identify, each.name, ()) != getattr(after.identify, each.name, ()))
