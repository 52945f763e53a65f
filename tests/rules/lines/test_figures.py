"""Naming columns by what their figures make: quantity x unit price = amount."""

from __future__ import annotations

from layout.pages import layout, table

from .tables import FOUR, cells


def test_a_column_without_a_known_label_is_the_quantity_if_the_products_say_so():
    head = [["Ordered", "Description", "Unit price", "Amount"]]
    items = [["2", "Blue widget", "10.00", "20.00"], ["12", "Green widget", "5.50", "66.00"]]
    expected = [[row[1], row[0], *row[2:]] for row in items]
    assert cells(layout(table(200, [*head, *items], [60, 120, 430, 530], right_from=2)), *FOUR) == expected


def test_labels_that_mean_another_column_here_are_set_right():
    head = [["Amount", "Description", "Unit price", "Amount"]]
    items = [["2", "Blue widget", "10.00", "20.00"], ["12", "Green widget", "5.50", "66.00"]]
    expected = [[row[1], row[0], *row[2:]] for row in items]
    assert cells(layout(table(200, [*head, *items], [60, 120, 430, 530], right_from=2)), *FOUR) == expected


def test_net_and_gross_columns_keep_the_one_that_is_the_product():
    head = [["Description", "Qty", "Unit price", "Amount", "Amount"]]
    items = [["Blue widget", "2", "10.00", "20.00", "23.80"], ["Green widget", "12", "5.50", "66.00", "78.54"]]
    assert cells(layout(table(200, [*head, *items], [60, 280, 360, 440, 530], right_from=1)), *FOUR) == [row[:4] for row in items]


def test_labels_stand_where_few_products_hold():
    head = [["Description", "Qty", "Unit price", "Amount"]]
    items = [["Blue widget", "2", "10.00", "19.00"], ["Green widget", "12", "5.50", "60.00"], ["Nut", "1", "1.00", "1.00"]]
    assert cells(layout(table(200, [*head, *items], [60, 330, 430, 530], right_from=1)), *FOUR) == items
