"""Owns reading documents back from a store, page by page, so that memory does not grow with the store."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, func, literal, select, tuple_

from extractor.invoice.fields import Invoice
from extractor.store.rows import invoice_of
from extractor.store.store import Store
from extractor.store.tables import documents, invoices, issues, lines, taxes

StoredRow = Mapping[str, Any]

_PAGE = 500


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as the store has it. row: of `documents`, by column. invoice: None where there is none. issues: rows of `issues`, in order."""

    row: StoredRow
    invoice: Invoice | None
    issues: Sequence[StoredRow]


def stored_documents(store: Store, statuses: Sequence[str] = (), since: datetime.datetime | None = None) -> Iterator[StoredDocument]:
    """Documents in the order of their sources and pages. statuses: only these; all where empty. since: only what changed at that moment or after.

    Raises StoreError.
    """
    order = documents.c.source, documents.c.part_number, documents.c.id
    query = select(documents).where(*_wanted(statuses, since)).order_by(*order).limit(_PAGE)
    page = store.read(partial(read_documents, query=query))
    while page:
        yield from page
        behind = tuple_(*order) > tuple_(*(literal(page[-1].row[column.name], column.type) for column in order))
        page = store.read(partial(read_documents, query=query.where(behind)))


def count_documents(store: Store, statuses: Sequence[str] = (), since: datetime.datetime | None = None) -> int:
    """How many documents `stored_documents` gives. Raises StoreError."""
    query = select(func.count()).select_from(documents).where(*_wanted(statuses, since))
    return store.read(lambda connection: connection.execute(query).scalar_one())


def _wanted(statuses: Sequence[str], since: datetime.datetime | None) -> Iterator[ColumnElement[bool]]:
    if statuses:
        yield documents.c.status.in_(statuses)
    if since is not None:
        yield documents.c.changed_at >= since


def read_documents(connection: Connection, query: Select[Any]) -> list[StoredDocument]:
    """The documents that a query on `documents` gives, in its order, with all that was found on them."""
    rows = [row._asdict() for row in connection.execute(query)]
    ids = [row["id"] for row in rows]
    headers = {row.document_id: row._asdict() for row in connection.execute(select(invoices).where(invoices.c.document_id.in_(ids)))}
    parts = [_by_document(connection, table, list(headers)) for table in (lines, taxes, issues)]
    return [_stored(row, headers.get(row["id"]), [part.get(row["id"], []) for part in parts]) for row in rows]


def _by_document(connection: Connection, table: Table, ids: Sequence[str]) -> dict[str, list[StoredRow]]:
    found: dict[str, list[StoredRow]] = {}
    for row in connection.execute(select(table).where(table.c.document_id.in_(ids)).order_by(table.c.document_id, table.c.position)):
        found.setdefault(row.document_id, []).append(row._asdict())
    return found


def _stored(row: StoredRow, header: StoredRow | None, parts: Sequence[Sequence[StoredRow]]) -> StoredDocument:
    line_rows, tax_rows, issue_rows = parts
    return StoredDocument(row, invoice_of(header, line_rows, tax_rows) if header is not None else None, issue_rows)
