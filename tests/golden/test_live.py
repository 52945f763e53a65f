"""What is recorded is what the engine really reads: all fixture documents, live, without a cache."""

from __future__ import annotations

from typing import Any

import pytest

from extractor import ExtractionResult, Extractor
from extractor.geometry import Box
from extractor.ocr import OcrEngine

from .documents import READ_FROM_PIXELS, FixtureDocument, record
from .golden import changes_of, outcome, read_expected

RULES = ("vendor", "generic")
NEAR_A_THRESHOLD = "low-confidence "
"""Issues that a last digit of a confidence can bring or take are left aside; the status that follows from all is not."""


@pytest.mark.parametrize("document", READ_FROM_PIXELS, ids=str)
def test_live_reading_gives_what_the_recording_gives(document: FixtureDocument, engine: OcrEngine, books: dict[str, Extractor]) -> None:
    recorded, live = document.replayed(), engine.process(document.path)
    assert list(record.differences_between(recorded, live)) == []
    expected = read_expected(document.folder)[document.entry["file"]]
    for rules in RULES:
        result = books[rules].interpret(live)
        assert [str(change) for change in changes_of(_steady(expected[rules]), _steady(outcome(result, document.truth)))] == []
        assert moved(books[rules].interpret(recorded), result) == []


def _steady(result: dict[str, Any]) -> dict[str, Any]:
    return result | {"issues": [issue for issue in result["issues"] if not issue.startswith(NEAR_A_THRESHOLD)]}


def moved(recorded: ExtractionResult, live: ExtractionResult) -> list[str]:
    """The fields whose boxes differ by more than the tolerance of recordings."""
    return [name for name, value in recorded.fields.items() if not _same_place(value.bounds, live.fields[name].bounds)]


def _same_place(one: Box | None, other: Box | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(record.shift(one, other) <= record.MAX_SHIFT)


def test_the_comparison_of_readings_can_tell() -> None:
    document = next(document for document in READ_FROM_PIXELS if document.folder.name == "acme-supplies")
    recorded = document.replayed()
    assert list(record.differences_between(recorded, recorded)) == []
    assert list(record.differences_between(recorded, recorded.filter(min_confidence=99.9)))
