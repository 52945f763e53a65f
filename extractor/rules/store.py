"""Owns the store of compiled rule files: one SQLite database in the user's cache folder, shared by all books and processes.

A compiled file is kept under a hash of what it is made of: its bytes, its path and its default id. A book is kept with the stamps
of its files, so that nothing but these need be read to see that it still holds. What cannot be read is as if it were not
there, what cannot be written is left.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from extractor._version import __version__
from extractor.caches import rules_folder

T = TypeVar("T")

BUSY_SECONDS = 5.0
"""How long to wait for another process that is writing."""
MAX_BYTES = 512 * 1024 * 1024
"""A database that has become larger is emptied before the next book is written."""
KEPT = 3
"""How many databases of other versions of this package stay."""
_SUFFIX = ".sqlite"
_TABLES = """
CREATE TABLE IF NOT EXISTS files (key BLOB PRIMARY KEY, head BLOB, body BLOB, needles BLOB);
CREATE TABLE IF NOT EXISTS books (name BLOB PRIMARY KEY, digest BLOB, contents BLOB, needles BLOB, listing BLOB);
"""


class FileRow(NamedTuple):
    """A compiled file. head: what identifies and links it; body: all of it; needles: see `vendor_index.pack`."""

    key: bytes
    head: bytes
    body: bytes
    needles: bytes


class BookRow(NamedTuple):
    """A book. digest: of the stamps of its files; contents, needles: what is needed to use it; listing: to see what has changed."""

    name: bytes
    digest: bytes
    contents: bytes
    needles: bytes
    listing: bytes


class RuleStore:
    """The database in `folder`; `rules_folder()` where None."""

    def __init__(self, folder: str | os.PathLike[str] | None = None) -> None:
        self.folder = Path(folder) if folder is not None else rules_folder()
        self.path = self.folder / (_version_digest() + _SUFFIX)

    def book(self, name: bytes, digest: bytes) -> BookRow | None:
        """The book of that name whose files have the stamps of the digest, without its listing."""
        query = "SELECT name, digest, contents, needles, x'' FROM books WHERE name = ? AND digest = ?"
        row = self._read(lambda db: db.execute(query, (name, digest)).fetchone())
        return BookRow(*row) if row else None

    def listing(self, name: bytes) -> bytes | None:
        """The listing of the book of that name, whatever has become of its files."""
        row = self._read(lambda db: db.execute("SELECT listing FROM books WHERE name = ?", (name,)).fetchone())
        return row[0] if row else None

    def heads(self, keys: Iterable[bytes]) -> dict[bytes, tuple[bytes, bytes]]:
        """Head and needles of those files that are there."""
        query = "SELECT key, head, needles FROM files WHERE key = ?"
        rows = self._read(lambda db: [row for key in keys if (row := db.execute(query, (key,)).fetchone())])
        return {key: (head, needles) for key, head, needles in rows or ()}

    def body(self, key: bytes) -> bytes | None:
        """The body of a file."""
        row = self._read(lambda db: db.execute("SELECT body FROM files WHERE key = ?", (key,)).fetchone())
        return row[0] if row else None

    def save(self, files: Iterable[FileRow], book: BookRow | None) -> None:
        """Writes files and a book, all or nothing."""
        with suppress(OSError, sqlite3.Error):
            self._make_room()
            with closing(self._connect()) as db, db:
                db.executescript(_TABLES)
                db.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", files)
                if book is not None:
                    db.execute("INSERT OR REPLACE INTO books VALUES (?, ?, ?, ?, ?)", book)

    def size(self) -> tuple[int, int]:
        """How many compiled files there are, and how many bytes all databases take."""
        count = self._read(lambda db: db.execute("SELECT count(*) FROM files").fetchone())
        return count[0] if count else 0, sum(size for size, _ in map(_status, self._databases()))

    def clear(self) -> int:
        """Removes all databases; returns how many compiled files this version's held."""
        count, _ = self.size()
        for path in self._databases():
            _remove(path)
        return count

    def _read(self, query: Callable[[sqlite3.Connection], T]) -> T | None:
        """What a query gives; None where there is no database, or none that can be read. A damaged one is removed."""
        if not (self.path.is_file() and _is_own(self.folder)):
            return None
        try:
            with closing(self._connect()) as db:
                return query(db)
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError:
            _remove(self.path)
            return None

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=BUSY_SECONDS)
        db.text_factory = bytes  # what is text by damage shows by its checksum
        return db

    def _make_room(self) -> None:
        """Makes the folder, and removes what is too large or of versions that were not used for long. Raises OSError."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not _is_own(self.folder):
            raise PermissionError(f"{self.folder} can be written by others")
        if self.path.exists():
            if _status(self.path)[0] > MAX_BYTES:
                _remove(self.path)
            return
        for path in sorted(self._databases(), key=lambda path: -_status(path)[1])[KEPT:]:
            _remove(path)

    def _databases(self) -> list[Path]:
        return list(self.folder.glob(f"*{_SUFFIX}"))


@lru_cache(maxsize=1)
def _version_digest() -> str:
    """A hash of what decides how files are compiled: the version, and in a checkout the code itself."""
    code = (path for folder in ("rules", "invoice") for path in sorted((Path(__file__).parents[1] / folder).glob("*.py")))
    parts = [__version__, *map(str, sys.version_info[:2]), *(f"{path.name} {_status(path)}" for path in code)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _is_own(folder: Path) -> bool:
    """Whether nobody but this user can write to a folder; on Windows the user's folders are."""
    if os.name != "posix":
        return True
    try:
        status = folder.stat()
    except OSError:
        return False
    return status.st_uid == os.getuid() and not status.st_mode & stat.S_IWOTH


def _status(path: Path) -> tuple[int, int]:
    """Size and time of change."""
    try:
        status = path.stat()
    except OSError:
        return 0, 0
    return status.st_size, status.st_mtime_ns


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
