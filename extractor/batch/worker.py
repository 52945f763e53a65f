"""Owns the worker process: it is sent calls, one at a time, and answers each; it ends with the process that started it.

On standard input it takes calls `(function, arguments)`; on standard output it gives `READY`, then an answer `(True, value)` or
`(False, error)` for each. Each is pickled twice, so that what cannot be unpickled is still taken whole from its pipe.
What libraries print goes to standard error.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import threading
from typing import IO

READY = b"ready"


def main() -> None:
    """Answers calls until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is the caller who decides
    calls, answers = _take_pipes()
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(calls, waiting), daemon=True).start()
    _send(answers, READY)
    while True:
        _send(answers, _answer(waiting.get()))


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """Private copies of standard input and output; the public ones become empty, and standard error."""
    calls, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return calls, answers


def _listen(calls: IO[bytes], waiting: queue.SimpleQueue[bytes]) -> None:
    """Takes calls in, and ends the process at once, whatever it is doing, when the other side has gone."""
    try:
        while True:
            waiting.put(pickle.load(calls))  # noqa: S301  from the process that started this one
    except (EOFError, OSError, pickle.UnpicklingError):
        os._exit(0)


def _answer(call: bytes) -> bytes:
    try:
        function, arguments = pickle.loads(call)  # noqa: S301  as above
        return pickle.dumps((True, function(*arguments)), pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001  the caller gets it
        from extractor.batch.work import portable

        return pickle.dumps((False, portable(error)))


def _send(answers: IO[bytes], answer: bytes) -> None:
    pickle.dump(answer, answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()
