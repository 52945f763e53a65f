"""Owns a document of a store as a reviewer needs it: the invoice as it stands, what was found with its evidence, and what people did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, Table, select

from extractor.errors import ReviewError
from extractor.invoice.fields import Invoice, plain
from extractor.store import Store
from extractor.store.formats import source_of
from extractor.store.read import StoredDocument, StoredRow, read_documents
from extractor.store.tables import corrections, documents, fields, reviews

_ABOUT = ("verdict", "version", "rules_id", "duplicate_of", "duplicate_by", "error_kind", "error_message")
SHORTEST_ID = 4
"""So many characters of an id must be given; the rest may be left out where no other id begins so."""


@dataclass(frozen=True, slots=True)
class ReviewedDocument:
    """A document of a store. fields: rows of `fields` as extraction left them, by name. corrections, reviews: rows, the oldest first."""

    stored: StoredDocument
    fields: Mapping[str, StoredRow]
    corrections: Sequence[StoredRow]
    reviews: Sequence[StoredRow]

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.stored.row["id"])

    @property
    def version(self) -> int:
        """Goes up with every change, so that nobody overwrites what he has not seen."""
        return int(self.stored.row["version"])

    @property
    def invoice(self) -> Invoice:
        """The invoice as it stands. Raises ReviewError where there is none."""
        if self.stored.invoice is None:
            raise ReviewError(f"document {self.id} has no invoice: {_why_not(self.stored.row)}")
        return self.stored.invoice

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        row, stored = self.stored.row, self.stored
        about = (*_ABOUT, "decision", "route", "route_reason", "tags", "decided_by", "reviewed_by", "reviewed_at", "first_seen", "changed_at")
        return {
            "source": source_of(stored),
            **{name: plain(row[name]) for name in about if row[name] is not None},
            "invoice": stored.invoice.to_dict() if stored.invoice is not None else None,
            "issues": [_filled(issue) for issue in stored.issues],
            "fields": {name: _filled(field, "name") for name, field in self.fields.items()},
            "corrections": [_filled(correction) for correction in self.corrections],
            "reviews": [_filled(review) for review in self.reviews],
        }


def _filled(row: StoredRow, *leave_out: str) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.items() if value is not None and name not in ("document_id", "position", *leave_out)}


def _why_not(row: StoredRow) -> str:
    return f"it is a duplicate of {row['duplicate_of']}" if row["duplicate_of"] else f"it could not be read ({row['error_message']})"


def find_document(store: Store, given: str) -> ReviewedDocument:
    """The document of an id, or of its first characters. Raises ReviewError where there is none, or more than one."""
    wanted = given.strip().lower()
    if len(wanted) < SHORTEST_ID or not wanted.isalnum():
        raise ReviewError(f"'{given}' is no id of a document; give at least its first {SHORTEST_ID} characters (`extractor review list` shows them)")
    return store.read(partial(_find, wanted=wanted, name=store.name))


def _find(connection: Connection, wanted: str, name: str) -> ReviewedDocument:
    found = read_documents(connection, select(documents).where(documents.c.id.startswith(wanted)).order_by(documents.c.id).limit(2))
    if not found:
        raise ReviewError(f"the store {name} has no document with the id {wanted}")
    if len(found) > 1:
        raise ReviewError(f"the ids of several documents begin with {wanted}; give more of it")
    document = found[0].row["id"]
    evidence = connection.execute(select(fields).where(fields.c.document_id == document)).mappings()
    by_name = {row["name"]: dict(row) for row in evidence}
    return ReviewedDocument(found[0], by_name, _rows(connection, corrections, document), _rows(connection, reviews, document))


def _rows(connection: Connection, table: Table, document: str) -> list[StoredRow]:
    found = connection.execute(select(table).where(table.c.document_id == document).order_by(table.c.position))
    return [dict(row) for row in found.mappings()]
