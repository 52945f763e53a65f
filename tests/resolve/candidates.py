"""Owns candidates, cells and invoices for the tests of resolving: everything stands at a place of its own unless it is given one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

from extractor.geometry import Box
from extractor.invoice.fields import FIELDS
from extractor.resolve import Findings, Resolution, resolve
from extractor.rules.candidate import Candidate
from extractor.rules.lines import Cell, TableRow
from extractor.rules.model import RuleSet

_places = count()


def place() -> Box:
    """A box where nothing else stands."""
    return Box(60, 20.0 * next(_places), 80, 12)


def candidate(
    field: str, text: str, fit: float = 0.9, *, bounds: Box | None = None, ocr: float | None = 0.98, page: int | None = 1, **parts: object
) -> Candidate:
    where = None if page is None else bounds or place()
    return Candidate(field, FIELDS[field].kind, text, f"{field}-rule", fit, page, where, ocr=ocr, **parts)


def row(**cells: str) -> TableRow:
    return TableRow({name: Cell(text, 1, place(), 0.98) for name, text in cells.items()})


Given = str | tuple[str, float] | Candidate
"""A text, a text with its fit, or a whole candidate."""


def resolved(
    *,
    rows: Sequence[TableRow] = (),
    tax_rows: Sequence[str] = (),
    rule_set: RuleSet | None = None,
    locale: str | None = "en-GB",
    **fields: Given | Sequence[Given],
) -> Resolution:
    """What comes of candidates: `total="12.00"` or `total=[("12.00", 0.9), ("1.00", 0.5)]`."""
    found = [made for name, given in fields.items() for made in _candidates(name, given)]
    rules = rule_set or RuleSet("t", locales=(locale,) if locale else ())
    return resolve(Findings(found, rows, tax_rows), rules)


def _candidates(field: str, given: Given | Sequence[Given]) -> list[Candidate]:
    listed = given if isinstance(given, list) else [given]
    return [one if isinstance(one, Candidate) else candidate(field, one) if isinstance(one, str) else candidate(field, *one) for one in listed]


def amounts(resolution: Resolution, *names: str) -> Mapping[str, str | None]:
    """Some amounts of the invoice as plain text."""
    values = {name: getattr(resolution.invoice, name) for name in names}
    return {name: None if value is None else str(value) for name, value in values.items()}
