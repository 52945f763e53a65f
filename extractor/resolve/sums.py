"""Owns values that a rule file wants added up from others (`sum`), where the page does not show them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from extractor.invoice.fields import TaxLine
from extractor.resolve.choice import derived
from extractor.resolve.chooser import Chooser
from extractor.resolve.evidence import FieldStatus, FieldValue, Origin
from extractor.resolve.lines import ResolvedLines
from extractor.rules.model import RuleSet


def add_sums(chooser: Chooser, rule_set: RuleSet, lines: ResolvedLines, taxes: Sequence[TaxLine]) -> None:
    """Fields that no rule found and that a rule adds up. A part that is missing leaves the sum out: half a sum is no value."""
    for name, rules in rule_set.rules.items():
        for rule in rules:
            if not rule.sum or chooser.value(name) is not None:
                continue
            if rule.kinds and chooser.value("kind") not in rule.kinds:
                continue
            parts = [_part(addend, chooser, lines, taxes) for addend in rule.sum]
            known = [part for part in parts if part is not None]
            if len(known) == len(parts):
                chooser.fields[name] = derived(name, sum((part.value for part in known), Decimal(0)), known, chooser.found.get(name, ()))


def _part(addend: str, chooser: Chooser, lines: ResolvedLines, taxes: Sequence[TaxLine]) -> FieldValue | None:
    """A field, or the sum of a column; None where it, or one cell of the column, is missing."""
    table, _, column = addend.partition(".")
    if table == "lines":
        cells = [lines.fields.get(f"lines[{number}].{column}") for number in range(len(lines.lines))]
        known = [cell for cell in cells if cell is not None]
        return _column(addend, [cell.value for cell in cells if cell is not None], len(cells), min((cell.confidence for cell in known), default=0.0))
    if table == "taxes":
        values = [value for line in taxes if (value := getattr(line, column)) is not None]
        tax = chooser.fields.get("tax")
        return _column(addend, values, len(taxes), tax.confidence if tax is not None else 0.0)
    field = chooser.fields.get(addend)
    return field if field is not None and field.value is not None else None


def _column(name: str, values: Sequence[Decimal], rows: int, confidence: float) -> FieldValue | None:
    if not values or len(values) < rows:
        return None
    return FieldValue(name, sum(values, Decimal(0)), FieldStatus.OK, confidence=confidence, origin=Origin.DERIVED)
