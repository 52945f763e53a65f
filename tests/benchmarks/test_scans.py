"""What the speed benchmark counts as read."""

from __future__ import annotations

from pathlib import Path

from measuring.documents import Data
from measuring.scans import Scan, scans, words


def test_words_and_values_that_are_missing_count_as_missing() -> None:
    scan = Scan("pages", Path("page.png"), words("Total 12.50\nTotal due"), {"total": ("amount", "12.50"), "number": ("identifier", "RE-17")})
    assert scan.recall("total: 12.50 Total DUE 99") == 1
    assert scan.recall("Total 12.50") == 3 / 5
    assert scan.found("Sum 12,50") == ["total"]
    assert scan.found("No. RE 17: 1.25") == ["number"]


def test_pages_are_first_pages_of_pdfs_whose_labels_stand_on_them(tiny: Path, tmp_path: Path) -> None:
    index = tiny / "index.csv"
    index.write_text(index.read_text(encoding="utf-8").replace("tiny,", "hybrid,"), encoding="utf-8")
    found = scans(Data(tiny), 5, tmp_path)
    assert [scan.path.name for scan in found] == ["right.png"]
    assert set(found[0].values) == {"number", "total"}
    assert found[0].recall("") == 0
