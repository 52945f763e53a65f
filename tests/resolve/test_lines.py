"""Line items: cells become numbers, and quantity x unit price = amount picks the readings."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractor.geometry import Box
from extractor.resolve import FieldStatus
from extractor.resolve.evidence import Origin
from extractor.resolve.lines import resolve_lines
from extractor.rules.lines import Cell, TableRow

from .candidates import resolved, row


def values(line: object, *names: str) -> list[str | None]:
    return [None if (value := getattr(line, name)) is None else str(value) for name in names]


NUMBERS = ("quantity", "unit_price", "amount")


def test_cells_become_values_of_their_columns():
    [line] = resolve_lines(
        [row(description="Blue widget", code="A-1", quantity="2", unit="pcs", unit_price="10.00", tax_rate="19 %", amount="20.00")], ("en-GB",)
    ).lines
    assert values(line, "description", "code", "unit", "tax_rate", *NUMBERS) == ["Blue widget", "A-1", "pcs", "19", "2", "10.00", "20.00"]


@pytest.mark.parametrize(
    ("quantity", "price", "amount", "expected"),
    [
        ("2", "1.250", "2.50", ["2", "1.250", "2.50"]),
        ("2", "1.250", "2500.00", ["2", "1250", "2500.00"]),
        ("1,000", "5.00", "5.00", ["1.000", "5.00", "5.00"]),
        ("1,000", "5.00", "5000.00", ["1000", "5.00", "5000.00"]),
    ],
)
def test_the_product_picks_the_readings(quantity, price, amount, expected):
    found = resolve_lines([row(quantity=quantity, unit_price=price, amount=amount)], ())
    [line] = found.lines
    assert [Decimal(text) for text in values(line, *NUMBERS)] == [Decimal(text) for text in expected]
    assert found.fields["lines[0].amount"].support == 1.0


def test_a_product_that_fails_is_said_in_its_support():
    found = resolve_lines([row(quantity="2", unit_price="10.00", amount="25.00")], ("en",))
    assert {name: found.fields[f"lines[0].{name}"].support for name in NUMBERS} == dict.fromkeys(NUMBERS, 0.0)
    assert values(found.lines[0], *NUMBERS) == ["2", "10.00", "25.00"]


def test_a_row_without_a_price_has_no_verdict():
    assert resolve_lines([row(description="Delivery", amount="7.00")], ()).fields["lines[0].amount"].support is None


@pytest.mark.parametrize(
    ("quantity", "price", "amount"), [("-1", "10.00", "-10.00"), ("1", "-10.00", "-10.00"), ("1", "10.00", "-10.00"), ("1", "10.00", "10.00-")]
)
def test_returned_goods_have_negative_amounts(quantity, price, amount):
    found = resolve_lines([row(quantity=quantity, unit_price=price, amount=amount)], ("en",))
    assert found.lines[0].amount == Decimal("-10.00")
    assert found.fields["lines[0].amount"].support == 1.0


@pytest.mark.parametrize("cells", [{"quantity": "2 pcs"}, {"quantity": "2", "unit": "pcs"}, {"unit": "2 pcs"}])
def test_a_quantity_may_stand_with_its_unit(cells):
    [line] = resolve_lines([row(amount="20.00", **cells)], ("en",)).lines
    assert values(line, "quantity", "unit") == ["2", "pcs"]


def test_the_lines_of_a_description_are_one_text():
    assert resolve_lines([row(description="Blue widget\nwith  screws", amount="1.00")], ()).lines[0].description == "Blue widget with screws"


def test_rows_without_an_amount_are_no_lines():
    found = resolve_lines([row(description="Notes"), row(description="Blue", amount="1.00"), row(description="x", amount="free")], ())
    assert [line.description for line in found.lines] == ["Blue"]
    assert set(found.fields) == {"lines[0].description", "lines[0].amount"}


def test_the_evidence_says_where_each_cell_stands():
    cell = Cell("12.00", 3, Box(1, 2, 3, 4), 0.5)
    field = resolve_lines([TableRow({"amount": cell})], ("en",)).fields["lines[0].amount"]
    assert (field.name, field.text, field.page, field.bounds, field.ocr) == ("lines[0].amount", "12.00", 3, Box(1, 2, 3, 4), 0.5)


def test_the_total_is_the_sum_of_all_lines():
    assert resolve_lines([row(amount="1.00"), row(amount="2.50")], ("en",)).total == Decimal("3.50")
    assert resolve_lines([], ("en",)).total is None


def test_lines_stand_in_the_invoice_with_their_evidence():
    found = resolved(rows=[row(description="Blue", amount="1.00"), row(description="Green", amount="2.50")])
    assert [line.description for line in found.invoice.lines] == ["Blue", "Green"]
    assert found.fields["lines[1].amount"].status == FieldStatus.OK


def discount(amount: str, *percents: str, **cells: str) -> TableRow:
    made = row(amount=amount, **cells)
    made.percents = tuple(Decimal(percent) for percent in percents)
    return made


def test_a_discount_below_a_line_is_taken_off_it():
    found = resolve_lines([row(description="Widget", quantity="3", unit_price="4.00", amount="12.00"), discount("-2.00", "16.7")], ("en",))
    [line] = found.lines
    assert values(line, *NUMBERS) == ["3", "4.00", "10.00"]
    assert (found.total, found.fields["lines[0].amount"].origin) == (Decimal("10.00"), Origin.DERIVED)


@pytest.mark.parametrize(
    "below",
    [
        discount("-2.00", "10"),
        discount("-2.00"),
        discount("2.00", "16.7"),
        discount("-2.00", "16.7", quantity="1", unit_price="-2.00"),
    ],
    ids=["another percentage", "no percentage", "a surcharge", "an item"],
)
def test_other_rows_are_lines_of_their_own(below):
    assert len(resolve_lines([row(description="Widget", quantity="3", unit_price="4.00", amount="12.00"), below], ("en",)).lines) == 2


def test_a_discount_on_the_line_explains_its_amount():
    plain = resolve_lines([discount("18.00", quantity="2", unit_price="10.00")], ("en",))
    reduced = resolve_lines([discount("18.00", "10", quantity="2", unit_price="10.00")], ("en",))
    assert [found.fields["lines[0].amount"].support for found in (plain, reduced)] == [0.0, 1.0]


def test_a_quantity_that_was_not_read_comes_from_price_and_amount():
    other = row(description="Widget", quantity="3", unit_price="4.00", amount="12.00")
    found = resolve_lines([other, row(description="Nut", unit_price="5.00", amount="10.00")], ("en",))
    quantity = found.fields["lines[1].quantity"]
    assert (str(found.lines[1].quantity), quantity.origin, quantity.name) == ("2", Origin.DERIVED, "lines[1].quantity")


@pytest.mark.parametrize(("price", "amount"), [("4.00", "10.00"), ("0.01", "20.00"), ("0.00", "0.00")])
def test_a_quantity_is_only_derived_where_few_pieces_make_the_amount(price, amount):
    other = row(description="Widget", quantity="3", unit_price="4.00", amount="12.00")
    assert resolve_lines([other, row(description="Nut", unit_price=price, amount=amount)], ("en",)).lines[1].quantity is None


def test_no_quantity_is_derived_where_none_is_printed():
    assert resolve_lines([row(description="Nut", unit_price="5.00", amount="10.00")], ("en",)).lines[0].quantity is None
