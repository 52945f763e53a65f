"""Owns taking documents into a store: which are to be done, and that each ends there exactly once, whatever comes between.

A file is known by its source and content, and done when all its invoices are in the store. A known one is left alone unless it is
to be done again; one with the content of another is a duplicate of it. What is to be done goes through `Extract`, and its outcome
is written, whole, before the next is asked for.
"""

from __future__ import annotations

import itertools
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from extractor.batch.run import Outcome
from extractor.batch.sources import digest_of, stamp_of
from extractor.routing import Policy
from extractor.store import ERROR, SAME_BYTES, DocumentStatus, Entry, Input, Store, Versions

Extract = Callable[[Iterable[str | None]], Iterator[Outcome]]
"""Extracts documents as they are given, in any order; None among them says that there is none at the moment. See `extract_many`."""
KNOWN = "known"
"""What is counted beside the statuses: documents that were in the store and were left alone."""
_CHUNK = 200
"""So many sources are looked up at once."""

log = logging.getLogger("extractor.batch")


class Reprocess(StrEnum):
    """Which known documents are done again: those that a changed rule file, schema or engine touches, those that could not be
    read, all, or none."""

    STALE = "stale"
    FAILED = "failed"
    ALL = "all"
    NONE = "none"


@dataclass(slots=True)
class _InHand:
    """A document that is being done. copies: others with the same content, which wait for it."""

    input: Input
    copies: list[Input] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Written:
    """A file that was written. first: the id of its first document, or of what that is a duplicate of."""

    source: str
    first: str


class Intake:
    """Takes documents into a store.

    versions: what is in force now. identify: the id of the vendor's rule set that a document at a path belongs to now, None for
    none of a vendor; asked where vendors are identified in another way than when the document was done, with its pages where it is
    one of several in a file, else None. checksum: look at the bytes of every file, even where size and time of change are those that
    are known. policy: decides what is accepted; where None, the status of the result does. stopped: asked before each document.
    """

    def __init__(
        self,
        store: Store,
        versions: Versions,
        *,
        identify: Callable[[str, Sequence[int] | None], str | None],
        reprocess: Reprocess = Reprocess.NONE,
        checksum: bool = False,
        policy: Policy | None = None,
        run_id: str | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.counts: Counter[str] = Counter({str(status): 0 for status in DocumentStatus} | {KNOWN: 0})
        self.files = 0
        """How many files are through; `counts` are of documents, of which a file may hold several."""
        self._store, self._versions, self._identify = store, versions, identify
        self._reprocess, self._checksum, self._run_id, self._stopped = reprocess, checksum, run_id, stopped
        self._policy = policy
        self._in_hand: dict[str, _InHand] = {}
        self._by_content: dict[str, _InHand] = {}
        self._written_since: dict[str, _Written] = {}
        self._again: list[str] = []
        self._ended: list[tuple[Entry, DocumentStatus]] = []

    def take(self, sources: Iterable[str | None], extract: Extract) -> Iterator[tuple[Entry, DocumentStatus]]:
        """Does what is to be done of some documents; gives each, and where it ended, after it was written. Raises StoreError.

        sources: absolute paths and URLs; None where there is none at the moment.
        """
        while True:
            for outcome in extract(self._to_do(sources)):
                self._write(outcome)
                yield from self._told()
            yield from self._told()
            if not self._again or self._stopped():
                return
            sources = ()

    def _told(self) -> Iterator[tuple[Entry, DocumentStatus]]:
        ended, self._ended = self._ended, []
        yield from ended

    def _to_do(self, sources: Iterable[str | None]) -> Iterator[str | None]:
        """The sources that have to be extracted. What needs no extraction is written on the way."""
        for chunk in self._chunks(sources):
            if not chunk:
                yield None
            for given in self._new_ones(chunk):
                if self._stopped():
                    return
                if given.source in self._in_hand:
                    continue
                content = given.sha256 or ""
                if content in self._by_content:
                    self._by_content[content].copies.append(given)
                elif content in self._written_since:
                    written = self._written_since[content]
                    if given.source != written.source:  # else the source came twice, and was written meanwhile
                        self._duplicate(given, written.first)
                else:
                    yield self._taken_up(given)

    def _chunks(self, sources: Iterable[str | None]) -> Iterator[list[str]]:
        """Sources in lists that are looked up at once, each with those that are to be looked at again; an empty one where there is none at the moment."""
        remaining = iter(sources)
        while chunk := list(itertools.islice(remaining, 1)):
            # what comes after a None may take its time
            while None not in chunk and len(chunk) < _CHUNK and (more := list(itertools.islice(remaining, 1))):
                chunk += more
            again, self._again = self._again, []
            yield list(dict.fromkeys([*again, *(source for source in chunk if source is not None)]))
        if self._again:
            again, self._again = self._again, []
            yield again

    def _taken_up(self, given: Input) -> str:
        hand = self._in_hand[given.source] = _InHand(given)
        if given.sha256 is not None:
            self._by_content[given.sha256] = hand
        return given.source

    def _new_ones(self, chunk: Sequence[str]) -> Iterator[Input]:
        """Those of some sources that are new or to be done again; duplicates of documents in the store are written."""
        if not chunk:
            return
        self._written_since = {}
        known = self._store.known(chunk)
        inputs: list[Input] = []
        renewed: list[dict[str, Any]] = []
        for source in chunk:
            given, rows = self._look_at(source, known.get(source, ()))
            if not rows:
                inputs.append(given)
            elif self._is_due(rows, renewed):
                inputs.append(replace(given, attempts=max(row.attempts for row in rows), first_seen=min(row.first_seen for row in rows)))
            else:
                self.counts[KNOWN] += len(rows)
                self.files += 1
                renewed += [{"id": row.id, "stamp": given.stamp} for row in rows if given.stamp is not None and row.stamp != given.stamp]
        self._store.renew(renewed)
        self._store.note_arrivals([given for given in inputs if not given.attempts])
        firsts = self._store.first_with({given.sha256 for given in inputs if given.sha256 and not given.attempts})
        for given in inputs:
            if not given.attempts and given.sha256 in firsts:
                self._duplicate(given, firsts[given.sha256])
            else:
                yield given

    def _look_at(self, source: str, rows: Sequence[Any]) -> tuple[Input, Sequence[Any]]:
        """A source as it is now, and the rows of its documents where it is known with this content."""
        seen = stamp_of(source)
        size, stamp = seen or (None, None)
        if not self._checksum and stamp is not None:
            for row in rows:
                if row.stamp == stamp:
                    return Input(source, row.sha256, size, stamp), [other for other in rows if other.sha256 == row.sha256]
        digest = digest_of(source) if seen is not None else None
        return Input(source, digest, size, stamp if digest is not None else None), [row for row in rows if row.sha256 == digest]

    def _is_due(self, rows: Sequence[Any], renewed: list[dict[str, Any]]) -> bool:
        """Whether a known file is to be done again, of which a store has these documents."""
        if len(rows) != rows[0].part_count:  # somebody took a part of them out
            return True
        if any(row.reviewed_at is not None for row in rows) or self._reprocess is Reprocess.NONE:
            return False
        notes: list[dict[str, Any]] = []
        due = any(self._is_wanted_again(row, notes) for row in rows)
        renewed += [] if due else notes
        return due

    def _is_wanted_again(self, row: Any, renewed: list[dict[str, Any]]) -> bool:
        if row.duplicate_by == SAME_BYTES:
            return False
        if self._reprocess is Reprocess.STALE:
            return self._is_stale(row, renewed)
        return self._reprocess is Reprocess.ALL or row.verdict == ERROR

    def _is_stale(self, row: Any, renewed: list[dict[str, Any]]) -> bool:
        now = self._versions
        if (row.engine_version, row.schema_version, row.settings_version) != (now.engine, now.schema, now.settings):
            return True
        if row.rules_id is None:  # it was not read, which rules have a part in only where two vendors fitted it
            return bool(row.identity_version != now.identity)
        if row.policy_version != now.policy:
            return True
        if row.rules_version != now.of_rules(row.rules_id, vendor=row.rules_vendor):
            return True
        if row.identity_version == now.identity:
            return False
        if self._identify(row.source, row.page_numbers) != (row.rules_id if row.rules_vendor else None):
            return True
        renewed.append({"id": row.id, "identity_version": now.identity})
        return False

    def _write(self, outcome: Outcome) -> None:
        hand = self._in_hand.pop(outcome.source)
        given = hand.input
        if given.sha256 is not None:
            del self._by_content[given.sha256]
        if outcome.result is not None and outcome.result.sha256 != given.sha256:
            # the file changed after it was looked at: what was read counts, and the copies are copies of nothing
            self._again += [copy.source for copy in hand.copies]
            self._record(_entries(Input(given.source, outcome.result.sha256), outcome))
            return
        first = self._record(_entries(given, outcome))
        for copy in hand.copies:
            self._duplicate(copy, first)

    def _duplicate(self, given: Input, first: str) -> None:
        self._record([Entry(given, duplicate_of=first, duplicate_by=SAME_BYTES)])

    def _record(self, entries: Sequence[Entry]) -> str:
        """Writes the documents of a file; gives the id of the first of them, or what that is a duplicate of."""
        written = self._store.record_file(list(map(self._routed, entries)), self._versions, self._run_id)
        entry = written[0][0]
        first = entry.duplicate_of or entry.input.id
        if entry.input.sha256 is not None:
            self._written_since.setdefault(entry.input.sha256, _Written(entry.input.source, first))
        self.counts.update(status for _, status in written)
        self.files += 1
        self._ended += written
        return first

    def _routed(self, entry: Entry) -> Entry:
        return entry if self._policy is None or entry.result is None else replace(entry, routed=self._policy.decide(entry.result))


def _entries(given: Input, outcome: Outcome) -> list[Entry]:
    """What became of a file: an entry for each of its invoices, or one with the error."""
    if outcome.result is None:
        return [Entry(given, error=outcome.error, seconds=outcome.seconds)]
    # what a file took is shared out, so that sums over documents stay right
    seconds = None if outcome.seconds is None else outcome.seconds / len(outcome.results)
    return [Entry(replace(given, part=result.part), result, seconds=seconds) for result in outcome.results]
