"""One rule file gives the same fields whatever read the page: RapidOCR's line fragments, Tesseract's words, a text layer's runs."""

from __future__ import annotations

import pytest

from extractor import Extractor
from extractor.ocr import OcrEngine, OcrResult
from extractor.ocr.engines.tesseract import TesseractEngine

from .documents import FIXTURES, record
from .golden import differences

LANGUAGES = {"acme-supplies": "en", "zwiebelturm-werkzeuge": "de"}
"""Fixtures whose clean page each of the engines reads without a mistake: what differs is only how they cut it."""
IMAGE, TEXT = "clean/page-1.png", "text.pdf"

both_vendors = pytest.mark.parametrize("folder", LANGUAGES)


def fields(extractor: Extractor, read: OcrResult, folder: str) -> dict[str, object]:
    result = extractor.interpret(read)
    assert result.rules.id == f"vendors/{folder}"
    return result.invoice.to_dict()


@pytest.fixture
def from_rapidocr(folder: str, books: dict[str, Extractor]) -> dict[str, object]:
    path = FIXTURES / folder / IMAGE
    return fields(books["vendor"], OcrEngine("replay", recording=record.recording_of(path)).process(path), folder)


@both_vendors
def test_text_layer_agrees_with_rapidocr(folder: str, books: dict[str, Extractor], from_rapidocr: dict[str, object]) -> None:
    read = OcrEngine(mode="text").process(FIXTURES / folder / TEXT)
    assert [str(difference) for difference in differences(from_rapidocr, fields(books["vendor"], read, folder))] == []


@both_vendors
def test_tesseract_agrees_with_rapidocr(folder: str, books: dict[str, Extractor], from_rapidocr: dict[str, object]) -> None:
    lacking = TesseractEngine.missing()
    if lacking:
        pytest.skip(lacking)
    read = OcrEngine("tesseract", LANGUAGES[folder]).process(FIXTURES / folder / IMAGE)
    assert [str(difference) for difference in differences(from_rapidocr, fields(books["vendor"], read, folder))] == []


@both_vendors
def test_the_engines_really_cut_the_page_differently(folder: str) -> None:
    path = FIXTURES / folder / IMAGE
    rapid = OcrEngine("replay", recording=record.recording_of(path)).process(path)
    layer = OcrEngine(mode="text").process(FIXTURES / folder / TEXT)
    assert len(list(layer.regions)) > 1.3 * len(list(rapid.regions))
