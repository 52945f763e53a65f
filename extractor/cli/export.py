"""Owns `extractor export`: documents of a store as files for other programs."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from extractor.cli.options import moment, store_option

if TYPE_CHECKING:
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
    from extractor.store.formats import FORMATS

    return tuple(FORMATS)


@click.command()
@store_option
@click.option("--format", "form", type=_Format(), default="jsonl", show_default=True, help="How to write documents.")
@click.option("--status", "statuses", type=click.Choice(STATUSES), multiple=True, default=("accepted",), show_default=True, help="Repeatable.")
@click.option("--since", type=moment, metavar="TIME", help="Only documents that changed at this time (ISO 8601, UTC) or later.")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), metavar="PATH", help="Write to this file, whole or not at all.")
@click.option("--schema", type=click.Path(), metavar="PATH", help="JSON Schema that invoices must satisfy, in place of the shipped one.")
@click.option("--defuse/--no-defuse", default=True, show_default=True, help="CSV: put an apostrophe before text that a spreadsheet may take for a formula.")
def export(store: str, form: str, statuses: tuple[str, ...], since: datetime.datetime | None, output: Path | None, schema: str | None, defuse: bool) -> int:
    """Write documents of a store as JSON Lines or CSV.

    Accepted invoices and those in review are written as they are in a feed, after they were checked against the schema; one that
    does not satisfy it is left out and told. Rejected documents and duplicates are written with their reasons.
    """
    from extractor.store import Store
    from extractor.store.export import export as write
    from extractor.store.formats import ExportOptions
    from extractor.store.read import stored_documents
    from extractor.validate import InvoiceSchema

    checked = InvoiceSchema(schema)
    with Store(store, create=False) as opened, _target(output) as file:
        return _told(write(stored_documents(opened, statuses, since), file, form, checked, ExportOptions(defuse)))


@contextmanager
def _target(output: Path | None) -> Iterator[BinaryIO]:
    from extractor.store import whole_file

    if output is None:
        yield sys.stdout.buffer
        return
    with whole_file(output) as file:
        yield file


def _told(done: Exported) -> int:
    for document, problems in done.left_out:
        click.echo(f"error: {document.row['source']} is left out: {'; '.join(issue.message for issue in problems)}", err=True)
    return INVALID if done.left_out else 0
