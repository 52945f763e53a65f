"""Which lines of print state the tax of a rate."""

from __future__ import annotations

import pytest
from layout.pages import text_layout

from extractor.rules.taxes import tax_rows


def test_lines_with_one_rate_and_an_amount_are_found():
    pages = text_layout("Net  100.00\nVAT 20%  20.00\nTotal  120.00", "19,0 % MwSt auf  100,00  19,00")
    assert tax_rows(pages) == ["VAT 20%  20.00", "19,0 % MwSt auf  100,00  19,00"]


@pytest.mark.parametrize("line", ["VAT 20%", "2 % discount within 10 days or 3 %: 12.00", "Total  120.00", "100 % cotton", "Order 1234.5 % 3"])
def test_other_lines_are_not(line):
    assert tax_rows(text_layout(line)) == []


def test_rows_of_line_items_are_left_out():
    pages = text_layout("Widget  20 %  10.00\nVAT 20 %  2.00")
    assert tax_rows(pages, taken={(1, 0)}) == ["VAT 20 %  2.00"]
