"""Owns running over many documents: each gives an outcome, a result or an error, and no document stops the others."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from extractor.errors import INTERNAL_ERROR, ExtractorError
from extractor.output import ExtractionResult
from extractor.pipeline import Extractor
from extractor.validate import Status

STANDARD_INPUT = "-"
"""In place of a path: what the process is given as standard input."""
_EXIT_CODES = {Status.VALID: 0, Status.REVIEW: 1, Status.INVALID: 3}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: exactly one of result and error is set. seconds: what that took, where it was measured."""

    source: str
    result: ExtractionResult | None = None
    error: Exception | None = None
    seconds: float | None = None

    @property
    def exit_code(self) -> int:
        """The exit code that this document alone would give."""
        if self.result is not None:
            return _EXIT_CODES[self.result.status]
        return self.error.exit_code if isinstance(self.error, ExtractorError) else INTERNAL_ERROR

    def to_dict(self) -> dict[str, Any]:
        """The JSON form: the result's, or the source with status `error`, the error's kind and message."""
        if self.result is not None:
            return self.result.to_dict()
        return {"source": {"path": self.source}, "status": "error", "error": error_dict(self.error)}


def error_dict(error: Exception | None) -> dict[str, str]:
    """The JSON form of an error: its kind (the class's name) and its message."""
    return {"kind": type(error).__name__, "message": str(error)}


def run(extractor: Extractor, sources: Iterable[str], *, password: str | None = None, progress: Callable[[int, int], None] | None = None) -> Iterator[Outcome]:
    """Extracts documents in turn. sources: paths, `-` for standard input. progress: called with pages done and pages in all, for each document anew."""
    for source in sources:
        begun = time.perf_counter()
        try:
            document = sys.stdin.buffer if source == STANDARD_INPUT else source
            result = extractor.extract(document, password=password, progress=progress)
            yield Outcome(source, result, seconds=time.perf_counter() - begun)
        except Exception as error:  # noqa: BLE001  a fault met on one document must not lose the others
            yield Outcome(source, error=error, seconds=time.perf_counter() - begun)
