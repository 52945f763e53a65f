"""Measures what the store costs a document: `python benchmarks/store.py [--documents N] [--store URL] [--clock wall|processor]`.

The same results, read before, go once through a loop that does nothing with them and once into the store, in turn; the difference
is the ledger: looking at the file, hashing it, looking it up, and one transaction. Then what a second run over the same files costs,
by size and time of change, and with --checksum. Last the memory of the process after a tenth of the documents and after all.
`--clock processor` counts the time of processors, which says more where others use the machine; it leaves out waiting for a disk or a server.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path

import click
from measuring.clocks import CLOCKS

from extractor import Extractor
from extractor.batch import KNOWN, Intake, Outcome, find
from extractor.batch.sources import digest_of
from extractor.output import ExtractionResult
from extractor.store import Store, Versions

ROOT = Path(__file__).parent.parent
ROUNDS = 10
AN_HOUR_AGO = time.time() - 3600


@click.command()
@click.option("--documents", default=2000, show_default=True)
@click.option("--store", "address", help="Address of an empty store; by default a SQLite file of its own.")
@click.option("--clock", type=click.Choice(list(CLOCKS)), default="wall", show_default=True)
def main(documents: int, address: str | None, clock: str) -> None:
    """Prints milliseconds a document, and memory."""
    with tempfile.TemporaryDirectory() as folder, Extractor() as extractor, Store(address or f"{folder}/books.db") as store:
        results, versions = read_results(extractor), Versions.of(extractor)
        replay = Replay(results, write_files(Path(folder) / "in", documents, sorted(ROOT.glob("fixtures/*/text.pdf"))))
        plain = ledger = 0.0
        memory: list[int] = []
        paths = list(find([f"{folder}/in"]))
        for part in parts(paths, ROUNDS):  # in turn, so that both meet the same machine
            plain += timed(CLOCKS[clock], partial(drop, part, replay))
            ledger += timed(CLOCKS[clock], partial(take, store, versions, part, replay))
            memory.append(resident())
        rows = {"new documents": (ledger - plain, len(paths))}
        rows["known, unchanged"] = timed(CLOCKS[clock], partial(take, store, versions, paths, replay, known=True)), len(paths)
        rows["known, --checksum"] = timed(CLOCKS[clock], partial(take, store, versions, paths, replay, known=True, checksum=True)), len(paths)
        for name, (seconds, count) in rows.items():
            print(f"{name:20} {1000 * seconds / count:7.3f} ms a document ({count} documents, {store.name})")
        first, last = memory[0] / 2**20, memory[-1] / 2**20
        print(f"memory after {len(paths) // ROUNDS} documents {first:.0f} MiB, after {len(paths)} {last:.0f} MiB: x {last / first:.3f}")


def read_results(extractor: Extractor) -> list[ExtractionResult]:
    """Results of the fixtures that need no OCR."""
    return [extractor.extract(path) for path in sorted(ROOT.glob("fixtures/*/text.pdf"))]


def write_files(folder: Path, count: int, samples: Sequence[Path]) -> dict[str, str]:
    """So many different files of the size of samples; SHA-256 by path."""
    folder.mkdir()
    contents = [path.read_bytes() for path in samples]
    digests = {}
    for number in range(count):
        path = folder / f"{number:06}.pdf"
        path.write_bytes(contents[number % len(contents)] + b"\n%% %d" % number)
        os.utime(path, (AN_HOUR_AGO, AN_HOUR_AGO))
        digests[str(path)] = digest_of(str(path)) or ""
    return digests


class Replay:
    """Gives back results that were read before, for whatever document, each with a number and a total of its own: a copy is the exception."""

    def __init__(self, results: Sequence[ExtractionResult], digests: dict[str, str]) -> None:
        self.results, self.digests = results, digests

    def __call__(self, sources: Iterable[str | None]) -> Iterator[Outcome]:
        for number, source in enumerate(filter(None, sources)):
            result = self.results[number % len(self.results)]
            invoice = replace(result.invoice, number=self.digests[source][:10], total=Decimal(int(self.digests[source][:6], 16)) / 100)
            yield Outcome(source, replace(result, source=source, sha256=self.digests[source], invoice=invoice))


def take(store: Store, versions: Versions, paths: Sequence[str], replay: Replay, *, known: bool = False, checksum: bool = False) -> None:
    """One run over documents; ends the program where it did something else than was meant."""
    intake = Intake(store, versions, identify=lambda source, pages: None, checksum=checksum)
    for _ in intake.take(paths, replay):
        pass
    if intake.counts[KNOWN] != (len(paths) if known else 0):
        sys.exit(f"not what was to be measured: {dict(intake.counts)}")


def parts(paths: Sequence[str], count: int) -> Iterator[Sequence[str]]:
    """Paths in so many parts."""
    size = max(1, len(paths) // count)
    yield from (paths[start : start + size] for start in range(0, len(paths), size))


def drop(paths: Sequence[str], replay: Replay) -> None:
    """The same results, with which nothing is done."""
    for _ in replay(paths):
        pass


def timed(clock: Callable[[], float], work: Callable[[], None]) -> float:
    """Seconds that a call takes."""
    begun = clock()
    work()
    return clock() - begun


def resident() -> int:
    """Bytes of memory that the process has now (Linux; elsewhere the most that it ever had)."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
