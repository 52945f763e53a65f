"""Extracts a folder of damaged and odd files of the wild, where it lies beside the checkout, each in a process of its own.

It takes minutes, because OCR runs and nothing is cached. Run it with `pytest -m slow tests/test_robust_data.py -s`; -s shows
the slowest and the biggest.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("resource", reason="memory is measured by getrusage, which this system lacks")

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "robust"
SECONDS = 60
BYTES = 2 * 1024**3

CHILD = """
import json, resource, sys
from extractor import Extractor
from extractor.errors import DocumentError, OcrError

try:
    with Extractor(cache=None) as extractor:
        result = extractor.extract(sys.argv[1])
    result.to_json()
    outcome = str(result.status)
except (DocumentError, OcrError) as error:
    outcome = type(error).__name__
print(json.dumps({"outcome": outcome, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}))
"""
"""ru_maxrss: KiB on Linux, bytes on macOS."""


def extract_in_child(path: Path) -> dict[str, Any]:
    """Outcome (`hung` and `crashed` are failures), seconds and peak bytes of one file."""
    before = time.monotonic()
    try:
        done = subprocess.run([sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return {"name": path.name, "outcome": "hung", "seconds": float(SECONDS), "peak": 0}
    seconds = time.monotonic() - before
    if done.returncode != 0:
        return {"name": path.name, "outcome": "crashed", "seconds": seconds, "peak": 0, "told": done.stderr[-1500:]}
    told = json.loads(done.stdout.splitlines()[-1])
    unit = 1 if sys.platform == "darwin" else 1024
    return {"name": path.name, "outcome": told["outcome"], "seconds": seconds, "peak": told["peak"] * unit}


def show(rows: list[dict[str, Any]]) -> None:
    print("\noutcomes:", dict(Counter(row["outcome"] for row in rows)))
    for title, key in (("slowest", "seconds"), ("biggest", "peak")):
        for row in sorted(rows, key=lambda row: -row[key])[:5]:
            print(f"{title}: {row['name']}  {row['seconds']:.1f} s  {row['peak'] / 1024**2:.0f} MiB  {row['outcome']}")


@pytest.mark.slow
@pytest.mark.skipif(not FOLDER.is_dir(), reason="the folder of odd files, ../shared/data/robust, is not here")
def test_every_odd_file_is_a_result_or_a_typed_error_within_its_bounds() -> None:
    paths = sorted(path for path in FOLDER.iterdir() if path.suffix != ".json")
    assert paths, "the folder is empty"
    rows = [extract_in_child(path) for path in paths]
    show(rows)
    failed = [row for row in rows if row["outcome"] in ("hung", "crashed") or row["seconds"] > SECONDS or row["peak"] > BYTES]
    assert not failed, json.dumps(failed, indent=1)
