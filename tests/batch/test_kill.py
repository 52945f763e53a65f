"""Processes that are killed while they fill a store: the next run goes on, and the end is that of a run that nobody disturbed."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from papers import BAD, FIXTURES, call, command, write_invoices

from extractor.store import Store
from extractor.store.figures import figures
from extractor.store.read import stored_documents

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")


def write_inbox(folder: Path, invoices: int) -> int:
    """Good and bad documents, with copies among them; gives how many there are."""
    write_invoices(folder / "invoices", invoices)
    for path in sorted(FIXTURES.glob("*/text.pdf")):
        shutil.copy(path, folder / f"{path.parent.name}.pdf")
    shutil.copytree(BAD, folder / "bad", ignore=shutil.ignore_patterns("huge-page.pdf", "garbled-text-layer.pdf"))
    for number in range(0, invoices, 5):
        shutil.copy(folder / "invoices" / f"invoice-{number:03}.pdf", folder / f"copy-{number:03}.pdf")
    return sum(path.is_file() for path in folder.rglob("*"))


def batch(folder: Path, store: str, *options: str) -> list[str]:
    return command("batch", folder, "--store", store, "--mode", "text", "--quiet", "--log-level", "error", *options)


def recorded(store: str) -> int:
    try:
        with Store(store, create=False) as opened:
            return figures(opened).documents
    except Exception:  # noqa: BLE001  it may not be there yet
        return 0


def kill_at_random(folder: Path, store: str, chance: random.Random, upto: int, options: Sequence[str] = ()) -> None:
    """Starts a run, waits until some documents more are in the store and a moment longer, and kills it."""
    wanted = recorded(store) + chance.randint(0, upto)
    with subprocess.Popen(batch(folder, store, *options), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        end = time.monotonic() + 60
        while process.poll() is None and recorded(store) < wanted:
            assert time.monotonic() < end, "the run writes nothing"
            time.sleep(0.01)
        time.sleep(chance.random() * 0.1)
        process.send_signal(signal.SIGKILL)


def exported(store: str) -> list[str]:
    statuses = [argument for status in ("accepted", "review", "rejected", "duplicate") for argument in ("--status", status)]
    done = call("export", "--store", store, *statuses)
    assert done.returncode == 0, done.stderr
    return sorted(done.stdout.splitlines())


def assert_like_an_undisturbed_run(folder: Path, store: str, other: str, files: int) -> None:
    subprocess.run(batch(folder, other), check=False, timeout=300)
    rows = exported(store)
    assert len(rows) == files
    assert rows == exported(other)
    with Store(store, create=False) as opened:
        found = [(document.row["source"], document.row["status"]) for document in stored_documents(opened)]
        assert sorted(source for source, _ in found) == sorted(str(path) for path in folder.rglob("*") if path.is_file())
        assert {status for _, status in found} == {"accepted", "review", "rejected", "duplicate"}


@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_killed_at_random_moments_and_started_again(tmp_path: Path, kills: int) -> None:
    folder, store = tmp_path / "in", str(tmp_path / "books.db")
    files = write_inbox(folder, 25 if kills == 3 else 300)
    chance = random.Random(kills)
    for _ in range(kills):
        kill_at_random(folder, store, chance, upto=files // kills)
    subprocess.run(batch(folder, store), check=False, timeout=300)
    assert_like_an_undisturbed_run(folder, store, str(tmp_path / "undisturbed.db"), files)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_the_first_interrupt_finishes_what_is_in_hand(tmp_path: Path, how: signal.Signals) -> None:
    folder, store = tmp_path / "in", str(tmp_path / "books.db")
    write_invoices(folder, 60)
    with subprocess.Popen(command("batch", folder, "--store", store), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while recorded(store) < 3:
            time.sleep(0.01)
        process.send_signal(how)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "\nfinishing the documents in hand; interrupt again to stop at once\n")
    with Store(store, create=False) as opened:
        last = figures(opened).last_run
        assert last is not None
        assert last.finished is not None
        assert 3 <= sum(last.statuses.values()) < 60
    assert f"{sum(last.statuses.values())} documents in" in out
    assert call("batch", folder, "--store", store).returncode == 1
    assert recorded(store) == 60


def test_the_second_interrupt_stops_now(tmp_path: Path) -> None:
    folder, store = tmp_path / "in", str(tmp_path / "books.db")
    folder.mkdir()
    watching = command("batch", folder, "--store", store, "--watch")
    with subprocess.Popen(watching, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not Path(store).exists():
            time.sleep(0.01)
        shutil.copytree(FIXTURES / "acme-supplies", folder / "scans")  # to be read by an engine, which takes its time
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err


def test_a_hot_folder_is_watched_until_somebody_stops_it(tmp_path: Path) -> None:
    folder, store = tmp_path / "in", str(tmp_path / "books.db")
    folder.mkdir()
    watching = command("batch", folder, "--store", store, "--watch", "--settle", "0.2", "--log-level", "info", "--log-json")
    with subprocess.Popen(watching, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        write_invoices(folder, 2)
        while recorded(store) < 2:
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        (folder / "late.pdf.part").write_bytes((folder / "invoice-000.pdf").read_bytes())
        (folder / "late.pdf.part").rename(folder / "late.pdf")
        while recorded(store) < 3:
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "3 documents in" in out
    assert "1 duplicate" in out
