"""Owns the way to a database: from a URL to an engine, and from what databases raise to errors that say what happened."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from extractor.errors import StoreError
from extractor.store.columns import SQLITE

BUSY_SECONDS = 30
"""How long a write waits for another process to end its own; `?timeout=5` at the end of a SQLite URL says otherwise."""
READ_ONLY = {"reads": True}
"""Execution options of a transaction that only reads, so that in SQLite it waits for nobody."""
_POSTGRESQL = "postgresql+psycopg"
_DRIVERS = {"postgres": _POSTGRESQL, "postgresql": _POSTGRESQL, _POSTGRESQL: _POSTGRESQL, SQLITE: SQLITE}


def store_url(given: str) -> URL:
    """Reads a store's address: `sqlite:///books.db`, `postgresql://user@host/name`, or the path of a SQLite file.

    Raises StoreError for anything else. Messages never show a password.

    >>> str(store_url("books.db")), str(store_url("postgres://me:secret@db/books"))
    ('sqlite:///books.db', 'postgresql+psycopg://me:***@db/books')
    """
    if "://" not in given:
        return URL.create(SQLITE, database=given)
    scheme = given.partition("://")[0]
    try:
        url = make_url(given)
    except (ArgumentError, ValueError) as error:
        raise StoreError(f"the address of the store after '{scheme}://' cannot be read; its form is {scheme}://user:password@host:port/name") from error
    if url.drivername not in _DRIVERS:
        raise StoreError(f"there is no store of the kind '{scheme}://'; give the path of a SQLite file, sqlite:///PATH or postgresql://user@host/name")
    if url.drivername == SQLITE and not url.database:
        raise StoreError("a store in memory is gone when the command ends; give the path of a file (sqlite:///books.db)")
    return url.set(drivername=_DRIVERS[url.drivername])


def shown(url: URL) -> str:
    """A URL for messages and logs, without its password."""
    return (url.database or "") if url.drivername == SQLITE else url.set(query={}).render_as_string(hide_password=True).replace("+psycopg", "")


def connect(url: URL) -> Engine:
    """An engine for a store. Raises StoreError where the driver is not installed; connecting happens later."""
    try:
        if url.drivername == SQLITE:
            engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS} if "timeout" not in url.query else {})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            return engine
        return create_engine(url, connect_args={"connect_timeout": 10} if "connect_timeout" not in url.query else {})
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreError("PostgreSQL needs its driver: pip install 'invoice-extractor[postgres]'") from error


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # transactions begin where `_begin_sqlite` says, DDL included
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    # in WAL mode NORMAL survives the end of the process; a power failure can take the last commits back, whole ones, and
    # their documents are then done again
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin_sqlite(connection: Connection) -> None:
    # a transaction that turns from reading to writing would fail at once, without waiting, where another one wrote meanwhile
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reads") else "BEGIN IMMEDIATE")


_LOCK = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")


def lock(connection: Connection, digests: Sequence[str]) -> None:
    """Keeps others from passing here with one of these digests (hex) until this transaction ends. In SQLite it alone writes anyway.

    digests: sorted, so that no two processes wait for each other.
    """
    if connection.dialect.name != SQLITE and digests:
        connection.execute(_LOCK, {"keys": [int(digest[:15], 16) for digest in digests]})


def is_deadlock(error: DBAPIError) -> bool:
    """Whether the server took the transaction back because two waited for each other, so that it can be done again at once."""
    return getattr(error.orig, "sqlstate", None) in _TAKEN_BACK


_TAKEN_BACK = frozenset({"40P01", "40001"})
"""deadlock_detected, serialization_failure"""


def is_lost(error: DBAPIError) -> bool:
    """Whether the server went away or is not there yet, so that a new connection may succeed."""
    if isinstance(error.orig, sqlite3.Error) or error.orig is None:
        return False
    state = getattr(error.orig, "sqlstate", None)
    connecting = error.statement is None and type(error.orig).__name__ == "OperationalError"
    return error.connection_invalidated or connecting or (state or "").startswith(("08", "57P"))


@contextlib.contextmanager
def explained(url: URL) -> Iterator[None]:
    """Turns what databases raise within into StoreError, but IntegrityError, which whoever writes must answer."""
    try:
        yield
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        raise StoreError(f"the store {shown(url)}: {_reason(error, url)}") from error


def _reason(error: SQLAlchemyError, url: URL) -> str:
    original: Any = getattr(error, "orig", None) or error
    told = next(iter(str(original).strip().splitlines()), type(original).__name__)
    if url.drivername != SQLITE:
        return f"{told} (password and user are part of the URL; the server must be reachable)" if "password" in told else told
    folder = Path(url.database or "").absolute().parent
    for fragment, reason in _SQLITE_REASONS.items():
        if fragment in told:
            return reason.format(folder=folder, seconds=url.query.get("timeout", BUSY_SECONDS))
    return told


_SQLITE_REASONS = {
    "is locked": "it is locked: another process did not end its write within {seconds} seconds; nothing of this document was written, run again later",
    "disk is full": "no space is left in {folder}; nothing of this document was written, make room and run again",
    "disk I/O error": "the disk of {folder} fails or is full; nothing of this document was written",
    "unable to open": "the file cannot be opened; does the folder {folder} exist, and may it be written?",
    "not a database": "the file is something else than a SQLite database; give another path",
    "readonly database": "it may not be written; check the permissions of the file and of {folder}",
    "malformed": "the file is damaged; restore a copy, or begin a new store and run again over the documents",
}
"""What SQLite says, in part -> what that means."""
