"""Owns `extractor export`: documents of a store as files for other programs."""

from __future__ import annotations

import dataclasses
import datetime
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from extractor.cli.options import moment, store_option

if TYPE_CHECKING:
    from rich.progress import Progress

    from extractor.store.export import Exported

STATUSES = ("accepted", "review", "rejected", "duplicate")
INVALID = 3


class _Format(click.ParamType[str]):
    """A format of the store; the store is loaded only where that is asked, so that other commands start without it."""

    name = "format"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """The formats that there are."""
        return f"[{'|'.join(_formats())}]"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name of a format. Raises click.BadParameter."""
        if value not in _formats():
            self.fail(f"{value!r} is no format; there are {', '.join(_formats())}.", param, ctx)
        return value


def _formats() -> tuple[str, ...]:
    from extractor.store.export import FORMATS

    return tuple(FORMATS)


def _assumption(value: str) -> tuple[str, str]:
    """Reads `NAME=VALUE`. Raises click.BadParameter."""
    from extractor.output.en16931 import Assumed

    names = [field.name for field in dataclasses.fields(Assumed)]
    name, _, assumed = value.partition("=")
    if name not in names or not assumed:
        raise click.BadParameter(f"{value!r} is not one of {', '.join(f'{known}=VALUE' for known in names)}.")
    return name, assumed


@click.command()
@store_option
@click.option("--format", "form", type=_Format(), default="jsonl", show_default=True, help="How to write documents.")
@click.option("--status", "statuses", type=click.Choice(STATUSES), multiple=True, default=("accepted",), show_default=True, help="Repeatable.")
@click.option("--since", type=moment, metavar="TIME", help="Only documents that changed at this time (ISO 8601, UTC) or later.")
@click.option("--output", "-o", type=click.Path(path_type=Path), metavar="PATH", help="Write to this file, whole or not at all; UBL: to this folder or .zip.")
@click.option("--schema", type=click.Path(), metavar="PATH", help="JSON Schema that invoices must satisfy, in place of the shipped one.")
@click.option("--defuse/--no-defuse", default=True, show_default=True, help="CSV: put an apostrophe before text that a spreadsheet may take for a formula.")
@click.option(
    "--assume",
    "assumed",
    type=_assumption,
    multiple=True,
    metavar="NAME=VALUE",
    help="UBL: what you know and documents do not say. country=CODE, of addresses without one; tax_category=CODE, of rates above zero; unit=CODE, of lines.",
)
def export(store: str, form: str, statuses: tuple[str, ...], since: datetime.datetime | None, output: Path | None, **options: Any) -> int:
    """Write documents of a store as JSON Lines, CSV (one row a document, or a line item), Parquet, or UBL 2.1.

    Accepted invoices and those in review are written after they were checked against the schema; one that does not satisfy it,
    or that the format cannot hold, is left out and told. Rejected documents and duplicates are written with their reasons.
    UBL is checked with its XML Schema and the rules of EN 16931, one file an invoice.
    """
    from extractor.output.en16931 import Assumed
    from extractor.store import Store
    from extractor.store.export import E_INVOICES
    from extractor.store.export import export as write
    from extractor.store.formats import ExportOptions
    from extractor.store.read import count_documents, stored_documents
    from extractor.validate import InvoiceSchema

    if form in E_INVOICES and "rejected" in statuses:
        raise click.UsageError(f"what was rejected is no invoice to be sent on, and {form} says nothing of reasons; leave out --status rejected, or take jsonl")
    checked, wanted = InvoiceSchema(options["schema"]), ExportOptions(options["defuse"], Assumed(**dict(options["assumed"])))
    with Store(store, create=False) as opened, _target(output, form) as target, _progress(output) as bar:
        found = bar.track(stored_documents(opened, statuses, since), total=count_documents(opened, statuses, since), description="documents")
        done = write(found, target, form, checked, wanted)
    return _told(done)


def _progress(output: Path | None) -> Progress:
    from rich.console import Console

    from extractor.cli.progress import bar_on

    return bar_on(Console(stderr=True), quiet=output is None)


@contextmanager
def _target(output: Path | None, form: str) -> Iterator[BinaryIO | Path]:
    from extractor.store import whole_file
    from extractor.store.export import BINARY, FOLDERS

    if output is None:
        if form in BINARY and sys.stdout.isatty():
            raise click.UsageError(f"{form} is no text for a terminal; name a file by --output.")
        yield sys.stdout.buffer
    elif form in FOLDERS and output.suffix.lower() != ".zip":
        yield output
    elif output.is_dir():
        raise click.BadParameter(f"{str(output)!r} is a folder.", param_hint="--output")
    else:
        with whole_file(output) as file:
            yield file


def _told(done: Exported) -> int:
    for document, problems in done.left_out:
        click.echo(f"error: {document.row['source']} is left out: {'; '.join(issue.message for issue in problems)}", err=True)
    return INVALID if done.left_out else 0
