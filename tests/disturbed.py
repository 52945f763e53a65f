"""Runs `extractor batch` over folders, kills it in the middle, and compares what is in the store with a run that nobody disturbed."""

from __future__ import annotations

import csv
import random
import shutil
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from papers import BAD, FIXTURES, ROOT, call, command, write_invoices

from extractor.store import Store
from extractor.store.figures import figures
from extractor.store.read import stored_documents

DATA = ROOT.parent / "shared" / "data"
"""Documents of third parties, which may lie beside the checkout."""
SCANS = 60
"""So many scans and photographs of them, which take seconds each; all others are taken."""
STATUSES = ("accepted", "review", "rejected", "duplicate")
LONG = 1800


def write_inbox(folder: Path, invoices: int) -> int:
    """Good and bad documents, with copies among them; gives how many there are."""
    write_invoices(folder / "invoices", invoices)
    for path in sorted(FIXTURES.glob("*/text.pdf")):
        shutil.copy(path, folder / f"{path.parent.name}.pdf")
    shutil.copytree(BAD, folder / "bad", ignore=shutil.ignore_patterns("huge-page.pdf", "garbled-text-layer.pdf"))
    for number in range(0, invoices, 5):
        shutil.copy(folder / "invoices" / f"invoice-{number:03}.pdf", folder / f"copy-{number:03}.pdf")
    return sum(path.is_file() for path in folder.rglob("*"))


def write_real_inbox(folder: Path, count: int) -> int:
    """The fixtures, labelled documents of third parties and damaged files, shuffled, with copies among them; filled up to `count` with made invoices."""
    paths = [*fixture_documents(), *labelled_documents(), *sorted(path for path in (DATA / "robust").iterdir() if path.suffix != ".json")]
    chance = random.Random(500)
    paths += chance.sample(paths, count // 10)
    made = write_invoices(folder.with_name("made"), max(0, count - len(paths)))
    paths += made
    chance.shuffle(paths)
    folder.mkdir()
    for number, path in enumerate(paths[:count]):
        shutil.copy(path, folder / f"{number:03}-{path.name}")
    return len(list(folder.iterdir()))


def fixture_documents() -> Iterator[Path]:
    for path in sorted(FIXTURES.rglob("*")):
        if path.suffix in (".pdf", ".png", ".jpg", ".tiff"):
            yield path


def labelled_documents() -> Iterator[Path]:
    """All PDF documents of the index, and the first scans of each set in turn."""
    with (DATA / "index.csv").open(encoding="utf-8") as file:
        paths = [DATA / row["document"] for row in csv.DictReader(file) if row["document"] and not row["document"].endswith(".txt") and row["set"] != "robust"]
    yield from (path for path in paths if path.suffix == ".pdf")
    yield from sorted((path for path in paths if path.suffix != ".pdf"), key=lambda path: path.name[::-1])[:SCANS]


def batch(folder: Path, store: str, *options: str) -> list[str]:
    return command("batch", folder, "--store", store, "--quiet", "--log-level", "error", *options)


def recorded(store: str) -> int:
    try:
        with Store(store, create=False) as opened:
            return figures(opened).documents
    except Exception:  # noqa: BLE001  it may not be there yet
        return 0


def kill_at_random(run: Sequence[str], store: str, chance: random.Random, upto: int) -> None:
    """Starts a run, waits until some documents more are in the store and a moment longer, and kills it."""
    wanted = recorded(store) + chance.randint(0, upto)
    with subprocess.Popen(run, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        end = time.monotonic() + LONG
        while process.poll() is None and recorded(store) < wanted:
            assert time.monotonic() < end, "the run writes nothing"
            time.sleep(0.01)
        time.sleep(chance.random() * 0.1)
        process.send_signal(signal.SIGKILL)


def exported(store: str) -> list[str]:
    """What all documents of a store give, one a line, sorted."""
    statuses = [argument for status in STATUSES for argument in ("--status", status)]
    done = call("export", "--store", store, *statuses)
    assert done.returncode == 0, done.stderr
    return sorted(done.stdout.splitlines())


def assert_each_is_there_once(folder: Path, store: str) -> Counter[str]:
    """Every file of the folder is in exactly one of the four; gives how many are in each."""
    with Store(store, create=False) as opened:
        found = [(document.row["source"], document.row["status"]) for document in stored_documents(opened)]
    assert sorted(source for source, _ in found) == sorted(str(path) for path in folder.rglob("*") if path.is_file())
    counts = Counter(status for _, status in found)
    assert set(counts) == set(STATUSES)
    return counts
