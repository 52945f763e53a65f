"""Owns how a command over many documents is stopped: the first Ctrl-C lets it finish what it has in hand, the second ends it."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

_NOTICE = b"\nfinishing the documents in hand; interrupt again to stop at once\n"


@contextmanager
def first_interrupt(*, or_end: bool = False) -> Iterator[threading.Event]:
    """An event that the first interrupt sets instead of raising KeyboardInterrupt; the second one raises it.

    or_end: SIGTERM sets it as well, by which services and containers are ended; the second one then ends the process.
    """
    came = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield came
        return

    def note(_: int, __: FrameType | None) -> None:
        came.set()
        restore()
        with suppress(OSError):
            os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, _NOTICE)  # a buffered stream may be in use just now

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    numbers = (signal.SIGINT, signal.SIGTERM) if or_end and sys.platform != "win32" else (signal.SIGINT,)
    before = {number: signal.signal(number, note) for number in numbers}
    try:
        yield came
    finally:
        restore()
