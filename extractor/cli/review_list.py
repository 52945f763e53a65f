"""Owns `extractor review list` and `show`."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.options import moment, store_option

if TYPE_CHECKING:
    from extractor.review import Queue, ReviewedDocument
    from extractor.store.read import StoredDocument, StoredRow

STATUSES = ("accepted", "review", "rejected", "duplicate")
_SHORT_ID = 8


@click.command("list")
@store_option
@click.option("--status", "statuses", type=click.Choice(STATUSES), multiple=True, default=("review",), show_default=True, help="Repeatable.")
@click.option("--rules", metavar="ID", help="Only documents read by this rule set, such as vendors/acme.")
@click.option("--issue", metavar="ID", help="Only documents with an issue of this id, such as low-confidence.")
@click.option("--field", metavar="NAME", help="Only documents with an issue about this field.")
@click.option("--seller", metavar="TEXT", help="Only documents with this text in the seller's name.")
@click.option("--source", metavar="TEXT", help="Only documents with this text in their path.")
@click.option("--since", type=moment, metavar="TIME", help="Only documents that changed at this time (ISO 8601, UTC) or later.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, metavar="N", help="At most so many, the oldest first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_documents(store: str, as_json: bool, **wanted: Any) -> int:
    """List the documents that wait for a person, those that came first first."""
    from extractor.review import Wanted, queue
    from extractor.store import Store

    with Store(store, create=False) as opened:
        found = queue(opened, Wanted(**wanted))
    click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2) if as_json else "\n".join(_listed(found)))
    return 0


def _listed(found: Queue) -> Iterator[str]:
    for document in found.documents:
        row, invoice = document.row, document.invoice
        about = (invoice.seller_name, invoice.number, invoice.date, invoice.total, invoice.currency) if invoice is not None else (row["error_message"],)
        yield f"{row['id'][:_SHORT_ID]}  {row['status']:9} {_place(document)}"
        yield f"          {' · '.join(_on_one_line(value) for value in about if value is not None)}"
        yield from (f"          {issue['level']}[{issue['id']}] {_on_one_line(issue['message'])}" for issue in document.issues if issue["level"] != "info")
    yield f"{found.total:,} documents" + (f", of which {len(found.documents)} are shown" if len(found.documents) < found.total else "")


def _place(document: StoredDocument) -> str:
    pages = document.row["page_numbers"]
    return str(document.row["source"]) + (f", page {', '.join(map(str, pages))}" if pages else "")


@click.command()
@click.argument("document", metavar="ID")
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(document: str, store: str, as_json: bool) -> int:
    """Show a document: its fields with what was read where, what else they may be, what is wrong, and what people did."""
    from extractor.review import find_document
    from extractor.store import Store

    with Store(store, create=False) as opened:
        found = find_document(opened, document)
    click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2) if as_json else "\n".join(_shown(found)))
    return 0


def _shown(document: ReviewedDocument) -> Iterator[str]:
    row, stored = document.stored.row, document.stored
    yield f"{document.id}  version {document.version}"
    yield _place(stored)
    yield f"{row['status']}" + (f", read by {row['rules_id']}" if row["rules_id"] else "")
    if row["route"]:
        yield f"{row['decision']} by {row['route']}" + (f": {_on_one_line(row['route_reason'])}" if row["route_reason"] else "")
    if row["duplicate_of"]:
        yield f"duplicate of {row['duplicate_of']}, by its {row['duplicate_by']}"
    if row["error_message"]:
        yield f"{row['error_kind']}: {row['error_message']}"
    if stored.invoice is not None:
        yield from ("", *_fields(document))
    if stored.issues:
        yield from ("", *(f"{issue['level']}[{issue['id']}] {_on_one_line(issue['message'])}" for issue in stored.issues))
    history = sorted([*_corrections(document), *_decisions(document)])
    if history:
        yield from ("", *(f"{when:%Y-%m-%d %H:%M:%S} UTC  {told}" for when, told in history))


def _fields(document: ReviewedDocument) -> Iterator[str]:
    values = dict(_values(document.invoice.to_dict()))
    width = max(map(len, (*values, *document.fields)), default=0)
    for name in [*values, *(name for name in document.fields if name not in values)]:
        found = document.fields.get(name)
        yield f"{name:{width}}  {_on_one_line(values.get(name, '(nothing)'))}" + (f"    {_evidence(found)}" if found else "")
        for claim in (found["claims"] or ()) if found else ():
            mark = "as" if claim["agrees"] else "against"
            yield f"{'':{width}}    {mark} {_on_one_line(claim['value'])} ({_on_one_line(claim['witness'])}, {_on_one_line(claim['where'])})"
        for other in (found["alternatives"] or ()) if found else ():
            yield f"{'':{width}}    or {_on_one_line(other['value'])} ({_on_one_line(other['text'])!r}): {_on_one_line(other['reason'])}"


def _values(invoice: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every value of an invoice with its name."""
    for name, value in invoice.items():
        if name == "extra":
            yield from ((f"extra.{own}", str(inner)) for own, inner in value.items())
        elif isinstance(value, list):
            yield from ((f"{name}[{index}].{column}", inner) for index, row in enumerate(value) for column, inner in row.items())
        else:
            yield name, value


def _evidence(found: StoredRow) -> str:
    label = f"{_on_one_line(found['label'])} " if found["label"] else ""
    where = f" on page {found['page']}" if found["page"] else ""
    return f"{found['status']} {found['confidence']:.2f}, {found['origin']}: {label}{_on_one_line(found['text'])!r}{where}"


def _corrections(document: ReviewedDocument) -> Iterator[tuple[datetime.datetime, str]]:
    for row in document.corrections:
        what = "confirmed" if row["old_value"] == row["new_value"] else f"{_on_one_line(row['old_value'])} -> {_on_one_line(row['new_value'])}"
        yield row["corrected_at"], f"{row['corrected_by']} set {row['field']}: {what}"


def _decisions(document: ReviewedDocument) -> Iterator[tuple[datetime.datetime, str]]:
    for row in document.reviews:
        yield row["decided_at"], f"{row['decided_by']}: {row['decision']}" + (f", because {_on_one_line(row['reason'])}" if row["reason"] else "")


def _on_one_line(value: Any) -> str:
    return "nothing" if value is None else " ".join(str(value).split())
