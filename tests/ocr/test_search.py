"""How large a page is searched, and what of it: as its print needs, whatever its pixels."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from extractor.ocr.engines import networks
from extractor.ocr.engines.rapid import RapidOcrEngine
from extractor.ocr.engines.search import AREA, LETTER, as_input, darkness_of, find_print, letter_heights, view_of


def page(size: int, *, width: int = 1240, height: int = 1754, dark: bool = False) -> NDArray[np.uint8]:
    image = Image.new("L", (width, height), 0 if dark else 255)
    pen = ImageDraw.Draw(image)
    for top in range(40, height - 2 * size, 2 * size):
        pen.text((40, top), "Hazelnut cream 12.50", fill=255 if dark else 0, font=ImageFont.load_default(size=size))
    return np.asarray(image)


def area(pixels: NDArray[np.uint8]) -> int:
    """How large the page would be searched if nothing of it were blank."""
    scale = view_of(pixels).size[1] / len(pixels)
    return int(pixels.size * scale**2)


def test_large_print_is_searched_at_a_smaller_size_and_small_print_is_not() -> None:
    areas = [area(page(size)) for size in (20, 40, 80)]
    assert areas[0] == pytest.approx(math.prod(AREA), rel=0.05)
    assert areas[0] > 1.5 * areas[1] > 3 * areas[2]


@pytest.mark.parametrize("size", [40, 60, 80])
def test_letters_keep_the_height_that_the_search_needs(size: int) -> None:
    pixels = page(size)
    scale = view_of(pixels).size[1] / pixels.shape[0]
    assert float(np.median(letter_heights(darkness_of(pixels, scale)))) == pytest.approx(LETTER, abs=3)


def test_print_that_cannot_be_measured_is_searched_at_the_full_size() -> None:
    dots = np.full((1280, 905), 255, np.uint8)
    dots[::3, ::3] = 0
    for pixels in (page(40, dark=True), np.zeros((1754, 1240), np.uint8), dots):
        assert area(pixels) == pytest.approx(math.prod(AREA), rel=0.05)


def test_sides_are_what_the_network_takes() -> None:
    for shape in ((1, 1), (3, 2000), (2000, 3), (4200, 420), (31, 33)):
        for pixels in (np.full(shape, 255, np.uint8), np.random.default_rng(4).integers(0, 256, shape, dtype=np.uint8)):
            view = view_of(pixels)
            sides = view.size[0], len(view.rows)
            assert all(side % 32 == 0 and side >= 32 for side in sides), (shape, sides)


def sparse() -> NDArray[np.uint8]:
    """A page with a line near its top, one near its foot, and one in faint grey between."""
    image = Image.new("L", (1240, 1754), 255)
    pen = ImageDraw.Draw(image)
    for top, ink in ((100, 0), (800, 225), (1600, 0)):
        pen.text((500, top), "Hazelnut cream 12.50", fill=ink, font=ImageFont.load_default(size=24))
    return np.asarray(image)


def test_what_is_blank_is_not_searched() -> None:
    pixels = sparse()
    view = view_of(pixels)
    assert view.size[0] * len(view.rows) < 0.2 * math.prod(AREA)
    assert view.left <= 480
    assert view.right >= 760
    kept = pixels[view.rows * 1754 // view.size[1]]
    assert kept.min(axis=1).tolist().count(255) < len(kept) < len(pixels)


def test_what_is_found_keeps_its_place_on_the_page(rapid: RapidOcrEngine) -> None:
    quads = find_print(rapid._network(networks.SEARCH), sparse())
    middles = sorted((round(float(y)), round(float(x))) for x, y in quads.mean(axis=1))
    assert [y for y, _ in middles] == pytest.approx([115, 815, 1615], abs=10)
    assert [x for _, x in middles] == pytest.approx([630] * 3, abs=20)


def test_grey_and_coloured_images_of_one_look_are_one_input() -> None:
    grey = np.random.default_rng(2).integers(0, 256, (48, 64), dtype=np.uint8)
    coloured = np.repeat(grey[..., None], 3, axis=2)
    np.testing.assert_allclose(as_input([grey, grey]), as_input([coloured, coloured]), atol=1e-6)


def test_colours_come_in_the_order_blue_green_red() -> None:
    red = np.zeros((32, 32, 3), np.uint8)
    red[..., 0] = 255
    assert as_input([red])[0, :, 5, 5] == pytest.approx([-1, -1, 1], abs=1e-6)
