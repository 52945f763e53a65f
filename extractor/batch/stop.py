"""Owns the end of a run before its time: the first interrupt lets the documents in hand be finished, the second stops at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Any, Self

_SIGNALS = ("SIGINT", "SIGTERM")


class Stop:
    """Turns SIGINT (Ctrl-C) and SIGTERM into a request while it is entered; a second one raises KeyboardInterrupt. A context manager.

    Outside of the main thread, where Python delivers no signals, nothing asks but `ask`.
    """

    def __init__(self) -> None:
        self._event = threading.Event()
        self._before: dict[int, Any] = {}

    @property
    def asked(self) -> bool:
        """Whether no further document is to be begun."""
        return self._event.is_set()

    def ask(self) -> None:
        """Asks for the end after the documents in hand."""
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """Sleeps until somebody asks, at most so long. Gives `asked`."""
        return self._event.wait(seconds)

    def _heard(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.ask()
        # not through `sys.stderr`, which may be in the middle of a write here
        os.write(2, b"finishing the documents in hand; interrupt again to stop now\n")

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for name in _SIGNALS if sys.platform != "win32" else _SIGNALS[:1]:
                number = getattr(signal, name)
                self._before[number] = signal.signal(number, self._heard)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
