"""Owns the list of fixture documents, their recordings, and how far a live reading may stray from a recorded one."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from extractor.ocr import OcrEngine, OcrResult

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"

MIN_INK = 0.04
"""The least share of dark pixels in the box of a value: what thin print leaves of it on a skewed scan."""
MIN_OVERLAP = 0.35
"""The least overlap (intersection by union) of a value's box with the place where the generator printed it. Engines draw boxes
taller than print, and where in a region a value begins is estimated from the usual widths of letters."""


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"fixtures_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


record = _module(FIXTURES / "record.py")
"""The script that records; what it tolerates when it compares (`MAX_SHIFT`, `MAX_MISREAD`) holds for the live tests as well."""


@dataclass(frozen=True)
class FixtureDocument:
    """One file of one fixture. entry: its row in `truth.json`."""

    folder: Path
    entry: dict[str, Any]
    truth: dict[str, Any]

    @property
    def path(self) -> Path:
        return self.folder / self.entry["file"]

    @property
    def recording(self) -> Path | None:
        """The recorded OCR result; None for a document with a text layer on every page."""
        return None if self.entry["form"] == "text_pdf" else record.recording_of(self.path)

    def __str__(self) -> str:
        return f"{self.folder.name}/{self.entry['file']}"

    def replayed(self) -> OcrResult:
        """What was recorded of its pixels, or what its text layer says; no engine that reads pixels is started."""
        engine = OcrEngine("replay", recording=self.recording) if self.recording else OcrEngine(mode="text")
        return engine.process(self.path)


def fixture_documents() -> list[FixtureDocument]:
    """All documents of all folders that have a `truth.json`."""
    truths = [(path.parent, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(FIXTURES.glob("*/truth.json"))]
    return [FixtureDocument(folder, entry, truth) for folder, truth in truths for entry in truth["documents"]]


DOCUMENTS = fixture_documents()
"""All documents, for parametrizing."""
READ_FROM_PIXELS = [document for document in DOCUMENTS if document.recording]
"""Those that an OCR engine has to read."""
