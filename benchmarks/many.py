"""Pages a second through the command line: one worker with one thread, several workers, and Dask workers, in turn.

    python benchmarks/many.py [--pages N] [--rounds N] [--jobs N] [--data DIR [--set NAME]] [--cluster] [--workers-only] [--clock wall|processor]

The pages are scans: those of DIR (`index.csv` as for benchmarks/accuracy.py; one set of single pages, `sroie` unless named), else
the scans among the fixtures, repeated. Every figure is of one call of `extractor extract` without cache, as a user makes it: start-up
of the workers and loading of models included. Beside it stands what a long run tends to: the same with a call on as many
documents as there are workers taken off. MB is the memory of the largest process on this side (not on Dask's). Ratios are medians
over rounds, in each of which all ways are run in turn; "best" is the ratio of the best rounds. `--cluster` starts a scheduler and as many
Dask workers of one thread on this machine (extra `cluster`); `--workers-only` leaves the single workers out.

`--clock processor` counts seconds of processors instead, of all processes that have a part in it, those of the cluster included. Where all
cores are busy that is what limits the pages a second, and it can be told on a machine that others use.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

from measuring.documents import Data
from measuring.tables import Table

FIXTURES = Path(__file__).parent.parent / "fixtures"
START_SECONDS = 60
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1")
ADVISED = {
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "MALLOC_TRIM_THRESHOLD_": "134217728",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
}
"""Settings of Dask that docs/scale.md advises, with the reasons."""


def main() -> None:
    options = _options()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="many-")))
        pages = _copies(options, folder)
        pool = f"{options.jobs} workers, one thread each"
        ways = {
            "one worker, one thread": Way(["--jobs", "1", "--threads", "1"]),
            "one worker, all cores": Way(["--jobs", "1"]),
            pool: Way(["--jobs", str(options.jobs), "--threads", "1"]),
        }
        ways = {pool: ways[pool]} if options.workers_only else ways
        if options.cluster:
            ways[f"{options.jobs} Dask workers, one thread each"] = stack.enter_context(_cluster(options.jobs, folder))
        runs: dict[str, list[tuple[Run, Run]]] = {name: [] for name in ways}
        for number in range(1, options.rounds + 1):
            for name, way in ways.items():
                runs[name].append((_run(pages, way, options.clock), _run(pages[: options.jobs], way, options.clock)))
                print(f"round {number}: {name}: {runs[name][-1][0].seconds:.1f} s", file=sys.stderr, flush=True)
    print(_table(runs, options, pool).to_text())


def _table(runs: dict[str, list[tuple[Run, Run]]], options: argparse.Namespace, pool: str) -> Table:
    """Pages a second of the whole call and without its start, each with its ratio to the first way and to the pool."""
    pages, jobs = options.pages, options.jobs
    whole = {name: [pages / run.seconds for run, _ in pairs] for name, pairs in runs.items()}
    steady = {name: [(pages - jobs) / (run.seconds - start.seconds) for run, start in pairs] for name, pairs in runs.items()}
    first = next(iter(runs))
    columns = ("way", "pages/s", "to the first", "to the pool", "best", "pages/s without start", "to the first", "to the pool", "best", "MB")
    rows = []
    for name, pairs in runs.items():
        figures = []
        for rates in (whole, steady):
            best = f"{max(rates[name]) / max(rates[pool]):.2f}"
            figures += [f"{statistics.median(rates[name]):.2f}", _ratio(rates[name], rates[first]), _ratio(rates[name], rates[pool]), best]
        rows.append([name, *figures, f"{statistics.median(run.megabytes for run, _ in pairs):.0f}"])
    return Table(f"{pages} pages, medians of {options.rounds} rounds, seconds by the {options.clock} clock", columns, rows)


def _ratio(rates: Sequence[float], others: Sequence[float]) -> str:
    return f"{statistics.median(rate / other for rate, other in zip(rates, others, strict=True)):.2f}"


def _copies(options: argparse.Namespace, folder: Path) -> list[Path]:
    """So many different files, for a document that is given twice is read once."""
    scans = [d.path for d in Data(options.data, [options.set]).documents.values()] if options.data else sorted(FIXTURES.glob("*/scan.jpg"))
    copies = []
    for number, scan in enumerate(islice(cycle(scans), options.pages)):
        copies.append(folder / f"{number:05}{scan.suffix}")
        shutil.copy(scan, copies[-1])
    return copies


class Way(NamedTuple):
    """How the pages are read. arguments: of the command. others: processes that have a part in it and were there before."""

    arguments: list[str]
    others: Sequence[subprocess.Popen[bytes]] = ()

    def used(self) -> float:
        """Seconds of processors that the others, and what they have started, have used so far."""
        if not self.others:
            return 0.0
        psutil: Any = import_module("psutil")  # Dask needs it, and brings it
        started = [psutil.Process(process.pid) for process in self.others]
        times = [each.cpu_times() for one in started for each in (one, *one.children(recursive=True))]
        return float(sum(each.user + each.system for each in times))


class Run(NamedTuple):
    """One call. megabytes: of memory, of its largest process."""

    seconds: float
    megabytes: float


def _run(pages: Sequence[Path], way: Way, clock: str) -> Run:
    """One call, all of whose documents must have been read."""
    command = [sys.executable, "-m", "extractor", "extract", *map(str, pages), "--no-cache", *way.arguments]
    with tempfile.TemporaryFile() as out:
        used, start = way.used(), time.perf_counter()
        process = subprocess.Popen(command, stdout=out)
        _, _, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        if clock == "processor":
            seconds = usage.ru_utime + usage.ru_stime + way.used() - used
        process.returncode = 0  # it was waited for already
        out.seek(0)
        results = [json.loads(line) for line in out]
    if len(results) != len(pages) or any(result["status"] == "error" for result in results):
        raise SystemExit(f"{' '.join(way.arguments)}: not all documents were read")
    return Run(seconds, usage.ru_maxrss / 1024)


@contextmanager
def _cluster(workers: int, folder: Path) -> Iterator[Way]:
    """A scheduler with workers of one thread, which end with it."""
    file = folder / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    local = ["--host", "127.0.0.1", "--no-dashboard"]
    processes: list[subprocess.Popen[bytes]] = []
    with ExitStack() as stack:
        log = stack.enter_context((folder / "cluster.log").open("wb"))

        def start(*arguments: str) -> None:
            # a session each, as the pool's workers have: where others use the machine, Linux shares it out among sessions
            process = stack.enter_context(
                subprocess.Popen([*dask, *arguments, *local], stdout=log, stderr=log, env=os.environ | ONE_THREAD | ADVISED, start_new_session=True)
            )
            stack.callback(process.terminate)
            processes.append(process)

        start("scheduler", "--port", "0", "--scheduler-file", str(file))
        end = time.monotonic() + START_SECONDS
        while not file.exists():
            if time.monotonic() > end:
                raise SystemExit(f"the scheduler does not start: {(folder / 'cluster.log').read_text()}")
            time.sleep(0.1)
        for _ in range(workers):
            start("worker", "--scheduler-file", str(file), "--nthreads", "1", "--local-directory", str(folder))
        yield Way(["--cluster", json.loads(file.read_text(encoding="utf-8"))["address"]], processes)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--set", default="sroie")
    parser.add_argument("--cluster", action="store_true")
    parser.add_argument("--workers-only", action="store_true")
    parser.add_argument("--clock", choices=("wall", "processor"), default="wall")
    return parser.parse_args()


if __name__ == "__main__":
    main()
