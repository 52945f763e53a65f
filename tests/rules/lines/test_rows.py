"""Which lines make up one row: figures on lines of their own, text above and below, centred cells."""

from __future__ import annotations

from layout.pages import Print, layout, table

from .tables import FOUR, HEAD, X, cells, rows


def test_figures_of_one_row_may_stand_on_two_lines():
    prints = table(200, [HEAD], X, right_from=1)
    for i, (name, amount) in enumerate([("Blue widget", "20.00"), ("Green widget", "20.00")]):
        prints += [*table(220 + 40 * i, [[name, "2", "10.00"]], X, right_from=1), *table(231 + 40 * i, [["", "", "", amount]], X, right_from=1)]
    assert cells(layout(prints), *FOUR) == [["Blue widget", "2", "10.00", "20.00"], ["Green widget", "2", "10.00", "20.00"]]


def test_names_may_stand_above_their_figures():
    prints = table(200, [HEAD], X, right_from=1)
    for i, name in enumerate(["Blue widget", "Green widget", "Red widget"]):
        prints += [Print(60, 214 + 28 * i, name), *table(228 + 28 * i, [["", "2", "10.00", "20.00"]], X, right_from=1)]
    assert cells(layout(prints), "description", "amount") == [["Blue widget", "20.00"], ["Green widget", "20.00"], ["Red widget", "20.00"]]


def test_names_may_stand_below_their_figures():
    prints = table(200, [HEAD], X, right_from=1)
    for i, name in enumerate(["Blue widget", "Green widget"]):
        prints += [*table(214 + 28 * i, [["", "2", "10.00", "20.00"]], X, right_from=1), Print(60, 228 + 28 * i, name)]
    assert cells(layout(prints), "description", "amount") == [["Blue widget", "20.00"], ["Green widget", "20.00"]]


def test_text_is_centred_beside_its_figures():
    prints = table(200, [HEAD], X, right_from=1)
    for i, name in enumerate(["Blue widget", "Green widget"]):
        prints += [
            Print(60, 223 + 40 * i, name),
            Print(60, 235 + 40 * i, "GTIN: 4000000000006"),
            *table(229 + 40 * i, [["", "2", "10.00", "20.00"]], X, right_from=1),
        ]
    assert cells(layout(prints), "description", "amount") == [["Blue widget", "20.00"], ["Green widget", "20.00"]]


def test_a_sentence_before_the_first_item_is_no_part_of_it():
    prints = [
        *table(200, [HEAD], X, right_from=1),
        Print(60, 214, "We charge you for delivery 12:"),
        *table(232, [["Blue widget", "2", "10.00", "20.00"]], X, right_from=1),
    ]
    [row] = rows(layout(prints))
    assert row.cells["description"].text == "Blue widget"
    assert row.lines == [(1, 2)]


def test_lines_closer_to_the_row_below_belong_to_it():
    prints = table(200, [HEAD], X, right_from=1)
    for i in range(2):
        prints += [Print(60, 225 + 40 * i, "Widget"), *table(236 + 40 * i, [["with screws", "", "", "20.00"]], X, right_from=1)]
    assert [row.lines for row in rows(layout(prints))] == [[(1, 1), (1, 2)], [(1, 3), (1, 4)]]
