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
def first_interrupt() -> Iterator[threading.Event]:
    """An event that the first interrupt sets instead of raising KeyboardInterrupt; the second one raises it."""
    came = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield came
        return

    def note(_: int, __: FrameType | None) -> None:
        came.set()
        signal.signal(signal.SIGINT, before)
        with suppress(OSError):
            os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, _NOTICE)  # a buffered stream may be in use just now

    before = signal.signal(signal.SIGINT, note)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)
