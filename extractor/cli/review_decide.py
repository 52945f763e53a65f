"""Owns `extractor review accept` and `reject`."""

from __future__ import annotations

from typing import Any

import click

from extractor.cli.review_options import reviewer, reviewing_options, seen_document


@click.command()
@reviewing_options
@click.option("--reason", metavar="TEXT", help="Why.")
@click.option("--schema", type=click.Path(), metavar="PATH", help="JSON Schema that invoices must satisfy, in place of the shipped one.")
def accept(**options: Any) -> int:
    """Accept a document, so that exports take it.

    One that violates the schema is refused, because no export would take it; whatever else is wrong with it, you decide.
    """
    return _decide("accept", options)


@click.command()
@reviewing_options
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
def reject(**options: Any) -> int:
    """Reject a document, so that no export takes it."""
    return _decide("reject", options)


def _decide(decision: str, options: dict[str, Any]) -> int:
    from extractor.review import decide
    from extractor.routing import Action
    from extractor.store import Store
    from extractor.validate import InvoiceSchema

    by, schema = reviewer(options), InvoiceSchema(options.get("schema"))
    with Store(options["store"], create=False) as store:
        document = seen_document(store, options)
        status = decide(store, document, Action(decision), by, options["reason"], schema)
    click.echo(f"{document.id} is {status} now (version {document.version + 1})")
    return 0
