"""Owns running over many documents at once, on any executor: bounded in memory, and no document lost with the worker that was at it."""

from __future__ import annotations

import logging
import os
import pickle
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, CancelledError, Executor, Future, wait
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from extractor.batch.pool import WorkerPool
from extractor.batch.run import Outcome
from extractor.batch.work import Job, thread_variables, with_threads, work
from extractor.document.model import Limits
from extractor.errors import WorkerDied, WorkerError, WorkersUnavailable
from extractor.pipeline import Extractor
from extractor.split import Split

FOREIGN_IN_FLIGHT = 64
"""Documents that are handed to an executor of the caller's at once, where nothing is said: it does not tell how many workers it has."""
_ORDERED_AHEAD = 8
"""How many times as many documents as are in flight may wait for an earlier one, where outcomes are wanted in order."""
_OVERTIME = 60.0
"""Seconds beyond `Limits.max_seconds`, which are looked at between pages, until the worker is taken to hang."""
_FAULTS = 2
"""How often a document is handed out again that the executor failed for reasons of its own: Dask's trips over a worker that dies
just when it has an answer. What persists is a fault of the set-up, and ends the run."""
_TICK = 0.5
"""Seconds after which waiting is interrupted, because an interrupt of the user cannot do that on every system."""

Source = str | os.PathLike[str]
log = logging.getLogger("extractor.batch")


def extract_many(
    sources: Iterable[Source | None],
    *,
    executor: Executor | None = None,
    jobs: int | None = None,
    in_flight: int | None = None,
    ordered: bool = False,
    retries: int = 1,
    time_limit: float | None = None,
    split: Split | str = Split.NONE,
    password: str | None = None,
    **options: Any,
) -> Generator[Outcome]:
    """Extracts the invoices of many documents at once; yields an `Outcome` for each as it is done.

    sources: paths and URLs, taken as they are needed, so that they may be endless; None where there is none at the moment.
    executor: what runs the documents; it is left open. Where None, `jobs` processes (as many as there are usable cores), each with
    one warm engine. in_flight: how many documents are handed out at once. ordered: yield in the order of the sources.
    retries: how often a document is tried again whose worker died or overran time_limit (seconds; by default a minute more than
    `Limits.max_seconds`); then its outcome is WorkerDied or DocumentTimeout. split: `auto` looks for several invoices in each.
    options: those of `Extractor`; an engine gets one thread in each of several workers, unless `threads` says otherwise.
    Leaving the iterator early ends what is in flight.
    Raises what `Extractor` raises, ValueError, and WorkersUnavailable where the executor can do no more.
    """
    if min(1 if given is None else given for given in (jobs, in_flight)) < 1 or retries < 0:
        raise ValueError("jobs and in_flight must be at least 1, retries at least 0")
    Extractor(**options).close()  # raises here what the options have wrong
    options.pop("rule_progress", None)  # workers find compiled what was read just now, and could not tell anybody
    if time_limit is None:
        time_limit = (options.get("limits") or Limits()).max_seconds + _OVERTIME
    if executor is None:
        jobs = jobs or usable_cores()
        threads = max(1, usable_cores() // jobs)
        workers: AbstractContextManager[Executor] = _own_pool(jobs, options.get("threads") or threads, time_limit)
        job = Job(pickle.dumps(with_threads(options, threads)), password, Split(split))
    else:
        workers = nullcontext(executor)
        job = Job(pickle.dumps(with_threads(options, 1)), password, Split(split), time_limit)
    run = _Run(job, workers, in_flight or (FOREIGN_IN_FLIGHT if jobs is None else 2 * jobs), retries)
    return _in_order(sources, run) if ordered else _as_done(sources, run)


def usable_cores() -> int:
    """How many cores this process may use."""
    count: Callable[[], int | None] | None = getattr(os, "process_cpu_count", None)  # Python 3.13
    if count is not None:
        return count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _Run:
    """How documents are run. workers: opened for the run, gives the executor."""

    job: Job
    workers: AbstractContextManager[Executor]
    in_flight: int
    retries: int


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A document in flight. index: its place among the sources. number: from 1."""

    index: int
    source: str
    number: int = 1


@contextmanager
def _own_pool(jobs: int, threads: int, time_limit: float) -> Iterator[WorkerPool]:
    """A pool whose processes are gone when it is left, at once where it is left early."""
    pool = WorkerPool(jobs, time_limit=time_limit, environment=thread_variables(threads))
    try:
        yield pool
    finally:
        pool.kill()


def _as_done(sources: Iterable[Source | None], run: _Run) -> Generator[Outcome]:
    with closing(_outcomes(sources, run)) as outcomes:
        for _, outcome in outcomes:
            yield outcome


def _in_order(sources: Iterable[Source | None], run: _Run) -> Generator[Outcome]:
    """Outcomes in the order of their sources, of which only so many are taken that few outcomes have to wait for an earlier one."""
    waiting: dict[int, Outcome] = {}
    taken = given = 0

    def paced() -> Iterator[Source | None]:
        nonlocal taken
        for source in sources:
            while taken - given >= _ORDERED_AHEAD * run.in_flight:
                yield None
            taken += source is not None
            yield source

    with closing(_outcomes(paced(), run)) as outcomes:
        for index, outcome in outcomes:
            waiting[index] = outcome
            while given in waiting:
                ready = waiting.pop(given)
                given += 1
                yield ready


def _outcomes(sources: Iterable[Source | None], run: _Run) -> Generator[tuple[int, Outcome]]:
    """Outcomes with the places of their sources, as they are done. No more than `run.in_flight` are handed out at once, and none is kept."""
    flying: dict[Future[Outcome], _Attempt] = {}
    attempts = _attempts(sources)
    more = True
    with run.workers as executor, _cancelled_at_end(flying):
        while more or flying:
            while more and len(flying) < run.in_flight:
                attempt = next(attempts, None)
                more = attempt is not None
                if attempt is None or attempt is _NONE_NOW:
                    break
                flying[_submit(executor, run.job, attempt)] = attempt
            if not flying and more:
                time.sleep(_TICK)
            for future in wait(flying, _TICK, FIRST_COMPLETED).done:
                attempt = flying.pop(future)
                outcome = _landed(future, attempt, run.retries)
                if outcome is None:
                    again = replace(attempt, number=attempt.number + 1)
                    flying[_submit(executor, run.job, again)] = again
                else:
                    yield attempt.index, outcome


@contextmanager
def _cancelled_at_end(flying: Mapping[Future[Outcome], _Attempt]) -> Iterator[None]:
    try:
        yield
    finally:
        for future in flying:
            future.cancel()


_NONE_NOW = _Attempt(-1, "")


def _attempts(sources: Iterable[Source | None]) -> Iterator[_Attempt]:
    index = 0
    for source in sources:
        if source is None:
            yield _NONE_NOW
        else:
            yield _Attempt(index, os.fspath(source))
            index += 1


def _submit(executor: Executor, job: Job, attempt: _Attempt) -> Future[Outcome]:
    try:
        return executor.submit(work, job, attempt.source)
    except BrokenExecutor as error:
        raise _broken(error) from error


def _landed(future: Future[Outcome], attempt: _Attempt, retries: int) -> Outcome | None:
    """What became of a document; None where it is to be tried again. Raises WorkersUnavailable, and what no document is to blame for."""
    try:
        return future.result()
    except WorkerError as error:
        if attempt.number <= retries:
            _tell_again(attempt, error)
            return None
        times = f", {attempt.number} times" if attempt.number > 1 else ""
        return Outcome(attempt.source, error=type(error)(f"{error}{times}"))
    except BrokenExecutor as error:
        raise _broken(error) from error
    except CancelledError as error:
        raise WorkersUnavailable("the executor has given up what it was handed: it was shut down, or the connection to it was lost") from error
    except Exception as error:
        # Dask blames what was queued on a worker along with what killed it: that deserves another chance as well
        killed = _is_killed_worker(error)
        if attempt.number <= (retries if killed else max(retries, _FAULTS)):
            _tell_again(attempt, error)
            return None
        if killed:
            return Outcome(attempt.source, error=WorkerDied(f"every worker that read it died: {error}"))
        raise


def _tell_again(attempt: _Attempt, error: Exception) -> None:
    log.warning("%s is tried again: %s", attempt.source, error, extra={"source": attempt.source, "attempt": attempt.number})


def _broken(error: BrokenExecutor) -> WorkersUnavailable:
    return WorkersUnavailable(f"the executor that was given is broken: {error}; the default one replaces workers that die")


def _is_killed_worker(error: Exception) -> bool:
    """Whether Dask's scheduler has seen a document's workers die as often as it allows."""
    distributed = sys.modules.get("distributed")
    return distributed is not None and isinstance(error, distributed.KilledWorker)
