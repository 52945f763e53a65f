"""Owns the signs of amounts in the invoice.

A credit note has positive amounts, as EN 16931 has it (the kind of the document says who owes whom), whether it is printed
with a minus or without. Of other documents amounts keep their sign. What was paid and what was discounted has the sign of
the total, however it is printed. The evidence keeps the text as printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from extractor.invoice.fields import InvoiceLine, TaxLine
from extractor.resolve.amounts import AMOUNTS
from extractor.resolve.evidence import FieldValue
from extractor.resolve.options import SIGNLESS


def with_signs(fields: Mapping[str, FieldValue], kind: str) -> tuple[dict[str, FieldValue], bool]:
    """The fields with the signs that they have in the invoice, and whether all amounts were turned round: those of lines and taxes are, too."""
    total = fields.get("total")
    if total is None or total.value is None or total.value >= 0:
        return dict(fields), False
    turned = kind == "credit_note"
    names = set(AMOUNTS) - SIGNLESS if turned else SIGNLESS
    return {name: _turned(field) if name in names else field for name, field in fields.items()}, turned


def turned_taxes(taxes: Sequence[TaxLine]) -> list[TaxLine]:
    """Taxes with their signs turned round."""
    return [replace(tax, base=_negative(tax.base), amount=_negative(tax.amount)) for tax in taxes]


def turned_lines(lines: Sequence[InvoiceLine], fields: Mapping[str, FieldValue]) -> tuple[list[InvoiceLine], dict[str, FieldValue]]:
    """Lines and their evidence with the signs of their amounts turned round, and of the quantity or price that was negative with them."""
    turned, evidence = [], dict(fields)
    for index, line in enumerate(lines):
        names = ["amount", *(name for name in ("quantity", "unit_price") if (getattr(line, name) or 0) < 0)]
        changed: dict[str, Any] = {name: _negative(getattr(line, name)) for name in names}
        turned.append(replace(line, **changed))
        keys = [f"lines[{index}].{name}" for name in names]
        evidence |= {key: _turned(evidence[key]) for key in keys if key in evidence}
    return turned, evidence


def _turned(field: FieldValue) -> FieldValue:
    return replace(field, value=_negative(field.value))


def _negative(value: Decimal | None) -> Decimal | None:
    return None if value is None else -value if value else value
