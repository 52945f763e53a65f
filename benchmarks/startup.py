"""How long the command takes to answer, against an interpreter that does nothing, and how long the round after an edited rule takes.

    python benchmarks/startup.py [--rounds N]

Everything is run in turn, each in a process of its own, and medians are printed with their ratio to `python -c pass` of the same
interpreter. The round: a folder of 20 documents with goldens, read once beforehand; one rule file is edited, and `extractor rules
test` runs all of them again. That no engine was called is seen from the cache of OCR results, which gets no new entry.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from measuring.long_invoice import long_invoice
from measuring.tables import Table

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = 20
COMMAND = [sys.executable, "-m", "extractor"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9, help="how often each is run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _answers(work, options.rounds)
        _edited_rule(work, options.rounds)


def _answers(work: Path, rounds: int) -> None:
    """Prints how long commands take that answer at once."""
    paper = work / "invoice.pdf"
    paper.write_bytes(long_invoice())
    script = Path(sys.executable).with_name("extractor")
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "extractor --version": [str(script), "--version"],
        "import extractor": [sys.executable, "-c", "import extractor"],
        "extractor --help": [str(script), "--help"],
        "import click": [sys.executable, "-c", "import click"],
        "extractor extract, 2 pages of text": [str(script), "extract", "--quiet", str(paper)],
    }
    seconds = {name: list[float]() for name in commands}
    for _ in range(rounds + 1):
        for name, command in commands.items():
            seconds[name].append(_timed(command, os.environ | {"EXTRACTOR_CACHE_DIR": str(work / "none")}))
    medians = {name: statistics.median(found[1:]) for name, found in seconds.items()}  # the first round warms the disk
    base = medians["python -c pass"]
    rows = [(name, f"{1000 * median:.0f}", f"{median / base:.1f}") for name, median in medians.items()]
    print(Table("Start-up", ("what", "ms", "of python -c pass"), tuple(rows)).to_text())


def _edited_rule(work: Path, rounds: int) -> None:
    """Prints how long `rules test` takes after an edit."""
    folder = work / "goldens"
    _fill(folder)
    environment = os.environ | {"EXTRACTOR_CACHE_DIR": str(work / "ocr")}
    begin = time.perf_counter()
    subprocess.run([*COMMAND, "rules", "test", str(folder), "--update", "--yes"], env=environment, check=False, capture_output=True)
    first, entries = time.perf_counter() - begin, _entries(work / "ocr")
    edited = folder / "rules" / "acme-supplies.yaml"
    seconds = []
    for number in range(rounds):
        edited.write_text(edited.read_text(encoding="utf-8") + f"# edit {number}\n", encoding="utf-8")
        seconds.append(_timed([*COMMAND, "rules", "test", str(folder)], environment))
    called = _entries(work / "ocr") - entries
    rows = [
        (f"first reading of {DOCUMENTS} documents", f"{first:.2f}", str(entries)),
        ("rules test after an edit", f"{statistics.median(seconds):.2f}", str(called)),
    ]
    print(Table(f"{DOCUMENTS} documents with goldens", ("what", "seconds", "pages read by an engine"), tuple(rows)).to_text())


def _fill(folder: Path) -> None:
    """20 documents of the fixtures, some of them copies that differ by a byte at their end, and rule files of their vendors."""
    (folder / "rules").mkdir(parents=True)
    for path in (ROOT / "rules" / "vendors").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        kept = text.split("\nexamples:")[0] + "\n"
        (folder / "rules" / path.name).write_text(f"id: vendors/{path.stem}\n" + kept if "\nid:" not in text else kept, encoding="utf-8")
    scans = sorted((ROOT / "fixtures").glob("*/clean/page-1.png")) + sorted((ROOT / "fixtures").glob("*/scan.jpg"))
    for number, scan in zip(range(DOCUMENTS), cycle(scans), strict=False):
        target = folder / f"{number:02}-{scan.parent.parent.name if scan.suffix == '.png' else scan.parent.name}{scan.suffix}"
        shutil.copy(scan, target)
        target.write_bytes(target.read_bytes() + bytes([number]))
        target.with_name(target.stem + ".expected.json").write_text("{}", encoding="utf-8")


def _entries(folder: Path) -> int:
    return sum(1 for path in folder.rglob("*.json.gz") if path.is_file())


def _timed(command: Sequence[str], environment: dict[str, str]) -> float:
    begin = time.perf_counter()
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
