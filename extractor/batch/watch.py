"""Owns the hot folder: which files are complete and may be taken."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from extractor.batch.sources import find, state_of

LOOK_EVERY = 1.0
"""Seconds from one look at the folder to the next."""
_ROUND = 200
"""So many files are given at once, so that newer ones are looked at in between."""


@dataclass(slots=True)
class _Seen:
    """A file as it was seen. state: see `state_of`. since: when it was seen so first. given: whether it was given out."""

    state: tuple[int, str | None]
    since: float
    given: bool = False


class HotFolder:
    """Files that are complete: their size and time of change stayed the same over a settle time. It looks, and never waits for events,
    because network shares send none.

    sources, leave_out: as for `find`. settle: seconds. clock: gives seconds, ever more.
    """

    def __init__(self, sources: Sequence[str], settle: float, leave_out: Collection[str] = (), clock: Callable[[], float] = time.monotonic) -> None:
        self._sources, self._settle, self._leave_out, self._clock = sources, settle, leave_out, clock
        self._seen: dict[str, _Seen] = {}

    def watch(self, stopped: Callable[[], bool]) -> Iterator[str | None]:
        """Files as they become complete, and None whenever there is none at the moment, until somebody stops it."""
        looked = float("-inf")
        while not stopped():
            if self._clock() - looked >= LOOK_EVERY:
                looked = self._clock()
                yield from self.ready()
            yield None

    def ready(self) -> list[str]:
        """Files that became complete since the last call; a file that changes later is given again."""
        now = self._clock()
        seen = {path: state for path in find(self._sources, self._leave_out) if (state := self._look(path, now)) is not None}
        self._seen = seen  # those that are gone are forgotten
        complete = [path for path, state in seen.items() if not state.given and now - state.since >= self._settle][:_ROUND]
        for path in complete:
            seen[path].given = True
        return complete

    def _look(self, path: str, now: float) -> _Seen | None:
        state = state_of(path)
        if state is None:
            return None
        before = self._seen.get(path)
        if before is not None and before.state == state:
            return before
        return _Seen(state, now)
