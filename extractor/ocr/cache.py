"""Owns the cache of what engines read: one gzipped JSON file per page, safe to share between processes.

Nothing depends on it: an entry that is damaged is dropped and read again, a folder that cannot be written is left alone.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import os
import tempfile
import zlib
from collections.abc import Iterable
from pathlib import Path

from extractor.caches import ocr_folder
from extractor.errors import RecognitionFailed
from extractor.ocr.result import OcrResult

_SUFFIX = ".json.gz"
_PUTS_BETWEEN_PRUNINGS = 200
_KEPT_SHARE = 0.9
"""Pruning goes a little below the bound, so that it is not due again at once."""


def key(parts: Iterable[object]) -> str:
    """A cache key of everything that decides what is read."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


class OcrCache:
    """Results by key. folder: `ocr_folder()` where None. max_bytes: what all entries together may take; the longest unused go first."""

    def __init__(self, folder: str | os.PathLike[str] | None = None, max_bytes: int = 512 * 1024 * 1024) -> None:
        self.folder = Path(folder) if folder is not None else ocr_folder()
        self.max_bytes = max_bytes
        self._puts = 0

    def get(self, key: str) -> OcrResult | None:
        """What was put under `key`; None where there is nothing or nothing valid."""
        path = self._path(key)
        try:
            result = OcrResult.from_json(gzip.decompress(path.read_bytes()))
        except FileNotFoundError:
            return None
        except (OSError, EOFError, zlib.error, RecognitionFailed):
            self._remove(path)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)
        return result

    def put(self, key: str, result: OcrResult) -> None:
        """Stores a result. Readers see either the old entry or the whole new one."""
        path = self._path(key)
        data = gzip.compress(result.to_json().encode("utf-8", "surrogatepass"), compresslevel=6, mtime=0)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._write(path, data)
        except OSError:
            return
        if self._puts % _PUTS_BETWEEN_PRUNINGS == 0:
            self.prune()
        self._puts += 1

    def prune(self) -> None:
        """Removes the longest unused entries where all together are over `max_bytes`."""
        entries = sorted(self._entries())
        total = sum(size for _, size, _ in entries)
        if total <= self.max_bytes:
            return
        for _, size, path in entries:
            self._remove(path)
            total -= size
            if total <= self.max_bytes * _KEPT_SHARE:
                return

    def size(self) -> tuple[int, int]:
        """How many entries there are, and how many bytes they take."""
        sizes = [size for _, size, _ in self._entries()]
        return len(sizes), sum(sizes)

    def clear(self) -> int:
        """Removes all entries; returns how many there were."""
        entries = list(self._entries())
        for _, _, path in entries:
            self._remove(path)
        return len(entries)

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / (key + _SUFFIX)

    def _entries(self) -> Iterable[tuple[float, int, Path]]:
        for path in self.folder.glob(f"??/*{_SUFFIX}"):
            # another process may have removed it in the meantime
            with contextlib.suppress(OSError):
                status = path.stat()
                yield status.st_mtime, status.st_size, path

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(temporary).replace(path)
        except OSError:
            Path(temporary).unlink(missing_ok=True)
            raise

    @staticmethod
    def _remove(path: Path) -> None:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
