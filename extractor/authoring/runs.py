"""Owns running many cases: in this process where they are few, in several where they are many."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

from extractor.authoring.examples import Case, CaseResult, run_case
from extractor.pipeline import Extractor

CASES_A_PROCESS = 24
"""Below this many cases a further process takes longer to start than it saves."""

_extractor: Extractor | None = None


def run_cases(
    extractor: Extractor,
    cases: Sequence[Case],
    settings: Mapping[str, Any],
    *,
    jobs: int | None = None,
    password: str | None = None,
    usage: bool = False,
) -> Iterator[CaseResult]:
    """Results as they come; a caller that stops early leaves the rest undone.

    settings: what `extractor` was made with, for other processes to make their own. jobs: processes; None: as many as pay off.
    """
    jobs = jobs or min(os.cpu_count() or 1, -(-len(cases) // CASES_A_PROCESS))
    if jobs <= 1 or len(cases) <= 1:
        yield from (run_case(extractor, case, password=password, usage=usage) for case in cases)
        return
    pool = ProcessPoolExecutor(jobs, initializer=_start, initargs=(dict(settings),))
    try:
        running = [pool.submit(_run, case, password, usage) for case in cases]
        yield from (future.result() for future in as_completed(running))
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start(settings: dict[str, Any]) -> None:
    global _extractor  # noqa: PLW0603  one extractor a process, made before its first case
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _extractor = Extractor(**settings)


def _run(case: Case, password: str | None, usage: bool) -> CaseResult:
    assert _extractor is not None
    return run_case(_extractor, case, password=password, usage=usage)
