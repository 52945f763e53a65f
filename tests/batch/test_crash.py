"""Processes that are killed or interrupted while they feed: nothing torn, doubled or lost, and the next run goes on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hazards import register, write_image
from jsonschema import Draft202012Validator
from papers import BAD, FIXTURES, call, command, json_lines, workers, write_invoices

from extractor.shipped import shipped_schema

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")


def feeding(folder: Path, paths: list[Path], *options: object) -> list[str]:
    return command("extract", *paths, "--feed", folder / "feed.jsonl", "--rejects", folder / "rejects.jsonl", *options)


def wait_for(condition: Callable[[], bool], every: float = 0.02) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it has been waited for in vain"
        time.sleep(every)


def lines_written(folder: Path) -> int:
    return sum((folder / name).read_bytes().count(b"\n") for name in ("feed.jsonl", "rejects.jsonl") if (folder / name).exists())


def stop_after(lines: int, folder: Path, paths: list[Path], how: signal.Signals, *options: object) -> subprocess.CompletedProcess[str]:
    """Starts a run and sends it a signal once so many lines are written, wherever in its work it then is."""
    with subprocess.Popen(feeding(folder, paths, *options), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        wait_for(lambda: lines_written(folder) >= lines or process.poll() is not None, every=0.001)
        process.send_signal(how)
        out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def all_sources(folder: Path) -> list[str]:
    return [row["source"]["path"] for name in ("feed.jsonl", "rejects.jsonl") for row in json_lines(folder / name)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_killed_at_many_points_and_started_again(tmp_path: Path, jobs: int) -> None:
    paths = write_invoices(tmp_path / "in", 24)
    for lines in (1, 6, 7, 15, 22):
        killed = stop_after(lines, tmp_path, paths, signal.SIGKILL, "--jobs", jobs)
        assert killed.returncode in (-signal.SIGKILL, 1), killed.stderr
        assert lines_written(tmp_path) >= lines
    done = subprocess.run(feeding(tmp_path, paths, "--jobs", jobs), capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr
    assert sorted(all_sources(tmp_path)) == sorted(map(str, paths))
    accepted = [row["number"] for row in json_lines(tmp_path / "feed.jsonl")]
    rejected = [row["invoice"]["number"] for row in json_lines(tmp_path / "rejects.jsonl")]
    if jobs > 1:  # lines come as documents are done
        accepted, rejected = sorted(accepted), sorted(rejected)
    assert accepted == [f"HL-{3000 + number}" for number in range(24) if number % 4 != 3]
    assert rejected == [f"HL-{3000 + number}" for number in range(3, 24, 4)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupted_it_finishes_what_it_has_in_hand_and_says_so(tmp_path: Path, jobs: int) -> None:
    paths = write_invoices(tmp_path / "in", 60)
    stopped = stop_after(3, tmp_path, paths, signal.SIGINT, "--jobs", jobs)
    assert stopped.returncode == 130, stopped.stderr
    assert stopped.stderr.split("\n") == ["", "finishing the documents in hand; interrupt again to stop at once", "interrupted", ""]
    written = all_sources(tmp_path)
    assert 3 <= len(written) < 60
    assert written == list(dict.fromkeys(written))
    call(*feeding(tmp_path, paths)[3:])
    assert sorted(all_sources(tmp_path)) == sorted(map(str, paths))


def test_interrupted_without_a_feed(tmp_path: Path) -> None:
    paths = write_invoices(tmp_path / "in", 80)
    with subprocess.Popen(command("extract", *paths), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "interrupted"


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    paths = write_invoices(tmp_path / "in", 60)
    with subprocess.Popen(feeding(tmp_path, paths), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as first:
        wait_for(lambda: lines_written(tmp_path) > 0)
        first.send_signal(signal.SIGSTOP)  # so that it is still at work when the second one comes
        try:
            second = call(*feeding(tmp_path, paths)[3:])
        finally:
            first.send_signal(signal.SIGCONT)
        first.communicate(timeout=60)
    assert second.returncode == 6
    assert "another run is writing to this feed" in second.stderr
    assert sorted(all_sources(tmp_path)) == sorted(map(str, paths))


def test_all_fixtures_good_and_bad_go_into_exactly_one_file(tmp_path: Path) -> None:
    images = [FIXTURES / "acme-supplies" / "clean" / "page-1.png", FIXTURES / "wattle-lane-larder" / "scan.jpg"]
    bad = [path for path in sorted(BAD.iterdir()) if path.name not in ("huge-page.pdf", "garbled-text-layer.pdf")]
    paths = [*sorted(FIXTURES.glob("*/text.pdf")), *images, *bad, FIXTURES, tmp_path / "missing.pdf"]
    done = call(*feeding(tmp_path, paths)[3:])
    assert done.returncode == 4, done.stderr
    assert sorted(all_sources(tmp_path)) == sorted(map(str, paths))
    feed = json_lines(tmp_path / "feed.jsonl")
    validator = Draft202012Validator(shipped_schema("invoice-v1"))
    assert [list(validator.iter_errors(row)) for row in feed] == [[]] * len(feed)
    assert len(feed) >= 4
    assert not {row["source"]["path"] for row in feed} & set(map(str, bad))
    again = call(*feeding(tmp_path, paths)[3:])
    assert (again.returncode, again.stdout) == (0, "")
    assert len(all_sources(tmp_path)) == len(paths)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told(tmp_path: Path) -> None:
    (path,) = write_invoices(tmp_path / "in", 1)
    done = call("extract", path, "--json", "/dev/full")
    assert done.returncode == 6
    assert "No space left" in done.stderr


def test_changed_content_between_runs(tmp_path: Path) -> None:
    first, second = write_invoices(tmp_path / "in", 2)
    call(*feeding(tmp_path, [first])[3:])
    shutil.copy(second, first)
    call(*feeding(tmp_path, [first])[3:])
    assert all_sources(tmp_path) == [str(first), str(first)]
    assert len({row["source"]["sha256"] for row in json_lines(tmp_path / "feed.jsonl")}) == 2


def test_names_that_are_not_utf8(tmp_path: Path) -> None:
    (path,) = write_invoices(tmp_path / "in", 1)
    odd = os.fsencode(tmp_path) + b"/caf\xe9.pdf"
    try:
        Path(os.fsdecode(odd)).write_bytes(path.read_bytes())
    except OSError:
        pytest.skip("the file system takes only UTF-8 names")
    arguments = [*command("extract"), odd, "--feed", str(tmp_path / "feed.jsonl"), "--rejects", str(tmp_path / "rejects.jsonl")]
    for _ in range(2):
        done = subprocess.run(arguments, capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert len(json_lines(tmp_path / "feed.jsonl")) == 1
    printed = subprocess.run([*command("extract"), odd], capture_output=True, timeout=60, check=False)
    assert printed.returncode == 0
    assert r"caf\udce9.pdf" in printed.stdout.decode("utf-8")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_second_interrupt_stops_at_once_and_leaves_neither_process_nor_half_line(tmp_path: Path, jobs: int) -> None:
    folders = os.pathsep.join(register(tmp_path / "engine"))
    good = write_invoices(tmp_path / "in", 4)
    stalled = [write_image(tmp_path / f"stalled-{number}.png", "stalled") for number in range(jobs)]
    line = feeding(tmp_path, [*good, *stalled, *good], "--jobs", jobs, "--engine", "hazard", "--mode", "auto")
    with subprocess.Popen(line, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": folders}) as process:
        assert process.stderr is not None
        wait_for(lambda: lines_written(tmp_path) == 4)
        pids = workers(process.pid)
        assert len(pids) == (jobs if jobs > 1 else 0)
        process.send_signal(signal.SIGINT)
        process.stderr.readline()
        assert process.stderr.readline() == "finishing the documents in hand; interrupt again to stop at once\n"
        assert process.poll() is None  # what it has in hand stalls
        process.send_signal(signal.SIGINT)
        assert process.stderr.read().split() == ["interrupted"]
    assert process.returncode == 130
    assert sorted(all_sources(tmp_path)) == sorted(map(str, good))
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_killed_run_leaves_no_worker(tmp_path: Path, jobs: int) -> None:
    folders = os.pathsep.join(register(tmp_path / "engine"))
    stalled = [write_image(tmp_path / f"stalled-{number}.png", "stalled") for number in range(3)]
    line = command("extract", *stalled, "--jobs", jobs, "--engine", "hazard")
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": folders}) as process:
        wait_for(lambda: len(workers(process.pid)) == (jobs if jobs > 1 else 0))
        pids = workers(process.pid)
        process.kill()
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
