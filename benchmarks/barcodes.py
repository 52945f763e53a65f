"""What looking for codes costs on documents that have none, and which codes are read, by how they lie on the page and its resolution.

    python benchmarks/barcodes.py --data DIR [--pages N] [--rounds N] [--only scans|pdfs|recall]

DIR holds `index.csv` and truth files; read are N receipts of its set `sroie`, N A4 pages of `hybrid` at 200 dpi, and the PDFs of
`invoice2data/compare`. Times are those of processors. Scans: reading a page with and without looking for codes in turn, and looking
for codes alone, of which the share is made: against the whole it is less than what one reading differs from the next. PDFs: the text layer with
and without codes, `first` where no picture is known yet, `again` where all are. Recall: pages of `fixtures/generator/codes.py`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import fmean, median
from typing import Any

from measuring.documents import Data
from measuring.scans import scans
from measuring.tables import Table, percent

from extractor.document import load_document
from extractor.ocr import OcrEngine, recognize_barcodes
from extractor.ocr.barcodes import find_barcodes

ROOT = Path(__file__).resolve().parent.parent
ANGLES = (0, 7, 20, 45, 90, 180, 270)
DPIS = (100, 120, 150, 200, 300)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=["scans", "pdfs", "recall"])
    options = parser.parse_args()
    parts: dict[str, Callable[[], Iterable[Table]]] = {
        "scans": lambda: of_scans(Data(options.data), options.pages, options.rounds),
        "pdfs": lambda: of_pdfs(sorted((options.data / "invoice2data" / "compare").glob("*.pdf")), options.rounds),
        "recall": of_angles,
    }
    for name, part in parts.items():
        if options.only in (None, name):
            for table in part():
                print(table.to_text(), flush=True)


def seconds(call: Callable[[], Any]) -> float:
    """The processors' seconds of a call."""
    begin = time.process_time()
    call()
    return time.process_time() - begin


def of_scans(data: Data, count: int, rounds: int) -> Iterable[Table]:
    """What a scanned page costs, by kind of page."""
    rows: dict[str, list[tuple[float, float, float]]] = {}
    with tempfile.TemporaryDirectory() as name, OcrEngine(mode="ocr", barcodes=False) as without, OcrEngine(mode="ocr") as engine:
        for scan in scans(data, count, Path(name)):
            with load_document(scan.path) as document:
                image = document.pages[0].image()
                ways = (lambda d=document: without.process(d), lambda d=document: engine.process(d), lambda i=image: find_barcodes(i))
                without.process(document), engine.process(document)  # warm
                taken = [[seconds(way) for way in ways] for _ in range(rounds)]
            one, two, three = (median(column) for column in zip(*taken, strict=True))
            rows.setdefault(scan.kind, []).append((one, two, three))
    columns = ("scans", "ms without", "ms with", "ms of codes", "% of codes", "% at most")
    shown = []
    for kind, pages in rows.items():
        means = [fmean(column) for column in zip(*pages, strict=True)]
        shown.append((kind, *(f"{1000 * value:.1f}" for value in means), percent(means[2] / means[0]), percent(max(page[2] / page[0] for page in pages))))
    yield Table("Looking for codes on scanned pages that have none", columns, shown)


def of_pdfs(paths: list[Path], rounds: int) -> Iterable[Table]:
    """What a page with a text layer costs."""
    rows = []
    for path in paths:
        with load_document(path) as document:
            pages = len(document.pages)
        taken: dict[str, list[float]] = {"without": [], "first": [], "again": []}
        for _ in range(rounds + 1):
            with OcrEngine(mode="text", barcodes=False) as without, OcrEngine(mode="text") as engine:
                taken["without"].append(seconds(lambda: without.process(path)) / pages)  # noqa: B023  called at once
                taken["first"].append(seconds(lambda: engine.process(path)) / pages)  # noqa: B023
                taken["again"].append(seconds(lambda: engine.process(path)) / pages)  # noqa: B023
                codes = sum(len(page.barcodes) for page in engine.process(path).pages)
        rows.append((path.name[:40], *(f"{1000 * median(found[1:]):.1f}" for found in taken.values()), str(codes)))
    columns = ("PDF", "ms a page without", "first", "again", "codes")
    yield Table("Looking for codes on pages with a text layer", columns, rows)


def of_angles() -> Iterable[Table]:
    """How many of the codes are read on the way of a document, and by `recognize_barcodes`, which looks everywhere."""
    sys.path.insert(0, str(ROOT / "fixtures"))
    from generator.codes import CODES, page
    from generator.pixels import render
    from PIL.Image import Resampling

    for title, look in (("pages", find_barcodes), ("recognize_barcodes", recognize_barcodes)):
        rows = []
        for name, code in CODES.items():
            cells = []
            for dpi in DPIS:
                (upright,) = render(page(code), dpi)
                turned = (upright.rotate(-angle, Resampling.BICUBIC, expand=True, fillcolor=255) if angle else upright for angle in ANGLES)
                read = [bool(look(image)) for image in turned]
                cells.append("all" if all(read) else f"{sum(read)} of {len(read)}")
            rows.append((name, *cells))
        yield Table(f"Codes read at {', '.join(map(str, ANGLES))} degrees: {title}", ("code", *(f"{dpi} dpi" for dpi in DPIS)), rows)


if __name__ == "__main__":
    main()
