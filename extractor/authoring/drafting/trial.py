"""Owns the proof of drafted rules: each alone against its samples, and the whole file through the pipeline."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from extractor.authoring.drafting.printed import reads_as
from extractor.authoring.drafting.rulefile import DraftFile, DraftRule
from extractor.invoice.stated import Value
from extractor.layout import Layout, lay_out
from extractor.ocr import OcrResult
from extractor.output import ExtractionResult
from extractor.pipeline import Extractor
from extractor.rules import Matcher, RuleBook, RuleSet, identify_vendor
from extractor.rules.compile import compile_text


@dataclass(frozen=True, slots=True)
class Score:
    """How a rule does on the samples. right: samples where its best value is right; wrong: where it is another.

    margin: by how much the right value fits better than the best wrong one, 0 to 1, at least; 1 where there is no other.
    """

    right: frozenset[int]
    wrong: frozenset[int]
    margin: float


def score_rule(field: str, kind: str, rule: DraftRule, base: RuleSet, layouts: Sequence[Layout], wanted: Sequence[Value | None]) -> Score:
    """How a rule does on the samples, alone among the labels of the general rules. wanted: the field's value by sample."""
    matcher = _alone(field, rule, base)
    tops = [_top(matcher, layout, field, kind, value, base.locales) for layout, value in zip(layouts, wanted, strict=True)]
    right = frozenset(i for i, top in enumerate(tops) if top is not None and top > 0)
    wrong = frozenset(i for i, top in enumerate(tops) if top is not None and top <= 0)
    return Score(right, wrong, min((tops[i] or 0.0 for i in right), default=0.0))


def _alone(field: str, rule: DraftRule, base: RuleSet) -> Matcher:
    """A matcher with the one rule; the labels of the general rules compete for print, but lead to nothing."""
    file, issues = compile_text(DraftFile(fields={field: [rule]}).to_yaml())
    if file is None:
        raise AssertionError(f"the draft is no rule file: {issues}")
    others = [label for rules in base.rules.values() for other in rules for label in other.labels]
    return Matcher(replace(file.rule_set, decoys=(*base.decoys, *others), locales=base.locales))


def _top(matcher: Matcher, layout: Layout, field: str, kind: str, wanted: Value | None, locales: Sequence[str]) -> float | None:
    """By how much the right value leads (negative: a wrong one does); None where nothing is found or nothing is wanted."""
    found = [candidate for candidate in matcher.match(layout).candidates if candidate.field == field]
    if wanted is None or not found:
        return None
    right = max((c.fit for c in found if reads_as(kind, c.text, wanted, locales)), default=0.0)
    others = max((c.fit for c in found if not reads_as(kind, c.text, wanted, locales)), default=0.0)
    return right - others


@dataclass(frozen=True, slots=True)
class Run:
    """What a drafted file gives. results: by sample. rivals: ids of other vendors' files that fit a sample as well."""

    results: tuple[ExtractionResult, ...]
    rivals: tuple[str, ...]


def run_file(file: DraftFile, stem: str, samples: Sequence[OcrResult], rules: Sequence[Path]) -> Run:
    """Extracts samples with the drafted file and the general ones; other vendors' files do not answer for it. stem: the file's name.

    Raises RuleFileError where the file is none, such as one that takes the id of another file at `rules`.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{stem}.yaml"
        path.write_text(file.to_yaml(), encoding="utf-8")
        with Extractor(rules=[*rules, path]) as extractor:
            own = file.id or stem
            others = [rule_set for rule_set in extractor.book.identities if rule_set.id != own]
            fitting = (identify_vendor(lay_out(sample), [other]) for sample in samples for other in others)
            rivals = dict.fromkeys(found.rule_set.id for found in fitting if found is not None)
            extractor.book = RuleBook({rule_set.id: rule_set for rule_set in (*extractor.book.general, extractor.book.rule_sets[own])})
            return Run(tuple(extractor.interpret(sample) for sample in samples), tuple(rivals))
