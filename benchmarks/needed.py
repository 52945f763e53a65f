"""What reading only the needed print saves, against reading all of it, and whether the fields are the same.

    python benchmarks/needed.py [--data DIR] [--rounds N] [--documents N] [--vendors NAME ...]

Vendors are those of the fixtures and, with --data, those with three receipts or more in its set `sroie`, for which rule files are drafted
(`extractor rules new`) from one receipt each into a temporary folder. The first document of each vendor teaches where things stand (for
the fixtures, the one that the rule file has as its example); all others are measured, those included that had to be read whole after
all. Both ways take each document in turn, on one thread, without cache; per document the median of the rounds counts.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from measuring.tables import Table

from extractor import Extractor
from extractor.output import ExtractionResult

ROOT = Path(__file__).resolve().parents[1]
SCANS = ("clean/page-1.png", "scan.jpg", "rotated-*.*g", "upside-down.jpg", "scanned.pdf")
LEAST = 3


@dataclass
class Measured:
    """The runs of one document both ways: (wall seconds, processor seconds) of each, and the results of the last round."""

    whole: list[tuple[float, float]] = field(default_factory=list)
    needed: list[tuple[float, float]] = field(default_factory=list)
    results: tuple[ExtractionResult, ExtractionResult] | None = None

    def median(self, part: int) -> tuple[float, float]:
        """Medians of both ways; part: 0 for wall seconds, 1 for processor seconds."""
        return statistics.median(run[part] for run in self.whole), statistics.median(run[part] for run in self.needed)

    @property
    def is_partial(self) -> bool:
        return self.results is not None and self.results[1].ocr.partial

    def differing(self) -> list[str]:
        """Fields of the result that was read in part which the full reading gives another value, or that only one has."""
        if self.results is None:
            return []
        full, part = (_values(result) for result in self.results)
        if self.is_partial:
            asked = set(_asked(self.results[1]))
            full = {name: value for name, value in full.items() if name.split("[")[0] in asked}
        return sorted(name for name in full.keys() | part.keys() if full.get(name) != part.get(name))

    def left_out(self) -> int:
        """How many fields only the full reading gives, because the vendor's own file does not ask for them; a table counts as one."""
        if self.results is None or not self.is_partial:
            return 0
        full, part = ({name.split("[")[0] for name in _values(result)} for result in self.results)
        return len(full - part - set(_asked(self.results[1])))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the evaluation data; only fixtures where absent")
    parser.add_argument("--rounds", type=int, default=5, help="how often each document is read both ways")
    parser.add_argument("--documents", type=int, help="at most so many documents of each vendor; all where absent")
    parser.add_argument("--vendors", nargs="*", help="only vendors whose names begin with one of these")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        vendors = dict(_fixtures())
        if options.data:
            vendors |= _receipts(options.data, Path(folder))
        wanted = tuple(options.vendors or ("",))
        rows, everything = [], []
        for name, documents in vendors.items():
            if name.startswith(wanted):
                measured = _measure(Path(folder), documents[: options.documents and options.documents + 1], options.rounds)
                rows.append(_row(name, measured))
                everything += measured
                print(" ".join(rows[-1]), file=sys.stderr)
        rows.append(_row("all", everything))
    heads = ("vendor", "documents", "read in part", "equal", "times (cpu)", "times (wall)", "in part only (cpu)", "fields not asked for", "differing")
    print(Table("regions=needed against regions=all", heads, tuple(rows)).to_text())


def _fixtures() -> Iterator[tuple[str, list[Path]]]:
    for folder in sorted((ROOT / "fixtures").iterdir()):
        found = [path for pattern in SCANS for path in sorted(folder.glob(pattern))]
        if len(found) > 1:
            yield folder.name, found


def _receipts(data: Path, rules: Path) -> dict[str, list[Path]]:
    """Receipts of vendors that have several, each vendor with a rule file drafted from the first."""
    by_name = defaultdict(list)
    for truth in sorted((data / "sroie" / "truth").glob("*.json")):
        labels = json.loads(truth.read_text(encoding="utf-8"))
        by_name[re.sub(r"[^a-z]", "", labels.get("seller_name", "").casefold())].append((data / "sroie" / "img" / f"{truth.stem}.jpg", labels))
    found = {}
    for name, documents in by_name.items():
        if len(documents) < LEAST:
            continue
        sample, labels = documents[0]
        stated = [item for key in ("date", "total") if key in labels for item in ("--set", f"{key}={labels[key]}")]
        command = [sys.executable, "-m", "extractor", "rules", "new", str(sample), "--name", labels["seller_name"], *stated]
        done = subprocess.run([*command, "--id", f"vendors/{name}", "--out", str(rules / f"{name}.yaml")], check=False, capture_output=True, text=True)
        if done.returncode == 0:
            found[name] = [path for path, _ in documents]
        else:
            print(f"{name}: no draft: {done.stderr.strip()}", file=sys.stderr)
    return found


def _measure(rules: Path, documents: Sequence[Path], rounds: int) -> list[Measured]:
    """All documents of a vendor but the first, which teaches; each round begins without what the last one learned."""
    measured = [Measured() for _ in documents[1:]]
    with Extractor(rules=rules, threads=1) as whole:
        for _ in range(rounds):
            with Extractor(rules=rules, threads=1, regions="needed") as needed:
                needed.extract(documents[0])
                whole.extract(documents[0])
                for document, found in zip(documents[1:], measured, strict=True):
                    first, *times = _timed(whole, document)
                    found.whole.append((times[0], times[1]))
                    second, *times = _timed(needed, document)
                    found.needed.append((times[0], times[1]))
                    found.results = first, second
    return measured


def _timed(extractor: Extractor, document: Path) -> tuple[ExtractionResult, float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    result = extractor.extract(document)
    return result, time.perf_counter() - wall, time.process_time() - processor


def _row(name: str, measured: Sequence[Measured]) -> tuple[str, ...]:
    in_part = [found for found in measured if found.is_partial]
    equal = sum(not found.differing() for found in measured)
    differing = sorted({each for found in measured for each in found.differing()})
    ratios = (_times(measured, 1), _times(measured, 0), _times(in_part, 1))
    left_out = statistics.mean(found.left_out() for found in in_part) if in_part else 0
    counts = (str(len(measured)), str(len(in_part)), f"{equal} of {len(measured)}")
    return name, *counts, *ratios, f"{left_out:.1f}", ", ".join(differing[:4]) or "-"


def _times(measured: Sequence[Measured], part: int) -> str:
    """The sum of the medians of reading all over that of reading what is needed."""
    if not measured:
        return "-"
    whole, needed = (sum(found.median(part)[way] for found in measured) for way in (0, 1))
    return f"{whole / needed:.2f}"


def _values(result: ExtractionResult) -> dict[str, object]:
    return {name: value.value for name, value in result.fields.items() if value.value is not None}


def _asked(result: ExtractionResult) -> list[str]:
    told = next(issue for issue in result.issues if issue.id == "read-in-part")
    return told.message.rpartition(": ")[2].split(", ")


if __name__ == "__main__":
    main()
