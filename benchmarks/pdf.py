"""How long a born-digital PDF takes, beside invoice2data with the same templates, and a long invoice with the general rules alone.

    python benchmarks/pdf.py --data DIR [--rounds N] [--reader NAME] [--clock wall|processor]

DIR holds `invoice2data/compare` (documents) and `invoice2data/templates`. Both programs are kept warm: templates and the rule
files imported from them are loaded beforehand. They read in turn. invoice2data keeps the text of a file that it has read, so
every reading is of a new copy of the document. Medians over the rounds; the ratio is that of the sums. `--reader` names one of
invoice2data's readers; by default it chooses among those that it finds (install poppler, so that it finds `pdftotext`).
Both leave pixels alone: pictures in the documents are read by neither. "one call" is `invoice2data.extract_data(path)`, which
loads its bundled templates each time. `--clock processor` counts the time of processors, programs that are called included, which
says more where others use the machine; it leaves out what nobody computes in: the start of a program, waiting for it.
"pdfium alone" is the lower bound of reading with places: pdfium opens the file and its pages and is asked for their characters and
where each stands, and nothing is made of that.
"""

from __future__ import annotations

import argparse
import ctypes
import logging
import statistics
import tempfile
import time
from collections import deque
from collections.abc import Callable
from importlib.metadata import version
from itertools import repeat
from pathlib import Path

from measuring.clocks import CLOCKS
from measuring.long_invoice import long_invoice
from measuring.tables import Table

from extractor import Extractor
from extractor.document.pdfium import call, reference
from extractor.rules.imported import import_templates

LINES = 100


def main() -> None:
    options = _options()
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = options.data / "invoice2data"
        if data.is_dir():
            _against_peer(data, folder, options.rounds, options.reader, CLOCKS[options.clock])
        else:
            print(f"{data} is not there: no comparison with invoice2data")
        _long_invoice(options.rounds)


def _against_peer(data: Path, folder: Path, rounds: int, reader: str | None, clock: Callable[[], float]) -> None:
    """Prints milliseconds a document for both, by document and in all."""
    from invoice2data import extract_data  # type: ignore[import-not-found,unused-ignore]
    from invoice2data.extract.loader import read_templates  # type: ignore[import-not-found,unused-ignore]

    templates = read_templates(str(data / "templates"))
    extractor = _imported(data / "templates", folder)
    ways: dict[str, Callable[[Path], object]] = {
        "ours": extractor.extract,
        "invoice2data": lambda path: extract_data(str(path), templates, reader),
        "one call": lambda path: extract_data(str(path), None, reader),
        "pdfium alone": _pdfium_alone,
    }
    rows, sums = [], dict.fromkeys(ways, 0.0)
    for document in sorted((data / "compare").glob("*.pdf")):
        medians = _in_turn(document, ways, folder, rounds, clock)
        sums = {way: sums[way] + medians[way] for way in ways}
        rows.append(_row(document.name, medians, extractor.extract(document).rules.id))
    rows.append(_row("all", sums, ""))
    title = f"Milliseconds a document, invoice2data {version('invoice2data')}"
    print(Table(title, ("document", *ways, "preloaded : ours", "one call : ours", "rules"), tuple(rows)).to_text(), flush=True)


def _pdfium_alone(path: Path) -> None:
    """Opens a document and asks for each character of its pages and for its bounds."""
    from pypdfium2 import PdfDocument, raw

    box_of, place = call("FPDFText_GetLooseCharBox"), ctypes.byref(raw.FS_RECTF())
    with PdfDocument(path.read_bytes()) as document:
        for index in range(len(document)):
            page = document[index]
            text = page.get_textpage()
            text.get_text_range()
            deque(map(box_of, repeat(reference(text)), range(text.count_chars()), repeat(place)), maxlen=0)
            text.close()
            page.close()


def _in_turn(document: Path, ways: dict[str, Callable[[Path], object]], folder: Path, rounds: int, clock: Callable[[], float]) -> dict[str, float]:
    """The median seconds of each way; each reading is of a new copy."""
    seconds = {way: list[float]() for way in ways}
    for number in range(rounds + 1):
        for way, read in ways.items():
            copy = folder / f"{number}-{way.replace(' ', '-')}-{document.name}"
            copy.write_bytes(document.read_bytes())
            begin = clock()
            read(copy)
            seconds[way].append(clock() - begin)
    return {way: statistics.median(found[1:]) for way, found in seconds.items()}  # the first one warms


def _row(name: str, seconds: dict[str, float], rules: str) -> tuple[str, ...]:
    ratios = (f"{seconds[way] / seconds['ours']:.2f}" for way in ("invoice2data", "one call"))
    return (name, *(f"{1000 * value:.1f}" for value in seconds.values()), *ratios, rules)


def _imported(templates: Path, folder: Path) -> Extractor:
    """An extractor with nothing but the imported templates."""
    target = folder / "rules"
    for template in import_templates(templates):
        if template.text is not None:
            path = target / template.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(template.text, encoding="utf-8")
    return Extractor(rules=target, shipped_rules=False, mode="text")


def _long_invoice(rounds: int) -> None:
    """Prints how long two pages of many lines take with the rule files that ship, none of which is the vendor's."""
    paper = long_invoice(LINES)
    with Extractor() as extractor:
        result = extractor.extract(paper)
        if len(result.invoice.lines) != LINES or result.issues:
            raise SystemExit(f"the long invoice is not read right: {[issue.message for issue in result.issues]}")
        seconds, work = [], []
        for _ in range(rounds):
            begin, processed = time.perf_counter(), time.process_time()
            extractor.extract(paper)
            seconds.append(time.perf_counter() - begin)
            work.append(time.process_time() - processed)
    times = (f"{1000 * statistics.median(found):.1f}" for found in (seconds, work))
    row = (f"{len(result.ocr.pages)} pages, {LINES} lines, {result.rules.id}", *times)
    print(Table("General rules, warm", ("invoice", "ms", "ms of processor"), [row]).to_text())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data", help="folder of the evaluation data")
    parser.add_argument("--rounds", type=int, default=7, help="readings of each document, after one that warms")
    parser.add_argument("--reader", help="invoice2data's reader of PDFs; its own choice by default")
    parser.add_argument("--clock", choices=CLOCKS, default="wall", help="what is measured")
    return parser.parse_args()


if __name__ == "__main__":
    main()
