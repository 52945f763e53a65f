"""Owns how far a run over many documents is: a bar with rate and remaining time on a terminal, log records elsewhere."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

TELL_EVERY = 30.0
"""Seconds between two log records."""
log = logging.getLogger("extractor.batch")


def bar(console: Console, *, disable: bool) -> Progress:
    """A bar on a console; none where that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeElapsedColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=disable or not console.is_terminal)


class _Rate(ProgressColumn):
    """Documents a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f}/s", style="progress.data.speed")


class Pace:
    """Tells now and then how far a run is, how fast it goes and how long it still takes. total: None where that is not known."""

    def __init__(self, total: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._total, self._clock = total, clock
        self._begun = self._told = clock()

    def tell(self, done: int) -> None:
        """Logs, where that is due. done: documents so far."""
        now = self._clock()
        if now - self._told < TELL_EVERY:
            return
        self._told = now
        rate = done / (now - self._begun)
        if self._total is None:
            log.info("%s documents, %.1f a second", f"{done:,}", rate)
        else:
            left = (self._total - done) / rate if rate else 0
            log.info("%s of %s documents, %.1f a second, %.0f minutes left", f"{done:,}", f"{self._total:,}", rate, left / 60)
