"""Owns tables that blocks read: their cells become values, and tables of a file's own become lists among the extra fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from extractor.invoice.fields import InvoiceLine, TaxLine
from extractor.resolve.choice import field_value
from extractor.resolve.evidence import FieldValue
from extractor.resolve.lines import ResolvedLines
from extractor.resolve.options import Option, readings
from extractor.resolve.thresholds import Thresholds
from extractor.rules.blocks import VALUE, Row, Tables


@dataclass(frozen=True, slots=True)
class ResolvedTables:
    """lines, taxes: None where no block reads them. extra: name -> list of rows, or of values. fields: the evidence of each cell."""

    lines: ResolvedLines | None = None
    taxes: list[TaxLine] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, FieldValue] = field(default_factory=dict)


def resolve_tables(tables: Tables, locales: Sequence[str], thresholds: Thresholds) -> ResolvedTables:
    """Reads the cells of all tables. thresholds: below them a value has the status `low_confidence`; those of `extra.name` hold for all its cells."""
    rows = {name: [_options(row, locales) for row in found] for name, found in tables.rows.items()}
    limits = {name: thresholds[f"extra.{name}"] for name in rows}
    lines = [row for row in rows.pop("lines", []) if {"description", "amount", "unit_price"} & row.keys()]
    taxes = [row for row in rows.pop("taxes", []) if "rate" in row or "amount" in row]
    extra = {name: _plain(name, found, tables) for name, found in rows.items() if any(found)}
    fields = dict(_evidence("taxes", taxes, limits.get("taxes", 0.0)))
    for name, found in rows.items():
        fields |= _evidence(f"extra.{name}", found, limits[name])
    return ResolvedTables(_lines(lines, limits["lines"]) if lines else None, [TaxLine(**_bare(row)) for row in taxes] if taxes else None, extra, fields)


def _options(row: Row, locales: Sequence[str]) -> dict[str, Option]:
    """The likeliest value of each cell that can be read as one of its kind."""
    found = {name: readings(cell, locales)[:1] for name, cell in row.items()}
    return {name: Option(first[0].value, first) for name, first in found.items() if first}


def _lines(rows: Sequence[Mapping[str, Option]], min_confidence: float) -> ResolvedLines:
    amounts = [row["amount"].value for row in rows if "amount" in row]
    total = sum(amounts, Decimal(0)) if len(amounts) == len(rows) else None
    return ResolvedLines([InvoiceLine(**_bare(row)) for row in rows], dict(_evidence("lines", rows, min_confidence)), total)


def _bare(row: Mapping[str, Option]) -> dict[str, Any]:
    return {name: value.value for name, value in row.items()}


def _plain(name: str, rows: Sequence[Mapping[str, Option]], tables: Tables) -> Any:
    if not all(set(row) <= {VALUE} for row in rows):
        return [_bare(row) for row in rows if row]
    values = [row[VALUE].value for row in rows if row]
    return values[0] if name in tables.singles and len(values) == 1 else values


def _evidence(table: str, rows: Sequence[Mapping[str, Option]], min_confidence: float) -> Iterator[tuple[str, FieldValue]]:
    for number, row in enumerate(rows):
        for column, option in row.items():
            name = f"{table}[{number}]" if column == VALUE else f"{table}[{number}].{column}"
            yield name, field_value(name, option, (), None, min_confidence)
