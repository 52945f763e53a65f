"""What receipts print in each language is read by the general rules: small receipts, each with the fields that it must give.

The samples stand in `receipts/`, one file per language. Of a text every piece between wide gaps is one region.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from extractor import Extractor
from extractor.geometry import Box
from extractor.ocr import OcrPage, OcrRegion, OcrResult

LINE, LETTER, MARGIN = 30, 12, 40
"""Pixels from line to line, of a letter's width, and of the margin, on a receipt at 200 dpi."""


def _samples() -> list[Any]:
    files = sorted((Path(__file__).parent / "receipts").glob("*.yaml"))
    return [
        pytest.param(path.stem, sample["text"], sample["expect"], id=f"{path.stem}-{sample['about']}")
        for path in files
        for sample in yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)
    ]


@pytest.mark.parametrize(("language", "text", "expect"), _samples())
def test_receipts_are_understood(language: str, text: str, expect: dict[str, Any], extractor: Extractor) -> None:
    result = extractor.interpret(_page_of(text))
    assert result.rules.id.split("+")[0] == f"receipts/{language}"
    found = result.invoice.to_dict()
    assert {name: found.get(name) for name in expect} == expect


def _page_of(text: str) -> OcrResult:
    pieces = [(row, piece) for row, line in enumerate(text.splitlines()) for piece in re.finditer(r"\S+(?: \S+)*", line)]
    regions = tuple(
        OcrRegion(piece.group(), None, Box(MARGIN + piece.start() * LETTER, MARGIN + row * LINE, len(piece.group()) * LETTER, 0.7 * LINE))
        for row, piece in pieces
    )
    return OcrResult((OcrPage(1, 600, 900, regions, dpi=200),), "text")
