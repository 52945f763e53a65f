"""Plain invoices of made-up vendors, worded and laid out as invoices of the world are: the general rules read what they print."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from layout.pages import text_page

from extractor import Extractor
from extractor.ocr.result import OcrResult


@dataclass(frozen=True)
class Sample:
    """One invoice: its text, wide gaps as two spaces or more, and what it says; None for a field that it does not print."""

    name: str
    text: str
    expected: dict[str, str | None]


def read_samples(path: Path) -> list[Sample]:
    """The invoices of one file: each begins with a line `== field=value; field=value`, `-` for nothing."""
    samples = []
    for part in path.read_text(encoding="utf-8").split("== ")[1:]:
        head, text = part.split("\n", 1)
        pairs = [pair.split("=", 1) for pair in head.split("; ")]
        samples.append(Sample(f"{path.stem}-{text.split(chr(10), 1)[0]}", text, {name: None if value == "-" else value for name, value in pairs}))
    return samples


SAMPLES = [sample for path in sorted((Path(__file__).parent / "wording").glob("*.txt")) for sample in read_samples(path)]


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_the_general_rules_read(sample: Sample, extractor: Extractor) -> None:
    found = extractor.interpret(OcrResult((text_page(sample.text),), "test")).invoice.to_dict()
    assert {name: found.get(name) for name in sample.expected} == sample.expected
