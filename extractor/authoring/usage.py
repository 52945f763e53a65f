"""Owns `Usage`: which rules, labels, columns and end labels of the applied rule file a document exercised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from extractor.layout import lay_out
from extractor.ocr import OcrResult
from extractor.pipeline import Extractor
from extractor.resolve import FieldValue
from extractor.rules.labels import LabelHit, folded_label

Part = tuple[str, str]
"""An owner (a field, `column.NAME`, `end`) and one of its labels."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one document exercised of the rule set that applied to it.

    chosen: rules whose value was taken. found: rules that had a candidate, taken or not. labels: labels that were seen.
    """

    rule_set: str
    chosen: frozenset[str]
    found: frozenset[str]
    labels: frozenset[Part]


def usage_of(extractor: Extractor, ocr: OcrResult, fields: Mapping[str, FieldValue]) -> Usage:
    """What the rules for a document found in it. fields: what extraction made of it."""
    layout = lay_out(ocr)
    rules = extractor.identify(layout)
    candidates = rules.matcher.match(layout, rules.hits).candidates
    chosen = frozenset(value.rule_id for value in fields.values() if value.rule_id and value.value is not None)
    labels = frozenset(part for hit in rules.hits for part in _parts(hit))
    return Usage(rules.source.id, chosen, chosen | {candidate.rule_id for candidate in candidates}, labels)


def _parts(hit: LabelHit) -> Iterator[Part]:
    yield from ((owner, folded_label(hit.label)) for owner in hit.owners)
