"""Owns the linking of rule files that extend others."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from extractor.issues import Issue, Place
from extractor.rules.model import Rule, RuleFile, RuleSet
from extractor.rules.shapes import report, suggestion

MAX_EXTENDS = 10
"""How many files deep `extends` may reach."""


@dataclass(slots=True)
class Linker:
    """Gives each file what it inherits. files: compiled files by id, None for those with errors of their own."""

    files: Mapping[str, RuleFile | None]
    issues: list[Issue] = field(default_factory=list)
    done: dict[str, RuleSet | None] = field(default_factory=dict)
    loops: set[frozenset[str]] = field(default_factory=set)

    def link(self, rule_id: str, path: tuple[str, ...] = ()) -> RuleSet | None:
        """The file's rule set with all that it inherits; None where it or one that it extends has errors. path: what led here."""
        if rule_id in self.done:
            return self.done[rule_id]
        file = self.files[rule_id]
        if file is None:
            return None
        rule_set: RuleSet | None = file.rule_set
        for base_id, place in file.extends:
            base = self._base(base_id, place, (*path, rule_id))
            rule_set = _inherit(rule_set, base) if rule_set and base else None
        if rule_set:
            self._check_examples(rule_set)
        self.done[rule_id] = rule_set
        return rule_set

    def _base(self, base_id: str, place: Place, path: tuple[str, ...]) -> RuleSet | None:
        if base_id not in self.files:
            report(self.issues, place, "missing-extends", f"no rule file has the id '{base_id}'{suggestion(base_id, self.files)}")
        elif base_id in path:
            loop = path[path.index(base_id) :]
            if frozenset(loop) not in self.loops:
                self.loops.add(frozenset(loop))
                report(self.issues, place, "extends-loop", f"these files extend each other: {' -> '.join((*loop, base_id))}")
        elif len(path) > MAX_EXTENDS:
            report(self.issues, place, "too-deep", f"files extend each other more than {MAX_EXTENDS} deep")
        else:
            return self.link(base_id, path)
        return None

    def _check_examples(self, rule_set: RuleSet) -> None:
        for example in rule_set.examples:
            for name in example.expect:
                extra = name.removeprefix("extra.")
                if extra != name and extra not in rule_set.extra and example.place:
                    report(self.issues, example.place, "unknown-field", f"no extra field '{extra}' is declared{suggestion(extra, rule_set.extra)}")


def _inherit(own: RuleSet, base: RuleSet) -> RuleSet:
    """`own` with the rules, tables, decoys and extra fields of `base` behind its own; settings only where `own` has none."""
    rules = dict(own.rules)
    extra = {**base.extra, **own.extra}
    for name, inherited in base.rules.items():
        mine = rules.get(name, ())
        known = {rule.id for rule in mine}
        rules[name] = mine + tuple(rule for rule in (_inherited(rule, base.id, extra) for rule in inherited) if rule.id not in known)
    return replace(
        own,
        rules=rules,
        tables=own.tables + tuple(replace(table, inherited=True) for table in base.tables),
        tax_tables=own.tax_tables + tuple(replace(table, inherited=True) for table in base.tax_tables),
        extra=extra,
        decoys=tuple(dict.fromkeys(own.decoys + base.decoys)),
        blocks=own.blocks + tuple(block for block in base.blocks if block.name not in {mine.name for mine in own.blocks}),
        locales=own.locales or base.locales,
        currency=own.currency or base.currency,
        kind=own.kind or base.kind,
        digest=hashlib.sha256(f"{own.digest} {base.digest}".encode()).hexdigest(),
    )


def _inherited(rule: Rule, base_id: str, extra: Mapping[str, str]) -> Rule:
    """The rule as another file gets it: its id tells where it comes from (`generic/en:number-1`), so that ids stay unique."""
    rule_id = rule.id if ":" in rule.id else f"{base_id}:{rule.id}"
    kind = extra.get(rule.field.removeprefix("extra."), rule.kind) if rule.field.startswith("extra.") else rule.kind
    return replace(rule, id=rule_id, kind=kind, inherited=True)
