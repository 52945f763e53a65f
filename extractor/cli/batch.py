"""Owns `extractor batch`: files and folders in, a store out."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.interrupt import first_interrupt
from extractor.cli.loading import READING_RULES, late_progress
from extractor.cli.logs import log_options, log_to
from extractor.cli.options import NumberRange, check_regions, extracting_options, reading_options, regions_option, settings_from, store_option
from extractor.cli.workers import Workers, worker_options

if TYPE_CHECKING:
    from rich.console import Console

    from extractor.batch import Intake, Metrics
    from extractor.pipeline import Extractor
    from extractor.routing import Policy
    from extractor.store import DocumentStatus, Entry, Store, Versions

INTERRUPTED = 130
_DEFAULT_KEY = "seller,number,date,total"
_CREDENTIALS = re.compile(r"://[^/@]*:[^/@]*@")
log = logging.getLogger("extractor.batch")


def _duplicate_key(context: click.Context, option: click.Parameter, value: str) -> tuple[str, ...]:
    from extractor.store.same_invoice import key_names

    try:
        return key_names(name.strip() for name in value.split(","))
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@store_option
@click.option(
    "--reprocess",
    type=click.Choice(["stale", "failed", "all", "none"]),
    default="none",
    show_default=True,
    help="Do documents again that the store has: those that a changed rule file, schema or engine touches, those that could not be read, all.",
)
@click.option("--policy", "policy_file", type=click.Path(path_type=Path), metavar="PATH", help="Routing policy: what is accepted, reviewed, rejected.")
@click.option(
    "--duplicate-key",
    callback=_duplicate_key,
    default=_DEFAULT_KEY,
    show_default=True,
    metavar="NAMES",
    help="Fields, `seller` among them, that are the same on documents of the same invoice.",
)
@click.option("--watch", is_flag=True, help="Go on looking for new files until interrupted.")
@click.option("--settle", type=NumberRange(0), default=2.0, show_default=True, metavar="N", help="With --watch: take files unchanged for N seconds.")
@click.option("--checksum", is_flag=True, help="Read every file to see whether it changed, instead of trusting size and time of change.")
@click.option("--metrics", type=click.Path(path_type=Path), metavar="PATH", help="Write metrics to this file, as OpenMetrics text.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@click.option(
    "--split",
    type=click.Choice(["none", "auto"]),
    default="none",
    show_default=True,
    help="Look for several invoices in each file; each becomes a document of its own, which knows its pages.",
)
@regions_option
@worker_options
@log_options
@extracting_options
@reading_options
def batch(sources: tuple[str, ...], **options: Any) -> int:
    """Extract all documents of SOURCE... (files, folders, glob patterns, URLs of what fsspec reaches) into a store.

    Each ends there in exactly one of accepted, review, rejected and duplicate. Stop it, kill it, start it again: it goes on
    where it was. Documents that the store has are left alone unless --reprocess says otherwise. The first Ctrl-C finishes the
    documents in hand, the second stops at once.
    """
    from rich.console import Console

    from extractor.batch import Metrics
    from extractor.pipeline import Extractor
    from extractor.routing import Policy
    from extractor.store import Store

    _check_usage(sources, options)
    settings = settings_from(options) | {"regions": options["regions"]}
    policy = Policy.load(options["policy_file"]) if options["policy_file"] else None
    workers = Workers.of(settings, options)
    console = Console(stderr=True)
    log_to(console, "error" if options["quiet"] else options["log_level"], as_json=options["log_json"])
    with ExitStack() as stack:
        with late_progress(READING_RULES, quiet=options["quiet"]) as reading:
            extractor = stack.enter_context(Extractor(rule_progress=reading, **settings))
        store = stack.enter_context(Store(options["store"]))
        metrics = Metrics(options["metrics"]) if options["metrics"] else None
        stop = stack.enter_context(first_interrupt(or_end=True))
        return _Batch(sources, options, extractor, store, policy, stop).run(workers, metrics, console)


def _check_usage(sources: tuple[str, ...], options: dict[str, Any]) -> None:
    """Refuses what cannot be meant, before anything is opened or written."""
    check_regions(options)
    if "-" in sources:
        raise click.UsageError("a store knows documents by their paths, and standard input has none; save it to a file")
    if options["cluster"] and options["jobs"]:
        raise click.UsageError("on a cluster its own workers read; leave out --jobs")
    if any(_CREDENTIALS.search(source) for source in sources):
        raise click.UsageError("a URL is the name of a document and is stored as such: put its password into the settings of the store's own library")


@dataclass(slots=True)
class _Batch:
    """One run of the command. stop: set where no further document is to be begun."""

    sources: tuple[str, ...]
    options: dict[str, Any]
    extractor: Extractor
    store: Store
    policy: Policy | None
    stop: threading.Event

    def run(self, workers: Workers, metrics: Metrics | None, console: Console) -> int:
        """Takes the documents, tells what became of them, and gives the exit code."""
        from extractor.batch import KNOWN, Outcome

        begun, worst = time.monotonic(), 0
        run_id = self.store.begin_run()
        intake = self._intake(run_id)
        try:
            with workers.extracting(self.stop.wait) as extract:
                for entry, status in self._with_progress(intake.take(self._found(), extract), intake, console):
                    _log(entry, status)
                    if metrics is not None:
                        metrics.count(entry, status)
                    if entry.result is not None or entry.error is not None:
                        worst = max(worst, Outcome(entry.input.source, entry.result, entry.error).exit_code)
        finally:
            if metrics is not None:
                metrics.end(intake.counts[KNOWN])
        self.store.end_run(run_id, intake.counts[KNOWN])
        if not self.options["quiet"]:
            click.echo(_summary(self.store, run_id, intake.counts[KNOWN], time.monotonic() - begun))
        return INTERRUPTED if self.stop.is_set() else worst

    def _versions(self) -> Versions:
        from extractor.store import Versions

        policy = self.policy.digest if self.policy else None
        return Versions.of(self.extractor, policy=policy, duplicate_key=self.options["duplicate_key"], split=self.options["split"])

    def _intake(self, run_id: str) -> Intake:
        from extractor.batch import Intake, Reprocess

        return Intake(
            self.store,
            self._versions(),
            identify=_identifier(self.extractor, self.options["password"]),
            reprocess=Reprocess(self.options["reprocess"]),
            checksum=self.options["checksum"],
            policy=self.policy,
            run_id=run_id,
            stopped=self.stop.is_set,
        )

    def _found(self) -> Iterator[str | None]:
        """The documents; with --watch until somebody stops it."""
        from extractor.batch import HotFolder, find

        if self.options["watch"]:
            return HotFolder(self.sources, self.options["settle"], self.store.files).watch(self.stop.is_set)
        return find(self.sources, self.store.files)

    def _with_progress(self, entries: Iterable[tuple[Entry, DocumentStatus]], intake: Intake, console: Console) -> Iterator[tuple[Entry, DocumentStatus]]:
        """Passes entries on, and shows how far the run is: as a bar on a terminal, else as log records."""
        from extractor.cli.progress import Pace, bar_on

        total = None if self.options["watch"] else sum(1 for _ in self._found())
        pace = Pace(total)
        with bar_on(console, quiet=self.options["quiet"]) as bar:
            task = bar.add_task("documents", total=total)
            for entry in entries:
                bar.update(task, completed=intake.files)
                pace.tell(intake.files)
                yield entry


def _log(entry: Entry, status: DocumentStatus) -> None:
    """One record a document: a warning where it was rejected."""
    from extractor.store import DocumentStatus

    reason = _reason(entry, status)
    about = {
        "document": entry.input.id,
        "source": entry.input.source,
        "pages": list(entry.input.part.pages) if entry.input.part is not None else None,
        "status": str(status),
        "attempt": entry.input.attempts + 1,
        "rules": entry.result.rules.id if entry.result is not None else None,
        "seconds": None if entry.seconds is None else round(entry.seconds, 3),
        "reason": reason,
    }
    level = logging.WARNING if status is DocumentStatus.REJECTED else logging.INFO
    log.log(level, "%s %s %s%s", entry.input.id, status, entry.input.name, f": {reason}" if reason else "", extra=about)


def _reason(entry: Entry, status: DocumentStatus) -> str | None:
    """Why a document was not accepted."""
    from extractor.issues import Level
    from extractor.store import DocumentStatus

    if entry.error is not None:
        return f"{type(entry.error).__name__}: {entry.error}"
    if entry.duplicate_of is not None:
        return f"the same {entry.duplicate_by} as {entry.duplicate_of}"
    if status is DocumentStatus.DUPLICATE:
        return "the same invoice as a document that came before"
    if entry.routed is not None and entry.routed.reason:
        return f"{entry.routed.route}: {entry.routed.reason}"
    issues = entry.result.issues if entry.result is not None else ()
    return "; ".join(issue.message for issue in issues if issue.level is not Level.INFO) or None


def _summary(store: Store, run_id: str, known: int, seconds: float) -> str:
    from extractor.store.figures import statuses_of

    counts = statuses_of(store, run_id)
    done = sum(counts.values())
    told = ", ".join(f"{count:,} {status}" for status, count in counts.items())
    left = f"; {known:,} known before and left alone" if known else ""
    rate = f", {done / seconds:.1f} a second" if done and seconds else ""
    return f"{done:,} documents in {seconds:.1f} s{rate}: {told}{left}\nstore: {store.name}"


def _identifier(extractor: Extractor, password: str | None) -> Callable[[str, Sequence[int] | None], str | None]:
    """Says to which vendor's rule set a document, or some pages of it, belongs by the rules of now."""
    from extractor.document.load import load_document
    from extractor.errors import ExtractorError
    from extractor.layout import lay_out

    def identify(source: str, pages: Sequence[int] | None) -> str | None:
        try:
            with load_document(source, password=password, limits=extractor.limits) as document:
                ocr = extractor.recognize(document)
            found = extractor.identify(lay_out(ocr if pages is None else ocr.of_pages(pages))).source
        except ExtractorError:
            return None  # it is done again where it was of a vendor, and that tells what is wrong with it
        return found.id if found.vendor else None

    return identify
