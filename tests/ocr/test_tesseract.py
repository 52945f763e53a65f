"""The engine `tesseract`, for real: words with boxes, languages by what is installed, orientation, and its ways to fail."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from extractor.errors import EngineUnavailable, RecognitionFailed, UnsupportedLanguage
from extractor.geometry import Box
from extractor.ocr.engines.tesseract import TesseractEngine
from extractor.ocr.language import Language

WORDS = (("Invoice", (80, 60)), ("number:", (240, 60)), ("20417", (520, 60)), ("Amount", (80, 140)), ("due:", (240, 140)), ("1250.00", (520, 140)))
PARAGRAPH = ("Please pay the amount due", "within thirty days of the", "date of this invoice and", "quote the number above")
ENGLISH = (Language.ENGLISH,)

needs_program = pytest.mark.skipif(shutil.which("tesseract") is None, reason="the program tesseract is not installed")


@pytest.fixture(scope="module")
def page() -> tuple[Image.Image, dict[str, Box]]:
    image = Image.new("RGB", (1000, 700), "white")
    pen, font, places = ImageDraw.Draw(image), ImageFont.load_default(size=32), {}
    for text, position in WORDS:
        pen.text(position, text, fill="black", font=font)
        left, top, right, bottom = pen.textbbox(position, text, font=font)
        places[text] = Box(left, top, right - left, bottom - top)
    for number, line in enumerate(PARAGRAPH):
        pen.text((80, 240 + 60 * number), line, fill="black", font=font)
    return image, places


@pytest.fixture
def engine() -> TesseractEngine:
    return TesseractEngine()


@needs_program
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_reads_words_where_they_stand(engine: TesseractEngine, page: tuple[Image.Image, dict[str, Box]], mode: str) -> None:
    image, places = page
    regions = {region.text: region for region in engine.read(image.convert(mode), ENGLISH).regions}
    for text, place in places.items():
        region = regions[text]
        assert region.bounds.intersection(place).area >= 0.8 * place.area
        assert region.bounds.area <= 2 * place.area
        assert region.confidence is not None
        assert 50 < region.confidence <= 100
        assert region.source == "tesseract"


@needs_program
def test_keeps_the_decimals_of_confidences(engine: TesseractEngine, page: tuple[Image.Image, dict[str, Box]]) -> None:
    assert any(region.confidence != int(region.confidence or 0) for region in engine.read(page[0], ENGLISH).regions)


@needs_program
@pytest.mark.parametrize("size", [(400, 300), (1, 1), (2000, 1)])
def test_an_empty_page_has_no_regions(engine: TesseractEngine, size: tuple[int, int]) -> None:
    assert engine.read(Image.new("L", size, 255), ENGLISH).regions == ()


@needs_program
@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
def test_finds_how_the_print_is_turned(engine: TesseractEngine, page: tuple[Image.Image, dict[str, Box]], degrees: int) -> None:
    if "osd" not in engine._language_data():
        pytest.skip("osd.traineddata is not installed")
    assert engine.orientation(page[0].rotate(-degrees, expand=True)) == degrees


@needs_program
@pytest.mark.parametrize("size", [(400, 300), (1, 1)])
def test_a_page_with_too_little_print_is_upright(engine: TesseractEngine, size: tuple[int, int]) -> None:
    if "osd" not in engine._language_data():
        pytest.skip("osd.traineddata is not installed")
    assert engine.orientation(Image.new("L", size, 255)) == 0


@needs_program
def test_a_language_without_data_names_its_package(engine: TesseractEngine, page: tuple[Image.Image, dict[str, Box]]) -> None:
    data = engine._language_data()
    missing = next((language for language in (Language.CHINESE, Language.HINDI) if language.iso639_2 not in data), None)
    if missing is None:
        pytest.skip("the data of every language is installed")
    package = f"tesseract-ocr-{missing.iso639_2.replace('_', '-')}"
    with pytest.raises(UnsupportedLanguage, match=f"apt-get install {package}; installed: .*eng"):
        engine.read(page[0], (Language.ENGLISH, missing))


@needs_program
def test_no_language_data_at_all_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    assert "tesseract-ocr-eng" in (TesseractEngine.missing() or "")
    with pytest.raises(EngineUnavailable, match="tesseract-ocr-osd"):
        TesseractEngine().orientation(Image.new("L", (100, 100), 255))


@needs_program
def test_damaged_language_data_is_a_typed_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: tuple[Image.Image, dict[str, Box]]) -> None:
    (tmp_path / "eng.traineddata").write_bytes(b"no data")
    monkeypatch.setenv("TESSDATA_PREFIX", str(tmp_path))
    with pytest.raises(RecognitionFailed, match="tesseract failed"):
        TesseractEngine().read(page[0], ENGLISH)


@needs_program
def test_a_call_that_overruns_its_time_is_a_typed_error(page: tuple[Image.Image, dict[str, Box]]) -> None:
    with pytest.raises(RecognitionFailed, match=r"longer than 0\.001 s"):
        TesseractEngine(timeout=0.001).read(page[0], ENGLISH)


@needs_program
def test_nothing_is_missing_and_the_version_is_known(engine: TesseractEngine) -> None:
    assert TesseractEngine.missing() is None
    assert engine.version[0].isdigit()


@needs_program
def test_one_thread_reads_the_same(engine: TesseractEngine, page: tuple[Image.Image, dict[str, Box]]) -> None:
    assert TesseractEngine(threads=1).read(page[0], ENGLISH) == engine.read(page[0], ENGLISH)


def test_without_the_program_its_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "apt-get install tesseract-ocr" in (TesseractEngine.missing() or "")
    assert TesseractEngine().version == ""
    with pytest.raises(EngineUnavailable, match="apt-get install tesseract-ocr"):
        TesseractEngine().read(Image.new("L", (50, 50), 255), ENGLISH)


def test_modes_that_give_no_text_are_refused() -> None:
    for psm in (0, 2, 14):
        with pytest.raises(ValueError, match="psm"):
            TesseractEngine(psm=psm)
    assert TesseractEngine(psm=6).settings != TesseractEngine().settings
