"""Owns the metrics of a run, as OpenMetrics text in a file (for the textfile collector of a node exporter, and the like)."""

from __future__ import annotations

import os
import time
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.openmetrics.exposition import generate_latest

from extractor.store import DocumentStatus, Entry, whole_file

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
WRITE_EVERY = 10.0
"""Seconds between two writes of the file while a run goes on."""


class Metrics:
    """What a run did so far. path: the file, replaced as a whole at each write. Raises OutputError where it cannot be written."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        self._registry = CollectorRegistry()
        self._documents = Counter("extractor_documents", "Documents done, by where they ended", ["status"], registry=self._registry)
        self._known = Gauge("extractor_known_documents", "Documents that the store had and that were left alone", registry=self._registry)
        self._pages = Counter("extractor_pages", "Pages read", registry=self._registry)
        self._seconds = Histogram("extractor_document_seconds", "Time of extracting a document", buckets=_SECONDS, unit="seconds", registry=self._registry)
        self._running = Gauge("extractor_run_active", "1 while the run goes on", registry=self._registry)
        self._last = Gauge("extractor_last_document_timestamp_seconds", "When the last document was written", registry=self._registry)
        for status in DocumentStatus:
            self._documents.labels(str(status))
        self._running.set(1)
        self._written = float("-inf")
        self.write()

    def count(self, entry: Entry, status: DocumentStatus) -> None:
        """Counts a document that was written to the store; writes the file where that is due."""
        self._documents.labels(str(status)).inc()
        self._last.set_to_current_time()
        if entry.result is not None:
            self._pages.inc(len(entry.result.ocr.pages))
        if entry.seconds is not None:
            self._seconds.observe(entry.seconds)
        if time.monotonic() - self._written >= WRITE_EVERY:
            self.write()

    def end(self, known: int) -> None:
        """Writes the file for the last time. known: documents that were left alone."""
        self._known.set(known)
        self._running.set(0)
        self.write()

    def write(self) -> None:
        """Writes the file."""
        with whole_file(self._path) as file:
            file.write(generate_latest(self._registry))  # type: ignore[no-untyped-call]  # of the library
        self._written = time.monotonic()
