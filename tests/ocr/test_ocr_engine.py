"""The OCR layer on its own, as its users call it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from PIL import Image

from extractor import ocr
from extractor.document.load import load_document
from extractor.errors import DocumentError, EngineNotFound, UnsupportedLanguage

from .drawing import DrawnPage, region_of

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas" / "ocr-v1.schema.json").read_text(encoding="utf-8"))


def test_the_printed_example_works(drawn: DrawnPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    drawn.image.save("invoice.png")
    engine = ocr.OcrEngine()
    engine.language = ocr.Language.ENGLISH
    result = engine.process(ocr.Image.load("invoice.png"))
    data = json.loads(result.to_json())
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert data["engine"]["name"] == "rapidocr"
    assert ocr.OcrResult.from_json(result.to_json()) == result
    result.save_as_csv("invoice.csv")
    rows = Path("invoice.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == len(list(result.regions))
    assert any(row.startswith('"INV-20417",9') or row.startswith('"INV-20417",100') for row in rows)
    assert len(list(result.filter(min_confidence=95).regions)) <= len(rows)


def test_it_takes_whatever_holds_pixels(drawn: DrawnPage, tmp_path: Path) -> None:
    path = tmp_path / "page.png"
    part = drawn.image.crop((400, 280, 960, 400))
    part.save(path)
    with ocr.OcrEngine(language="de", threads=2) as engine, load_document(path) as document, ocr.Image.load(path) as image, path.open("rb") as file:
        assert (image.size, len(image)) == (part.size, 1)
        results = [engine.process(source) for source in (path, document, image, file, part)]
    assert all(result == results[0] for result in results)
    region_of("INV-20417", results[0].regions)


def test_many_pages(drawn: DrawnPage) -> None:
    file = io.BytesIO()
    small = drawn.image.crop((400, 280, 960, 400))
    small.save(file, "TIFF", save_all=True, append_images=[small.transpose(Image.Transpose.ROTATE_180)])
    result = ocr.OcrEngine().process(file.getvalue())
    assert [page.rotation for page in result.pages] == [0, 180]
    for page in result.pages:
        region_of("INV-20417", page.regions)


def test_languages_may_be_named_in_several_ways() -> None:
    engine = ocr.OcrEngine(language=["deu", ocr.Language.FRENCH, "de"])
    assert engine.languages == (ocr.Language.GERMAN, ocr.Language.FRENCH)
    engine.language = "Polish"
    assert engine.language is ocr.Language.POLISH
    with pytest.raises(UnsupportedLanguage, match="unknown language 'klingon'"):
        engine.language = "klingon"
    with pytest.raises(ValueError, match="at least one"):
        engine.language = []


def test_a_named_engine_reads_all_pages_unless_told_otherwise() -> None:
    assert ocr.OcrEngine().mode is ocr.Mode.AUTO
    assert ocr.OcrEngine("rapidocr").mode is ocr.Mode.OCR
    assert ocr.OcrEngine("rapidocr", mode="auto").mode is ocr.Mode.AUTO


def test_errors_are_typed(tmp_path: Path) -> None:
    with pytest.raises(EngineNotFound):
        ocr.OcrEngine("abbyy")
    with pytest.raises(DocumentError):
        ocr.Image.load(tmp_path / "none.png")
    with pytest.raises(DocumentError):
        ocr.OcrEngine().process(b"no picture")


def test_the_schema_refuses_what_is_no_result() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    page = {"number": 1, "width": 10, "height": 10, "dpi": 200, "rotation": 0, "skew": 0.5, "regions": []}
    good = {"engine": {"name": "x", "version": ""}, "truncated": False, "warnings": [], "pages": [page]}
    assert validator.is_valid(good)
    bounds = {"x": 0, "y": 0, "width": 1, "height": 1}
    for wrong in (page | {"rotation": 45}, page | {"width": 0}, page | {"regions": [{"text": "a", "confidence": 101, "bounds": bounds}]}):
        assert not validator.is_valid(good | {"pages": [wrong]})
    assert validator.is_valid(good | {"pages": [page | {"regions": [{"text": "a", "confidence": None, "bounds": bounds}]}]})


def test_public_names() -> None:
    for name in ocr.__all__:
        assert hasattr(ocr, name)
    assert ocr.TEXT_LAYER == "text_layer"
    assert set(ocr.__all__) <= set(dir(ocr))
    with pytest.raises(AttributeError, match="OcrEngin"):
        ocr.OcrEngin  # noqa: B018


def test_importing_it_is_light() -> None:
    code = """
import sys
from extractor import ocr
ocr.OcrEngine, ocr.known_engines()
print([name for name in ("numpy", "cv2", "PIL", "rapidocr", "pypdfium2") if name in sys.modules])
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
