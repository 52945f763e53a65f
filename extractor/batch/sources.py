"""Owns finding documents: files, folders at any depth, and glob patterns, each as an absolute path or URL, in a stable order.

Nothing is chosen by its suffix: whether a file is a document is told by its content, and what is none is set aside with that
reason. Only what cannot be meant is passed over: hidden files, and names under which programs keep what is not complete yet.
"""

from __future__ import annotations

import fnmatch
import glob
import hashlib
import logging
import os
import stat
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from extractor.batch.remote import find_urls, url_state
from extractor.document.remote import is_url, open_url
from extractor.errors import DocumentError
from extractor.store import absolute_path

INCOMPLETE = (".*", "*~", "~$*", "*.tmp", "*.temp", "*.part", "*.partial", "*.filepart", "*.crdownload", "*.download", "*.swp", "*.lock")
"""Names of files that are not complete yet, or never were meant for others (of editors, browsers, SFTP clients)."""
_NO_DOCUMENTS = ("Thumbs.db", "desktop.ini")
_SETTLED_NS = 2_000_000_000
"""A file that was changed so recently may change again within the same tick of its file system's clock (2 seconds on FAT)."""


log = logging.getLogger("extractor.batch")


def find(sources: Iterable[str], leave_out: Collection[str] = ()) -> Iterator[str]:
    """The documents that sources name, one after the other, each as an absolute path in which links of folders are resolved.

    sources: files, folders, glob patterns (`**` for any depth), URLs of any of these. leave_out: absolute paths that are none, such as
    the store's own files. A file that is named itself is given whatever its name, even where it does not exist.
    Raises DocumentError where a URL cannot be listed.
    """
    for source in sources:
        path = Path(source)
        if is_url(source):
            yield from (url for url in find_urls(source) if url == source or may_be_document(url.rpartition("/")[2]))
        elif path.is_dir():
            yield from _below(path, leave_out)
        elif glob.has_magic(source) and not path.exists():
            yield from _matches(source, leave_out)
        elif (absolute := absolute_path(path)) not in leave_out:
            yield absolute


def _matches(pattern: str, leave_out: Collection[str]) -> Iterator[str]:
    for match in sorted(glob.iglob(pattern, recursive=True)):  # noqa: PTH207  Path.glob takes no absolute pattern
        path = Path(match)
        if path.is_dir():
            if "**" not in pattern:  # else what is below matches itself
                yield from _below(path, leave_out)
        elif may_be_document(path.name) and (absolute := absolute_path(path)) not in leave_out:
            yield absolute


def _below(folder: Path, leave_out: Collection[str]) -> Iterator[str]:
    for parent, folders, names in os.walk(folder.resolve(), onerror=_not_searched):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = f"{parent}{os.sep}{name}"
            if may_be_document(name) and path not in leave_out:
                yield path


def _not_searched(error: OSError) -> None:
    log.warning("the folder %s cannot be searched, and its documents are left out: %s", error.filename, error.strerror)


def may_be_document(name: str) -> bool:
    """Whether a file of this name is taken from a folder.

    >>> [name for name in ("a.pdf", "scan", ".a.pdf.part", "b.pdf.crdownload") if may_be_document(name)]
    ['a.pdf', 'scan']
    """
    return name not in _NO_DOCUMENTS and not any(fnmatch.fnmatchcase(name, pattern) for pattern in INCOMPLETE)


def state_of(path: str) -> tuple[int, str | None] | None:
    """Size in bytes and a text that changes with the file, None where its store tells none. None where it cannot be looked at, or is no file."""
    if is_url(path):
        return url_state(path)
    try:
        status = Path(path).stat()
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None  # a device or a named pipe might never end
    return status.st_size, f"{status.st_size}:{status.st_mtime_ns}"


def stamp_of(path: str) -> tuple[int, str | None] | None:
    """As `state_of`, but None in place of the text where the file changed just now, so that another change could go unseen."""
    state = state_of(path)
    if state is None or state[1] is None or is_url(path):
        return state
    size, text = state
    settled = time.time_ns() - int(text.partition(":")[2]) > _SETTLED_NS if text is not None else False
    return size, text if settled else None


def digest_of(path: str) -> str | None:
    """SHA-256 of a file's bytes in hex; None where it cannot be read."""
    try:
        with open_url(path) if is_url(path) else Path(path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # any binary file that reads into a buffer
    except (OSError, ValueError, DocumentError):
        return None
