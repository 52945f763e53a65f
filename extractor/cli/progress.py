"""Owns the progress of a command over documents, on standard error where that is a terminal."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

if TYPE_CHECKING:
    from extractor.batch import Outcome

TELL_EVERY = 30.0
"""Seconds between two log records on how far a run is."""
log = logging.getLogger("extractor.batch")


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        """How many are done in a second, or in a minute where they are slow."""
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("")
        return Text(f"{speed:.1f}/s" if speed >= 1 else f"{60 * speed:.1f}/min", style="progress.data.speed")


class DocumentProgress:
    """Two bars: documents with rate and remaining time, and pages, of one document or of all that are done."""

    def __init__(self, bar: Progress, documents: int) -> None:
        self._bar = bar
        self._documents = bar.add_task("documents", total=documents, visible=documents > 1)
        self._pages = bar.add_task("pages", total=None)

    def within(self, done: int, of: int) -> None:
        """Tells the pages of the document that is being read."""
        self._bar.update(self._pages, completed=done, total=of)

    def counted(self, outcomes: Iterable[Outcome], *, with_pages: bool) -> Iterator[Outcome]:
        """Passes outcomes on as they come, and tells them. with_pages: also their pages, where these are not told while they are read."""
        pages = 0
        for outcome in outcomes:
            self._bar.advance(self._documents)
            if with_pages and outcome.result is not None:
                pages += len(outcome.result.ocr.pages)
                self._bar.update(self._pages, completed=pages)
            yield outcome


@contextmanager
def document_progress(documents: int, *, quiet: bool) -> Iterator[DocumentProgress]:
    """Shows progress until it is left. quiet: show nothing."""
    with bar_on(Console(stderr=True), quiet=quiet) as bar:
        yield DocumentProgress(bar, documents)


def bar_on(console: Console, *, quiet: bool) -> Progress:
    """A bar with rate and remaining time; nothing where the console is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeElapsedColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal, speed_estimate_period=120)


class Pace:
    """Tells now and then, as log records, how far a run is, how fast it goes and how long it still takes. total: None where that is not known."""

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
