"""What databases do to those who write to them: locked, full, gone, restarted, wrong password. Nothing is lost, and the message says what happened."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from papers import call, write_invoices

from extractor import ExtractionResult
from extractor.errors import StoreError
from extractor.store import Entry, Input, Store, Versions
from extractor.store.connect import shown, store_url
from extractor.store.read import stored_documents
from store.conftest import emptied_database
from store.server import PostgresServer


def sources(store: Store) -> list[str]:
    return [document.row["source"] for document in stored_documents(store)]


def test_a_locked_store_is_waited_for_and_then_told(tmp_path: Path, versions: Versions, good: ExtractionResult) -> None:
    path = tmp_path / "books.db"
    with Store(f"sqlite:///{path}?timeout=0.3") as store:
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"another process did not end its write within 0\.3 seconds"):
            store.record(Entry(Input("/in/a.pdf", "a" * 64), good), versions)
        assert sources(store) == []  # who only reads waits for nobody
    with Store(str(path)) as patient:
        release = threading.Timer(0.1, other.rollback)
        release.start()
        patient.record(Entry(Input("/in/a.pdf", "a" * 64), good), versions)
        assert sources(patient) == ["/in/a.pdf"]
        release.join()
        other.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 2 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "books", str(folder)], capture_output=True, check=False) if shutil.which("mount") else None
    if done is None or done.returncode:
        pytest.skip("mounting a small file system is not permitted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_and_what_was_written_stays(small_disk: Path, tmp_path: Path) -> None:
    folder, store = tmp_path / "in", small_disk / "books.db"
    write_invoices(folder, 12)
    ballast = small_disk / "ballast"
    assert call("batch", folder / "invoice-000.pdf", "--store", store).returncode == 0
    ballast.write_bytes(b"x" * (os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize - 40_000))
    full = call("batch", folder, "--store", store, "--quiet")
    assert full.returncode == 8, full.stderr
    assert f"no space is left in {small_disk}" in full.stderr
    with Store(str(store), create=False) as opened:
        assert str(folder / "invoice-000.pdf") in sources(opened)
        assert len(sources(opened)) < 12
    ballast.unlink()
    assert call("batch", folder, "--store", store).returncode == 1
    with Store(str(store), create=False) as opened:
        assert sources(opened) == sorted(map(str, folder.iterdir()))


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("mysql://me:hush@host/books", "no store of the kind 'mysql://'"),
        ("nonsense://me:hush@host", "no store of the kind 'nonsense://'"),
        ("postgresql://me:hush@host:port/books", "its form is postgresql://user:password@host:port/name"),
        ("sqlite://", "gone when the command ends"),
        ("sqlite:////no/such/folder/books.db", "does the folder /no/such/folder exist"),
    ],
)
def test_addresses_that_lead_nowhere(address: str, told: str) -> None:
    with pytest.raises(StoreError, match=told) as raised:
        Store(address)
    assert "hush" not in str(raised.value)


def test_a_file_that_is_no_store(tmp_path: Path) -> None:
    path = tmp_path / "books.db"
    path.write_text("these are no books" * 1000)
    with pytest.raises(StoreError, match="something else than a SQLite database"):
        Store(str(path))
    with pytest.raises(StoreError, match="there is no store at"):
        Store(str(tmp_path / "none.db"), create=False)


def test_a_password_is_never_shown(server: PostgresServer) -> None:
    address = server.url("postgres", password="hush")
    assert "hush" not in shown(store_url(f"{address}?sslpassword=hush"))
    done = call("status", "--store", address)
    assert done.returncode == 8
    assert "password authentication failed" in done.stderr
    assert "hush" not in done.stdout + done.stderr


def test_a_server_that_is_not_there_is_told_at_once(server: PostgresServer) -> None:
    address = server.url("postgres").replace(f":{server.port}/", ":9/")
    begun = time.monotonic()
    done = call("status", "--store", address)
    assert (done.returncode, time.monotonic() - begun < 30) == (8, True)
    assert "refused" in done.stderr
    assert server.password not in done.stderr


def test_a_server_that_is_restarted_in_the_middle(server: PostgresServer, tmp_path: Path) -> None:
    address = emptied_database(server)
    paths = write_invoices(tmp_path / "in", 100)
    command = [sys.executable, "-m", "extractor", "batch", str(tmp_path / "in"), "--store", address]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        with Store(address) as store:
            while len(sources(store)) < 3:
                assert process.poll() is None, process.communicate()
                time.sleep(0.02)
        server.stop()
        time.sleep(1)
        server.start()
        out, err = process.communicate(timeout=120)
    assert process.returncode == 1, err
    assert {line.split(": ", 1)[1] for line in err.splitlines()} == {"the connection was lost; trying again"}
    assert "100 documents" in out
    with Store(address) as store:
        assert sources(store) == sorted(map(str, paths))


def test_a_server_that_stays_away_is_told(server: PostgresServer, versions: Versions, good: ExtractionResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.store.store.RETRY_SECONDS", 0.5)
    with Store(emptied_database(server)) as store:
        store.record(Entry(Input("/in/a.pdf", "a" * 64), good), versions)
        server.stop()
        try:
            with pytest.raises(StoreError, match="the server went away and did not come back within"):
                store.record(Entry(Input("/in/b.pdf", "b" * 64), good), versions)
        finally:
            server.start()
        store.record(Entry(Input("/in/b.pdf", "b" * 64), good), versions)
        assert sources(store) == ["/in/a.pdf", "/in/b.pdf"]
