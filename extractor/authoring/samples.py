"""Owns reading the examples of a rule file into OCR results: recordings, documents, pages as plain text."""

from __future__ import annotations

from pathlib import Path

from extractor.document.load import load_document
from extractor.geometry import Box
from extractor.ocr import OcrEngine, OcrResult
from extractor.ocr.result import OcrPage, OcrRegion
from extractor.rules.model import Example

RECORDING = ".ocr.json"
"""`page.png` is not read where `page.ocr.json` lies beside it."""
LINE, LETTER, MARGIN = 32, 12, 80
"""Pixels from line to line, of a letter's width, and of the margin, on a page of A4 at 150 dpi."""


def read_example(example: Example, engine: OcrEngine) -> OcrResult:
    """What an engine reads of an example. A recording of it (`OcrResult.to_json()`), or one beside the document, is taken as it is.

    Raises OSError, DocumentError, OcrError.
    """
    if example.document is None:
        return page_of(example.text or "")
    path = Path(example.place.file).parent / example.document if example.place else Path(example.document)
    recording = path if path.suffix == ".json" else path.with_suffix(RECORDING)
    if recording.is_file():
        return OcrResult.from_json(recording.read_bytes())
    with load_document(path) as document:
        return engine.process(document)


def page_of(text: str) -> OcrResult:
    """A page on which each line of a text is one region.

    >>> [region.text for region in page_of("Acme\\n  Invoice 17").regions]
    ['Acme', 'Invoice 17']
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines()) if line.strip()]
    regions = tuple(OcrRegion(line, None, Box(MARGIN, MARGIN + number * LINE, len(line) * LETTER, 0.7 * LINE)) for number, line in lines)
    return OcrResult((OcrPage(1, 1240, max(1754, 2 * MARGIN + len(lines) * LINE), regions, dpi=150),), "text")
