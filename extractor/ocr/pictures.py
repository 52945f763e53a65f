"""Owns what was read in pictures beside a text layer: a logo stands on all invoices of its sender, and is read once."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from PIL.Image import Image

T = TypeVar("T")

_MAX_DIGESTS = 4096


class KnownPictures(Generic[T]):
    """Readings of one engine by the pixels that were read. max_pictures: of so many; the longest unused go first."""

    def __init__(self, max_pictures: int = 128) -> None:
        self._readings: dict[bytes, T] = {}
        self._without_codes: dict[str, None] = {}
        self._max_pictures = max_pictures
        self._lock = threading.Lock()

    def reading(self, image: Image, languages: Sequence[str], read: Callable[[], T]) -> T:
        """What was read in the same pixels in the same languages before, else what `read` gives, which is kept."""
        told = f"{image.mode} {image.size} {' '.join(languages)}".encode()
        key = hashlib.sha256(told + image.tobytes()).digest()
        with self._lock:
            known = self._readings.pop(key, None)
        found = read() if known is None else known
        with self._lock:
            self._readings[key] = found
            while len(self._readings) > self._max_pictures:
                del self._readings[next(iter(self._readings))]
        return found

    def is_without_codes(self, digest: str) -> bool:
        """Whether a picture, told by its bytes and its size, was seen to have no barcode."""
        return digest in self._without_codes

    def note_without_codes(self, digest: str) -> None:
        """Keeps that a picture has no barcode."""
        with self._lock:
            self._without_codes[digest] = None
            while len(self._without_codes) > _MAX_DIGESTS:
                del self._without_codes[next(iter(self._without_codes))]
