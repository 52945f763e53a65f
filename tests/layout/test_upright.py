"""`Turn`: there and back again, and the corners of a page where they belong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.geometry import Box
from extractor.layout.upright import Turn

from .pages import Print, ocr_page, turned

ROTATIONS = st.sampled_from([0, 90, 180, 270])


@st.composite
def printed_boxes(draw):
    """Boxes of print: at least as wide as high, on a page of 1000 x 1400."""
    height = draw(st.floats(4, 60))
    return Box(draw(st.floats(0, 600)), draw(st.floats(0, 900)), height * draw(st.floats(1, 12)), height)


@given(ROTATIONS, st.floats(-3, 3), printed_boxes())
def test_to_page_and_back_gives_the_same_box(rotation, skew, box):
    turn = Turn(1000, 1400, rotation, skew)
    back = turn.to_upright(turn.to_page(box))
    for side in ("x", "y", "width", "height"):
        assert getattr(back, side) == pytest.approx(getattr(box, side), abs=0.01)


@given(ROTATIONS, st.floats(-3, 3), printed_boxes())
def test_a_box_on_the_page_is_the_hull_of_the_turned_print(rotation, skew, box):
    piece = turned(ocr_page([("x", box)], dpi=72), rotation, skew)
    turn = Turn.of(piece)
    hull = turn.to_page(box)
    for side in ("x", "y", "width", "height"):
        assert getattr(hull, side) == pytest.approx(getattr(piece.regions[0].bounds, side), abs=0.01)


@given(ROTATIONS, st.floats(-45, 45), st.floats(0, 50), st.floats(0, 50))
def test_any_slope_gives_boxes_that_are_boxes(rotation, skew, width, height):
    turn = Turn(1000, 1400, rotation, skew)
    assert turn.to_upright(Box(100, 100, width, height)).is_finite()
    assert turn.to_page(Box(100, 100, width, height)).is_finite()


def test_sideways_pages_swap_their_sides():
    page = turned(ocr_page([Print(60, 60, "x")]), 90)
    assert Turn.of(page).upright_size == (page.height, page.width)
