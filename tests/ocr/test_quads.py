"""Text quads: how they lie, whatever corner they start with."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from extractor.ocr.engines.quads import along, axis_and_skew, clockwise, cut_out, reading_order, sideways


def quad(x: float, y: float, width: float, height: float, angle: float = 0.0) -> NDArray[np.float32]:
    """A rectangle with its upper left corner at (x, y), turned clockwise about it."""
    radians = np.radians(angle)
    turn = np.array([[np.cos(radians), np.sin(radians)], [-np.sin(radians), np.cos(radians)]])
    corners: NDArray[np.float32] = (np.array([[0, 0], [width, 0], [width, height], [0, height]]) @ turn + (x, y)).astype(np.float32)
    return corners


@given(st.permutations(range(4)), st.floats(-40, 40), st.sampled_from([0, 90, 180, 270]))
def test_the_first_side_runs_along_the_print_whatever_order_the_corners_came_in(order: list[int], skew: float, rotation: int) -> None:
    upright = quad(300, 300, 120, 20, rotation + skew)
    found = along(clockwise(upright[order][None]), rotation + skew)
    np.testing.assert_allclose(found[0], upright, atol=0.01)


@given(st.floats(-40, 40), st.sampled_from([0, 90]))
def test_long_lines_tell_axis_and_skew_and_single_characters_do_not(skew: float, axis: int) -> None:
    lines = [quad(500, 100 + 40 * i, 150 + 30 * i, 20, axis + skew) for i in range(4)]
    characters = [quad(900, 20 * i, 9, 16, 3.0) for i in range(30)]
    found_axis, found_skew = axis_and_skew(clockwise(np.array(lines + characters)))
    assert found_axis == axis
    assert found_skew == pytest.approx(skew, abs=0.01)


def test_no_line_means_no_skew() -> None:
    assert axis_and_skew(clockwise(np.array([quad(10, 10, 12, 14, 20)]))) == (0, 0.0)


def test_a_narrow_character_is_not_sideways_print() -> None:
    assert sideways(np.array([quad(0, 0, 12, 25), quad(0, 0, 20, 200), quad(0, 0, 200, 20)])).tolist() == [False, True, False]


def test_what_is_cut_out_stands_upright() -> None:
    image = np.zeros((200, 200, 3), dtype=np.uint8)
    image[50:150, 90:110] = (0, 0, 255)
    image[50:60, 90:110] = (255, 0, 0)
    upwards = along(clockwise(quad(90, 50, 20, 100)[None]), 270)[0]
    cut = cut_out(image, upwards)
    assert cut.shape[:2] == (20, 100)
    assert tuple(cut[10, 5]) == (0, 0, 255)
    assert tuple(cut[10, 97]) == (255, 0, 0)


@pytest.mark.parametrize("angle", [0, 5, 90, 180, 273])
def test_reading_order_goes_line_after_line(angle: float) -> None:
    places = [(0, 0), (200, 3), (0, 40), (100, 42), (300, 38)]
    radians = np.radians(angle)
    turned = [(1000 + x * np.cos(radians) - y * np.sin(radians), 1000 + x * np.sin(radians) + y * np.cos(radians)) for x, y in places]
    quads = np.array([quad(x, y, 80, 20, angle) for x, y in turned])
    assert reading_order(quads[::-1], angle) == [4, 3, 2, 1, 0]
