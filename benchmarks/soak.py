"""Whether the memory of one process stays what it was while it reads page after page.

    python benchmarks/soak.py --data DIR [--pages N] [--window N] [--engine NAME] [--threads N]

Scans of several sizes from DIR (see benchmarks/ocr.py) are read in turn, each from its file, without a cache. Printed are the mean
memory (resident set) of the first and of the last pages and their ratio; the exit code is 1 where the last take over 5 % more.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from itertools import cycle, islice
from pathlib import Path
from statistics import fmean

from measuring.documents import Data
from measuring.memory import resident_megabytes
from measuring.scans import scans
from rich.console import Console
from rich.progress import track

from extractor.ocr import OcrEngine

MOST_GROWTH = 1.05


def main() -> int:
    options = _options()
    data = Data(options.data, ["sroie", "hybrid"])
    with tempfile.TemporaryDirectory() as folder, OcrEngine(options.engine, mode="ocr", threads=options.threads) as engine:
        paths = [scan.path for scan in scans(data, options.kinds, Path(folder))]
        taken = []
        for path in track(islice(cycle(paths), options.pages), "pages", options.pages, console=Console(stderr=True)):
            engine.process(path)
            taken.append(resident_megabytes())
    first, last = fmean(taken[: options.window]), fmean(taken[-options.window :])
    print(f"{options.pages} readings of {len(paths)} scans by {options.engine} with {options.threads} thread(s)")
    print(f"first {options.window}: {first:.1f} MB; last {options.window}: {last:.1f} MB; ratio {last / first:.3f}; highest {max(taken):.1f} MB")
    for start in range(0, len(taken), options.window):
        print(f"  pages {start + 1:5} on: {fmean(taken[start : start + options.window]):.1f} MB")
    return int(last > MOST_GROWTH * first)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with index.csv and score.py")
    parser.add_argument("--pages", type=int, default=2000, help="readings in all")
    parser.add_argument("--window", type=int, default=500, help="readings at the start and at the end that are compared")
    parser.add_argument("--kinds", type=int, default=20, metavar="N", help="different receipts, and as many different A4 pages")
    parser.add_argument("--engine", default="rapidocr")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    if options.pages < 2 * options.window:
        parser.error("--pages must be at least twice --window")
    return options


if __name__ == "__main__":
    sys.exit(main())
