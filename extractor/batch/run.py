"""Owns running over many documents: each gives an outcome, a result or an error, and no document stops the others."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from extractor.errors import INTERNAL_ERROR, ExtractorError
from extractor.output import ExtractionResult
from extractor.pipeline import Extractor
from extractor.split import Split
from extractor.validate import Status

STANDARD_INPUT = "-"
"""In place of a path: what the process is given as standard input."""
_EXIT_CODES = {Status.VALID: 0, Status.REVIEW: 1, Status.INVALID: 3}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document: exactly one of result and error is set.

    others: further invoices in the same file, after the first. seconds: what it took, where it was measured.
    """

    source: str
    result: ExtractionResult | None = None
    error: Exception | None = None
    others: tuple[ExtractionResult, ...] = ()
    seconds: float | None = None

    @classmethod
    def of(cls, source: str, results: Sequence[ExtractionResult], seconds: float | None = None) -> Outcome:
        """The outcome of a file in which at least one invoice was looked for."""
        return cls(source, results[0], others=tuple(results[1:]), seconds=seconds)

    @property
    def results(self) -> tuple[ExtractionResult, ...]:
        """The results of all invoices in the file; none where there is an error."""
        return () if self.result is None else (self.result, *self.others)

    @property
    def exit_code(self) -> int:
        """The exit code that this document alone would give."""
        if self.results:
            return max(_EXIT_CODES[result.status] for result in self.results)
        return self.error.exit_code if isinstance(self.error, ExtractorError) else INTERNAL_ERROR

    def to_dicts(self) -> list[dict[str, Any]]:
        """The JSON forms: one of each result, or that of the error: the source with status `error`, the error's kind and message."""
        if self.results:
            return [result.to_dict() for result in self.results]
        return [{"source": {"path": self.source}, "status": "error", "error": error_dict(self.error)}]


def error_dict(error: Exception | None) -> dict[str, str]:
    """The JSON form of an error: its kind (the class's name) and its message."""
    return {"kind": type(error).__name__, "message": str(error)}


def run(
    extractor: Extractor,
    sources: Iterable[str],
    *,
    split: Split | str = Split.NONE,
    password: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Outcome]:
    """Extracts documents in turn.

    sources: paths, `-` for standard input. split: `auto` looks for several invoices in each.
    progress: called with pages done and pages in all, for each document anew.
    """
    for source in sources:
        begun = time.perf_counter()
        try:
            document = sys.stdin.buffer if source == STANDARD_INPUT else source
            results = extractor.extract_all(document, split=split, password=password, progress=progress)
            yield Outcome.of(source, results, time.perf_counter() - begun)
        except Exception as error:  # noqa: BLE001  a fault met on one document must not lose the others
            yield Outcome(source, error=error, seconds=time.perf_counter() - begun)
