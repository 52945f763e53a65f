"""Finding the header of a table: labels over several lines, joined labels, names that are there twice."""

from __future__ import annotations

import pytest
from layout.pages import Print, layout, table

from extractor.rules.lines.header import HeaderFinder
from extractor.rules.match import Matcher

from .tables import FOUR, ITEMS, RULES, TABLE, X, cells


def names(prints: list[Print]) -> list[str]:
    """The names of the columns that the header of a page has."""
    pages = layout(prints)
    by_line: dict[tuple[int, int], list[object]] = {}
    for hit in Matcher(RULES).hits(pages):
        by_line.setdefault((1, hit.line.index), []).append(hit)
    header = HeaderFinder(TABLE, by_line).find(pages.pages[0])
    return [column.name for column in header.columns] if header else []


@pytest.mark.parametrize("pitch", [6, 11], ids=["interleaved", "stacked"])
def test_a_label_may_be_stacked_over_lines(pitch):
    prints = [Print(60, 200, "Description"), Print(330, 200, "Qty", right=True), Print(430, 200, "Unit", right=True), Print(530, 200, "Line", right=True)]
    prints += [Print(430, 200 + pitch, "price", right=True), Print(530, 200 + pitch, "total", right=True)]
    assert names([*prints, *table(226, ITEMS, X, right_from=1)]) == ["description", "quantity", "unit_price", "amount"]


def test_a_title_above_a_header_is_no_part_of_it():
    prints = [
        Print(60, 189, "Please find our items and the amount below"),
        *table(200, [["Description", "Qty", "Unit price", "Amount"], *ITEMS], X, right_from=1),
    ]
    assert cells(layout(prints), *FOUR) == ITEMS


def test_a_sentence_alone_is_no_header():
    assert names([Print(60, 100, "The amount that is shown for each item may differ from our price list and its description")]) == []


def test_labels_that_ocr_joined_head_two_columns():
    head = [Print(60, 200, "Description"), Print(330, 200, "Qty", right=True), Print(440, 200, "VAT Amount")]
    items = table(214, [["Blue widget", "2", "19 %", "20.00"], ["Green widget", "1", "19 %", "5.50"]], [60, 330, 458, 506], right_from=1)
    assert names([*head, *items]) == ["description", "quantity", "tax_rate", "amount"]


def test_the_right_one_of_two_prices_is_the_amount_where_none_is_named():
    assert names(table(200, [["Description", "Qty", "Unit price", "Price"], *ITEMS], X, right_from=1)) == ["description", "quantity", "unit_price", "amount"]


def test_the_only_price_is_the_amount_where_there_is_no_quantity():
    items = [["Blue widget", "20.00"], ["Green widget", "5.50"]]
    assert names(table(200, [["Description", "Price"], *items], [60, 530], right_from=1)) == ["description", "amount"]


def test_a_label_of_two_things_heads_names_with_their_descriptions():
    head = ["Name & description", "Qty", "Unit price", "Amount"]
    items = [["Widget - blue, with screws", "2", "10.00", "20.00"]]
    assert cells(layout(table(200, [head, *items], X, right_from=1)), "description") == [["Widget"]]


def test_a_price_right_of_all_columns_is_the_amount():
    items = [["Blue widget", "2", "20.00"], ["Green widget", "1", "5.50"]]
    assert names(table(200, [["Description", "Qty", "Price"], *items], [60, 330, 530], right_from=1)) == ["description", "quantity", "amount"]


@pytest.mark.parametrize("label", ["Amount (EUR)", "Line total USD", "Amount €"])
def test_a_currency_behind_a_label_is_part_of_it(label):
    assert names(table(200, [["Description", "Qty", "Unit price", label], *ITEMS], X, right_from=1)) == list(FOUR)
