"""What one more vendor costs, and one more region: identification, starting, changing a rule, beside invoice2data's scan of its templates.

    python benchmarks/rules.py [--sizes 1 10 100 1000 10000] [--rounds 5] [--only PART ...]

Vendors are made up: names as companies have them, rule files of their own in a temporary folder, with a cache of their own.
Pages are those of the project's fixtures, headed with a vendor's name and misread here and there, half of them of vendors in all
books, half of none. Times are CPU times, for the command line's beside those of a clock. Everything that is compared runs in turn; figures are medians
of the rounds. Parts: identify, peer, command, edit, regions.
Needs `invoice2data[dateparser]` for the part `peer`.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from measuring.tables import Table
from measuring.vendors import Vendor, printed, vendors, write_rules

from extractor import Extractor
from extractor.errors import AmbiguousVendor
from extractor.geometry import Box
from extractor.layout import Layout
from extractor.ocr import Image as OcrImage
from extractor.ocr import OcrEngine, OcrRegion, OcrResult
from extractor.rules import RuleBook, RuleStore

ROOT = Path(__file__).resolve().parents[1]
SMALL, LARGE, PEER = 10, 10_000, 5_000
REGIONS = (10, 100, 1000, 5000)
PARTS = ("identify", "peer", "command", "edit", "regions")
CALLS = 5
"""How often each page is identified within a round."""


def timed(call: Callable[[], object]) -> float:
    """Milliseconds of CPU time of a call, so that other work on the machine does not count."""
    start = time.process_time()
    call()
    return (time.process_time() - start) * 1000


def in_turn(calls: Mapping[Any, Callable[[], float]], rounds: int) -> dict[Any, float]:
    """The median of what each call gives over rounds in which all take turns, after one that does not count."""
    rows = [{name: call() for name, call in calls.items()} for _ in range(rounds + 1)][1:]
    return {name: statistics.median(row[name] for row in rows) for name in calls}


def read_fixtures() -> list[OcrResult]:
    """The text layers of the project's fixtures."""
    results = []
    with OcrEngine() as engine:
        for path in sorted((ROOT / "fixtures").glob("[!b]*/text.pdf")):
            with OcrImage.load(path) as image:
                results.append(engine.process(image))
    return results


def pages_of(results: Sequence[OcrResult], known: Sequence[Vendor]) -> tuple[list[Layout], list[Layout]]:
    """Documents of vendors that are in every book, and the same of nobody known."""
    made = random.Random(3)
    return [printed(result, made.choice(known), made) for result in results], [printed(result, None, made) for result in results]


def identification(book: RuleBook, layouts: Sequence[Layout]) -> float:
    """Milliseconds a page to identify the vendors of documents."""
    pages = sum(len(layout.pages) for layout in layouts)

    def run() -> None:
        for layout in layouts:
            for _ in range(CALLS):
                with suppress(AmbiguousVendor):
                    book.identify(layout)

    return timed(run) / CALLS / pages


def measure_identification(books: Mapping[int, RuleBook], known: Sequence[Layout], unknown: Sequence[Layout], rounds: int) -> Table:
    rows = []
    both = {
        name: in_turn({size: partial(identification, book, layouts) for size, book in books.items()}, rounds)
        for name, layouts in (("known", known), ("unknown", unknown))
    }
    for size in books:
        of_ten = [both[name][size] / both[name][SMALL] for name in both]
        rows.append((f"{size:,}", f"{both['known'][size]:.3f}", f"{both['unknown'][size]:.3f}", *(f"{ratio:.2f}" for ratio in of_ten)))
    columns = ("rule files", "known vendor, ms a page", "unknown, ms a page", f"known, against {SMALL}", f"unknown, against {SMALL}")
    return Table("Identification", columns, rows)


def measure_peer(book: RuleBook, made: Sequence[Vendor], known: Sequence[Layout], unknown: Sequence[Layout], rounds: int) -> Table:
    """invoice2data's scan: the templates in order of priority, until the keywords of one are in the text."""
    from invoice2data.api import _by_priority, _match_template
    from invoice2data.extract.invoice_template import InvoiceTemplate
    from invoice2data.extract.loader import prepare_template

    fields = {"amount": r"Total\s+(\d+)", "date": "x", "invoice_number": "y"}
    loaded = ({"template_name": vendor.name, "issuer": vendor.name, "keywords": [vendor.name], "fields": fields} for vendor in made[:PEER])
    templates = [InvoiceTemplate(prepare_template(template)) for template in loaded]
    rows = []
    for name, layouts in (("known vendor", known), ("unknown vendor", unknown)):
        texts, pages = [layout.text for layout in layouts], sum(len(layout.pages) for layout in layouts)

        def scan(texts: list[str] = texts, pages: int = pages) -> float:
            return timed(lambda: [_match_template(text, _by_priority(templates)) for text in texts]) / pages

        found = in_turn({"peer": scan, "ours": partial(identification, book, layouts)}, rounds)
        rows.append((name, f"{found['peer']:.3f}", f"{found['ours']:.3f}", f"{found['peer'] / found['ours']:.0f}"))
    return Table(f"{PEER:,} templates of invoice2data, as many rule files", ("document", "invoice2data, ms a page", "here, ms a page", "times faster"), rows)


_STARTED = """
import os, resource, subprocess, sys, time
start = time.perf_counter()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(code, time.perf_counter() - start, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
"""Starts a command out of a small process: what a process starts is charged at least the memory that it held itself."""


def command(*arguments: str | Path) -> tuple[float, float, float]:
    """Milliseconds, milliseconds of CPU time, and MiB of a run of the command line. Raises RuntimeError where it fails."""
    line = [sys.executable, "-m", "extractor", *map(str, arguments)]
    told = subprocess.run([sys.executable, "-c", _STARTED, *line], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    if int(told[0]) not in (0, 1):
        raise RuntimeError(f"extractor {' '.join(map(str, arguments))} ended with {told[0]}")
    return 1000 * float(told[1]), 1000 * float(told[2]), int(told[3]) / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def measure_command(folders: Mapping[int, Path], rounds: int) -> Table:
    document = ROOT / "fixtures" / "acme-supplies" / "text.pdf"
    cpu: dict[int, list[float]] = {size: [] for size in (SMALL, LARGE)}
    memory: dict[int, float] = {}

    def run(size: int) -> float:
        elapsed, busy, memory[size] = command("extract", document, "--rules", folders[size], "--quiet")
        cpu[size].append(busy)
        return elapsed

    found = in_turn({size: partial(run, size) for size in (SMALL, LARGE)}, rounds)
    busy = {size: statistics.median(each[1:]) for size, each in cpu.items()}
    rows = []
    for size, ms in found.items():
        ratios = (
            f"{ms / found[SMALL]:.2f}",
            f"{busy[size]:.0f}",
            f"{busy[size] / busy[SMALL]:.2f}",
            f"{memory[size]:.0f}",
            f"{memory[size] - memory[SMALL]:+.0f}",
        )
        rows.append((f"{size:,}", f"{ms:.0f}", *ratios))
    columns = ("rule files", "ms", f"against {SMALL}", "CPU ms", f"against {SMALL}", "MiB", f"against {SMALL}")
    return Table("Warm start: `extractor extract` of a text invoice", columns, rows)


def measure_edit(folder: Path, store: RuleStore, rounds: int) -> Table:
    """Loading a book after one of its files was changed, and with nothing changed."""
    path = next(folder.rglob("*.yaml"))
    text = path.read_text(encoding="utf-8")
    changes = iter(range(10**6))

    def edited() -> float:
        path.write_text(f"{text}# {next(changes)}\n", encoding="utf-8")
        return timed(partial(RuleBook.load, [folder], store=store))

    changed = statistics.median(edited() for _ in range(rounds))
    time.sleep(2.1)  # until the stamps of the files prove something again
    RuleBook.load([folder], store=store)
    unchanged = statistics.median(timed(partial(RuleBook.load, [folder], store=store)) for _ in range(rounds))
    return Table(f"Loading {LARGE:,} rule files", ("files", "ms"), [("unchanged", f"{unchanged:.0f}"), ("one changed", f"{changed:.0f}")])


def measure_regions(results: Sequence[OcrResult], rounds: int) -> Table:
    """Rules, resolving and validation on a page of so many regions."""
    source = max(results, key=lambda result: len(result.pages[0].regions))
    with Extractor() as extractor:
        calls = {count: partial(timed, partial(extractor.interpret, _with_regions(source, count))) for count in REGIONS}
        found = in_turn(calls, rounds)
    rows = [(f"{count:,}", f"{ms:.0f}", f"{1000 * ms / count:.0f}") for count, ms in found.items()]
    return Table("A page of many regions", ("regions", "ms", "µs a region"), rows)


def _with_regions(result: OcrResult, count: int) -> OcrResult:
    """The first page with so many regions: its own, then its own again further down, on paper that is as much longer."""
    page = result.pages[0]
    own = page.regions
    regions = [
        OcrRegion(each.text, each.confidence, Box(each.bounds.x, each.bounds.y + page.height * turn, each.bounds.width, each.bounds.height), each.source)
        for turn in range(-(-count // len(own)))
        for each in own
    ]
    return replace(result, pages=(replace(page, height=page.height * -(-count // len(own)), regions=tuple(regions[:count])),))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100, 1000, 10_000], help="numbers of vendors; 10, 5000 and 10000 are always there")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rules-") as temporary:
        os.environ["EXTRACTOR_CACHE_DIR"] = str(Path(temporary) / "cache")
        for table in _tables(Path(temporary), options):
            print(table.to_text(), flush=True)


def _tables(temporary: Path, options: argparse.Namespace) -> Any:
    made, results, store = vendors(LARGE), read_fixtures(), RuleStore()
    known, unknown = pages_of(results, made[:SMALL])
    sizes = sorted({*options.sizes, SMALL, PEER, LARGE})
    folders = {size: write_rules(temporary / str(size), made[:size]) for size in sizes}
    books = {}
    for size, folder in folders.items():
        cold = timed(partial(RuleBook.load, [folder], store=store))
        print(f"compiled {size:,} rule files in {cold / 1000:.1f} s", file=sys.stderr, flush=True)
    time.sleep(2.1)  # until the stamps of the files prove something
    for size, folder in folders.items():
        RuleBook.load([folder], store=store)
        books[size] = RuleBook.load([folder], store=store)
    if "identify" in options.only:
        yield measure_identification(books, known, unknown, options.rounds)
    if "peer" in options.only:
        yield measure_peer(books[PEER], made, pages_of(results, made[:PEER])[0], unknown, options.rounds)
    if "command" in options.only:
        yield measure_command(folders, options.rounds)
    if "edit" in options.only:
        yield measure_edit(folders[LARGE], store, options.rounds)
    if "regions" in options.only:
        yield measure_regions(results, options.rounds)


if __name__ == "__main__":
    main()
