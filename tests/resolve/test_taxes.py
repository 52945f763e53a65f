"""The tax of each rate: base and tax are the pair that the rate confirms."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractor.resolve.taxes import tax_lines

from .candidates import resolved

CENT = Decimal("0.01")


def read(*rows: str, labelled: tuple[str, ...] = (), locale: str = "en-GB", tolerance: Decimal = CENT) -> list[list[str | None]]:
    found = tax_lines(rows, labelled, (locale,), tolerance)
    return [[None if value is None else str(value) for value in (line.rate, line.base, line.amount)] for line in found]


@pytest.mark.parametrize(
    ("line", "locale", "expected"),
    [
        ("VAT 20 % on 100.00  20.00", "en-GB", ["20", "100.00", "20.00"]),
        ("20 %  20.00  100.00", "en-GB", ["20", "100.00", "20.00"]),
        ("19,0 % MwSt  1.000,00  190,00  1.190,00", "de", ["19", "1000.00", "190.00"]),
        ("A 8.875 %  200.00  17.75", "en-US", ["8.875", "200.00", "17.75"]),
        ("5 % -100.00 -5.00", "en-GB", ["5", "-100.00", "-5.00"]),
        ("5.5 %  10.00  0.55", "en-GB", ["5.5", "10.00", "0.55"]),
    ],
)
def test_the_rate_tells_base_from_tax(line, locale, expected):
    assert read(line, locale=locale) == [expected]


def test_rates_come_highest_first_and_once():
    rows = ["7 %  100.00  7.00", "19 %  100.00  19.00", "7 %  200.00  14.00"]
    assert read(*rows) == [["19", "100.00", "19.00"], ["7", "100.00", "7.00"]]


def test_a_lone_amount_is_the_tax_where_a_tax_label_stands():
    assert read("VAT 20 %  20.00", labelled=("VAT 20 %  20.00",)) == [["20", None, "20.00"]]
    assert read("Discount 20 %  20.00") == []


def test_a_row_with_its_base_counts_before_one_without():
    alone, whole = "VAT 20 %  20.00", "20 %  100.00  20.00"
    assert read(alone, whole, labelled=(alone,)) == read(whole, alone, labelled=(alone,)) == [["20", "100.00", "20.00"]]


def test_amounts_that_the_rate_does_not_confirm_are_left_out():
    assert read("20 %  100.00  25.00") == []


def test_a_rate_of_nothing_has_a_tax_of_nothing():
    assert read("0 %  100.00  0.00") == [["0", "100.00", "0.00"]]


def test_rates_that_sum_up_to_the_tax_stand_in_the_invoice():
    rows = ["19 %  100.00  19.00", "7 %  50.00  3.50"]
    assert [line.rate for line in resolved(tax="22.50", tax_rows=rows).invoice.taxes] == [Decimal(19), Decimal(7)]


def test_rates_that_do_not_sum_up_are_left_out():
    assert resolved(net="500.00", tax="100.00", total="600.00", tax_rows=["19 %  100.00  19.00"]).invoice.taxes == []
