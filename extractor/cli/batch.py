"""Owns `extractor batch`: files and folders in, a store out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.options import extracting_options, extractor_from, reading_options, store_option

if TYPE_CHECKING:
    from extractor.pipeline import Extractor


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
@click.option("--checksum", is_flag=True, help="Read every file to see whether it changed, instead of trusting size and time of change.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@extracting_options
@reading_options
def batch(sources: tuple[str, ...], **options: Any) -> int:
    """Extract all documents of SOURCE... (files, folders, glob patterns) into a store.

    Each ends there in exactly one of accepted, review, rejected and duplicate. Stop it, kill it, start it again: it goes on
    where it was. Documents that the store has are left alone unless --reprocess says otherwise.
    """
    from extractor.batch import Intake, Reprocess, find, run
    from extractor.store import Store, Versions

    with extractor_from(options) as extractor, Store(options["store"]) as store:
        run_id = store.begin_run()
        intake = Intake(
            store,
            Versions.of(extractor),
            identify=_identifier(extractor, options["password"]),
            reprocess=Reprocess(options["reprocess"]),
            checksum=options["checksum"],
            run_id=run_id,
        )
        worst = 0
        for entry, status in intake.take(find(sources, store.files), lambda documents: run(extractor, documents, password=options["password"])):
            click.echo(f"{status} {entry.input.source}")
        store.end_run(run_id, intake.counts)
    return worst


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
