"""The currency of a document, and what it says of the country."""

from __future__ import annotations

import pytest

from extractor.resolve import FieldStatus, Origin
from extractor.rules.model import RuleSet

from .candidates import resolved


@pytest.mark.parametrize(("text", "code"), [("12.00 €", "EUR"), ("GBP 12.00", "GBP"), ("RM 12.00", "MYR"), ("CHF 12.00", "CHF"), ("¥1200", "JPY")])
def test_the_currency_comes_from_the_amounts(text, code):
    found = resolved(locale=None, total=text)
    assert (found.invoice.currency, found.fields["currency"].origin, found.fields["currency"].text) == (code, Origin.READ, text)
    assert found.fields["currency"].bounds == found.fields["total"].bounds


def test_amounts_count_before_a_currency_that_stands_elsewhere():
    assert resolved(currency=("USD", 1.0), total="12.00 €").invoice.currency == "EUR"
    assert resolved(currency=("USD", 1.0), total="12.00").invoice.currency == "USD"


def test_the_currency_of_most_amounts_counts():
    assert resolved(net="100.00 €", tax="19.00 €", total="119.00 €", prepaid="GBP 5.00").invoice.currency == "EUR"


def test_a_file_that_declares_the_currency_is_believed():
    found = resolved(rule_set=RuleSet("t", currency="GBP"), total="12.00")
    assert (found.invoice.currency, found.fields["currency"].origin) == ("GBP", Origin.CONSTANT)
    shown = resolved(rule_set=RuleSet("t", currency="GBP"), total="GBP 12.00")
    assert shown.fields["currency"].origin == Origin.READ


def test_a_sign_of_several_currencies_follows_the_locale():
    assert resolved(locale="en-US", total="$12.00").invoice.currency == "USD"
    assert resolved(locale="en-CA", total="$12.00").invoice.currency == "CAD"


def test_no_currency_is_missing():
    found = resolved(total="12.00")
    assert (found.invoice.currency, found.fields["currency"].status) == (None, FieldStatus.MISSING)


def test_a_receipt_is_paid_in_the_currency_of_its_place():
    invoice, receipt = (resolved(rule_set=RuleSet("t", kind=kind), currency=("MYR", 0.5), total="$8.20").fields["currency"] for kind in ("invoice", "receipt"))
    assert (invoice.value, invoice.status) == ("MYR", FieldStatus.AMBIGUOUS)
    assert (receipt.value, receipt.status) == ("MYR", FieldStatus.OK)
