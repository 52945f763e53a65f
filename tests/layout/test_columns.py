"""Reading order: columns of text one after the other, rows of tables and of labels with values across."""

from __future__ import annotations

import pytest

from extractor.geometry import Box

from .pages import Print, page_layout, table, words

LEFT = [
    "Goods remain our property until they",
    "have been paid in full. Claims must be",
    "raised within eight days of delivery",
    "in writing. Otherwise they are void.",
]
RIGHT = ["The place of jurisdiction is the", "seat of the seller, as far as the", "law allows this to be agreed", "between merchants of both sides."]


@pytest.mark.parametrize("cut", [list, words])
def test_columns_of_text_are_read_one_after_the_other(cut):
    left = [Print(60, 600 + 12 * i, text, size=8) for i, text in enumerate(LEFT)]
    right = [Print(320, 606 + 12.9 * i, text, size=8) for i, text in enumerate(RIGHT)]
    assert page_layout(cut(left + right)).text.splitlines() == LEFT + RIGHT


def test_labels_with_values_stay_rows():
    rows = [["Invoice No", "4711"], ["Date", "17.03.2024"], ["Customer", "K-99"], ["Order", "B 12"], ["Due", "31.03.2024"], ["Terms", "net"]]
    assert page_layout(table(100, rows, [60, 200])).text.splitlines() == ["  ".join(row) for row in rows]


def test_aligned_blocks_side_by_side_stay_rows():
    rows = [["Bill to:", "Ship to:"], ["Ann Smith", "Bob Jones"], ["1 High Street", "2 Low Road"], ["London", "Leeds"]]
    assert page_layout(table(100, rows, [60, 320])).text.splitlines() == ["  ".join(row) for row in rows]


def test_a_table_with_empty_cells_stays_rows():
    rows = [["Item", "Qty", "Amount"], ["Blue widget", "2", "20.00"], ["delivered on Monday", "", ""], ["Green widget", "1", "5.50"], ["in two parts", "", ""]]
    expected = ["  ".join(cell for cell in row if cell) for row in rows]
    assert page_layout(table(200, rows, [60, 320, 450], right_from=1)).text.splitlines() == expected


def test_print_turned_in_the_margin_joins_no_line():
    margin = ("Registered in England 123456", Box(20, 90, 10, 150))
    upright = table(100, [["Invoice No", "4711"], ["Date", "17.03.2024"]], [60, 200])
    lines = page_layout([*upright, margin]).text.splitlines()
    assert sorted(lines) == ["Date  17.03.2024", "Invoice No  4711", "Registered in England 123456"]


def test_padded_boxes_of_neighbours_that_touch_are_one_line():
    first, second = Print(60, 100, "Qty").box, Print(82, 100, "4").box
    padded = [("Qty", Box(first.x - 3, first.y - 3, first.width + 6, 16)), ("4", Box(second.x - 3, second.y - 3, second.width + 6, 16))]
    assert page_layout(padded).text == "Qty 4"


def test_large_and_small_print_on_one_baseline_is_one_line():
    assert page_layout([Print(60, 100, "INVOICE", size=20), Print(200, 107, "No 4711", size=10)]).text == "INVOICE  No 4711"


def test_close_lines_are_not_joined():
    lines = [f"line number {i} of dense print" for i in range(12)]
    assert page_layout([Print(60, 100 + 9.5 * i, text) for i, text in enumerate(lines)]).text.splitlines() == lines


def test_overlapping_boxes_of_dense_lines_are_not_joined():
    lines = [f"line {i}" for i in range(10)]
    prints = [(text, Print(60, 100 + 10 * i, text, size=14).box) for i, text in enumerate(lines)]
    assert page_layout(prints).text.splitlines() == lines


@pytest.mark.parametrize("size", [6, 12])
def test_the_width_of_print_is_counted_in_characters(size):
    rows = [Print(40, 40 + 2 * size * row, "A" * 20 + " " + "A" * 19, size=size) for row in range(20)]
    page = page_layout(rows)
    assert page.columns == pytest.approx(40, abs=1)


def test_stray_words_do_not_widen_the_print():
    rows = [Print(40, 40 + 24 * row, "AAAA AAAA AAAA AAAA") for row in range(20)]
    assert page_layout([*rows, Print(500, 300, "I")]).columns == pytest.approx(page_layout(rows).columns, rel=0.02)


def test_a_page_without_print_has_no_columns():
    assert page_layout([]).columns == 0
