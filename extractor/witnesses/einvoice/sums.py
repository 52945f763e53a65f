"""Owns whether the amounts that an e-invoice states add up: what contradicts itself must not lead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from extractor.invoice.arithmetic import adds_up, check_arithmetic, tolerance
from extractor.invoice.fields import Invoice, InvoiceLine, TaxLine
from extractor.witnesses.einvoice.terms import LINE_SUM
from extractor.witnesses.einvoice.tree import EinvoiceTree, text_of
from extractor.witnesses.einvoice.values import NotAValue, decimal_of
from extractor.witnesses.model import Statement

_ROW = re.compile(r"(?P<table>lines|taxes)\[(?P<index>\d+)\]\.(?P<column>\w+)")


def invoice_of(stated: Mapping[str, Statement]) -> Invoice:
    """The invoice that the statements make up.

    >>> invoice_of({"number": Statement("7", "7", "/ID"), "lines[0].amount": Statement(Decimal(5), "5", "/Line/Amount")}).lines[0].amount
    Decimal('5')
    """
    header: dict[str, Any] = {}
    rows: dict[tuple[str, int], dict[str, Any]] = {}
    for name, statement in stated.items():
        match = _ROW.fullmatch(name)
        if match:
            rows.setdefault((match["table"], int(match["index"])), {})[match["column"]] = statement.value
        else:
            header[name] = statement.value
    lines = [InvoiceLine(**row) for (table, _), row in sorted(rows.items()) if table == "lines"]
    taxes = [TaxLine(**row) for (table, _), row in sorted(rows.items()) if table == "taxes"]
    return Invoice(**header, lines=lines, taxes=taxes)


def sum_errors(stated: Mapping[str, Statement], tree: EinvoiceTree) -> Iterator[tuple[str, str]]:
    """The rules of EN 16931 that the amounts break: id and what is wrong."""
    invoice = invoice_of(stated)
    told = set()
    for finding in check_arithmetic(invoice):
        if not finding.holds:
            told.add(finding.rule)
            yield finding.rule, f"{finding.fields[0]} is {finding.actual:f}, the other amounts make {finding.expected:f}"
    if "BR-CO-10" not in told:
        yield from _line_sum(invoice, tree)


def _line_sum(invoice: Invoice, tree: EinvoiceTree) -> Iterator[tuple[str, str]]:
    """BR-CO-10 by the sum that the e-invoice itself states (BT-106), which is no field of an invoice."""
    amounts = [line.amount for line in invoice.lines if line.amount is not None]
    item = tree.find(LINE_SUM)
    if item is None or not amounts or len(amounts) != len(invoice.lines):
        return
    try:
        stated = abs(decimal_of(text_of(item)))
    except NotAValue:
        return
    total = abs(sum(amounts, Decimal(0)))
    if not adds_up([total], stated, tolerance(invoice.currency, len(amounts))):
        yield "BR-CO-10", f"the sum of the lines (BT-106) is {stated:f}, the lines make {total:f}"
