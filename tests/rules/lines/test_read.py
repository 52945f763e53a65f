"""The table of line items: its columns come from the headers, its rows from the column that starts them."""

from __future__ import annotations

import pytest
from layout.pages import Print, layout, ocr_page, table, turned, words

from extractor.layout import Layout, lay_out_page
from extractor.rules.lines import read_table
from extractor.rules.match import Matcher
from extractor.rules.model import LineTable, RuleSet

from .tables import COLUMNS, FOUR, HEAD, ITEMS, X, cells, rows


@pytest.mark.parametrize("cut", [list, words], ids=["fragments", "words"])
@pytest.mark.parametrize("right_from", [1, 99], ids=["right aligned", "left aligned"])
def test_cells_stand_under_their_headers(cut, right_from):
    assert cells(layout(cut(table(200, [HEAD, *ITEMS], X, right_from=right_from))), *FOUR) == ITEMS


def test_a_cell_says_where_it_stands():
    [first, *_] = rows(layout(table(200, [HEAD, *ITEMS], X, right_from=1), dpi=72))
    amount = first.cells["amount"]
    assert (amount.text, amount.page, amount.ocr) == ("20.00", 1, pytest.approx(0.95))
    assert (amount.bounds.y, amount.bounds.right) == pytest.approx((214, 530))
    assert first.lines == [(1, 1)]


@pytest.mark.parametrize(("rotation", "skew"), [(90, 0), (180, 0), (0, 2.5), (270, -2)])
def test_turned_pages_give_the_same_rows(rotation, skew):
    page = turned(ocr_page(table(200, [HEAD, *ITEMS], X, right_from=1)), rotation, skew)
    assert cells(Layout((lay_out_page(page),)), *FOUR) == ITEMS


def test_headers_may_stand_on_two_lines():
    prints = [*table(200, [["Description", "Qty", "Unit", "Line"], ["", "", "price", "total"]], X, pitch=11, right_from=1), *table(226, ITEMS, X, right_from=1)]
    by_words = LineTable(COLUMNS | {"unit_price": ("Unit",), "amount": ("total",)})
    matcher = Matcher(RuleSet("t", tables=(by_words,)))
    pages = layout(prints)
    found = read_table(by_words, pages, matcher.hits(pages))
    assert [[row.cells[name].text for name in FOUR] for row in found] == ITEMS


def test_header_labels_may_be_spread_over_lines():
    prints = [
        Print(60, 200, "Description"),
        Print(330, 205, "Qty", right=True),
        Print(430, 211, "Unit price", right=True),
        Print(530, 211, "Amount", right=True),
    ]
    assert cells(layout([*prints, *table(226, ITEMS, X, right_from=1)]), *FOUR) == ITEMS


def test_of_two_descriptions_the_left_narrow_one_is_the_article_number():
    items = [["A-1", "Blue widget", "20.00"], ["A-2", "Green widget", "5.50"]]
    pages = layout(table(200, [["Article", "Description", "Amount"], *items], [60, 130, 530], right_from=2))
    assert cells(pages, "code", "description", "amount") == items


def test_columns_that_no_field_has_are_left_aside():
    head, x = ["Pos", "Description", "Weight", "Qty", "Amount"], [60, 100, 300, 400, 530]
    items = [["1", "Blue widget", "17 kg", "2", "20.00"], ["2", "Green widget", "4 kg", "1", "5.50"]]
    pages = layout(table(200, [head, *items], x, right_from=3))
    assert cells(pages, "description", "quantity", "amount") == [["Blue widget", "2", "20.00"], ["Green widget", "1", "5.50"]]


def test_empty_cells_stay_empty():
    items = [["Blue widget", "", "", "20.00"], ["Green widget", "1", "5.50", "5.50"]]
    assert cells(layout(table(200, [HEAD, *items], X, right_from=1)), *FOUR) == [["Blue widget", None, None, "20.00"], items[1]]


def test_figures_that_are_wider_than_their_headers_stay_in_their_columns():
    items = [["Blue widget", "1,000", "123,456.78", "123,456,780.00"], ["Green widget", "2,500", "0.0001", "2.50"]]
    assert cells(layout(table(200, [HEAD, *items], X, right_from=1)), *FOUR) == items


def test_lines_below_an_item_belong_to_its_row():
    lines = [["Blue widget", "2", "10.00", "20.00"], ["large, with screws", "", "", ""], ["and a manual", "", "", ""], ["Green widget", "1", "5.50", "5.50"]]
    found = rows(layout(table(200, [HEAD, *lines], X, right_from=1)))
    assert [row.lines for row in found] == [[(1, 1), (1, 2), (1, 3)], [(1, 4)]]


def test_text_far_below_the_last_row_is_no_part_of_it():
    prints = [*table(200, [HEAD, *ITEMS], X, right_from=1), Print(60, 300, "Thank you for your order")]
    assert cells(layout(prints), *FOUR) == ITEMS


@pytest.mark.parametrize("end", ["Subtotal", "Total", "SUBT0TAL"])
def test_the_table_ends_at_its_end_label_or_a_total(end):
    tail = [[end, "", "", "145.50"], ["Not an item", "1", "9.99", "9.99"]]
    assert cells(layout(table(200, [HEAD, *ITEMS, *tail], X, right_from=1)), *FOUR) == ITEMS


def test_an_item_whose_name_begins_like_a_total_ends_nothing():
    items = [["Total care package with free pickup", "1", "9.99", "9.99"], *ITEMS]
    assert cells(layout(table(200, [HEAD, *items], X, right_from=1)), *FOUR) == items


MORE = [["Red widget", "4", "1.00", "4.00"], ["Delivery", "1", "7.00", "7.00"]]


def test_rows_go_on_after_a_page_break_with_a_repeated_header():
    pages = layout(table(200, [HEAD, *ITEMS], X, right_from=1), table(90, [HEAD, *MORE, ["Total", "", "", "156.50"]], X, right_from=1))
    assert cells(pages, *FOUR) == [*ITEMS, *MORE]
    assert [row.lines[0][0] for row in rows(pages)] == [1, 1, 1, 2, 2]


def test_rows_go_on_after_a_page_break_without_a_header():
    pages = layout(table(200, [HEAD, *ITEMS], X, right_from=1), table(90, [*MORE, ["Total", "", "", "156.50"]], X, right_from=1))
    assert cells(pages, *FOUR) == [*ITEMS, *MORE]


def test_a_header_that_moved_on_the_next_page_counts_there():
    moved = [x - 40 for x in X]
    pages = layout(table(200, [HEAD, *ITEMS], X, right_from=1), table(90, [HEAD, *MORE], [60, *moved[1:]], right_from=1))
    assert cells(pages, *FOUR) == [*ITEMS, *MORE]


def test_pages_after_the_end_of_the_table_have_no_rows():
    pages = layout(table(200, [HEAD, *ITEMS, ["Total", "", "", "145.50"]], X, right_from=1), table(90, [["Interest", "1", "9.00", "9.00"]], X, right_from=1))
    assert cells(pages, *FOUR) == ITEMS


def test_what_is_carried_forward_is_no_row():
    first = table(200, [HEAD, *ITEMS, ["Carried forward", "", "", "145.50"]], X, right_from=1)
    second = table(90, [HEAD, ["Brought forward", "", "", "145.50"], *MORE], X, right_from=1)
    assert cells(layout(first, second), *FOUR) == [*ITEMS, *MORE]


def test_a_panel_left_of_the_table_is_no_part_of_it():
    x = [200, 390, 470, 550]
    panel = [Print(40, y, text, size=8) for y, text in ((214, "Bank: Barclays"), (228, "Sort 20-00-00"), (242, "Acc 73282"), (256, "12345678"))]
    assert cells(layout([*panel, *table(200, [HEAD, *ITEMS], x, right_from=1)]), *FOUR) == ITEMS


def test_a_page_without_the_header_has_no_rows():
    assert rows(layout(table(200, ITEMS, X, right_from=1))) == []
    assert rows(layout([])) == []
    assert rows(Layout(())) == []


def test_a_header_must_name_the_column_that_starts_rows():
    assert rows(layout(table(200, [HEAD[:2], *[item[:2] for item in ITEMS]], X, right_from=1))) == []


def test_a_table_without_that_column_is_passed_over_however_many_it_names():
    packed = table(100, [["Code", "Description", "Qty"], ["A-1", "Box", "3"]], X[:3])
    items = [["Blue widget", "20.00"], ["Green widget", "5.50"]]
    pages = layout([*packed, *table(200, [["Item", "Amount"], *items], [60, 530], right_from=1)])
    assert cells(pages, "description", "amount") == items


def test_another_column_may_start_rows():
    quantities = LineTable(COLUMNS, row="quantity")
    lines = [["Blue widget", "2", "", ""], ["Green widget", "1", "", ""]]
    found = rows(layout(table(200, [HEAD, *lines], X, right_from=1)), quantities)
    assert [(row.cells["description"].text, row.cells["quantity"].text) for row in found] == [("Blue widget", "2"), ("Green widget", "1")]


def test_a_sentence_that_names_columns_is_no_header():
    prints = [Print(60, 100, "Please check the description and the amount of each item"), *table(200, [HEAD, *ITEMS], X, right_from=1)]
    assert cells(layout(prints), *FOUR) == ITEMS


def test_long_tables_are_read_to_their_end():
    items = [[f"Item {i}", "1", "1.00", "1.00"] for i in range(200)]
    pages = layout(*(table(60, [HEAD, *items[i : i + 50]], X, right_from=1) for i in range(0, 200, 50)))
    assert cells(pages, *FOUR) == items


@pytest.mark.parametrize("cut", [list, words], ids=["fragments", "words"])
@pytest.mark.parametrize(
    "items",
    [
        [["Blue widget with a very long description that nearly reaches", "2", "10.00", "20.00"], ["Nut", "1", "5.50", "5.50"]],
        [["Widget 500 ml 12 x 3", "2", "10.00", "20.00"], ["2024 calendar", "1", "5.50", "5.50"]],
        [["Service 01.02.2024 - 28.02.2024", "1", "5.50", "5.50"], ["Returned", "-1", "5.50", "-5.50"]],
        [["Blue widget", "2", "€10.00", "€20.00"], ["Nut", "1", "5.50 €", "5.50 €"]],
    ],
    ids=["long description", "figures in descriptions", "dates in descriptions", "currencies"],
)
def test_descriptions_and_figures_keep_to_their_columns(cut, items):
    assert cells(layout(cut(table(200, [HEAD, *items], X, right_from=1))), *FOUR) == items


def test_a_quantity_may_come_first():
    items = [["2", "Blue widget", "10.00", "20.00"], ["12", "Green widget", "5.50", "66.00"]]
    pages = layout(table(200, [["Qty", "Description", "Unit price", "Amount"], *items], [60, 100, 430, 530], right_from=2))
    assert cells(pages, "quantity", "description", "unit_price", "amount") == items


def test_a_header_that_is_repeated_on_the_same_page_is_no_part_of_a_description():
    prints = [*table(200, [HEAD, *ITEMS], X, right_from=1), *table(300, [HEAD, *MORE], X, right_from=1)]
    assert cells(layout(prints), *FOUR) == [*ITEMS, *MORE]


@pytest.mark.parametrize("note", ["Tax: 7 %", "Notes: ready for use", "VAT amount included"])
def test_notes_to_an_item_do_not_end_the_table(note):
    lines = [ITEMS[0], [note, "", "", ""], *ITEMS[1:]]
    assert cells(layout(table(200, [HEAD, *lines], X, right_from=1)), *FOUR) == ITEMS


def test_an_item_named_like_a_total_is_one_where_its_figures_multiply():
    items = [["Subtotal", "2", "10.00", "20.00"], *ITEMS]
    assert cells(layout(table(200, [HEAD, *items, ["Subtotal", "", "", "165.50"]], X, right_from=1)), *FOUR) == items


def test_another_table_on_a_later_page_does_not_take_over():
    taxes = table(300, [["VAT", "Amount"], ["19 %", "27.60"]], [60, 530], right_from=1)
    pages = layout(table(200, [HEAD, *ITEMS], X, right_from=1), [*table(90, MORE, X, right_from=1), *taxes])
    assert cells(pages, *FOUR)[:5] == [*ITEMS, *MORE]


def test_a_page_number_below_the_table_is_no_row():
    prints = [*table(200, [HEAD, *ITEMS], X, right_from=1), Print(530, 780, "Continued on page 2", right=True)]
    assert cells(layout(prints), *FOUR) == ITEMS


def test_print_beside_the_table_belongs_to_no_row():
    x = [200, 390, 470, 550]
    panel = [Print(40, y, text, size=8) for y, text in ((216, "Period"), (231, "01/2025"))]
    found = rows(layout([*panel, *table(200, [HEAD, *ITEMS, *ITEMS], x, right_from=1)]))
    assert len({line for row in found for line in row.lines}) == len(found) == 6


def test_of_several_prices_the_one_that_makes_the_amount_counts():
    prints = [
        *table(200, [HEAD, ["Blue widget", "5", "20.00", "90.00"]], X, right_from=1),
        *table(226, [["", "", "- 2.00"], ["", "", "= 18.00"]], X, pitch=11, right_from=1),
    ]
    assert cells(layout(prints), *FOUR) == [["Blue widget", "5", "= 18.00", "90.00"]]


def test_percentages_beside_figures_are_kept():
    items = [["Blue widget", "2", "10.00", "20.00"], ["", "", "5 %", "-1.00"]]
    assert [[str(rate) for rate in row.percents] for row in rows(layout(table(200, [HEAD, *items], X, right_from=1)))] == [[], ["5"]]
