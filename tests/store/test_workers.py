"""Workers that are killed or hang while they fill a store: every document ends there once, and the messages say what happened."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from disturbed import recorded
from hazards import ONCE, register, write_image
from papers import call, command, workers, write_invoices

from extractor.store import Store
from extractor.store.read import stored_documents

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")
IN_HAND = 4
"""Documents that two workers have been given at once."""
HAZARD = ("--engine", "hazard", "--mode", "auto", "--no-cache")
BY_SIGKILL = "the process that read it was killed by SIGKILL (as the system does when memory runs out)"


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Environment variables with which the engine `hazard` is there."""
    folders = os.pathsep.join(register(tmp_path / "engine"))
    return os.environ | {"PYTHONPATH": folders, ONCE: str(tmp_path)}


def contents(address: str) -> dict[str, tuple[str, str | None, str | None]]:
    """What is in a store, by name of the file: status, and kind and message of the error."""
    with Store(address, create=False) as store:
        rows = [document.row for document in stored_documents(store)]
    found = {Path(row["source"]).name: (row["status"], row["error_kind"], row["error_message"]) for row in rows}
    assert len(found) == len(rows), "a document is there twice"
    return found


def test_workers_that_are_killed_in_the_middle_change_nothing(address: str, tmp_path: Path) -> None:
    folder, calm = tmp_path / "in", str(tmp_path / "calm.db")
    write_invoices(folder, 60)
    line = command("batch", folder, "--store", address, "--jobs", 2)
    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        killed = 0
        for wanted in range(5, 50, 3 * IN_HAND):  # far enough from each other that no document is hit twice
            end = time.monotonic() + 120
            while recorded(address) < wanted:
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < end, "the run writes nothing"
                time.sleep(0.01)
            os.kill(workers(process.pid)[killed % 2], signal.SIGKILL)
            killed += 1
        out, err = process.communicate(timeout=300)
    assert (process.returncode, killed) == (1, 4), err
    assert "60 documents in" in out
    told = err.splitlines()
    assert all(BY_SIGKILL in line and " is tried again: " in line for line in told), err
    assert len(told) <= killed  # one that is killed between two documents costs nothing
    assert call("batch", folder, "--store", calm, "--jobs", 1).returncode == 1
    assert contents(address) == contents(calm)


def test_a_document_that_kills_its_workers_is_set_aside(address: str, tmp_path: Path, environment: dict[str, str]) -> None:
    folder = tmp_path / "in"
    good = write_invoices(folder, 8)
    for name, width in (("killed", 300), ("killed-once", 310)):
        write_image(folder / f"{name}.png", name, width)
    line = ["batch", folder, "--store", address, "--jobs", 2, *HAZARD, "--log-json"]
    done = call(*line, env=environment)
    told = [json.loads(line) for line in done.stderr.splitlines()]
    tried = [(Path(row["source"]).name, row["message"].partition(": ")[2]) for row in told if "tried again" in row["message"]]
    assert sorted(tried) == [("killed-once.png", BY_SIGKILL), ("killed.png", BY_SIGKILL)]
    (rejected,) = [row for row in told if row.get("reason") == f"WorkerDied: {BY_SIGKILL}, 2 times"]
    assert (rejected["status"], Path(rejected["source"]).name) == ("rejected", "killed.png")
    found = contents(address)
    assert found.pop("killed.png") == ("rejected", "WorkerDied", f"{BY_SIGKILL}, 2 times")
    assert found.pop("killed-once.png")[1] is None
    assert found.keys() == {path.name for path in good}
    assert {status for status, _, _ in found.values()} == {"accepted", "review"}
    again = call(*line, "--reprocess", "failed", env=environment)
    assert "1 rejected, 0 duplicate; 9 known before and left alone" in again.stdout


@pytest.mark.slow
def test_a_worker_that_hangs_is_ended_and_its_document_set_aside(address: str, tmp_path: Path, environment: dict[str, str]) -> None:
    folder = tmp_path / "in"
    good = write_invoices(folder, 20)
    for name in ("stalled", "stopped"):
        write_image(folder / f"{name}.png", name)
    done = call("batch", folder, "--store", address, "--jobs", 2, *HAZARD, "--max-seconds", 1, env=environment, timeout=400)
    assert "2 rejected" in done.stdout
    found = contents(address)
    for name in ("stalled.png", "stopped.png"):
        assert found.pop(name) == ("rejected", "DocumentTimeout", "it took longer than 61 s, 2 times")
        assert f"{name} is tried again: it took longer than 61 s" in done.stderr
    assert found.keys() == {path.name for path in good}
