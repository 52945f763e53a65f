"""Owns coverage: which rules, labels, columns and end labels of a rule file none of its examples exercises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from extractor.authoring.usage import Usage
from extractor.issues import Issue, Level, Place
from extractor.rules import RuleSet
from extractor.rules.labels import folded_label
from extractor.rules.model import Rule


def gaps(rule_set: RuleSet, usages: Iterable[Usage]) -> list[Issue]:
    """What no document exercised of the file itself; what it inherits is not looked at.

    `rule-never-found`: the rule had no candidate. `rule-never-chosen`: it had some, and another rule's was taken each time.
    `label-never-seen`: one of several labels, a column's header or an end label stood on no document.
    """
    mine = [usage for usage in usages if usage.rule_set == rule_set.id]
    chosen = frozenset(rule_id for usage in mine for rule_id in usage.chosen)
    found = frozenset(rule_id for usage in mine for rule_id in usage.found)
    seen = frozenset(part for usage in mine for part in usage.labels)
    rules = [rule for rules in rule_set.rules.values() for rule in rules if not rule.inherited]
    return [*(issue for rule in rules for issue in _rule_gaps(rule, chosen, found, seen)), *_table_gaps(rule_set, seen)]


def _rule_gaps(rule: Rule, chosen: frozenset[str], found: frozenset[str], seen: frozenset[tuple[str, str]]) -> Iterator[Issue]:
    if rule.id not in found:
        yield _gap("rule-never-found", f"rule '{rule.id}' finds nothing in any example; add one in which it does, or remove it", rule.field, rule.place)
        return
    if rule.id not in chosen:
        message = f"rule '{rule.id}' is found, but another rule's value is taken in every example; add one that needs it, or remove it"
        yield _gap("rule-never-chosen", message, rule.field, rule.place)
    for label in rule.labels:
        if (rule.field, folded_label(label)) not in seen:
            yield _gap("label-never-seen", f"label '{label}' of rule '{rule.id}' stands on no example", rule.field, rule.place)


def _table_gaps(rule_set: RuleSet, seen: frozenset[tuple[str, str]]) -> Iterator[Issue]:
    for table in (table for table in rule_set.tables if not table.inherited):
        parts = [(f"column.{column}", label) for column, labels in table.columns.items() for label in labels]
        for owner, label in (*parts, *(("end", label) for label in table.end)):
            if (owner, folded_label(label)) not in seen:
                yield _gap("label-never-seen", f"label '{label}' of '{owner}' of the table of lines stands on no example", "lines", table.place)


def _gap(issue_id: str, message: str, field: str, place: Place | None) -> Issue:
    return Issue(issue_id, Level.WARNING, message, field=field, place=place)
