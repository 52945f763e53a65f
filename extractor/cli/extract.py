"""Owns `extractor extract`: documents in; a table, JSON, CSV or a feed out."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.options import check_regions, extracting_options, reading_options, regions_option, settings_from
from extractor.cli.workers import Workers, worker_options

if TYPE_CHECKING:
    from extractor.batch import Feed, Outcome

OUT = click.Path(path_type=Path)


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path())
@extracting_options
@click.option(
    "--split",
    type=click.Choice(["none", "auto"]),
    default="none",
    show_default=True,
    help="Take each file as one invoice, or look for where invoices begin in it: page numbers, numbers, letterheads, separator sheets.",
)
@regions_option
@click.option("--json", "json_path", type=OUT, metavar="PATH", help="Write results as JSON: an object for one file, JSON Lines for several and with --split.")
@click.option("--ocr-csv", type=OUT, metavar="PATH", help='Write OCR rows "text",confidence: a file for one document, a folder for several and with --split.')
@click.option("--fields-csv", type=OUT, metavar="PATH", help="Write one row a field and document.")
@click.option("--feed", "feed_path", type=OUT, metavar="PATH", help="Append invoices that are valid to this JSON Lines file.")
@click.option("--rejects", type=OUT, metavar="PATH", help="Append all other documents to this one, with reasons.")
@click.option("--accept-review", is_flag=True, help="Let invoices that need review into the feed.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@worker_options
@reading_options
def extract(files: tuple[str, ...], **options: Any) -> int:
    """Extract invoice fields from FILES (PNG, JPEG, TIFF, BMP, WebP, GIF, PDF; `-` reads standard input).

    FILES may be URLs of what fsspec reaches. On a terminal a table is printed, elsewhere JSON. Results come in the order of FILES;
    the lines of a feed as they are done. A feed that is given again goes on where it stopped. The first Ctrl-C finishes the documents
    in hand, the second stops at once.
    """
    _check_usage(files, options)
    workers, quiet = Workers.of(settings_from(options) | {"regions": options["regions"]}, options), options["quiet"]
    sources = list(dict.fromkeys(files))
    worst = 0
    with ExitStack() as stack:
        feed = stack.enter_context(_feed(options)) if options["feed_path"] else None
        if feed is not None:
            sources = [source for source in sources if not feed.is_done(source)]
        ordered = feed is None or any(options[name] for name in ("json_path", "fields_csv", "ocr_csv"))
        outcomes = stack.enter_context(workers.outcomes(sources, ordered=ordered, quiet=quiet))
        for outcome in _written(outcomes, feed, options, several=len(files) > 1 or options["split"] != "none"):
            worst = max(worst, outcome.exit_code)
            if outcome.error is not None and (quiet or feed is not None):
                click.echo(f"error: {outcome.source}: {outcome.error}", err=True)
            if not quiet and feed is None and not options["json_path"]:
                _print(outcome)
    return worst


def _check_usage(files: tuple[str, ...], options: dict[str, Any]) -> None:
    """Refuses options that do not go together, before anything is opened or written."""
    if bool(options["feed_path"]) != bool(options["rejects"]):
        raise click.UsageError("--feed and --rejects go together: what does not enter the feed must be kept somewhere")
    if options["feed_path"] and "-" in files:
        raise click.UsageError("a feed knows documents by their paths, and standard input has none; save it to a file")
    if options["cluster"] and ("-" in files or options["jobs"]):
        raise click.UsageError("on a cluster its own workers read, and not from standard input; leave out --jobs and `-`")
    check_regions(options)
    if options["regions"] == "needed" and options["ocr_csv"]:
        raise click.UsageError("--ocr-csv writes all that was read, and --regions needed leaves most of it unread; leave out one of them")
    from extractor.document.remote import is_url

    used = {Path(file).resolve(): file for file in files if not is_url(file)}
    for name in ("json_path", "ocr_csv", "fields_csv", "feed_path", "rejects"):
        path = options[name]
        if path is not None and not path.is_dir() and used.setdefault(path.resolve(), name) != name:
            raise click.UsageError(f"{path} is given twice; what is written must not replace a document or another output")


def _feed(options: dict[str, Any]) -> Feed:
    from extractor.batch import Feed
    from extractor.validate import InvoiceSchema

    return Feed(options["feed_path"], options["rejects"], InvoiceSchema(options["schema"]), accept_review=options["accept_review"])


def _written(outcomes: Iterable[Outcome], feed: Feed | None, options: dict[str, Any], *, several: bool) -> Iterator[Outcome]:
    """Passes outcomes on after they have been written to the files that were asked for."""
    from extractor.output.fields_csv import FieldsCsv

    with ExitStack() as stack:
        rows = stack.enter_context(FieldsCsv(options["fields_csv"])) if options["fields_csv"] else None
        objects = stack.enter_context(options["json_path"].open("w", encoding="utf-8", errors="backslashreplace")) if options["json_path"] else None
        taken: set[Path] = set()
        for outcome in outcomes:
            if feed is not None:
                feed.write(outcome)
            if objects is not None:
                objects.writelines(json.dumps(row, ensure_ascii=False, indent=None if several else 2) + "\n" for row in outcome.to_dicts())
            for result in outcome.results:
                if rows is not None:
                    rows.write(result)
                if options["ocr_csv"]:
                    result.ocr.save_as_csv(_csv_path(options["ocr_csv"], result.name, several, taken))
            yield outcome


def _csv_path(path: Path, source: str, several: bool, taken: set[Path]) -> Path:
    """Where a document's OCR rows go: the file itself, or one in a folder, numbered where names repeat."""
    if not (several or path.is_dir()):
        return path
    path.mkdir(parents=True, exist_ok=True)
    stem, number = Path(source).name, 1
    while (target := path / f"{stem}{'' if number == 1 else f'-{number}'}.csv") in taken:
        number += 1
    taken.add(target)
    return target


def _print(outcome: Outcome) -> None:
    if sys.stdout.isatty():
        from rich.console import Console

        from extractor.cli.show import show

        show(Console(), outcome)
    else:
        # JSON is UTF-8 whatever the locale; a path that is not becomes the escape that JSON has for it
        for row in outcome.to_dicts():
            click.echo(json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace"))
