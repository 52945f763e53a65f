"""RapidOCR on drawn pages: everything is read, however the print lies, and the bounds are where it stands on the page as it came in."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image, ImageDraw, ImageFont

from extractor.document.load import load_document
from extractor.errors import OcrError, UnsupportedLanguage
from extractor.ocr.engines.rapid import RapidOcrEngine
from extractor.ocr.language import Language
from extractor.ocr.reading import recognize
from extractor.ocr.registry import create_engine
from extractor.ocr.result import OcrPage

from .drawing import VALUES, DrawnPage, region_of, stands_at


def read(page: DrawnPage, engine: RapidOcrEngine) -> OcrPage:
    with load_document(page.image) as document:
        return recognize(document, engine, mode="ocr").pages[0]


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_turned_pages_are_read_and_their_rotation_is_told(drawn: DrawnPage, rapid: RapidOcrEngine, degrees: int) -> None:
    page = drawn.turned(degrees)
    found = read(page, rapid)
    assert (found.rotation, found.skew) == (degrees, 0)
    assert (found.width, found.height) == page.image.size
    for value in VALUES:
        assert stands_at(region_of(value, found.regions), page.places[value])


@pytest.mark.parametrize(("degrees", "turn"), [(2.5, 0), (-3, 0), (3, 90), (8, 180)])
def test_skewed_pages_are_read_and_their_skew_is_told(drawn: DrawnPage, rapid: RapidOcrEngine, degrees: float, turn: int) -> None:
    page = drawn.turned(turn).skewed(degrees)
    found = read(page, rapid)
    assert found.rotation == turn
    assert found.skew == pytest.approx(degrees, abs=0.5)
    for value in VALUES:
        # The box around a tilted line grows by its length times the sine of the angle, and so does what the engine adds at its ends.
        assert stands_at(region_of(value, found.regions), page.places[value], tolerance=36)


def test_faint_and_inverted_pages_are_read(drawn: DrawnPage, rapid: RapidOcrEngine) -> None:
    for page in (drawn.faint(), drawn.inverted()):
        found = read(page, rapid)
        for value in VALUES:
            assert stands_at(region_of(value, found.regions), page.places[value])


def test_large_scans_keep_their_bounds(drawn: DrawnPage, rapid: RapidOcrEngine) -> None:
    page = drawn.enlarged(4)
    found = read(page, rapid)
    assert (found.width, found.height) == (3840, 4000)
    for value in VALUES:
        assert stands_at(region_of(value, found.regions), page.places[value], tolerance=4 * 24)


def test_lines_of_a_drawing_are_no_print_and_turn_no_page(rapid: RapidOcrEngine) -> None:
    image = Image.new("L", (800, 800), 255)
    for start in range(0, 800, 50):
        ImageDraw.Draw(image).line((0, start, 800, start + 400), fill=0, width=1)
    with load_document(image) as document:
        page = recognize(document, rapid, mode="ocr").pages[0]
    assert (page.regions, page.rotation, page.skew) == ((), 0, 0)


def test_print_that_fills_its_image_is_read(drawn: DrawnPage, rapid: RapidOcrEngine) -> None:
    place = drawn.places["336.96"]
    image = drawn.image.crop((int(place.x), int(place.y), int(place.right) + 1, int(place.bottom) + 1))
    with load_document(image) as document:
        page = recognize(document, rapid, mode="ocr").pages[0]
    region = region_of("336.96", page.regions)
    assert region.bounds.right <= page.width
    assert region.bounds.bottom <= page.height


def test_sideways_print_in_the_margin_is_read_beside_upright_print(drawn: DrawnPage, rapid: RapidOcrEngine) -> None:
    strip = Image.new("RGB", (420, 40), "white")
    ImageDraw.Draw(strip).text((10, 6), "Registered in England", fill="black", font=ImageFont.load_default(size=24))
    for turn in (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270):
        image = drawn.image.copy()
        image.paste(strip.transpose(turn), (10, 300))
        with load_document(image) as document:
            page = recognize(document, rapid, mode="ocr").pages[0]
        assert page.rotation == 0
        region = region_of("Registered in England", page.regions)
        assert region.bounds.height > 5 * region.bounds.width
        assert region_of("INV-20417", page.regions).bounds.x > 400


def test_long_receipts_keep_their_small_print(rapid: RapidOcrEngine) -> None:
    image = Image.new("L", (420, 4200), 255)
    pen = ImageDraw.Draw(image)
    for number in range(60):
        pen.text((30, 40 + 68 * number), f"Item {number:02} price {number + 10}.95", fill=0, font=ImageFont.load_default(size=20))
    with load_document(image) as document:
        page = recognize(document, rapid, mode="ocr").pages[0]
    for number in range(60):
        region = region_of(f"{number + 10}.95", page.regions)
        assert abs(region.bounds.center_y - (40 + 68 * number + 12)) < 20


def test_regions_come_in_reading_order_with_confidence_and_source(drawn: DrawnPage, rapid: RapidOcrEngine) -> None:
    for page in (drawn, drawn.turned(180), drawn.turned(90).skewed(3)):
        regions = read(page, rapid).regions
        texts = [region.text.replace(" ", "") for region in regions]
        places = [next(i for i, text in enumerate(texts) if value.replace(" ", "") in text) for value in VALUES]
        assert places == sorted(places)
        assert all(region.source == "rapidocr" and region.confidence is not None and 50 <= region.confidence <= 100 for region in regions)


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3), (40, 30)])
def test_tiny_and_narrow_images_give_a_page_without_regions(rapid: RapidOcrEngine, size: tuple[int, int]) -> None:
    image = Image.new("RGB", size, "white")
    image.putpixel((0, 0), (0, 0, 0))
    with load_document(image) as document:
        assert recognize(document, rapid, mode="ocr").pages[0].regions == ()


def test_it_says_nothing_on_the_console(drawn: DrawnPage, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        engine = RapidOcrEngine(threads=1)
        read(drawn, engine)
        engine.close()
    assert capfd.readouterr() == ("", "")


def test_it_starts_again_after_close(drawn: DrawnPage) -> None:
    engine = RapidOcrEngine()
    first = read(drawn, engine)
    engine.close()
    assert read(drawn, engine) == first


def test_a_language_it_cannot_read_is_refused(rapid: RapidOcrEngine) -> None:
    with pytest.raises(UnsupportedLanguage, match=r"Greek.*it reads: .*de"):
        rapid.read(Image.new("RGB", (100, 100), "white"), (Language.GREEK,))


def test_no_threads_are_refused() -> None:
    with pytest.raises(OcrError, match="threads must be at least 1"):
        create_engine("rapidocr", threads=0)


def test_lines_are_read_one_by_one_as_they_are_read_together(drawn: DrawnPage, rapid: RapidOcrEngine) -> None:
    languages = (Language.ENGLISH,)
    together = rapid.read(drawn.image, languages)
    found = rapid.find(drawn.image, languages)
    assert len(found) == len(together.regions)
    known = dict(found.read)
    assert 0 < len(known) < len(found)
    backwards = [rapid.texts(found, [index], languages)[0] for index in reversed(range(len(found)))]
    assert [text for text, _ in reversed(backwards)] == [region.text for region in together.regions]
    assert [found.bounds(index) for index in range(len(found))] == [region.bounds for region in together.regions]
    assert known.items() <= found.read.items()


def test_grey_and_coloured_images_read_the_same(drawn: DrawnPage, rapid: RapidOcrEngine) -> None:
    grey = drawn.image.convert("L")
    readings = [[region.text for region in rapid.read(image, (Language.ENGLISH,)).regions] for image in (grey, grey.convert("RGB"))]
    assert readings[0] == readings[1] != []


def test_languages_of_east_asia_bring_their_characters_and_keep_latin_ones(drawn: DrawnPage) -> None:
    engine = RapidOcrEngine(threads=1)
    texts = [region.text for region in engine.read(drawn.image, (Language.CHINESE, Language.ENGLISH)).regions]
    engine.close()
    for value in VALUES:
        assert any(value.replace(" ", "") in text.replace(" ", "") for text in texts)


def test_several_threads_share_an_engine(drawn: DrawnPage, rapid: RapidOcrEngine) -> None:
    expected = rapid.read(drawn.image, (Language.ENGLISH,))
    with ThreadPoolExecutor(3) as pool:
        for reading in pool.map(lambda _: rapid.read(drawn.image, (Language.ENGLISH,)), range(6)):
            assert reading == expected
