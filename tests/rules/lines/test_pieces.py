"""Dealing print out to columns: centred headers, shifted figures, cells that were read as one."""

from __future__ import annotations

import pytest
from layout.pages import Print, layout, table

from .tables import FOUR, HEAD, X, cells


def test_text_starts_left_of_a_centred_header():
    head = [Print(60, 200, "Qty"), Print(230, 200, "Description"), Print(430, 200, "Unit price", right=True), Print(530, 200, "Amount", right=True)]
    items = table(214, [["2", "Blue widget", "10.00", "20.00"], ["1", "Green nut", "5.50", "5.50"]], [60, 120, 430, 530], right_from=2)
    assert cells(layout([*head, *items]), *FOUR) == [["Blue widget", "2", "10.00", "20.00"], ["Green nut", "1", "5.50", "5.50"]]


def test_a_line_with_a_cell_for_each_column_is_dealt_out_in_order():
    head = [["Description", "Qty", "Unit price", "Amount"]]
    items = [["Blue widget", "2", "10.00", "20.00"], ["Green nut", "1", "5.50", "5.50"]]
    prints = [*table(200, head, [60, 250, 300, 370]), *table(214, items, [60, 279, 346, 415])]
    assert cells(layout(prints), *FOUR) == items


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("Blue widget 2", 276, ["Blue widget", "2", "10.00", "20.00"]),
        ("Model 500 widget 2", 240, ["Model 500 widget", "2", "10.00", "20.00"]),
    ],
)
def test_a_quantity_that_was_read_with_the_name_is_cut_off(text, x, expected):
    prints = [
        *table(200, [HEAD], [200, 330, 430, 530], right_from=1),
        Print(330, 214, text, right=True),
        *table(214, [["", "", "10.00", "20.00"]], X, right_from=1),
    ]
    assert cells(layout(prints), *FOUR) == [expected]


def test_a_position_that_was_read_with_the_name_is_cut_off():
    head = [["#", "Description", "Qty", "Unit price", "Amount"]]
    prints = [*table(200, head, [60, 80, *X[1:]], right_from=2), Print(60, 214, "1  Blue widget"), *table(214, [["", "2", "10.00", "20.00"]], X, right_from=1)]
    assert cells(layout(prints), *FOUR) == [["Blue widget", "2", "10.00", "20.00"]]
