"""Processes that are killed while they fill a store: the next run goes on, and the end is that of a run that nobody disturbed."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from disturbed import assert_each_is_there_once, batch, exported, kill_at_random, recorded, write_inbox
from papers import FIXTURES, call, command, write_invoices

from extractor.store import Store
from extractor.store.figures import figures

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")


def test_killed_at_random_moments_and_started_again(tmp_path: Path) -> None:
    folder, store, other = tmp_path / "in", str(tmp_path / "books.db"), str(tmp_path / "undisturbed.db")
    files = write_inbox(folder, 25)
    chance = random.Random(3)
    for _ in range(3):
        kill_at_random(batch(folder, store, "--mode", "text"), store, chance, upto=files // 3)
    for address in (store, other):
        subprocess.run(batch(folder, address, "--mode", "text"), check=False, timeout=300)
    assert_each_is_there_once(folder, store)
    assert exported(store) == exported(other)


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
