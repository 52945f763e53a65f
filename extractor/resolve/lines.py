"""Owns line items: cells of a table read as numbers, with quantity x unit price = amount deciding between readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from typing import TypeAlias

import regex

from extractor.invoice.arithmetic import half_step, is_product
from extractor.invoice.fields import LINE_FIELDS, InvoiceLine
from extractor.resolve.choice import derived
from extractor.resolve.confidence import Parts, confidence_of
from extractor.resolve.evidence import FieldStatus, FieldValue, Origin
from extractor.resolve.options import Reading, readings
from extractor.rules.candidate import Candidate
from extractor.rules.lines import Cell, TableRow

RULE = "lines"
"""Rule id that the evidence of line items carries."""
TABLE_FIT = 0.9
"""How well a cell under a header answers the table rule."""
CENT = Decimal("0.01")
MAX_DERIVED = 9
Evidence: TypeAlias = dict[str, FieldValue]
"""The values of one line by column."""
_QUANTITY_UNIT = regex.compile(r"^\s*([\d.,' ]*\d)\s*([\p{L}].*)$")


@dataclass(frozen=True, slots=True)
class ResolvedLines:
    """Line items, the evidence of each value (`lines[0].amount`), and the sum of their amounts (None: not all known)."""

    lines: list[InvoiceLine]
    fields: dict[str, FieldValue]
    total: Decimal | None


def resolve_lines(rows: Sequence[TableRow], locales: Sequence[str]) -> ResolvedLines:
    """Reads the rows of a table as line items."""
    found: list[Evidence] = []
    for row in rows:
        line = _line(f"lines[{len(found)}].", _split_unit(row), row.percents, locales)
        if "amount" in line and not (found and _discounts(found[-1], line, row.percents)):
            found.append(line)
    _derive_quantities(found)
    lines = [InvoiceLine(**{name: value.value for name, value in line.items()}) for line in found]
    fields = {value.name: value for line in found for value in line.values()}
    return ResolvedLines(lines, fields, sum((line["amount"].value for line in found), Decimal(0)) if found else None)


def _discounts(line: Evidence, row: Evidence, percents: Sequence[Decimal]) -> bool:
    """Takes off the amount of a line what the row below it says: a percentage of that amount, and what it comes to."""
    amount, off = line["amount"].value, row["amount"].value
    if amount * off >= 0 or row.keys() & {"quantity", "unit_price", "code"}:
        return False
    if not any(abs(abs(amount) * percent / 100 - abs(off)) <= abs(amount) * half_step(percent) / 100 + CENT for percent in percents):
        return False
    before, after = line["amount"], row["amount"]
    line["amount"] = replace(before, value=amount + off, text=f"{before.text} {after.text}", origin=Origin.DERIVED)
    return True


def _derive_quantities(lines: Sequence[Evidence]) -> None:
    """The quantity where the column has one in other rows and the price goes into the amount a few times: engines lose single digits."""
    if not any("quantity" in line for line in lines):
        return
    for line in lines:
        if "quantity" in line or "unit_price" not in line or not line["unit_price"].value:
            continue
        times = line["amount"].value / line["unit_price"].value
        if times == times.to_integral_value() and 1 <= times <= MAX_DERIVED:
            name = line["amount"].name.replace("amount", "quantity")
            line["quantity"] = derived(name, times.quantize(Decimal(1)), [line["amount"], line["unit_price"]], ())


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


def _line(prefix: str, cells: dict[str, Cell], percents: Sequence[Decimal], locales: Sequence[str]) -> Evidence:
    found: dict[str, list[Reading]] = {}
    for name, cell in cells.items():
        text = " ".join(cell.text.split())
        candidate = Candidate(name, LINE_FIELDS[name].kind, text, RULE, TABLE_FIT, cell.page, cell.bounds, ocr=cell.ocr)
        found[name] = readings(candidate, locales)[:3]
    chosen, agrees = _agreeing({name: choices for name, choices in found.items() if choices}, percents)
    support = {name: float(agrees) for name in ("quantity", "unit_price", "amount")} if agrees is not None else {}
    return {name: _evidence(prefix + name, reading, support.get(name)) for name, reading in chosen.items()}


def _agreeing(found: dict[str, list[Reading]], percents: Sequence[Decimal]) -> tuple[dict[str, Reading], bool | None]:
    """The readings of a row for which quantity x unit price = amount holds best, and whether it does (None: not all there).

    percents: discounts that may be off the price.
    """
    names = [name for name in ("quantity", "unit_price", "amount") if name in found]
    first = {name: choices[0] for name, choices in found.items()}
    if len(names) < 3:
        return first, None
    for off in (Decimal(0), *percents):
        for quantity, price, amount in product(*(found[name] for name in names)):
            if is_product(quantity.value * (100 - off) / 100, price.value, amount.value):
                return first | {"quantity": quantity, "unit_price": price, "amount": amount}, True
    return first, False


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
