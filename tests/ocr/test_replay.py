"""A recorded result comes back whole, from whatever it was recorded in."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from extractor.document.load import load_document
from extractor.errors import RecognitionFailed
from extractor.geometry import Box
from extractor.ocr.engines.replay import ReplayEngine
from extractor.ocr.language import Language
from extractor.ocr.reading import recognize
from extractor.ocr.result import OcrPage, OcrRegion, OcrResult

from .drawing import DrawnPage

RECORDING = OcrResult((OcrPage(1, 800, 600, (OcrRegion("Total 5.00", 97.5, Box(1, 2, 30, 4), "rapidocr"),), 150.0, 180, 2.0),), "rapidocr", "3.10.0")


def test_from_a_result_json_text_or_file(tmp_path: Path, drawn: DrawnPage) -> None:
    path = tmp_path / "recording.json"
    path.write_text(RECORDING.to_json(), encoding="utf-8")
    for recording in (RECORDING, RECORDING.to_json(), RECORDING.to_json().encode(), path, str(path)):
        with load_document(drawn.image) as document:
            assert recognize(document, ReplayEngine(recording)) == RECORDING


def test_a_recording_of_another_document_is_refused(drawn: DrawnPage) -> None:
    with load_document(drawn.image, name="scan.png") as document, pytest.raises(RecognitionFailed, match=r"0 page\(s\), scan.png has 1"):
        recognize(document, ReplayEngine(OcrResult((), "rapidocr")))


def test_read_gives_page_after_page() -> None:
    engine = ReplayEngine(RECORDING)
    image = Image.new("L", (8, 6))
    reading = engine.read(image, (Language.ENGLISH,))
    assert (reading.regions, reading.rotation, reading.skew) == (RECORDING.pages[0].regions, 180, 2.0)
    with pytest.raises(RecognitionFailed, match="all of them were read"):
        engine.read(image, (Language.ENGLISH,))


@pytest.mark.parametrize(
    "recording", ["{}", "{broken", b"[1]", "no/such/file.json", "a\0b", '{"pages": [{"number": 1, "width": 0, "height": 5, "regions": []}]}']
)
def test_what_is_no_recording_is_refused(recording: str | bytes) -> None:
    with pytest.raises(RecognitionFailed):
        ReplayEngine(recording)
