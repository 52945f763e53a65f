"""Sums at the foot of columns are found under their headers, and nothing else counts as one."""

from __future__ import annotations

from layout.pages import layout, table

from extractor.rules.labels import LabelIndex
from extractor.rules.sum_rows import sum_candidates

INDEX = LabelIndex({"net": ["Net"], "tax": ["VAT"], "total": ["Gross", "Total"], "column.tax_rate": ["Rate"]})
COLUMNS = (60.0, 200.0, 280.0, 360.0)
HEADER = ("Rate", "Net", "VAT", "Gross")
RATES = (("10 %", "200.00", "20.00", "220.00"), ("21 %", "100.00", "21.00", "121.00"))


def sums(*rows: tuple[str, ...]) -> list[tuple[str, str]]:
    page = layout(table(100, rows, COLUMNS, right_from=1)).pages[0]
    return [(candidate.field, candidate.text) for candidate in sum_candidates(page, INDEX.find(page))]


def test_each_sum_belongs_to_the_header_above_it():
    assert sums(HEADER, *RATES, ("Total", "300.00", "41.00", "341.00")) == [("net", "300.00"), ("tax", "41.00"), ("total", "341.00")]


def test_a_column_without_a_sum_gives_none():
    assert sums(HEADER, *RATES, ("Total", "300.00", "", "341.00")) == [("net", "300.00"), ("total", "341.00")]


def test_one_amount_is_a_total_and_no_row_of_sums():
    assert sums(HEADER, *RATES, ("Total", "", "", "341.00")) == []


def test_sums_need_a_header_above_them():
    assert sums(*RATES, ("Total", "300.00", "41.00", "341.00")) == []
    assert sums(("Total", "300.00", "41.00", "341.00"), HEADER, *RATES) == []


def test_a_label_with_more_words_sums_up_nothing():
    assert sums(HEADER, *RATES, ("Total of May", "300.00", "41.00", "341.00")) == []
