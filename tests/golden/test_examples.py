"""The examples in the shipped vendor files hold: on documents as recorded, and on texts set as a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor import Extractor
from extractor.geometry import Box
from extractor.ocr import OcrEngine, OcrResult
from extractor.ocr.result import OcrPage, OcrRegion
from extractor.rules import RuleBook
from extractor.rules.check import check_paths
from extractor.rules.model import Example
from extractor.shipped import shipped_rules_dir

from .documents import DOCUMENTS, record

VENDORS = RuleBook.load().vendors
EXAMPLES = [(rule_set.id, example) for rule_set in VENDORS for example in rule_set.examples]
LINE, LETTER, MARGIN = 32, 12, 80
"""Pixels from line to line, of a letter's width, and of the margin, on a page of A4 at 150 dpi."""


def test_every_fixture_has_a_vendor_file_with_examples() -> None:
    assert {rule_set.id.removeprefix("vendors/") for rule_set in VENDORS} == {document.folder.name for document in DOCUMENTS}
    assert all(any(example.document for example in rule_set.examples) for rule_set in VENDORS)
    assert all(any(value is None for example in rule_set.examples if example.text for value in example.expect.values()) for rule_set in VENDORS)


def test_vendor_files_are_without_findings() -> None:
    assert check_paths([shipped_rules_dir() / "vendors"]) == []


@pytest.mark.parametrize(("rule_id", "example"), EXAMPLES, ids=[f"{rule_id}-{example.place.line if example.place else 0}" for rule_id, example in EXAMPLES])
def test_examples_hold(rule_id: str, example: Example, books: dict[str, Extractor]) -> None:
    result = books["vendor"].interpret(_read(example))
    assert result.rules.id == rule_id
    found = result.invoice.to_dict()
    assert {name: found.get(name) for name in example.expect} == dict(example.expect)


def _read(example: Example) -> OcrResult:
    if example.text is not None:
        return page_of(example.text)
    assert example.document is not None
    assert example.place is not None
    path = (Path(example.place.file).parent / example.document).resolve()
    recording = record.recording_of(path)
    return (OcrEngine("replay", recording=recording) if recording.is_file() else OcrEngine(mode="text")).process(path)


def page_of(text: str) -> OcrResult:
    """A page on which each line of a text is one region."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines()) if line.strip()]
    regions = tuple(OcrRegion(line, None, Box(MARGIN, MARGIN + number * LINE, len(line) * LETTER, 0.7 * LINE)) for number, line in lines)
    return OcrResult((OcrPage(1, 1240, 1754, regions, dpi=150),), "text")
