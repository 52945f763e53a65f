"""Owns the default executor: worker processes that are replaced where they die, and ended where they overrun their time.

The standard library's pool breaks as a whole when one process dies, and does not say which call it was at. Here every process
answers one call at a time, to a thread of its own: who died is known exactly, and costs nobody else anything.
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from contextlib import suppress
from typing import Any

from extractor.batch.worker import READY
from extractor.errors import DocumentTimeout, WorkerDied, WorkersUnavailable

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from extractor.batch.worker import main; main()"
_START_SECONDS = 120.0
_STARTS = 3
"""How often a process is started that dies before it is ready: once may be somebody's doing, every time is a fault of the machine."""

Call = tuple[Callable[..., Any], tuple[Any, ...]]


class WorkerPool(Executor):
    """Runs calls in processes, each of which keeps what it has loaded. A context manager.

    workers: how many processes; they start with the first calls. time_limit: seconds that one call may take. environment: variables
    that the processes get beside those of this one. Functions, arguments and results must be such that they can be pickled.
    A call whose process dies or overruns raises WorkerDied or DocumentTimeout; where none can be started, WorkersUnavailable.
    """

    def __init__(self, workers: int, *, time_limit: float | None = None, environment: Mapping[str, str] | None = None) -> None:
        self._calls: queue.SimpleQueue[tuple[Future[Any], Call] | None] = queue.SimpleQueue()
        self._time_limit = time_limit
        self._processes = [_WorkerProcess(environment or {}) for _ in range(workers)]
        self._threads = [threading.Thread(target=self._serve, args=(process,), daemon=True) for process in self._processes]
        self._open = True
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hands in a call, by positional arguments alone. Raises RuntimeError after `shutdown`."""
        if not self._open:
            raise RuntimeError("no call can be handed in after shutdown")
        if kwargs:
            raise TypeError("a worker takes positional arguments alone")
        future: Future[Any] = Future()
        self._calls.put((future, (fn, args)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Ends the processes after the calls that were handed in, or with `cancel_futures` after those that they are at."""
        self._open = False
        if cancel_futures:
            self._cancel()
        for _ in self._threads:
            self._calls.put(None)
        if wait:
            for thread in self._threads:
                thread.join()

    def kill(self) -> None:
        """Ends the processes now, whatever they are at, and returns when they are gone."""
        self._open = False
        self._cancel()
        for process in self._processes:
            process.kill()
        self.shutdown()

    def _cancel(self) -> None:
        with suppress(queue.Empty):
            while (waiting := self._calls.get_nowait()) is not None:
                waiting[0].cancel()

    def _serve(self, process: _WorkerProcess) -> None:
        while (waiting := self._calls.get()) is not None:
            future, call = waiting
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(process.answer(call, self._time_limit))
                except Exception as error:  # noqa: BLE001  whoever holds the future gets it
                    future.set_exception(error)
            del waiting, future, call  # an idle thread holds no result
        process.close()


class _WorkerProcess:
    """One process, started when it is needed, and again when it has died. Used by one thread."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._overran = False
        self._finished = False
        self._lock = threading.Lock()

    def answer(self, call: Call, time_limit: float | None) -> Any:
        """What the call returns or raises. Raises WorkerDied, DocumentTimeout, WorkersUnavailable."""
        pickled = pickle.dumps(call)
        process = self._running()
        try:
            answer = self._ask(process, pickled, time_limit)
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            how = self._end(process)
            if self._overran:
                raise DocumentTimeout(f"it took longer than {time_limit:g} s") from error
            raise WorkerDied(f"the process that read it {how}") from error
        ok, value = pickle.loads(answer)  # noqa: S301  from the process that was started here
        if ok:
            return value
        raise value

    def kill(self) -> None:
        """Ends the process, and has none started any more. Called by any thread."""
        with self._lock:
            self._finished = True
            process = self._process
        if process is not None:
            _kill(process)

    def close(self) -> None:
        """Ends the process and frees its pipes. Called by the thread that uses it."""
        self.kill()
        if self._process is not None:
            self._end(self._process)

    def _running(self) -> subprocess.Popen[bytes]:
        for _ in range(_STARTS):
            if self._process is not None:
                if self._process.poll() is None:
                    return self._process
                self._end(self._process)  # it died while it had nothing to do
            process = self._start()
            with suppress(EOFError, OSError, pickle.UnpicklingError):
                if self._ask(process, b"", _START_SECONDS) == READY:
                    return process
            how = self._end(process)
        raise WorkersUnavailable(f"a worker process cannot be started: it {how} before it was ready")

    def _start(self) -> subprocess.Popen[bytes]:
        # -P, and the search path of this process: the folder it stands in must not bring other modules. A session of its
        # own keeps Ctrl-C from it, and lets it be ended with whatever it has started.
        command = [sys.executable, "-P", "-c", _START, json.dumps(sys.path)]
        session: dict[str, Any] = {"start_new_session": sys.platform != "win32", "creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
        with self._lock:
            if self._finished:
                raise WorkerDied("the process that read it was ended with all others")
            try:
                self._process = subprocess.Popen(  # noqa: S603  our own interpreter and module
                    command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **self._environment}, **session
                )
            except OSError as error:
                raise WorkersUnavailable(f"a worker process cannot be started: {error}") from error
            return self._process

    def _ask(self, process: subprocess.Popen[bytes], pickled: bytes, time_limit: float | None) -> bytes:
        """Sends a call, if there is one, and waits for the answer. The process is killed after the time limit, which ends the waiting."""
        assert process.stdin is not None
        assert process.stdout is not None
        self._overran = False
        timer = threading.Timer(time_limit or 0, self._stop_overrunning, (process,))
        timer.daemon = True
        if time_limit is not None:
            timer.start()
        try:
            if pickled:
                pickle.dump(pickled, process.stdin)
                process.stdin.flush()
            answer: bytes = pickle.load(process.stdout)  # noqa: S301  from the process that was started here
            return answer
        finally:
            timer.cancel()

    def _stop_overrunning(self, process: subprocess.Popen[bytes]) -> None:
        self._overran = True
        _kill(process)

    def _end(self, process: subprocess.Popen[bytes]) -> str:
        """Makes sure that the process is gone, and says how it went."""
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)  # one that died by itself is told by its own end, not by ours
        _kill(process)
        code = process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):  # what was not sent is of no use
                if stream is not None:
                    stream.close()
        return _described(code)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kills a process and, where the system has process groups, those that it has started."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _described(code: int) -> str:
    """How a process ended, in words.

    >>> _described(3), _described(-9)
    ('ended with exit code 3', 'was killed by SIGKILL (as the system does when memory runs out)')
    """
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return f"was killed by {name}" + (" (as the system does when memory runs out)" if name == "SIGKILL" else "")
