"""Examples are read from recordings where there are some, from documents, or from text; and their pages stand upright in a scene."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from papers import FIXTURES, TEXT_PDF

from extractor.authoring.samples import read_example
from extractor.authoring.scene import upright
from extractor.errors import CorruptDocument
from extractor.issues import Place
from extractor.ocr import OcrEngine, OcrResult
from extractor.ocr.typed import typed_pages
from extractor.rules.model import Example


def example(folder: Path, document: str) -> Example:
    return Example({}, document=document, place=Place(str(folder / "rules.yaml"), 1, 1))


def test_a_recording_beside_the_document_is_taken() -> None:
    folder = FIXTURES / "acme-supplies"
    recorded = OcrResult.from_json((folder / "scan.ocr.json").read_bytes())
    with OcrEngine(mode="text") as engine:
        assert read_example(example(folder, "scan.jpg"), engine) == recorded
        assert read_example(example(folder, "scan.ocr.json"), engine) == recorded


def test_a_document_without_recording_is_read(tmp_path: Path) -> None:
    shutil.copy(TEXT_PDF, tmp_path / "text.pdf")
    with OcrEngine(mode="text") as engine:
        assert "#12345" in read_example(example(tmp_path, "text.pdf"), engine).text


def test_what_is_no_document_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "torn.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    with OcrEngine(mode="text") as engine, pytest.raises(CorruptDocument):
        read_example(example(tmp_path, "torn.pdf"), engine)


def test_a_long_text_has_a_long_page() -> None:
    page = typed_pages("\n".join(f"line {number}" for number in range(100))).pages[0]
    assert all(region.bounds.bottom < page.height for region in page.regions)


def test_turned_pages_are_set_upright() -> None:
    folder = FIXTURES / "acme-supplies"
    turned, straight = (upright(OcrResult.from_json((folder / name).read_bytes())).pages[0] for name in ("rotated-90.ocr.json", "clean/page-1.ocr.json"))
    assert (turned.rotation, turned.width, turned.height) == (0, straight.width, straight.height)
    boxes = [next(region.bounds for region in page.regions if region.text == "ACME Supplies") for page in (turned, straight)]
    assert boxes[0].x == pytest.approx(boxes[1].x, abs=20)
    assert boxes[0].y == pytest.approx(boxes[1].y, abs=20)
