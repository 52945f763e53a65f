"""The layout view: columns as they stand on paper, and the way back from each character to its print."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from extractor.layout import Layout, lay_out
from extractor.layout.grid import document_grid, lay_out_by_spaces
from extractor.ocr.typed import typed_pages

from .pages import Print, layout

ROWS = [
    (60, "Item"), (300, "Quantity"), (400, "Price"),
    (60, "Rope of hemp, thirty metres"), (310, "2"), (400, "12.50"),
    (60, "Lantern"), (310, "10"), (400, "7.00"),
]  # fmt: skip


def invoice() -> Layout:
    prints = [Print(x, 100 + 14 * (number // 3), text) for number, (x, text) in enumerate(ROWS)]
    return layout([*prints, Print(60, 300, "Thank you"), Print(80, 314, "indented")])


def test_print_that_stands_in_one_column_begins_in_one_column() -> None:
    lines = document_grid(invoice()).text.splitlines()
    header, first, second = lines[:3]
    assert header.index("Price") == first.index("12.50") == second.index("7.00")
    assert first.index("2") == second.index("10") > first.index("metres")
    assert first.startswith("Rope of hemp, thirty metres  ")


def test_lines_far_apart_have_empty_lines_between_them() -> None:
    lines = document_grid(invoice()).text.splitlines()
    assert lines[3:7] == [""] * 4
    assert lines[7] == "Thank you"
    assert 2 <= len(lines[8]) - len(lines[8].lstrip()) <= 6


def test_every_character_knows_its_print() -> None:
    grid = document_grid(invoice())
    for start, length, _, line, at in grid.origins:
        assert grid.text[start : start + length] == line.text[at : at + length]
    start = grid.text.index("12.50")
    ((page, line, span),) = grid.locate(start, start + 5)
    assert (page.number, line.text[span.start : span.end]) == (1, "12.50")


def test_a_part_over_several_words_is_one_span() -> None:
    grid = document_grid(invoice())
    start = grid.text.index("of hemp")
    ((_, line, span),) = grid.locate(start, start + len("of hemp"))
    assert line.text[span.start : span.end] == "of hemp"


def test_empty_space_comes_from_nowhere() -> None:
    grid = document_grid(invoice())
    start = grid.text.index("metres") + len("metres") + 1
    assert grid.locate(start, start + 1) == []


def test_only_what_is_inside_takes_part() -> None:
    document = invoice()
    grid = lay_out_by_spaces(document.pages, lambda page, box: box.center_x > page.width / 2)
    assert grid.text.split() == ["Quantity", "Price", "2", "12.50", "10", "7.00"]


def test_pages_begin_with_a_form_feed() -> None:
    assert document_grid(lay_out(typed_pages("one\n\ftwo"))).text == "one\n\ftwo\n"


@given(st.lists(st.lists(st.tuples(st.integers(2, 9), st.text("abcXYZ0.,", min_size=1, max_size=9)), min_size=1, max_size=4), min_size=1, max_size=6))
def test_evenly_spaced_type_keeps_its_columns(rows: list[list[tuple[int, str]]]) -> None:
    lines = ["left" + "".join(" " * gap + text for gap, text in row) for row in rows]
    assert document_grid(lay_out(typed_pages("\n".join(lines)))).text.splitlines() == lines
