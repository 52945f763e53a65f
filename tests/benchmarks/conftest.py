"""The benchmark is no part of the package: its folder is put on the path. Makes a tiny data folder of the project's own fixtures."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from papers import FIXTURES, ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

COLUMNS = ("set", "id", "document", "truth", "origin", "language", "layout", "stratum")


def make_data(folder: Path, changes: dict[str, dict[str, Any]]) -> Path:
    """A data folder with one document a key: the first fixture's PDF, with its truth changed as the value says (None: not labelled)."""
    shutil.copy(Path(__file__).parent / "tiny_score.py", folder / "score.py")
    truth = json.loads((FIXTURES / "acme-supplies" / "truth.json").read_text(encoding="utf-8"))
    del truth["documents"]
    with (folder / "index.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(COLUMNS)
        for name, changed in changes.items():
            shutil.copy(FIXTURES / "acme-supplies" / "text.pdf", folder / f"{name}.pdf")
            labels = {key: value for key, value in (truth | {"meta": {}} | changed).items() if value is not None}
            (folder / f"{name}.json").write_text(json.dumps(labels), encoding="utf-8")
            rows.writerow(["tiny", name, f"{name}.pdf", f"{name}.json", "synthetic", "en", "invoice", ""])
    return folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """Two documents: one labelled as printed, one whose labels differ from the print."""
    data = tmp_path / "data"
    data.mkdir()
    return make_data(data, {"right": {}, "other": {"date": "2025-01-12", "total": "1250.01", "iban": "DE00999999990000000000"}})
