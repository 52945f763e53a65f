"""Many documents at once: every one gives its outcome, whatever happens to the workers, and in bounded memory."""

from __future__ import annotations

import dataclasses
import gc
import itertools
import os
import pickle
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from hazards import ONCE, register, write_image
from papers import BAD, FIXTURES, workers, write_invoices
from PIL import Image

from extractor import Extractor, Limits
from extractor.batch import Outcome, extract_many, run, usable_cores
from extractor.errors import DocumentError, DocumentTimeout, EngineNotFound, RuleFileError, WorkerDied, WorkersUnavailable
from extractor.ocr import OcrPage, OcrResult

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")
SCAN = FIXTURES / "acme-supplies" / "scan.ocr.json"


@pytest.fixture
def hazards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for images that the engine `hazard` meets in its ways."""
    for folder in register(tmp_path / "engine"):
        monkeypatch.syspath_prepend(folder)
    monkeypatch.setenv(ONCE, str(tmp_path))
    return tmp_path


def as_json(outcomes: Iterator[Outcome]) -> list[dict[str, Any]]:
    return [row for outcome in outcomes for row in outcome.to_dicts()]


def test_processes_threads_and_one_after_the_other_give_the_same(extractor: Extractor, tmp_path: Path) -> None:
    sources = [*write_invoices(tmp_path, 6), *sorted(FIXTURES.glob("*/text.pdf"))[:3], BAD / "truncated.pdf", tmp_path / "missing.pdf"]
    wanted = as_json(run(extractor, map(str, sources)))
    assert as_json(extract_many(sources, jobs=2, ordered=True)) == wanted
    with ThreadPoolExecutor(2) as threads:
        assert as_json(extract_many(sources, executor=threads, ordered=True)) == wanted
        assert threads.submit(abs, -1).result() == 1  # it was left open
    with ProcessPoolExecutor(1, get_context("spawn")) as processes:
        assert as_json(extract_many(sources[:4], executor=processes, ordered=True)) == wanted[:4]


def test_what_is_read_comes_along(tmp_path: Path, extractor: Extractor) -> None:
    (path,) = write_invoices(tmp_path, 1)
    (outcome,) = extract_many([path], jobs=1)
    assert outcome.result == extractor.extract(path)


@posix
def test_workers_that_die_or_hang_cost_their_documents_alone(hazards: Path) -> None:
    good = write_invoices(hazards / "in", 12)
    bad = {name: write_image(hazards / f"{name}.png", name) for name in ("killed", "stalled", "stopped", "killed-once")}
    sources = [*good[:3], *bad.values(), *good[3:]]
    found = {Path(o.source): o for o in extract_many(sources, jobs=2, engine="hazard", mode="auto", time_limit=8)}
    assert found.keys() == set(sources)
    assert [found[path].result is not None for path in good] == [True] * len(good)
    assert found[bad["killed-once"]].result is not None
    assert isinstance(found[bad["killed"]].error, WorkerDied)
    assert "SIGKILL" in str(found[bad["killed"]].error)
    assert str(found[bad["killed"]].error).endswith(", 2 times")
    for name in ("stalled", "stopped"):
        assert isinstance(found[bad[name]].error, DocumentTimeout)
        assert found[bad[name]].exit_code == 4


@posix
def test_no_retry_where_none_is_wanted(hazards: Path) -> None:
    (outcome,) = extract_many([write_image(hazards / "a.png", "killed-once")], jobs=1, engine="hazard", retries=0)
    assert isinstance(outcome.error, WorkerDied)


def test_a_thread_that_hangs_costs_its_document_alone(hazards: Path) -> None:
    good = write_invoices(hazards / "in", 3)
    with ThreadPoolExecutor(1) as threads:
        sources = [good[0], write_image(hazards / "a.png", "stalled"), *good[1:]]
        outcomes = list(extract_many(sources, executor=threads, engine="hazard", mode="auto", time_limit=8, retries=0, ordered=True))
    assert [type(outcome.error) for outcome in outcomes] == [type(None), DocumentTimeout, type(None), type(None)]


@posix
def test_an_executor_of_the_caller_that_breaks_ends_the_run(hazards: Path) -> None:
    with ProcessPoolExecutor(1, get_context("spawn")) as processes, pytest.raises(WorkersUnavailable, match="broken"):
        list(extract_many([write_image(hazards / "a.png", "killed")], executor=processes, engine="hazard"))


class Counting(Executor):
    """Runs calls in threads, and counts how many it has been given that are not done."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(4)
        self._lock = threading.Lock()
        self.now = self.most = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        future = self._threads.submit(fn, *args, **kwargs)
        future.add_done_callback(self._done)
        return future

    def _done(self, _: Future[Any]) -> None:
        with self._lock:
            self.now -= 1

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._threads.shutdown(wait, cancel_futures=cancel_futures)


@pytest.mark.parametrize("ordered", [False, True])
def test_thousands_of_documents_in_bounded_memory(ordered: bool, tmp_path: Path) -> None:
    Image.new("L", (100, 40), 255).save(tmp_path / "tiny.png")
    recording = OcrResult((OcrPage(1, 100, 40),), "rapidocr").to_json()
    taken = 0

    def endless() -> Iterator[Path]:
        nonlocal taken
        for taken in itertools.count(1):  # noqa: B007  the test looks at it
            yield tmp_path / "tiny.png"

    alive = []
    bound = 6 * 8 if ordered else 6
    with (
        Counting() as executor,
        closing(extract_many(endless(), executor=executor, in_flight=6, ordered=ordered, engine="replay", recording=recording)) as many,
    ):
        for number, outcome in enumerate(itertools.islice(many, 2000), 1):
            assert outcome.result is not None
            assert taken - number <= bound
            if number % 500 == 0:
                alive.append(sum(isinstance(thing, Outcome) for thing in gc.get_objects()))
    assert executor.most <= 6
    assert max(alive) <= bound + 2  # what the test holds, and the one before


def test_sources_that_come_late_hold_nothing_up(tmp_path: Path) -> None:
    first, second = write_invoices(tmp_path, 2)
    seen: list[str] = []

    def coming() -> Iterator[Path | None]:
        yield first
        while not seen:
            yield None
        yield second

    for outcome in extract_many(coming(), jobs=1):
        seen.append(outcome.source)
    assert seen == [str(first), str(second)]


@posix
def test_leaving_early_leaves_no_process(tmp_path: Path) -> None:
    outcomes = extract_many(itertools.cycle(write_invoices(tmp_path, 4)), jobs=2)
    next(outcomes)
    assert len(workers(os.getpid())) >= 1
    outcomes.close()
    assert workers(os.getpid()) == []


def test_wrong_options_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("format: 1\nfields: 3\n", encoding="utf-8")
    with pytest.raises(RuleFileError):
        extract_many([], rules=tmp_path)
    with pytest.raises(EngineNotFound):
        extract_many([], engine="nonsense")
    for wrong in ({"jobs": 0}, {"in_flight": 0}, {"retries": -1}):
        with pytest.raises(ValueError, match="at least"):
            extract_many([], **wrong)  # type: ignore[arg-type]


def test_options_that_cannot_be_sent_are_told_at_once() -> None:
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
        extract_many([], engine="replay", recording=SCAN, schema={"x": lambda: 1})


def test_limits_are_kept_on_workers() -> None:
    (outcome,) = extract_many([FIXTURES / "acme-supplies" / "text.pdf"], jobs=1, limits=Limits(max_bytes=10))
    assert isinstance(outcome.error, DocumentError)
    assert "10 bytes" in str(outcome.error)


def test_rules_are_read_anew_by_every_run(tmp_path: Path) -> None:
    (path,) = write_invoices(tmp_path, 1)
    rules = tmp_path / "harbour.yaml"
    with ThreadPoolExecutor(1) as threads:
        for currency in ("GBP", "EUR"):
            rules.write_text(f"format: 1\nidentify: {{all: [Harbour Lantern Works]}}\ncurrency: {currency}\n", encoding="utf-8")
            (outcome,) = extract_many([path], executor=threads, rules=rules)
            assert outcome.result is not None
            assert outcome.result.invoice.currency == currency


def test_an_outcome_is_small_and_survives_pickling(tmp_path: Path, extractor: Extractor) -> None:
    path = FIXTURES / "acme-supplies" / "scan.jpg"
    with Extractor(engine="replay", recording=str(SCAN)) as replaying:
        outcome = Outcome(str(path), replaying.extract(path))
    pickled = pickle.dumps(outcome)
    assert pickle.loads(pickled) == outcome
    assert len(pickled) < 50_000
    assert dataclasses.is_dataclass(outcome)


def test_at_least_one_core_can_be_used() -> None:
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
