"""The calculation rules of EN 16931 over an `Invoice`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.invoice.arithmetic import adds_up, check_arithmetic, currency_exponent, tax_of, tolerance
from extractor.invoice.fields import Invoice, InvoiceLine, TaxLine


def invoice(lines: str = "", taxes: str = "", currency: str | None = "EUR", **amounts: str) -> Invoice:
    """An invoice from amounts in words: lines `10.00 20.00`, taxes `rate:base:amount`."""
    header: dict[str, Any] = {name: Decimal(value) for name, value in amounts.items()}
    rows = [TaxLine(*(Decimal(part) for part in row.split(":"))) for row in taxes.split()]
    return Invoice(currency=currency, taxes=rows, lines=[InvoiceLine(amount=Decimal(amount)) for amount in lines.split()], **header)


def outcome(document: Invoice) -> dict[str, bool]:
    return {finding.rule: finding.holds for finding in check_arithmetic(document)}


WHOLE = {"lines": "60.00 40.00", "net": "100.00", "tax": "19.00", "total": "119.00", "taxes": "19:100.00:19.00", "prepaid": "19.00", "amount_due": "100.00"}
ALL_HOLD = {"BR-CO-10": True, "BR-CO-14": True, "BR-CO-15": True, "BR-CO-16": True, "BR-CO-17": True}


def test_a_correct_invoice_holds() -> None:
    assert outcome(invoice(**WHOLE)) == ALL_HOLD


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"lines": "60.00 41.00"}, {"BR-CO-10"}),
        ({"tax": "18.00"}, {"BR-CO-14", "BR-CO-15"}),
        ({"total": "120.00", "amount_due": "101.00"}, {"BR-CO-15"}),
        ({"amount_due": "119.00"}, {"BR-CO-16"}),
        ({"taxes": "7:100.00:19.00"}, {"BR-CO-17"}),
        ({"taxes": "19:100.00:18.00"}, {"BR-CO-14", "BR-CO-17"}),
    ],
)
def test_what_does_not_add_up_is_said(change: dict[str, str], broken: set[str]) -> None:
    assert {rule for rule, holds in outcome(invoice(**(WHOLE | change))).items() if not holds} == broken


def test_a_finding_says_what_was_expected_of_which_fields() -> None:
    (finding,) = check_arithmetic(invoice(net="100.00", tax="19.00", total="120.00"))
    assert (finding.rule, finding.holds, finding.expected, finding.actual) == ("BR-CO-15", False, Decimal("119.00"), Decimal("120.00"))
    assert finding.fields == ("total", "net", "tax")


def test_nothing_is_checked_on_an_empty_or_partial_invoice() -> None:
    assert check_arithmetic(Invoice()) == []
    partial = invoice(lines="10.00", net="20.00")
    partial.lines.append(InvoiceLine(description="no amount"))
    partial.taxes.append(TaxLine(rate=Decimal(19)))
    assert check_arithmetic(partial) == []


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (invoice(lines="60.00 59.00", net="100.00", tax="19.00", total="119.00"), {"BR-CO-10": True, "BR-CO-15": True}),
        (invoice(lines="100.00", discount="10.00", shipping="5.00", net="95.00"), {"BR-CO-13": True}),
        (invoice(lines="100.00", discount="-10.00", net="90.00"), {"BR-CO-13": True}),
        (invoice(lines="95.00 5.00", shipping="5.00", net="100.00"), {"BR-CO-13": True}),
        (invoice(lines="100.00", discount="10.00", net="80.00"), {"BR-CO-13": False}),
        (invoice(total="119.00", prepaid="-19.00", amount_due="100.00"), {"BR-CO-16": True}),
        (invoice(total="119.02", rounding="-0.02", amount_due="119.00"), {"BR-CO-16": True}),
        (invoice(net="100.00", tax="6.02", rounding="-0.02", total="106.00"), {"BR-CO-15": True}),
        (invoice(total="119.00", amount_due="100.00"), {"BR-CO-16": False}),
    ],
)
def test_printed_variants(document: Invoice, expected: dict[str, bool]) -> None:
    assert outcome(document) == expected


def test_a_credit_note_may_be_negative_throughout() -> None:
    negative = {name: value if name in ("lines", "taxes") else f"-{value}" for name, value in WHOLE.items()}
    negative |= {"lines": "-60.00 -40.00", "taxes": "19:-100.00:-19.00"}
    assert outcome(invoice(**negative)) == ALL_HOLD
    assert outcome(invoice(lines="-100.00", discount="-10.00", net="-90.00")) == {"BR-CO-13": True}


def test_tolerance_follows_the_currency_and_the_number_of_terms() -> None:
    assert [currency_exponent(code) for code in ("EUR", "JPY", "KWD", None)] == [2, 0, 3, 2]
    assert [tolerance("EUR"), tolerance("EUR", 3), tolerance("JPY"), tolerance("KWD")] == [Decimal("0.01"), Decimal("0.02"), Decimal(1), Decimal("0.001")]
    assert adds_up([Decimal("1.10"), Decimal("2.20")], Decimal("3.30"))
    assert not adds_up([Decimal("1.10"), Decimal("2.20")], Decimal("3.32"))
    assert outcome(invoice(lines="3.33 3.33 3.33", net="10.00")) == {"BR-CO-10": True}
    assert outcome(invoice(lines="9.97", net="10.00")) == {"BR-CO-10": False}


CENTS = st.integers(min_value=1, max_value=10**8).map(lambda cents: Decimal(cents).scaleb(-2))


@given(
    st.lists(st.tuples(CENTS, st.sampled_from([Decimal(rate) for rate in ("0", "5.5", "7", "19", "20", "25")])), min_size=1, max_size=6), CENTS, st.booleans()
)
@settings(max_examples=200, deadline=None)
def test_a_computed_invoice_always_holds_and_a_changed_one_does_not(rows: list[tuple[Decimal, Decimal]], prepaid: Decimal, credit: bool) -> None:
    sign = -1 if credit else 1
    rows = [(sign * amount, rate) for amount, rate in rows]
    taxes = [TaxLine(rate=rate, base=amount, amount=tax_of(amount, rate, "EUR")) for amount, rate in rows]
    net, tax = sum((amount for amount, _ in rows), Decimal(0)), sum((row.amount or Decimal(0) for row in taxes), Decimal(0))
    lines = [InvoiceLine(amount=amount) for amount, _ in rows]
    document = Invoice(
        currency="EUR", net=net, tax=tax, total=net + tax, prepaid=sign * prepaid, amount_due=net + tax - sign * prepaid, taxes=taxes, lines=lines
    )
    findings = check_arithmetic(document)
    assert len(findings) == 4 + len(rows)
    assert all(finding.holds for finding in findings)
    document.total = net + tax + Decimal("0.02")
    assert not outcome(document)["BR-CO-15"]
