"""Owns the progress of what is over in no time as a rule, on standard error where that is a terminal: reading rule files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE = 2.0
"""After this many seconds progress is shown."""


@contextmanager
def late_progress(what: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None] | None]:
    """What to call with how many are done, and of how many; a bar shows it once that takes a while. None where nothing is to be shown.

    what: stands before the bar. The bar goes when everything is done, or when this is left.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    late = _LateBar(what)
    try:
        yield late.tell
    finally:
        late.stop()


class _LateBar:
    """A bar that is made when it is due: making one takes longer than most of what it would show."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._due = monotonic() + PATIENCE
        self._bar: tuple[Progress, TaskID] | None = None

    def tell(self, done: int, of: int) -> None:
        if done >= of:
            self.stop()
        elif monotonic() > self._due:
            progress, task = self._bar = self._bar or self._shown()
            progress.update(task, completed=done, total=of)

    def stop(self) -> None:
        if self._bar is not None:
            self._bar[0].stop()
            self._bar = None

    def _shown(self) -> tuple[Progress, TaskID]:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        progress = Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=Console(stderr=True), transient=True)
        task = progress.add_task(self._what)
        progress.start()
        return progress, task


READING_RULES = "reading rule files"
