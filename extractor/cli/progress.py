"""Owns the progress of a command over documents, on standard error where that is a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

if TYPE_CHECKING:
    from extractor.batch import Outcome


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
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal, speed_estimate_period=120) as bar:
        yield DocumentProgress(bar, documents)
