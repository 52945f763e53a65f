"""Owns `extractor batch`: files and folders in, a store out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.logs import log_options, log_to
from extractor.cli.options import NumberRange, extracting_options, extractor_from, reading_options, store_option

if TYPE_CHECKING:
    from rich.console import Console

    from extractor.batch import Intake, Metrics, Outcome, Stop
    from extractor.pipeline import Extractor
    from extractor.store import DocumentStatus, Entry, Store

INTERRUPTED = 130
POLL_SECONDS = 1.0
log = logging.getLogger("extractor.batch")


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
@click.option("--watch", is_flag=True, help="Go on looking for new files until interrupted.")
@click.option("--settle", type=NumberRange(0), default=2.0, show_default=True, metavar="N", help="With --watch: take files unchanged for N seconds.")
@click.option("--checksum", is_flag=True, help="Read every file to see whether it changed, instead of trusting size and time of change.")
@click.option("--metrics", type=click.Path(path_type=Path), metavar="PATH", help="Write metrics to this file, as OpenMetrics text.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@log_options
@extracting_options
@reading_options
def batch(sources: tuple[str, ...], **options: Any) -> int:
    """Extract all documents of SOURCE... (files, folders, glob patterns) into a store.

    Each ends there in exactly one of accepted, review, rejected and duplicate. Stop it, kill it, start it again: it goes on
    where it was. Documents that the store has are left alone unless --reprocess says otherwise.
    """
    from rich.console import Console

    from extractor.batch import Metrics, Stop
    from extractor.store import Store

    if "-" in sources:
        raise click.UsageError("a store knows documents by their paths, and standard input has none; save it to a file")
    console = Console(stderr=True)
    log_to(console, "error" if options["quiet"] else options["log_level"], as_json=options["log_json"])
    with ExitStack() as stack:
        extractor = stack.enter_context(extractor_from(options))
        store = stack.enter_context(Store(options["store"]))
        metrics = Metrics(options["metrics"]) if options["metrics"] else None
        return _run(sources, extractor, store, stack.enter_context(Stop()), metrics, console, options)


def _run(sources: tuple[str, ...], extractor: Extractor, store: Store, stop: Stop, metrics: Metrics | None, console: Console, options: dict[str, Any]) -> int:
    from extractor.batch import KNOWN, Outcome

    begun, worst = time.monotonic(), 0
    run_id = store.begin_run()
    intake = _intake(extractor, store, stop, run_id, options)
    try:
        for entry, status in _with_progress(_taken(sources, intake, extractor, store, stop, options), intake, sources, store, console, options):
            _log(entry, status)
            if metrics is not None:
                metrics.count(entry, status)
            if entry.result is not None or entry.error is not None:
                worst = max(worst, Outcome(entry.input.source, entry.result, entry.error).exit_code)
    finally:
        if metrics is not None:
            metrics.end(intake.counts[KNOWN])
    store.end_run(run_id, intake.counts[KNOWN])
    if not options["quiet"]:
        click.echo(_summary(intake, time.monotonic() - begun, store))
    return INTERRUPTED if stop.asked else worst


def _intake(extractor: Extractor, store: Store, stop: Stop, run_id: str, options: dict[str, Any]) -> Intake:
    from extractor.batch import Intake, Reprocess
    from extractor.store import Versions

    return Intake(
        store,
        Versions.of(extractor),
        identify=_identifier(extractor, options["password"]),
        reprocess=Reprocess(options["reprocess"]),
        checksum=options["checksum"],
        run_id=run_id,
        stopped=lambda: stop.asked,
    )


def _taken(
    sources: tuple[str, ...], intake: Intake, extractor: Extractor, store: Store, stop: Stop, options: dict[str, Any]
) -> Iterator[tuple[Entry, DocumentStatus]]:
    """Every document that was written, and where it ended; with --watch until somebody stops it."""
    from extractor.batch import HotFolder, find, run

    def extract(documents: Iterable[str]) -> Iterator[Outcome]:
        return run(extractor, documents, password=options["password"])

    if not options["watch"]:
        yield from intake.take(find(sources, store.files), extract)
        return
    folder = HotFolder(sources, options["settle"], store.files)
    while not stop.asked:
        complete = folder.ready()
        yield from intake.take(complete, extract)
        if not complete:
            stop.wait(POLL_SECONDS)


def _with_progress(
    entries: Iterator[tuple[Entry, DocumentStatus]], intake: Intake, sources: tuple[str, ...], store: Store, console: Console, options: dict[str, Any]
) -> Iterator[tuple[Entry, DocumentStatus]]:
    """Passes entries on, and shows how far the run is: as a bar on a terminal, else as log records."""
    from extractor.batch import find
    from extractor.cli.progress import Pace, bar

    total = None if options["watch"] else sum(1 for _ in find(sources, store.files))
    pace = Pace(total)
    with bar(console, disable=options["quiet"]) as shown:
        task = shown.add_task("documents", total=total)
        for entry in entries:
            done = intake.counts.total()
            shown.update(task, completed=done)
            pace.tell(done)
            yield entry


def _log(entry: Entry, status: DocumentStatus) -> None:
    """One record a document: a warning where it was rejected."""
    from extractor.store import DocumentStatus

    reason = _reason(entry, status)
    about = {
        "document": entry.input.id,
        "source": entry.input.source,
        "status": str(status),
        "attempt": entry.input.attempts + 1,
        "rules": entry.result.rules.id if entry.result is not None else None,
        "seconds": None if entry.seconds is None else round(entry.seconds, 3),
        "reason": reason,
    }
    level = logging.WARNING if status is DocumentStatus.REJECTED else logging.INFO
    log.log(level, "%s %s %s%s", entry.input.id, status, entry.input.source, f": {reason}" if reason else "", extra=about)


def _reason(entry: Entry, status: DocumentStatus) -> str | None:
    """Why a document was not accepted."""
    from extractor.issues import Level

    if entry.error is not None:
        return f"{type(entry.error).__name__}: {entry.error}"
    if entry.duplicate_of is not None:
        return f"the same {entry.duplicate_by} as {entry.duplicate_of}"
    issues = entry.result.issues if entry.result is not None else ()
    return "; ".join(issue.message for issue in issues if issue.level is not Level.INFO) or None


def _summary(intake: Intake, seconds: float, store: Store) -> str:
    from extractor.batch import KNOWN

    counts = dict(intake.counts)
    known = counts.pop(KNOWN)
    done = sum(counts.values())
    told = ", ".join(f"{count:,} {status}" for status, count in counts.items())
    left = f"; {known:,} known before and left alone" if known else ""
    rate = f", {done / seconds:.1f} a second" if done and seconds else ""
    return f"{done:,} documents in {seconds:.1f} s{rate}: {told}{left}\nstore: {store.name}"


def _identifier(extractor: Extractor, password: str | None) -> Callable[[str], str | None]:
    """Says to which vendor's rule set a document belongs by the rules of now."""
    from extractor.document.load import load_document
    from extractor.errors import ExtractorError
    from extractor.layout import lay_out

    def identify(source: str) -> str | None:
        try:
            with load_document(source, password=password, limits=extractor.limits) as document:
                found = extractor.identify(lay_out(extractor.recognize(document))).source
        except ExtractorError:
            return None  # it is done again where it was of a vendor, and that tells what is wrong with it
        return found.id if found.vendor else None

    return identify
