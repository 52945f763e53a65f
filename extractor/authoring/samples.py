"""Owns reading the examples of a rule file into OCR results: recordings, documents, pages as plain text."""

from __future__ import annotations

from pathlib import Path

from extractor.document.load import load_document
from extractor.ocr import OcrEngine, OcrResult
from extractor.ocr.typed import typed_pages
from extractor.rules.model import Example

RECORDING = ".ocr.json"
"""`page.png` is not read where `page.ocr.json` lies beside it."""


def read_example(example: Example, engine: OcrEngine) -> OcrResult:
    """What an engine reads of an example. A recording of it (`OcrResult.to_json()`), or one beside the document, is taken as it is.

    Raises OSError, DocumentError, OcrError.
    """
    if example.document is None:
        return typed_pages(example.text or "")
    path = Path(example.place.file).parent / example.document if example.place else Path(example.document)
    recording = path if path.suffix == ".json" else path.with_suffix(RECORDING)
    if recording.is_file():
        return OcrResult.from_json(recording.read_bytes())
    with load_document(path) as document:
        return engine.process(document)
