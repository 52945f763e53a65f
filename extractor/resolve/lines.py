"""Owns line items: cells of a table read as numbers, with quantity x unit price = amount deciding between readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

import regex

from extractor.invoice.fields import LINE_FIELDS, InvoiceLine
from extractor.resolve.confidence import Parts, confidence_of
from extractor.resolve.evidence import FieldStatus, FieldValue
from extractor.resolve.options import Reading, readings
from extractor.rules.candidate import Candidate
from extractor.rules.lines import Cell, TableRow

RULE = "lines"
"""Rule id that the evidence of line items carries."""
TABLE_FIT = 0.9
"""How well a cell under a header answers the table rule."""
_QUANTITY_UNIT = regex.compile(r"^\s*([\d.,' ]*\d)\s*([\p{L}].*)$")


@dataclass(frozen=True, slots=True)
class ResolvedLines:
    """Line items, the evidence of each value (`lines[0].amount`), and the sum of their amounts (None: not all known)."""

    lines: list[InvoiceLine]
    fields: dict[str, FieldValue]
    total: Decimal | None


def resolve_lines(rows: Sequence[TableRow], locales: Sequence[str]) -> ResolvedLines:
    """Reads the rows of a table as line items."""
    lines: list[InvoiceLine] = []
    fields: dict[str, FieldValue] = {}
    for row in rows:
        line, evidence = _line(_split_unit(row), locales)
        if line.amount is None:
            continue
        fields |= {f"lines[{len(lines)}].{name}": replace(value, name=f"lines[{len(lines)}].{name}") for name, value in evidence.items()}
        lines.append(line)
    amounts = [line.amount for line in lines if line.amount is not None]
    return ResolvedLines(lines, fields, sum(amounts, Decimal(0)) if amounts else None)


def _split_unit(row: TableRow) -> dict[str, Cell]:
    """The cells of a row, with `2 pcs` in the column of quantities or of units taken apart."""
    cells = dict(row.cells)
    name = "quantity" if "quantity" in cells else "unit"
    match = _QUANTITY_UNIT.match(cells[name].text) if name in cells else None
    if match is not None and not (name == "unit" and "quantity" in cells):
        whole = cells[name]
        cells["quantity"] = replace(whole, text=match.group(1))
        if name == "unit" or "unit" not in cells:
            cells["unit"] = replace(whole, text=match.group(2))
    return cells


def _line(cells: dict[str, Cell], locales: Sequence[str]) -> tuple[InvoiceLine, dict[str, FieldValue]]:
    found: dict[str, list[Reading]] = {}
    for name, cell in cells.items():
        text = " ".join(cell.text.split())
        candidate = Candidate(name, LINE_FIELDS[name].kind, text, RULE, TABLE_FIT, cell.page, cell.bounds, ocr=cell.ocr)
        found[name] = readings(candidate, locales)[:3]
    chosen, agrees = _agreeing({name: choices for name, choices in found.items() if choices})
    support = {name: float(agrees) for name in ("quantity", "unit_price", "amount")} if agrees is not None else {}
    line = InvoiceLine(**{name: reading.value for name, reading in chosen.items()})
    return line, {name: _evidence(name, reading, support.get(name)) for name, reading in chosen.items()}


def _agreeing(found: dict[str, list[Reading]]) -> tuple[dict[str, Reading], bool | None]:
    """The readings of a row for which quantity x unit price = amount holds best, and whether it does (None: not all there)."""
    names = [name for name in ("quantity", "unit_price", "amount") if name in found]
    first = {name: choices[0] for name, choices in found.items()}
    if len(names) < 3:
        return first, None
    for quantity, price, amount in product(*(found[name] for name in names)):
        if _is_product(quantity.value, price.value, amount.value):
            return first | {"quantity": quantity, "unit_price": price, "amount": amount}, True
    return first, False


def _is_product(quantity: Decimal, price: Decimal, amount: Decimal) -> bool:
    """Whether the amount is the product, as far as the printed decimals of the price and the amount can say.

    >>> _is_product(Decimal(3), Decimal("0.333"), Decimal("1.00"))
    True
    """
    exponent = price.as_tuple().exponent
    half_step = Decimal(1).scaleb(exponent) / 2 if isinstance(exponent, int) and exponent < 0 else Decimal("0.005")
    return abs(abs(quantity * price) - abs(amount)) <= abs(quantity) * half_step + Decimal("0.01")


def _evidence(name: str, reading: Reading, support: float | None) -> FieldValue:
    candidate = reading.candidate
    parts = Parts(candidate.ocr, reading.fit, support)
    return FieldValue(
        name=name,
        value=reading.value,
        status=FieldStatus.OK,
        text=candidate.text,
        page=candidate.page,
        bounds=candidate.bounds,
        rule_id=candidate.rule_id,
        confidence=confidence_of(candidate.kind, parts),
        parts=parts,
    )
