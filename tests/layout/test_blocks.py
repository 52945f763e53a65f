"""Lines of one column that stand together form a block, whatever stands beside them."""

from __future__ import annotations

from extractor.layout.blocks import find_blocks, pieces_of
from layout.pages import Print, page_layout


def blocks(*prints: Print) -> list[list[str]]:
    return [[piece.text for piece in block.pieces] for block in find_blocks(pieces_of(page_layout(prints)))]


def column(x: float, y: float, *texts: str, size: float = 10, pitch: float = 14) -> list[Print]:
    return [Print(x, y + i * pitch, text, size) for i, text in enumerate(texts)]


def test_columns_side_by_side_are_blocks_of_their_own():
    found = blocks(*column(60, 60, "Amber Kettle Ltd", "12 Mill Lane", "Fogtown"), *column(350, 64, "Quill & Sons", "4 Inkwell Road", "Thistledown"))
    assert found == [["Amber Kettle Ltd", "12 Mill Lane", "Fogtown"], ["Quill & Sons", "4 Inkwell Road", "Thistledown"]]


def test_a_gap_ends_a_block():
    assert blocks(*column(60, 60, "Amber Kettle Ltd", "12 Mill Lane"), *column(60, 120, "Dear reader", "thank you")) == [
        ["Amber Kettle Ltd", "12 Mill Lane"],
        ["Dear reader", "thank you"],
    ]


def test_lines_set_to_the_right_or_to_the_middle_stand_together():
    right = [Print(500, 60 + 14 * i, text, right=True) for i, text in enumerate(["Amber Kettle Ltd", "12 Mill Lane"])]
    wide, narrow = Print(200, 300, "Amber Kettle Limited Company"), Print(0, 314, "Fogtown")
    middle = [wide, Print(wide.box.center_x - narrow.width / 2, 314, "Fogtown")]
    assert blocks(*right, *middle) == [["Amber Kettle Ltd", "12 Mill Lane"], ["Amber Kettle Limited Company", "Fogtown"]]


def test_a_large_heading_is_no_line_of_the_block_beneath():
    assert blocks(Print(60, 40, "INVOICE", size=36), *column(60, 80, "Amber Kettle Ltd", "12 Mill Lane")) == [["INVOICE"], ["Amber Kettle Ltd", "12 Mill Lane"]]
