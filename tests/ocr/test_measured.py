"""Real scans, where they are at hand: reading must not fall behind what it was."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from extractor.ocr.engine import OcrEngine

DATA = Path(__file__).parents[3] / "shared" / "data" / "sroie"
SCANS = sorted((DATA / "img").glob("*.jpg"))[2::25] if DATA.is_dir() else []


@pytest.mark.skipif(not SCANS, reason="the receipts for measuring are not beside this checkout (../shared/data/sroie)")
def test_totals_of_scanned_receipts_are_read() -> None:
    engine = OcrEngine()
    found = labelled = 0
    for scan in SCANS:
        truth = json.loads((DATA / "truth" / f"{scan.stem}.json").read_text(encoding="utf-8"))
        result = engine.process(scan)
        assert result.pages[0].rotation == 0
        digits = re.sub(r"[\s,]", "", result.text)
        labelled += "total" in truth
        found += "total" in truth and truth["total"] in digits
    assert labelled
    assert found == labelled
