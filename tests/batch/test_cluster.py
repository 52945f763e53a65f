"""A Dask cluster on this machine: it gives what a local run gives, also where its workers die, and says what it lacks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hazards import ONCE, register, write_image
from papers import BAD, FIXTURES, ROOT, call, command, write_invoices

needs_distributed = pytest.mark.skipif(
    subprocess.run([sys.executable, "-c", "import distributed"], capture_output=True, check=False).returncode != 0,
    reason="needs distributed (extra `cluster`)",
)
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")


class Cluster:
    """A scheduler and two workers of one thread, each in a process group of its own. address: of the scheduler."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        found = os.pathsep.join([*register(folder / "engine"), str(ROOT)])
        self.environment = os.environ | {"PYTHONPATH": found, ONCE: str(folder), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
        file = folder / "scheduler.json"
        self._start("scheduler", "--port", "0", "--scheduler-file", file)
        end = time.monotonic() + 60
        while not file.exists():
            assert time.monotonic() < end, "the scheduler does not start"
            time.sleep(0.05)
        self.address = json.loads(file.read_text(encoding="utf-8"))["address"]
        self.workers = [self._start("worker", self.address, "--nthreads", "1", "--local-directory", folder) for _ in range(2)]

    def _start(self, *arguments: object) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", "dask", *map(str, arguments), "--host", "127.0.0.1", "--no-dashboard"]
        log = self._stack.enter_context((self._folder / f"{arguments[0]}.log").open("ab"))
        process = subprocess.Popen(line, env=self.environment, stdout=log, stderr=log, cwd=self._folder, start_new_session=True)
        self._stack.callback(stop, process)
        return process


def stop(process: subprocess.Popen[bytes]) -> None:
    """Kills a process and its children, unless that was done before."""
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    with ExitStack() as stack:
        (tmp_path / "dask").mkdir()
        yield Cluster(tmp_path / "dask", stack)


@needs_distributed
def test_it_gives_what_a_local_run_gives(cluster: Cluster, tmp_path: Path) -> None:
    sources = [*write_invoices(tmp_path / "in", 8), *sorted(FIXTURES.glob("*/text.pdf"))[:3], FIXTURES / "acme-supplies" / "scan.jpg", BAD / "truncated.pdf"]
    outputs = ("--json", "results.jsonl", "--fields-csv", "fields.csv", "--ocr-csv", "rows")
    for where in (("--jobs", "1"), ("--cluster", cluster.address)):
        folder = tmp_path / where[0].strip("-")
        folder.mkdir()
        done = call("extract", *sources, *outputs, *where, cwd=folder, env=cluster.environment, timeout=300)
        assert done.returncode == 4, done.stderr
    here, there = tmp_path / "jobs", tmp_path / "cluster"
    written = sorted(path.relative_to(here) for path in here.rglob("*") if path.is_file())
    assert len(written) == 2 + len(sources) - 1
    assert [(there / path).read_bytes() for path in written] == [(here / path).read_bytes() for path in written]


@needs_distributed
def test_a_worker_that_is_killed_in_the_middle_changes_nothing(cluster: Cluster, tmp_path: Path) -> None:
    paths = write_invoices(tmp_path / "in", 60)
    feeding = [*command("extract", *paths, "--feed", "feed.jsonl", "--rejects", "rejects.jsonl")]
    with subprocess.Popen([*feeding, "--cluster", cluster.address], cwd=tmp_path, stderr=subprocess.PIPE, text=True, env=cluster.environment) as process:
        end = time.monotonic() + 120
        while len(json_lines_so_far(tmp_path / "feed.jsonl")) < 5:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.01)
        os.killpg(cluster.workers[0].pid, signal.SIGKILL)
        cluster.workers[0].wait()
        assert len(json_lines_so_far(tmp_path / "feed.jsonl")) < 45, "it was not the middle"
        _, err = process.communicate(timeout=300)
    assert process.returncode == 1, err
    (tmp_path / "local").mkdir()
    subprocess.run([*feeding, "--jobs", "1"], cwd=tmp_path / "local", check=False, timeout=300)
    for name in ("feed.jsonl", "rejects.jsonl"):
        there, here = ((folder / name).read_bytes().splitlines() for folder in (tmp_path, tmp_path / "local"))
        assert sorted(there) == sorted(here)
        assert len(here) > 10


def json_lines_so_far(path: Path) -> list[bytes]:
    """The lines of a file that is being written."""
    return path.read_bytes().splitlines() if path.exists() else []


@needs_distributed
def test_documents_that_kill_or_stall_workers_are_set_aside(cluster: Cluster, tmp_path: Path) -> None:
    good = write_invoices(tmp_path / "in", 6)
    bad = [write_image(tmp_path / f"{name}.png", name) for name in ("killed", "stalled")]
    script = "import sys, distributed; from extractor import extract_many\n"
    script += "with distributed.Client(sys.argv[1]) as client:\n"
    script += "    many = extract_many(sys.argv[2:], executor=client.get_executor(), engine='hazard', mode='auto', time_limit=12, ordered=True)\n"
    script += "    print(*(type(outcome.error).__name__ for outcome in many))"
    sources = [*good[:2], *bad, *good[2:]]
    line = [sys.executable, "-c", script, cluster.address, *map(str, sources)]
    done = subprocess.run(line, capture_output=True, text=True, env=cluster.environment, timeout=300, check=False)
    assert done.stdout.split() == ["NoneType"] * 2 + ["WorkerDied", "DocumentTimeout"] + ["NoneType"] * 4, done.stderr


@needs_distributed
def test_where_no_scheduler_answers_it_is_told(tmp_path: Path) -> None:
    paths = write_invoices(tmp_path / "in", 2)
    done = call("extract", *paths, "--cluster", "tcp://127.0.0.1:1", env=os.environ | {"DASK_DISTRIBUTED__COMM__RETRY__COUNT": "0"})
    assert done.returncode == 7
    assert "no scheduler answers at tcp://127.0.0.1:1" in done.stderr
    assert call("extract", *paths, "--cluster", "nonsense://x").returncode == 7


def test_the_extra_is_named_where_the_package_is_missing(tmp_path: Path) -> None:
    (tmp_path / "distributed.py").write_text("raise ImportError('no module named distributed')", encoding="utf-8")
    done = call("extract", "a.pdf", "b.pdf", "--cluster", "tcp://127.0.0.1:1", env=os.environ | {"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 7
    assert "pip install 'invoice-extractor[cluster]'" in done.stderr
