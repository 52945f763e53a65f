"""A credit note has positive amounts, however it is printed; of other documents amounts keep their sign."""

from __future__ import annotations

import pytest

from extractor.resolve import FieldStatus

from .candidates import amounts, resolved, row

PRINTED = {"net": "-100.00", "tax": "-19.00", "total": "-119.00"}
NAMES = ("net", "tax", "total")


@pytest.mark.parametrize("given", [PRINTED, {name: text.removeprefix("-") for name, text in PRINTED.items()}])
def test_a_credit_note_is_positive(given: dict[str, str]) -> None:
    found = resolved(kind="credit_note", **given)
    assert amounts(found, *NAMES) == {"net": "100.00", "tax": "19.00", "total": "119.00"}
    assert {found.fields[name].status for name in NAMES} == {FieldStatus.OK}
    assert [found.fields[name].text for name in NAMES] == list(given.values())


def test_lines_and_taxes_of_a_credit_note_are_positive() -> None:
    items = [row(description="a", quantity="-2", unit_price="50.00", amount="-100.00")]
    found = resolved(kind="credit_note", rows=items, tax_rows=["VAT 19 %  -100.00  -19.00"], **PRINTED)
    line, tax = found.invoice.lines[0], found.invoice.taxes[0]
    assert [str(value) for value in (line.quantity, line.unit_price, line.amount, tax.base, tax.amount)] == ["2", "50.00", "100.00", "100.00", "19.00"]
    assert found.fields["lines[0].amount"].value == line.amount


def test_a_negative_invoice_stays_negative() -> None:
    found = resolved(**PRINTED, prepaid="10.00", amount_due="-109.00")
    assert amounts(found, *NAMES, "prepaid") == {"net": "-100.00", "tax": "-19.00", "total": "-119.00", "prepaid": "-10.00"}
    assert found.fields["amount_due"].support == 1.0


def test_a_line_that_takes_something_off_a_credit_note_turns_round_with_it() -> None:
    items = [row(description="a", amount="-110.00"), row(description="b", amount="10.00")]
    found = resolved(kind="credit_note", rows=items, **PRINTED)
    assert [str(line.amount) for line in found.invoice.lines] == ["110.00", "-10.00"]
