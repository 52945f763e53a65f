"""The pool of worker processes: calls are answered, a process that dies or overruns costs its own call, and none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractor.batch.pool import WorkerPool
from extractor.errors import DocumentTimeout, WorkerDied, WorkersUnavailable

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    with WorkerPool(2) as made:
        yield made


def is_running(pid: int) -> bool:
    """Whether a process is there and is no zombie; one whose threads are still ending cannot be waited for yet."""
    try:
        os.kill(pid, 0)
        if len(list(Path(f"/proc/{pid}/task").iterdir())) > 1:
            return True
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        pass  # gone in the meantime, or a system without /proc
    return subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout.strip()[:1] not in ("Z", "")


def wait_until_gone(pid: int) -> None:
    end = time.monotonic() + 20
    while is_running(pid):
        assert time.monotonic() < end, f"process {pid} is still there"
        time.sleep(0.02)


def test_calls_are_answered_by_processes_that_stay(pool: WorkerPool) -> None:
    pids = {pool.submit(os.getpid).result() for _ in range(20)}
    assert len(pids) <= 2
    assert os.getpid() not in pids


def test_errors_come_back(pool: WorkerPool) -> None:
    with pytest.raises(ZeroDivisionError):
        pool.submit(divmod, 1, 0).result()
    with pytest.raises(TypeError, match="pickle"):
        pool.submit(len, open).result()  # a builtin can be pickled, its being no sequence is told
    assert pool.submit(abs, -1).result() == 1


def test_what_cannot_be_pickled_is_told(pool: WorkerPool) -> None:
    with pytest.raises(Exception, match="pickle"):
        pool.submit(lambda: 1).result()
    with pytest.raises(TypeError, match="pickle"):
        pool.submit(memoryview, b"x").result()
    assert pool.submit(abs, -1).result() == 1


def test_what_a_call_prints_does_not_get_into_its_answer(pool: WorkerPool, capfd: pytest.CaptureFixture[str]) -> None:
    assert pool.submit(os.write, 1, b"printed\n").result() == 8
    assert capfd.readouterr().err == "printed\n"


def test_a_process_that_dies_costs_its_own_call_alone(pool: WorkerPool) -> None:
    slow = pool.submit(time.sleep, 1)
    with pytest.raises(WorkerDied, match="exit code 3"):
        pool.submit(os._exit, 3).result()
    assert slow.result() is None
    assert pool.submit(abs, -1).result() == 1


@posix
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_it_is_told_by_which_signal(pool: WorkerPool, how: signal.Signals) -> None:
    pid = pool.submit(os.getpid).result()
    with pytest.raises(WorkerDied, match=how.name):
        pool.submit(signal.raise_signal, how).result()
    assert pool.submit(os.getpid).result() != pid or len(pool._processes) > 1


@posix
def test_idle_processes_that_are_killed_are_replaced(pool: WorkerPool) -> None:
    for _ in range(3):
        pids = {pool.submit(os.getpid).result() for _ in range(8)}
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            wait_until_gone(pid)
        assert not pids & {pool.submit(os.getpid).result() for _ in range(8)}


def test_a_call_that_overruns_is_ended() -> None:
    with WorkerPool(1, time_limit=0.5) as pool:
        pid = pool.submit(os.getpid).result()
        with pytest.raises(DocumentTimeout, match=r"longer than 0\.5 s"):
            pool.submit(time.sleep, 600).result()
        assert not is_running(pid)
        assert pool.submit(abs, -1).result() == 1


@posix
def test_a_process_that_is_stopped_is_ended_with_what_it_has_started() -> None:
    script = "import os, signal, subprocess; subprocess.Popen(['sleep', '600']); os.kill(os.getpid(), signal.SIGSTOP)"
    with WorkerPool(1, time_limit=1) as pool:
        pid = pool.submit(os.getpid).result()
        with pytest.raises(DocumentTimeout):
            pool.submit(exec, script).result()
        left = subprocess.run(["pgrep", "-g", str(pid)], capture_output=True, text=True, check=False).stdout.split()
        assert [each for each in left if is_running(int(each))] == []


def test_shutdown_waits_for_what_was_handed_in() -> None:
    pool = WorkerPool(1)
    futures = [pool.submit(abs, -number) for number in range(5)]
    pool.shutdown()
    assert [future.result() for future in futures] == list(range(5))
    with pytest.raises(RuntimeError):
        pool.submit(abs, 1)


def test_kill_ends_what_is_at_work_at_once() -> None:
    pool = WorkerPool(1)
    pid = pool.submit(os.getpid).result()
    running, queued = pool.submit(time.sleep, 600), pool.submit(abs, 1)
    while not running.running():
        time.sleep(0.01)
    started = time.monotonic()
    pool.kill()
    assert time.monotonic() - started < 10
    assert not is_running(pid)
    assert queued.cancelled()
    with pytest.raises(WorkerDied):
        running.result()


@posix
def test_processes_end_with_the_one_that_started_them(tmp_path: Path) -> None:
    script = "import os, sys, time; from extractor.batch.pool import WorkerPool; pool = WorkerPool(1); print(pool.submit(os.getpid).result(), flush=True)\n"
    script += "pool.submit(time.sleep, 600)\ntime.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert is_running(pid)
        process.kill()
    wait_until_gone(pid)


def test_where_no_process_can_be_started_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with WorkerPool(1) as pool:
        monkeypatch.setattr(sys, "path", [str(tmp_path)])
        with pytest.raises(WorkersUnavailable, match="cannot be started"):
            pool.submit(abs, -1).result()
        monkeypatch.setattr(sys, "executable", str(tmp_path / "missing"))
        with pytest.raises(WorkersUnavailable, match="cannot be started"):
            pool.submit(abs, -1).result()
