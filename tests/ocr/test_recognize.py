"""From a document to regions: the text layer where it can be trusted, the engine elsewhere."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extractor.document.load import load_document
from extractor.document.model import Limits
from extractor.document.pdf import PdfPage
from extractor.errors import DocumentTooLarge, RecognitionFailed, UnsupportedLanguage
from extractor.geometry import Box
from extractor.ocr.engines.rapid import RapidOcrEngine
from extractor.ocr.language import Language
from extractor.ocr.reading import Mode, recognize
from extractor.ocr.result import TEXT_LAYER, LayerRegions, OcrPage, OcrRegion, OcrResult

from .drawing import DrawnPage, region_of

TEXT = ("Invoice number R-7731", "Delivered on 4 May 2025", "Total amount due 512.40")


def logo(*lines: str) -> Image.Image:
    image = Image.new("RGB", (900, 110 * len(lines) + 60), "white")
    for number, line in enumerate(lines):
        ImageDraw.Draw(image).text((40, 30 + 110 * number), line, fill=(20, 40, 120), font=ImageFont.load_default(size=70))
    return image


def pdf(*pages: str) -> bytes:
    """Pages: `text`, `logo` (text and an image with print), `scan` (image alone), `repeat` (an image that repeats text lying on it), `empty`."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    for page in pages:
        if page in ("text", "logo", "repeat"):
            for number, line in enumerate(TEXT):
                canvas.drawString(72, 600 - 40 * number, line)
        if page in ("logo", "scan"):
            canvas.drawImage(ImageReader(logo("Brightwater Tools", "VAT GB 123 4567 82")), 72, 700, width=260, height=81)
        if page == "repeat":
            canvas.drawImage(ImageReader(logo("Brightwater Tools", "", "", "")), 72, 640, width=260, height=144)
            canvas.setFont("Helvetica", 18)
            canvas.drawString(84, 745, "Brightwater Tools")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def test_a_trusted_text_layer_is_taken_and_the_engine_not_started() -> None:
    engine = RapidOcrEngine()
    with load_document(pdf("text")) as document:
        result = recognize(document, engine)
    assert (result.engine, result.engine_version, result.warnings) == (TEXT_LAYER, "", ())
    assert " ".join(region.text for region in result.regions) == " ".join(TEXT)
    assert all(region.source == TEXT_LAYER and region.confidence == 100 for region in result.regions)
    assert engine._runtime is None


def test_images_that_the_text_layer_does_not_cover_are_read_and_merged(rapid: RapidOcrEngine) -> None:
    with load_document(pdf("logo")) as document:
        result = recognize(document, rapid)
        page = document.pages[0]
        scale = page.width / 595
    assert result.engine == "rapidocr"
    name = region_of("Brightwater Tools", result.regions)
    assert (name.source, region_of("7731", result.regions).source) == ("rapidocr", TEXT_LAYER)
    image_top, image_bottom = (842 - 781) * scale, (842 - 700) * scale
    assert 72 * scale <= name.bounds.x <= 100 * scale
    assert image_top <= name.bounds.y < name.bounds.bottom <= image_bottom
    assert name.bounds.bottom <= region_of("123 4567 82", result.regions).bounds.bottom


def test_print_that_the_text_layer_says_as_well_is_not_taken_twice(rapid: RapidOcrEngine) -> None:
    with load_document(pdf("repeat")) as document:
        result = recognize(document, rapid)
    assert [region.source for region in result.regions if "Brightwater" in region.text] == [TEXT_LAYER]


def test_without_an_engine_that_can_read_it_the_text_layer_is_still_there(rapid: RapidOcrEngine) -> None:
    with load_document(pdf("logo")) as document:
        result = recognize(document, rapid, [Language.GREEK])
    assert " ".join(region.text for region in result.regions) == " ".join(TEXT)
    assert "page 1: images beside the text layer were not read: engine 'rapidocr' cannot read Greek" in result.warnings[0]
    with load_document(pdf("scan")) as document, pytest.raises(UnsupportedLanguage):
        recognize(document, rapid, [Language.GREEK])


def test_every_page_is_read_in_its_own_way(rapid: RapidOcrEngine) -> None:
    seen: list[tuple[int, int]] = []
    with load_document(pdf("text", "scan", "empty")) as document:
        result = recognize(document, rapid, progress=lambda done, total: seen.append((done, total)))
    assert [page.number for page in result.pages] == [1, 2, 3]
    assert [{region.source for region in page.regions} for page in result.pages] == [{TEXT_LAYER}, {"rapidocr"}, set()]
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_mode_ocr_does_not_look_at_the_text_layer(rapid: RapidOcrEngine) -> None:
    with load_document(pdf("text")) as document:
        result = recognize(document, rapid, mode=Mode.OCR)
    assert {region.source for region in result.regions} == {"rapidocr"}
    region_of("512.40", result.regions)


def test_mode_text_reads_no_pixels_and_says_what_it_left_out() -> None:
    engine = RapidOcrEngine()
    with load_document(pdf("text", "scan")) as document:
        result = recognize(document, engine, mode="text")
    assert result.pages[1].regions == ()
    assert result.warnings == ("page 2 has no text layer; read it with an OCR engine",)
    assert engine._runtime is None


def test_an_unknown_mode_is_refused(drawn: DrawnPage, rapid: RapidOcrEngine) -> None:
    with load_document(drawn.image) as document, pytest.raises(ValueError, match="fast"):
        recognize(document, rapid, mode="fast")


def test_the_time_limit_is_checked_between_pages(rapid: RapidOcrEngine) -> None:
    with load_document(pdf("text", "text"), name="long.pdf") as document, pytest.raises(DocumentTooLarge, match=r"long.pdf: 0 of 2 pages.*Limits.max_seconds"):
        recognize(document, rapid, limits=Limits(max_seconds=0))


def test_a_blank_page_has_no_regions_and_is_no_error(rapid: RapidOcrEngine) -> None:
    with load_document(Image.new("RGB", (800, 1000), "white")) as document:
        (page,) = recognize(document, rapid).pages
    assert (page.regions, page.width, page.height) == ((), 800, 1000)


def test_a_born_digital_page_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def drawn(self: PdfPage) -> Image.Image:
        raise AssertionError(f"page {self.number} was drawn")

    monkeypatch.setattr(PdfPage, "image", drawn)
    with load_document(pdf("text", "text")) as document:
        assert len(recognize(document, RapidOcrEngine()).pages) == 2
    with load_document(pdf("scan")) as document, pytest.raises(AssertionError, match="page 1 was drawn"):
        recognize(document, RapidOcrEngine())


PIXELS = st.floats(-1e4, 1e4)
SIDES = st.floats(0, 1e4)
REGIONS = st.builds(OcrRegion, st.text(max_size=8), st.none() | st.floats(0, 100), st.builds(Box, PIXELS, PIXELS, SIDES, SIDES), st.sampled_from(["", "x"]))
PAGES = st.builds(
    OcrPage, st.integers(1, 9), st.integers(1, 9999), st.integers(1, 9999), st.lists(REGIONS, max_size=3).map(tuple), st.floats(1, 999), skew=st.floats(-45, 45)
)


@given(st.lists(PAGES, max_size=2).map(tuple))
def test_what_is_read_now_is_what_a_recording_gives_back(pages: tuple[OcrPage, ...]) -> None:
    result = OcrResult(pages, "engine", "1", True, ("a warning",))
    assert result.rounded() == OcrResult.from_json(result.to_json())


@pytest.mark.parametrize(
    "region", [OcrRegion("x", 101.0, Box(0, 0, 1, 1)), OcrRegion("x", 50.0, Box(0, float("nan"), 1, 1)), OcrRegion("x", 50.0, Box(0, 0, -1, 1))]
)
def test_what_no_recording_may_hold_is_refused(region: OcrRegion) -> None:
    with pytest.raises(RecognitionFailed, match="not a valid OCR result"):
        OcrResult((OcrPage(1, 10, 10, (region,)),), "engine").rounded()


def test_regions_of_a_text_layer_are_those_that_are_made_at_once() -> None:
    texts, bounds = ("Total", "12.50"), (Box(10.0, 20.0, 60.0, 12.0), Box(80.0, 20.0, 40.0, 12.0))
    made = tuple(OcrRegion(text, 100.0, box, TEXT_LAYER) for text, box in zip(texts, bounds, strict=True))
    layer = LayerRegions(texts, bounds)
    assert (layer, hash(layer), repr(layer), len(layer)) == (made, hash(made), repr(made), 2)
    assert (list(layer), layer[1], layer[-2], layer[:1]) == (list(made), made[1], made[0], made[:1])
    assert LayerRegions(texts[:1], bounds[:1]) != made
    result = OcrResult((OcrPage(1, 200, 100, layer),), TEXT_LAYER)
    assert OcrResult.from_json(result.to_json()) == result == result.rounded()


def test_what_a_text_layer_says_is_rounded_as_json_rounds() -> None:
    with load_document(pdf("text")) as document:
        read = recognize(document, RapidOcrEngine(), mode=Mode.TEXT)
    assert isinstance(read.pages[0].regions, LayerRegions)
    assert OcrResult.from_json(read.to_json()) == read
