"""Owns where the documents of a command are read: in this process, in worker processes, or on a cluster; with progress and Ctrl-C."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.interrupt import first_interrupt
from extractor.cli.loading import READING_RULES, late_progress

if TYPE_CHECKING:
    from extractor.batch import Outcome
    from extractor.pipeline import Extractor

Command = Callable[..., Any]
_IDLE_SECONDS = 0.5

_OPTIONS = (
    click.option("--jobs", "-j", type=click.IntRange(1), metavar="N", help="Processes that read documents, by default one a core; 1 reads in this one."),
    click.option("--threads", type=click.IntRange(1), metavar="N", help="Threads of each OCR engine, by default the cores shared out among the jobs."),
    click.option("--cluster", metavar="ADDRESS", help="Read on the workers of a Dask scheduler, e.g. tcp://host:8786."),
)


def worker_options(command: Command) -> Command:
    """Adds the options on where documents are read."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class Workers:
    """Where documents are read. settings: options of `Extractor`. jobs: processes; None for one a core."""

    settings: dict[str, Any]
    jobs: int | None = None
    cluster: str | None = None
    password: str | None = None
    split: str = "none"

    @classmethod
    def of(cls, settings: dict[str, Any], options: dict[str, Any]) -> Workers:
        """Takes the options that `worker_options` adds, the password and `split` out of a command's options."""
        threads = {} if options["threads"] is None else {"threads": options["threads"]}
        return cls(settings | threads, options["jobs"], options["cluster"], options["password"], options.get("split", "none"))

    @contextmanager
    def outcomes(self, sources: Sequence[str], *, ordered: bool, quiet: bool) -> Iterator[Iterator[Outcome]]:
        """The outcome of each document. ordered: in the order of sources. quiet: without progress.

        The first Ctrl-C ends them after the documents in hand, and leaving raises click.Abort; with a single document it is
        KeyboardInterrupt. Raises what `Extractor` raises, and WorkersUnavailable.
        """
        from extractor.batch import STANDARD_INPUT, run, usable_cores
        from extractor.cli.progress import document_progress

        here = self.cluster is None and (self.jobs == 1 or len(sources) < 2 or STANDARD_INPUT in sources)
        with ExitStack() as stack:
            stop = stack.enter_context(first_interrupt()) if len(sources) > 1 else threading.Event()
            wanted = takewhile(lambda _: not stop.is_set(), sources)
            if here:
                extractor = self._extractor(stack, quiet)
                progress = stack.enter_context(document_progress(len(sources), quiet=quiet))
                outcomes = run(extractor, wanted, split=self.split, password=self.password, progress=progress.within)
            else:
                outcomes = self._elsewhere(wanted, stack, ordered, self.jobs or min(len(sources), usable_cores()), quiet)
                progress = stack.enter_context(document_progress(len(sources), quiet=quiet))
            yield progress.counted(outcomes, with_pages=not here)
            if stop.is_set():
                raise click.Abort

    @contextmanager
    def extracting(self, idle: Callable[[float], object]) -> Iterator[Callable[[Iterable[str | None]], Iterator[Outcome]]]:
        """A way to extract documents that are taken as they are needed, in any order; None among them says that there is none at the moment.

        idle: waits so many seconds, where there is none and nothing else to do. Raises as `outcomes`.
        """
        from extractor.batch import extract_many, run
        from extractor.pipeline import Extractor

        with ExitStack() as stack:
            if self.cluster is None and self.jobs == 1:
                extractor = stack.enter_context(Extractor(**self.settings))
                yield lambda sources: run(extractor, present(sources, idle), split=self.split, password=self.password)
            else:
                where = self._where(stack)
                options = {"split": self.split, "password": self.password, **where, **self.settings}
                yield lambda sources: stack.enter_context(closing(extract_many(sources, **options)))

    def _where(self, stack: ExitStack) -> dict[str, Any]:
        """Options of `extract_many` on where documents are read."""
        if self.cluster is None:
            return {"jobs": self.jobs}
        from extractor.batch.cluster import cluster_executor

        executor, in_flight = stack.enter_context(cluster_executor(self.cluster))
        return {"executor": executor, "in_flight": in_flight}

    def _extractor(self, stack: ExitStack, quiet: bool) -> Extractor:
        """One for this process."""
        from extractor.batch.work import thread_variables
        from extractor.pipeline import Extractor

        if "threads" in self.settings:
            os.environ.update(thread_variables(self.settings["threads"]))
        with late_progress(READING_RULES, quiet=quiet) as reading:
            return stack.enter_context(Extractor(rule_progress=reading, **self.settings))

    def _elsewhere(self, sources: Iterable[str], stack: ExitStack, ordered: bool, jobs: int, quiet: bool) -> Iterator[Outcome]:
        from extractor.batch import extract_many

        where = self._where(stack) if self.cluster is not None else {"jobs": jobs}
        with late_progress(READING_RULES, quiet=quiet) as reading:
            outcomes = extract_many(sources, ordered=ordered, split=self.split, password=self.password, rule_progress=reading, **where, **self.settings)
        return stack.enter_context(closing(outcomes))


def present(sources: Iterable[str | None], idle: Callable[[float], object]) -> Iterator[str]:
    """Sources without the None that say that there is none at the moment; waits instead."""
    for source in sources:
        if source is None:
            idle(_IDLE_SECONDS)
        else:
            yield source
