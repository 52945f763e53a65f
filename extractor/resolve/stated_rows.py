"""Owns making an invoice of reconciled fields: lines and taxes are those of the e-invoice that leads, where it has them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from extractor.invoice.fields import FIELDS, Invoice, InvoiceLine, TaxLine
from extractor.resolve.evidence import Claim, FieldStatus, FieldValue, Origin
from extractor.resolve.resolution import Resolution
from extractor.witnesses import Statement, Witness

ROW = re.compile(r"(?P<table>lines|taxes)\[(?P<index>\d+)\]\.(?P<column>\w+)")
TRUST = 0.98
"""The confidence of a value that a witness states and the page neither shows nor denies."""

Row = TypeVar("Row", InvoiceLine, TaxLine)


def with_stated_rows(invoice: Invoice, fields: Mapping[str, FieldValue], rest: Mapping[str, FieldValue], leader: Witness | None) -> Resolution:
    """The invoice with these header fields. rest: evidence of lines and of declared fields, as the page has it. leader: see `reconcile`."""
    header: dict[str, Any] = {name: fields[name].value for name in FIELDS}
    if leader is None:
        return Resolution(replace(invoice, **header), {**fields, **rest})
    lines, taxes = _rows(leader, "lines", InvoiceLine), _rows(leader, "taxes", TaxLine)
    rows: dict[str, Any] = {"lines": lines or invoice.lines, "taxes": taxes or invoice.taxes}
    kept = {name: value for name, value in rest.items() if not (_table(name) == "lines" and lines) and not (_table(name) == "taxes" and taxes)}
    return Resolution(replace(invoice, **header, **rows), {**fields, **kept, **_evidence(leader)})


def _table(name: str) -> str:
    match = ROW.fullmatch(name)
    return match["table"] if match else ""


def _rows(witness: Witness, table: str, row: type[Row]) -> list[Row]:
    """The rows of a table in the order of their numbers."""
    cells: dict[int, dict[str, Any]] = {}
    for name, statement in witness.stated.items():
        match = ROW.fullmatch(name)
        if match and match["table"] == table:
            cells.setdefault(int(match["index"]), {})[match["column"]] = statement.value
    return [row(**cells[index]) for index in sorted(cells)]


def _evidence(witness: Witness) -> dict[str, FieldValue]:
    return {name: _cell(name, statement, witness) for name, statement in witness.stated.items() if ROW.fullmatch(name)}


def _cell(name: str, statement: Statement, witness: Witness) -> FieldValue:
    claim = Claim(witness.name, statement.value, statement.text, statement.where, True)
    return FieldValue(name, statement.value, FieldStatus.OK, statement.text, confidence=TRUST, origin=Origin.STATED, claims=(claim,))
