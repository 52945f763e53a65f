"""How large a page is searched: as its print needs, whatever its pixels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from extractor.ocr.engines.search import AREA, LETTER, as_input, letter_heights, search_size


def page(size: int, *, width: int = 1240, height: int = 1754, dark: bool = False) -> NDArray[np.uint8]:
    image = Image.new("L", (width, height), 0 if dark else 255)
    pen = ImageDraw.Draw(image)
    for top in range(40, height - 2 * size, 2 * size):
        pen.text((40, top), "Hazelnut cream 12.50", fill=255 if dark else 0, font=ImageFont.load_default(size=size))
    return np.asarray(image)


def test_large_print_is_searched_at_a_smaller_size_and_small_print_is_not() -> None:
    areas = [math.prod(search_size(page(size))) for size in (20, 40, 80)]
    assert areas[0] == pytest.approx(math.prod(AREA), rel=0.05)
    assert areas[0] > 1.5 * areas[1] > 3 * areas[2]


@pytest.mark.parametrize("size", [40, 60, 80])
def test_letters_keep_the_height_that_the_search_needs(size: int) -> None:
    pixels = page(size)
    scale = search_size(pixels)[0] / pixels.shape[1]
    assert float(np.median(letter_heights(pixels, scale))) == pytest.approx(LETTER, abs=3)


def test_print_that_cannot_be_measured_is_searched_at_the_full_size() -> None:
    for pixels in (page(40, dark=True), np.zeros((1754, 1240), np.uint8)):
        assert math.prod(search_size(pixels)) == pytest.approx(math.prod(AREA), rel=0.05)


def test_sides_are_what_the_network_takes() -> None:
    for shape in ((1, 1), (3, 2000), (2000, 3), (4200, 420), (31, 33)):
        wide, high = search_size(np.full(shape, 255, np.uint8))
        assert wide % 32 == high % 32 == 0
        assert min(wide, high) >= 32


def test_grey_and_coloured_images_of_one_look_are_one_input() -> None:
    grey = np.random.default_rng(2).integers(0, 256, (48, 64), dtype=np.uint8)
    coloured = np.repeat(grey[..., None], 3, axis=2)
    np.testing.assert_allclose(as_input([grey, grey]), as_input([coloured, coloured]), atol=1e-6)


def test_colours_come_in_the_order_blue_green_red() -> None:
    red = np.zeros((32, 32, 3), np.uint8)
    red[..., 0] = 255
    assert as_input([red])[0, :, 5, 5] == pytest.approx([-1, -1, 1], abs=1e-6)
