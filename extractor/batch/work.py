"""Owns what is done with one document, in whatever thread or process that is: a warm extractor is taken, and gives an outcome.

What travels to a worker is a `Job` and a source, what comes back an `Outcome`: no image in either direction.
"""

from __future__ import annotations

import inspect
import multiprocessing
import os
import pickle
import threading
import time
import traceback
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from extractor.batch.run import Outcome
from extractor.errors import DocumentTimeout, ExtractorError
from extractor.ocr.registry import AUTO, engine_class
from extractor.pipeline import Extractor
from extractor.split import Split

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "OPENCV_FOR_THREADS_NUM")
_GRACE = 2.0
"""Seconds in which a process that is to end can still tell why."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one run does with each of its documents.

    options: of `Extractor`, pickled. split: as in `Extractor.extract_all`. time_limit: seconds, watched where the document is
    read; None where that is another's concern. run: tells runs apart, because the rule files may have changed since the last one.
    """

    options: bytes
    password: str | None = None
    split: Split = Split.NONE
    time_limit: float | None = None
    run: str = field(default_factory=lambda: uuid.uuid4().hex)


def thread_variables(threads: int) -> dict[str, str]:
    """Environment variables that tell the libraries below an engine how many threads they may use, if they are not set; they look when they are loaded."""
    return {name: os.environ.get(name, str(threads)) for name in _THREAD_VARIABLES}


def with_threads(options: Mapping[str, Any], threads: int) -> dict[str, Any]:
    """Options of `Extractor` that give the engine so many threads, if it can be told and was not."""
    takes = inspect.signature(engine_class(options.get("engine", AUTO))).parameters
    return {"threads": threads, **options} if "threads" in takes else dict(options)


def work(job: Job, source: str) -> Outcome:
    """Reads one document. Raises DocumentTimeout, and what `Extractor` raises where it cannot be made here."""
    if job.time_limit is None:
        return _outcome(job, source)
    done: Future[Outcome] = Future()
    threading.Thread(target=_resolve, args=(done, job, source), daemon=True).start()
    try:
        return done.result(job.time_limit)
    except TimeoutError as error:
        if done.done():  # the error is one of the document
            raise
        _end_this_worker()
        raise DocumentTimeout(f"it took longer than {job.time_limit:g} s") from error


def _resolve(done: Future[Outcome], job: Job, source: str) -> None:
    try:
        done.set_result(_outcome(job, source))
    except BaseException as error:  # noqa: BLE001  raised again where the result is asked for
        done.set_exception(error)


def _end_this_worker() -> None:
    """Ends this process, for no thread can be ended alone: if it was started as somebody's worker, who then starts another."""
    if multiprocessing.parent_process() is not None:
        end = threading.Timer(_GRACE, os._exit, (1,))
        end.daemon = True
        end.start()


def _outcome(job: Job, source: str) -> Outcome:
    with _warm_extractor(job) as extractor:
        begun = time.perf_counter()
        try:
            results = extractor.extract_all(source, split=job.split, password=job.password)
            return Outcome.of(source, results, time.perf_counter() - begun)
        except Exception as error:  # noqa: BLE001  a fault met on one document must not lose the others
            return Outcome(source, error=portable(error), seconds=time.perf_counter() - begun)


def portable(error: Exception) -> Exception:
    """An error as it can be sent: itself, or its kind and message where it cannot be pickled. A fault of the program brings its traceback as a note."""
    if not isinstance(error, ExtractorError):
        error.add_note("".join(traceback.format_exception(error)))
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301  our own bytes
    except Exception:  # noqa: BLE001  a class may fail in any way
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


_idle: list[tuple[str, Extractor]] = []
"""Extractors that no thread uses now, each with the run that it was made for."""
_idle_lock = threading.Lock()


@contextmanager
def _warm_extractor(job: Job) -> Iterator[Extractor]:
    """An extractor for one thread; kept for the next document, and closed when a later run comes."""
    with _idle_lock:
        outdated = [extractor for run, extractor in _idle if run != job.run]
        _idle[:] = [(run, extractor) for run, extractor in _idle if run == job.run]
        extractor = _idle.pop()[1] if _idle else None
    for old in outdated:
        old.close()
    if extractor is None:
        extractor = Extractor(**pickle.loads(job.options))  # noqa: S301  made by whoever runs the batch
    yield extractor
    with _idle_lock:
        _idle.append((job.run, extractor))
