"""Owns the feed and its rejects: two files of JSON Lines, and every invoice in exactly one of them.

A line is appended and flushed to disk before the next document begins; where that fails, it is taken back. After a crash
the last line may be torn; opening the feed again cuts it off, reads which documents are done, and the run goes on with the
others. Where a file holds several invoices, each line tells how many there are: those of a file that was not finished are cut off
as a torn line is, and the file is read again. A lock file keeps a second run away; the system frees it when the process ends,
however it ends.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from filelock import FileLock, Timeout

from extractor.batch.run import Outcome, error_dict
from extractor.document.remote import is_url, open_url
from extractor.errors import DocumentError, OutputError, SchemaError
from extractor.issues import Issue, Level
from extractor.output import ExtractionResult
from extractor.validate import InvoiceSchema, Status

_DIGEST_CHUNK = 1 << 20
_LINE_START = b'{"source": {"path": "'
"""How every line of the two files begins: what ends a file and begins otherwise is no torn line, but somebody's text."""
_Row = dict[str, Any]
_Key = tuple[str, str | None]
_ANY_SOURCE = {"path": "invoice.pdf", "sha256": "0" * 64}


class Feed:
    """Writes outcomes to a feed or to its rejects. A context manager.

    feed: gets one line per invoice that satisfies the schema and needs no review: the invoice, with its `source`.
    rejects: gets one line per other invoice: source, status, issues or error, and what was found.
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
        self._done: set[_Key] = set()

    def __enter__(self) -> Self:
        try:
            for lock in self._locks:
                lock.acquire()
            self._done = _take_up(self._paths)
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
        """Appends an outcome; True where all of it enters the feed, False where something is rejected. Raises OutputError where that fails."""
        feed, rejects = list[_Row](), list[_Row]()
        for result in outcome.results:
            source = result.identity | {"path": outcome.source}
            invoice = {"source": source, **result.invoice.to_dict()}
            issues = self._reasons(result, invoice)
            if issues:
                rejects.append({"source": source, **_rejection(result, issues)})
            else:
                feed.append(invoice)
        if outcome.result is None:
            rejects.append({"source": {"path": outcome.source, "sha256": _digest(outcome.source)}, "status": "error", "error": error_dict(outcome.error)})
        _append_to_both(self._paths, (feed, rejects))
        written = (feed or rejects)[0]["source"]
        self._done.add((written["path"], written["sha256"]))
        return not rejects

    def _reasons(self, result: ExtractionResult, invoice: _Row) -> list[Issue]:
        """Why an invoice stays out of the feed; empty where it may enter."""
        violations = self._schema.issues(invoice)
        if result.status in self._accepted and not violations:
            return []
        known = [issue for issue in result.issues if issue.level is not Level.INFO]
        return list(dict.fromkeys([*known, *violations]))

    def _release(self) -> None:
        for lock in self._locks:
            lock.release()


def _rejection(result: ExtractionResult, issues: list[Issue]) -> dict[str, Any]:
    return {"status": str(result.status), "issues": [issue.to_dict() for issue in issues], "invoice": result.invoice.to_dict()}


def _append_to_both(paths: tuple[Path, Path], rows: tuple[Sequence[_Row], Sequence[_Row]]) -> None:
    """Appends the lines of one document to two files; where the second fails, the first is as it was."""
    size = _size(paths[0])
    _append(paths[0], rows[0])
    try:
        _append(paths[1], rows[1])
    except BaseException:
        if rows[0]:
            os.truncate(paths[0], size)
        raise


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _append(path: Path, rows: Sequence[_Row]) -> None:
    if not rows:
        return
    # a lone surrogate (of a path that is not UTF-8) becomes the escape that JSON has for it
    data = b"".join((json.dumps(row, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace") for row in rows)
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


def _take_up(paths: Iterable[Path]) -> set[_Key]:
    """Which documents the lines of the files are of, after what a crash left unfinished at their ends was cut off."""
    counts: Counter[_Key] = Counter()
    expected: dict[_Key, int] = {}
    ends: list[tuple[Path, _Key, int]] = []
    for path in paths:
        last: _Key | None = None
        start = 0
        for offset, source in _lines(path):
            key = source["path"], source["sha256"]
            counts[key] += 1
            expected[key] = source.get("invoices", 1)
            if key != last:
                last, start = key, offset
        if last is not None:
            ends.append((path, last, start))
    # documents are written one after the other: only what ends a file can be unfinished
    unfinished = [(path, key, start) for path, key, start in ends if counts[key] < expected[key]]
    for path, _, start in unfinished:
        os.truncate(path, start)
    return counts.keys() - {key for _, key, _ in unfinished}


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Where each line begins, and its source. A torn line at the end is cut off; a file that is no feed is left as it is."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        whole = 0
        for number, line in enumerate(file, 1):
            if _is_torn(line):
                file.truncate(whole)
                return
            yield whole, _source(line, f"{path}:{number}")
            whole += len(line)


def _is_torn(line: bytes) -> bool:
    # a crash of the system may leave zero bytes where data had been promised
    start = line.rstrip(b"\0")[: len(_LINE_START)]
    return not line.endswith(b"\n") and _LINE_START.startswith(start)


def _source(line: bytes, place: str) -> dict[str, Any]:
    try:
        source: dict[str, Any] = json.loads(line)["source"]
        hash((source["path"], source["sha256"]))
        int(source.get("invoices", 1))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise OutputError(f"{place}: not a line of a feed ({error}); give another file or move this one away") from error
    return source


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
