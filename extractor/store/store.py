"""Owns `Store`: documents and what was found on them in a database, one transaction a file, nothing lost or doubled.

A document's id follows from its source and content, and a document's rows are replaced as one. So whatever was interrupted
can simply be done again: by this process after a lost connection, or by the next one after a kill.
"""

from __future__ import annotations

import datetime
import logging
import os
import platform
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from sqlalchemy import Connection, Engine, Row, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from extractor._version import __version__
from extractor.errors import StoreError
from extractor.store.columns import SQLITE, storable
from extractor.store.connect import READ_ONLY, connect, explained, is_deadlock, is_lost, shown, store_url
from extractor.store.duplicates import note_arrivals
from extractor.store.migrate import is_current, migrate
from extractor.store.record import part_of, record_file
from extractor.store.rows import SAME_BYTES, DocumentStatus, Entry, Input
from extractor.store.tables import documents, runs
from extractor.store.versions import Versions

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)

RETRY_SECONDS = 60.0
"""How long a lost connection is tried anew before the store is given up."""
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0
_KNOWN = tuple(column for column in documents.columns if column.name not in ("error_message", "rules_clues", "route_reason", "tags"))


class Store:
    """A store of documents. A context manager.

    address: `sqlite:///books.db`, the path of a SQLite file, or `postgresql://user@host/name`; it is made where there is none
    and brought to the form of this version. create=False: a store that is not there is an error.
    Raises StoreError, here and in every method.
    """

    def __init__(self, address: str, *, create: bool = True) -> None:
        self.url = store_url(address)
        self.name = shown(self.url)
        if not create and self.url.drivername == SQLITE and not Path(self.url.database or "").exists():
            raise StoreError(f"there is no store at {self.name}; `extractor batch SOURCE --store {self.name}` makes one")
        self.engine: Engine = connect(self.url)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        with explained(self.url):
            with self.engine.connect().execution_options(**READ_ONLY) as connection:
                current = is_current(connection)
            if not current:
                with self.engine.begin() as connection:
                    migrate(connection)

    @property
    def files(self) -> frozenset[str]:
        """Absolute paths of the files that the store itself consists of; none for a server."""
        if self.url.drivername != SQLITE:
            return frozenset()
        path = absolute_path(self.url.database or "")
        return frozenset(f"{path}{suffix}" for suffix in ("", "-wal", "-shm", "-journal"))

    def known(self, sources: Sequence[str]) -> dict[str, list[Row[Any]]]:
        """The rows of `documents` of some sources, by source; several where a source had other contents before, or holds several invoices."""
        asked = {storable(source): source for source in sources}
        found: dict[str, list[Row[Any]]] = {}
        query = select(*_KNOWN).where(documents.c.source.in_(asked))
        for row in self.read(lambda connection: connection.execute(query).all()):
            found.setdefault(asked[row.source], []).append(row)
        return found

    def first_with(self, digests: Iterable[str]) -> dict[str, str]:
        """SHA-256 -> id of the first document of this content; those that the store does not have are left out."""
        of = documents.c
        query = select(of.sha256, func.coalesce(of.duplicate_of, of.id).label("first")).where(of.sha256.in_(list(digests)), of.part_number == 1)
        # the first one itself comes last, so that it decides
        rows = self.read(lambda connection: connection.execute(query.order_by(of.duplicate_of.is_(None))).all())
        return {row.sha256: row.first for row in rows}

    def record(self, entry: Entry, versions: Versions, run_id: str | None = None) -> DocumentStatus:
        """Writes what became of a file that is one document, or could not be read; see `record_file`. Gives where it ended."""
        return self.record_file([entry], versions, run_id)[0][1]

    def record_file(self, entries: Sequence[Entry], versions: Versions, run_id: str | None = None) -> list[tuple[Entry, DocumentStatus]]:
        """Writes what became of a file, in place of what there was of it: an entry for each of its invoices, in one transaction.
        Gives what is there now and where it ended.

        Where another process wrote the same file meanwhile, or a person worked on one of its documents, the rows that are there stay;
        where it wrote another file with the same content, or one that is the same invoice, this one ends as a duplicate.
        """
        given = entries[0].input
        try:
            return self.write(lambda connection: record_file(connection, entries, versions, run_id, _now()))
        except IntegrityError as error:
            there = [row for row in self.known([given.source]).get(given.source, ()) if row.sha256 == given.sha256]
            if there:
                return [(Entry(replace(given, part=part_of(row))), DocumentStatus(row.status)) for row in there]
            first = self.first_with([given.sha256 or ""]).get(given.sha256 or "")
            if first is None:
                raise StoreError(f"the store {self.name}: {error.orig}") from error
        copy = Entry(replace(given, part=None), duplicate_of=first, duplicate_by=SAME_BYTES, seconds=entries[0].seconds)
        return self.record_file([copy], versions, run_id)

    def note_arrivals(self, inputs: Sequence[Input]) -> None:
        """Notes that documents were taken up, in this order: of those that are the same invoice, the one that came first is the first."""
        if inputs:
            self.write(lambda connection: note_arrivals(connection, [given.id for given in inputs]))

    def renew(self, changes: Sequence[Mapping[str, Any]]) -> None:
        """Notes on documents what does not touch what was found: rows of `id` and new values of columns of `documents`."""
        if changes:
            self.write(lambda connection: [connection.execute(update(documents).where(documents.c.id == row["id"]).values(**row)) for row in changes])

    def begin_run(self) -> str:
        """Notes that a run begins; gives its id."""
        run_id = uuid.uuid4().hex
        row = {"id": run_id, "started_at": _now(), "host": platform.node(), "process": os.getpid(), "extractor_version": __version__}
        self.write(lambda connection: connection.execute(insert(runs).values(**row)))
        return run_id

    def end_run(self, run_id: str, known: int) -> None:
        """Notes that a run ended. known: documents that it left alone."""
        self.write(lambda connection: connection.execute(update(runs).where(runs.c.id == run_id).values(finished_at=_now(), known=known)))

    def read(self, work: Callable[[Connection], Answer]) -> Answer:
        """Does work in a transaction that only reads."""
        return self._retried(work, self.engine.execution_options(**READ_ONLY))

    def write(self, work: Callable[[Connection], Answer]) -> Answer:
        """Does work in one transaction; all of it again where the server goes away meanwhile, so it must bear that.

        Raises IntegrityError where two rows would be one, StoreError for all else that fails.
        """
        return self._retried(work, self.engine)

    def _retried(self, work: Callable[[Connection], Answer], engine: Engine) -> Answer:
        wait, end = _FIRST_WAIT, time.monotonic() + RETRY_SECONDS
        with explained(self.url):
            while True:
                try:
                    with engine.begin() as connection:
                        return work(connection)
                except IntegrityError:
                    raise
                except DBAPIError as error:
                    if not is_lost(error) and not is_deadlock(error):
                        raise
                    if time.monotonic() > end:
                        reason = f"the server went away and did not come back within {RETRY_SECONDS:g} seconds; what was not written is done by the next run"
                        raise StoreError(f"the store {self.name}: {reason}") from error
                    log.warning("the store %s: %s; trying again", self.name, "two waited for each other" if is_deadlock(error) else "the connection was lost")
                engine.dispose()
                time.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT)

    def close(self) -> None:
        """Closes all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def absolute_path(path: str | os.PathLike[str]) -> str:
    """A path as the store knows it: absolute, links of folders resolved; of a file that is a link itself, the link."""
    given = Path(path)
    return str(given.parent.resolve() / given.name)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
