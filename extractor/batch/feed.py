"""Owns the feed and its rejects: two files of JSON Lines, and every document in exactly one of them.

A line is appended and flushed to disk before the next document begins; where that fails, it is taken back. After a crash
the last line may be torn; opening the feed again cuts it off, reads which documents are done, and the run goes on with the
others. A lock file keeps a second run away; the system frees it when the process ends, however it ends.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from filelock import FileLock, Timeout

from extractor.batch.run import Outcome, error_dict
from extractor.document.remote import is_url, open_url
from extractor.errors import DocumentError, OutputError, SchemaError
from extractor.issues import Issue, Level
from extractor.validate import InvoiceSchema, Status

_DIGEST_CHUNK = 1 << 20
_LINE_START = b'{"source": {"path": "'
"""How every line of the two files begins: what ends a file and begins otherwise is no torn line, but somebody's text."""
_ANY_SOURCE = {"path": "invoice.pdf", "sha256": "0" * 64}


class Feed:
    """Writes outcomes to a feed or to its rejects. A context manager.

    feed: gets one line per invoice that satisfies the schema and needs no review: the invoice, with its `source`.
    rejects: gets one line per other document: source, status, issues or error, and what was found.
    accept_review: let invoices that need review into the feed, too.
    Raises SchemaError where the schema forbids `source`, OutputError where the files are in use, are no feed, or cannot be written.
    """

    def __init__(self, feed: str | os.PathLike[str], rejects: str | os.PathLike[str], schema: InvoiceSchema, *, accept_review: bool = False) -> None:
        if not schema.allows("source", _ANY_SOURCE):
            raise SchemaError("the schema forbids the property `source`, which tells what a line of the feed was read from; allow it")
        self._schema = schema
        self._accepted = {Status.VALID, Status.REVIEW} if accept_review else {Status.VALID}
        self._paths = (Path(feed), Path(rejects))
        if self._paths[0].resolve() == self._paths[1].resolve():
            raise OutputError("the feed and its rejects must be two files")
        self._locks = [FileLock(f"{path}.lock", timeout=0) for path in self._paths]
        self._done: set[tuple[str, str | None]] = set()

    def __enter__(self) -> Self:
        try:
            for lock in self._locks:
                lock.acquire()
            for path in self._paths:
                self._done.update(_take_up(path))
        except Timeout as error:
            self._release()
            raise OutputError(f"{error.lock_file} is locked: another run is writing to this feed; wait for its end or give other files") from error
        except OSError as error:
            self._release()
            raise OutputError(f"the feed cannot be opened: {error}") from error
        except BaseException:
            self._release()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._release()

    def is_done(self, source: str) -> bool:
        """Whether the document at this path, with the content that it has now, is in one of the files already."""
        return (source, _digest(source)) in self._done

    def write(self, outcome: Outcome) -> bool:
        """Appends an outcome to the feed (True) or to the rejects (False). Raises OutputError where that fails."""
        result = outcome.result
        sha256 = result.sha256 if result is not None else _digest(outcome.source)
        invoice = {"source": {"path": outcome.source, "sha256": sha256}, **result.invoice.to_dict()} if result is not None else None
        issues = self._reasons(outcome, invoice)
        accepted = invoice is not None and not issues
        reject = {"source": {"path": outcome.source, "sha256": sha256}, **_rejection(outcome, issues)}
        _append(self._paths[0 if accepted else 1], invoice if accepted and invoice is not None else reject)
        self._done.add((outcome.source, sha256))
        return accepted

    def _reasons(self, outcome: Outcome, invoice: Mapping[str, Any] | None) -> list[Issue]:
        """Why an outcome stays out of the feed; empty where it may enter."""
        if outcome.result is None or invoice is None:
            return [Issue("not-read", Level.ERROR, str(outcome.error))]
        violations = self._schema.issues(invoice)
        if outcome.result.status in self._accepted and not violations:
            return []
        known = [issue for issue in outcome.result.issues if issue.level is not Level.INFO]
        return list(dict.fromkeys([*known, *violations]))

    def _release(self) -> None:
        for lock in self._locks:
            lock.release()


def _rejection(outcome: Outcome, issues: list[Issue]) -> dict[str, Any]:
    if outcome.result is None:
        return {"status": "error", "error": error_dict(outcome.error)}
    return {"status": str(outcome.result.status), "issues": [issue.to_dict() for issue in issues], "invoice": outcome.result.invoice.to_dict()}


def _append(path: Path, row: Mapping[str, Any]) -> None:
    # a lone surrogate (of a path that is not UTF-8) becomes the escape that JSON has for it
    data = (json.dumps(row, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            _write_whole(descriptor, data)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}; the document will be read again in the next run") from error


def _write_whole(descriptor: int, data: bytes) -> None:
    """Writes all of it to the end of a file or, where a full disk or an interrupt prevents that, nothing."""
    size = os.fstat(descriptor).st_size
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    except BaseException:
        os.ftruncate(descriptor, size)
        raise


def _take_up(path: Path) -> Iterator[tuple[str, str | None]]:
    """Which documents the lines of a file are of. A torn line at its end is cut off; a file that is no feed is left as it is."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        whole = 0
        for number, line in enumerate(file, 1):
            if _is_torn(line):
                file.truncate(whole)
                return
            yield _source(line, f"{path}:{number}")
            whole += len(line)


def _is_torn(line: bytes) -> bool:
    # a crash of the system may leave zero bytes where data had been promised
    start = line.rstrip(b"\0")[: len(_LINE_START)]
    return not line.endswith(b"\n") and _LINE_START.startswith(start)


def _source(line: bytes, place: str) -> tuple[str, str | None]:
    try:
        source = json.loads(line)["source"]
        return source["path"], source["sha256"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise OutputError(f"{place}: not a line of a feed ({error}); give another file or move this one away") from error


def _digest(source: str) -> str | None:
    """SHA-256 of a file in hex, by path or URL; None where it cannot be read."""
    digest = hashlib.sha256()
    try:
        if not (is_url(source) or Path(source).is_file()):
            return None  # a device or a named pipe might never end
        with open_url(source) if is_url(source) else Path(source).open("rb") as file:
            while chunk := file.read(_DIGEST_CHUNK):
                digest.update(chunk)
    except (OSError, ValueError, DocumentError):
        return None
    return digest.hexdigest()
