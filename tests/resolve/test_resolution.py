"""Resolving as a whole: every field of the table has its evidence, and the invoice holds what the evidence says."""

from __future__ import annotations

import datetime
from decimal import Decimal

from extractor.invoice.fields import FIELDS
from extractor.resolve import FieldStatus, Findings, Origin, Thresholds, resolve
from extractor.rules.candidate import Candidate
from extractor.rules.model import RuleSet

from .candidates import candidate, place, resolved, row


def test_every_field_has_evidence_in_the_order_of_the_table():
    assert list(resolved(total="12.00", number="A-1").fields) == list(FIELDS)


def test_the_invoice_holds_what_the_evidence_says():
    found = resolved(
        number="A-1", date="17.03.2024", net="100.00", tax="20.00", total="£120.00", seller_name="ACME Ltd", rows=[row(description="Blue", amount="100.00")]
    )
    for name in FIELDS:
        assert getattr(found.invoice, name) == found.fields[name].value
    assert (found.invoice.number, found.invoice.date, found.invoice.currency) == ("A-1", datetime.date(2024, 3, 17), "GBP")
    assert found.invoice.lines[0].amount == found.fields["lines[0].amount"].value == Decimal("100.00")


def test_amounts_are_decimals():
    found = resolved(net="100.00", tax="20.00", total="120.00", discount="0.00", rows=[row(quantity="2", unit_price="50.00", amount="100.00")])
    values = [getattr(found.invoice, name) for name in ("net", "tax", "total")] + [
        getattr(found.invoice.lines[0], name) for name in ("quantity", "unit_price", "amount")
    ]
    assert all(type(value) is Decimal for value in values)


def test_a_document_is_an_invoice_unless_something_says_otherwise():
    assert resolved().invoice.kind == "invoice"
    assert resolved().fields["kind"].origin == Origin.CONSTANT
    assert resolved(rule_set=RuleSet("t", kind="receipt")).invoice.kind == "receipt"
    assert resolved(rule_set=RuleSet("t", kind="receipt"), kind="credit_note").invoice.kind == "credit_note"


def test_declared_fields_land_under_extra():
    found = resolve(Findings([Candidate("extra.meter", "identifier", "Z-17", "m", 0.9, 1, place(), ocr=0.9)]), RuleSet("t", extra={"meter": "identifier"}))
    assert found.invoice.extra == {"meter": "Z-17"}
    assert found.fields["extra.meter"].status == FieldStatus.OK


def test_nothing_found_gives_an_empty_invoice():
    found = resolve(Findings([]), RuleSet("none"))
    assert {name for name, field in found.fields.items() if field.status != FieldStatus.MISSING} == {"kind"}
    assert (found.invoice.lines, found.invoice.taxes, found.invoice.extra) == ([], [], {})


def test_the_order_of_candidates_does_not_matter():
    given = [
        candidate("total", "119.00", 0.8),
        candidate("total", "19.00", 0.85),
        candidate("net", "100.00"),
        candidate("tax", "19.00"),
        candidate("number", "A-1"),
    ]
    results = [resolve(Findings(found), RuleSet("t")) for found in (given, given[::-1])]
    assert results[0].invoice == results[1].invoice
    assert results[0].fields == results[1].fields


def test_min_confidence_decides_what_is_low():
    found = Findings([candidate("number", "A-1", 0.7)])
    statuses = [resolve(found, RuleSet("t"), thresholds=Thresholds(limit)).fields["number"].status for limit in (0.5, 0.999)]
    assert statuses == [FieldStatus.OK, FieldStatus.LOW_CONFIDENCE]
