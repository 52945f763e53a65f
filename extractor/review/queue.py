"""Owns the queue: which documents wait for a person, and what of each tells whether to look at it first."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from extractor.store import DocumentStatus, Store
from extractor.store.formats import source_of
from extractor.store.read import StoredDocument, read_documents
from extractor.store.tables import documents, invoices, issues

LIMIT = 50
_EVER = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_SHOWN = ("number", "date", "seller_name", "total", "currency")
"""Fields of the invoice that the queue shows."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which documents. statuses: these; rules: read by this rule set; issue: with an issue of this id; field: with an issue about this field;
    seller, source: with this text in the seller's name, in the path; since: changed at this moment or later. None: whatever it is.
    limit: at most so many, those that wait longest first."""

    statuses: Sequence[str] = (DocumentStatus.REVIEW,)
    rules: str | None = None
    issue: str | None = None
    field: str | None = None
    seller: str | None = None
    source: str | None = None
    since: datetime.datetime | None = None
    limit: int = LIMIT


@dataclass(frozen=True, slots=True)
class Queue:
    """documents: at most as many as were wanted. total: how many there are."""

    documents: Sequence[StoredDocument]
    total: int

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"total": self.total, "documents": [_row(document) for document in self.documents]}


def _row(document: StoredDocument) -> dict[str, Any]:
    row, found = document.row, document.invoice.to_dict() if document.invoice is not None else {}
    return {
        "id": row["id"],
        "version": row["version"],
        "source": source_of(document),
        "status": row["status"],
        "verdict": row["verdict"],
        "rules": row["rules_id"],
        "first_seen": row["first_seen"].isoformat(),
        "invoice": {name: found[name] for name in _SHOWN if name in found},
        "issues": [{"id": issue["id"], "level": issue["level"], "field": issue["field"]} for issue in document.issues if issue["level"] != "info"],
    }


def queue(store: Store, wanted: Wanted) -> Queue:
    """The documents that are wanted, those that came first first. Raises StoreError."""
    return store.read(partial(_queue, wanted=wanted))


def _queue(connection: Connection, wanted: Wanted) -> Queue:
    conditions = _conditions(wanted)
    total = connection.execute(select(func.count()).select_from(documents).where(*conditions)).scalar_one()
    order = documents.c.first_seen, documents.c.source, documents.c.part_number
    return Queue(read_documents(connection, select(documents).where(*conditions).order_by(*order).limit(wanted.limit)), total)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    of, about = documents.c, issues.c
    possible = {
        "statuses": of.status.in_(wanted.statuses),
        "rules": of.rules_id == wanted.rules,
        "issue": of.id.in_(select(about.document_id).where(about.id == wanted.issue)),
        "field": of.id.in_(select(about.document_id).where(about.field == wanted.field)),
        "seller": of.id.in_(select(invoices.c.document_id).where(invoices.c.seller_name.icontains(wanted.seller or "", autoescape=True))),
        "source": of.source.icontains(wanted.source or "", autoescape=True),
        "since": of.changed_at >= (wanted.since or _EVER),
    }
    return [condition for name, condition in possible.items() if getattr(wanted, name)]
