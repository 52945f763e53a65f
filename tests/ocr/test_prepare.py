"""Preparing an image for engines that need it upright: what they find comes back to the place where it stands on the page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from extractor.document.load import load_document
from extractor.geometry import Box
from extractor.ocr.engines.base import Engine, Reading
from extractor.ocr.language import Language
from extractor.ocr.prepare import is_blank, prepare
from extractor.ocr.reading import recognize
from extractor.ocr.result import OcrRegion
from extractor.ocr.skew import print_skew

from .drawing import DrawnPage, stands_at


class MarkEngine(Engine):
    """Finds the box around the red mark on a page; told by its option how the page is turned."""

    name = "mark"
    languages = frozenset(Language)

    def __init__(self, turned: int = 0) -> None:
        self.turned = turned
        self.sizes: list[tuple[int, int]] = []

    @classmethod
    def missing(cls) -> str | None:
        return None

    @property
    def version(self) -> str:
        return "1"

    def orientation(self, image: Image.Image) -> int:
        return self.turned

    def read(self, image: Image.Image, languages: tuple[Language, ...]) -> Reading:
        self.sizes.append(image.size)
        red, green, _ = image.split()
        box = Image.merge("L", [red]).point(lambda level: 255 * (level > 150)).convert("1")
        mask = Image.composite(box, Image.new("1", image.size), green.point(lambda level: 255 * (level < 110)).convert("1"))
        found = mask.getbbox()
        assert found is not None
        left, top, right, bottom = found
        return Reading((OcrRegion("mark", None, Box(left, top, right - left, bottom - top)),))


def marked(drawn: DrawnPage) -> DrawnPage:
    """The page with a red bar on a white field, as print of which an engine's reading needs no OCR."""
    image = drawn.image.copy()
    ImageDraw.Draw(image).rectangle((600, 300, 799, 329), fill=(255, 0, 0))
    return DrawnPage(image, {"mark": Box(600, 300, 200, 30)})


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0, 2.5, -7])
def test_bounds_come_back_to_the_page_as_it_came_in(drawn: DrawnPage, turn: int, skew: float) -> None:
    page = marked(drawn).turned(turn)
    page = page.skewed(skew) if skew else page
    engine = MarkEngine(turned=turn)
    with load_document(page.image) as document:
        found = recognize(document, engine, mode="ocr").pages[0]
    assert found.rotation == turn
    assert found.skew == pytest.approx(skew, abs=0.25)
    (region,) = found.regions
    assert region.source == "mark"
    assert stands_at(region, page.places["mark"], tolerance=8)


def test_bounds_of_scaled_down_images_come_back(drawn: DrawnPage) -> None:
    page = marked(drawn).enlarged(5)
    engine = MarkEngine()
    with load_document(page.image) as document:
        (region,) = recognize(document, engine, mode="ocr").pages[0].regions
    assert engine.sizes[0][0] * engine.sizes[0][1] <= 12_100_000
    assert stands_at(region, page.places["mark"], tolerance=10)


def test_an_ordinary_page_is_passed_on_as_it_is(drawn: DrawnPage) -> None:
    ready = prepare(drawn.image, MarkEngine())
    assert ready.image is drawn.image
    assert ready.to_page(Box(10, 20, 30, 40)) == Box(10, 20, 30, 40)


def test_faint_pages_are_lifted_and_others_left_alone(drawn: DrawnPage) -> None:
    lifted = prepare(drawn.faint().image, MarkEngine()).image.convert("L")
    low, high = lifted.getextrema()
    assert low < 20
    assert high > 235


def test_dust_does_not_count_as_contrast(drawn: DrawnPage) -> None:
    image = drawn.faint().image.copy()
    image.putpixel((5, 500), (0, 0, 0))
    low_before = sorted(image.convert("L").get_flattened_data())[500]
    low_after = sorted(prepare(image, MarkEngine()).image.convert("L").get_flattened_data())[500]
    assert low_before > 100
    assert low_after < 60


def test_print_at_the_edge_gets_a_margin() -> None:
    image = Image.new("L", (200, 40), 255)
    ImageDraw.Draw(image).rectangle((0, 10, 60, 30), fill=0)
    ready = prepare(image, MarkEngine())
    assert ready.image.size == (248, 88)
    assert ready.to_page(Box(24, 34, 61, 21)) == Box(0, 10, 61, 21)
    assert ready.to_page(Box(0, 0, 248, 88)) == Box(0, 0, 200, 40)


@pytest.mark.parametrize("mode", ["1", "LA", "RGBA", "P", "CMYK"])
def test_other_modes_are_converted(drawn: DrawnPage, mode: str) -> None:
    assert prepare(drawn.image.convert(mode), MarkEngine()).image.mode in ("RGB", "L")


def test_blank_pages_are_known(drawn: DrawnPage) -> None:
    noise = Image.effect_noise((300, 300), 2)
    assert is_blank(Image.new("RGB", (300, 300), "white"))
    assert is_blank(Image.new("L", (300, 300), 0))
    assert is_blank(noise.point([240 + level % 8 for level in range(256)]))
    assert not is_blank(drawn.faint().image)


@pytest.mark.parametrize("degrees", [0, 0.1, 0.8, -1.5, 4, -9])
def test_the_slope_of_lines_is_measured(drawn: DrawnPage, degrees: float) -> None:
    expected = degrees if abs(degrees) >= 0.3 else 0
    assert print_skew(drawn.skewed(degrees).image) == pytest.approx(expected, abs=0.25)
    assert print_skew(drawn.inverted().image) == 0


@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 255), st.integers(1, 400))
def test_the_slope_of_something_that_is_no_print_is_0(width: int, height: int, level: int, mark: int) -> None:
    image = Image.new("L", (width, height), level)
    ImageDraw.Draw(image).rectangle((width // 3, height // 3, mark, mark + 1) if mark > max(width, height) // 3 else (0, 0, mark, mark), fill=255 - level)
    assert print_skew(image) == 0
