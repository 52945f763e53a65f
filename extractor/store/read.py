"""Owns reading documents back from a store, page by page, so that memory does not grow with the store."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, Table, and_, or_, select

from extractor.invoice.fields import Invoice
from extractor.store.rows import invoice_of
from extractor.store.store import Store
from extractor.store.tables import documents, invoices, issues, lines, taxes

_PAGE = 500


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as the store has it. row: of `documents`, by column. invoice: None where there is none. issues: rows of `issues`, in order."""

    row: Mapping[str, Any]
    invoice: Invoice | None
    issues: Sequence[Mapping[str, Any]]


def stored_documents(store: Store, statuses: Sequence[str] = (), since: datetime.datetime | None = None) -> Iterator[StoredDocument]:
    """Documents in the order of their sources. statuses: only these; all where empty. since: only what was written at that moment or after.

    Raises StoreError.
    """
    query = select(documents).order_by(documents.c.source, documents.c.id).limit(_PAGE)
    if statuses:
        query = query.where(documents.c.status.in_(statuses))
    if since is not None:
        query = query.where(documents.c.finished_at >= since)
    last: RowMapping | None = None
    while page := store.read(lambda connection, after=last: _page(connection, query, after)):  # type: ignore[misc]  # the default binds the loop's value
        yield from page
        last = page[-1].row  # type: ignore[assignment]


def _page(connection: Connection, query: Select[Any], last: Mapping[str, Any] | None) -> list[StoredDocument]:
    if last is not None:
        of = documents.c
        query = query.where(or_(of.source > last["source"], and_(of.source == last["source"], of.id > last["id"])))
    rows = connection.execute(query).mappings().all()
    ids = [row["id"] for row in rows]
    headers = {row["document_id"]: row for row in connection.execute(select(invoices).where(invoices.c.document_id.in_(ids))).mappings()}
    parts = [_by_document(connection, table, list(headers)) for table in (lines, taxes, issues)]
    return [_stored(row, headers.get(row["id"]), [part.get(row["id"], []) for part in parts]) for row in rows]


def _by_document(connection: Connection, table: Table, ids: Sequence[str]) -> dict[str, list[RowMapping]]:
    found: dict[str, list[RowMapping]] = {}
    for row in connection.execute(select(table).where(table.c.document_id.in_(ids)).order_by(table.c.document_id, table.c.position)).mappings():
        found.setdefault(row["document_id"], []).append(row)
    return found


def _stored(row: RowMapping, header: RowMapping | None, parts: Sequence[Sequence[RowMapping]]) -> StoredDocument:
    line_rows, tax_rows, issue_rows = parts
    return StoredDocument(row, invoice_of(header, line_rows, tax_rows) if header is not None else None, issue_rows)
