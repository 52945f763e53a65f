"""Owns writing what a reviewer did: in one transaction, and only where nobody changed the document since it was read."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from extractor.errors import ReviewConflict, ReviewError
from extractor.invoice.fields import Invoice
from extractor.issues import Issue
from extractor.review.changes import Change
from extractor.review.document import ReviewedDocument
from extractor.store import DocumentStatus, Store
from extractor.store.rows import invoice_rows, issue_rows
from extractor.store.tables import corrections, documents, invoices, issues, lines, originals, reviews, taxes
from extractor.validate import InvoiceSchema, Status, status_of


class Decision(StrEnum):
    """What a person decides about a document."""

    ACCEPT = "accept"
    REJECT = "reject"


_STATUS_AFTER = {Decision.ACCEPT: DocumentStatus.ACCEPTED, Decision.REJECT: DocumentStatus.REJECTED}


def correct(store: Store, document: ReviewedDocument, invoice: Invoice, changes: Sequence[Change], found: Sequence[Issue], by: str) -> DocumentStatus:
    """Writes a corrected invoice and what is wrong with it now; what extraction found is kept. Gives the document's status.

    A rejected document that is no longer invalid goes to review; so does an accepted one that is no longer valid.
    Raises ReviewConflict where it was changed since it was read, StoreError.
    """
    verdict, before = status_of(found), document.stored.row["status"]
    status = DocumentStatus(before)
    if (before == DocumentStatus.REJECTED and verdict is not Status.INVALID) or (before == DocumentStatus.ACCEPTED and verdict is not Status.VALID):
        status = DocumentStatus.REVIEW
    now = _now()

    def write(connection: Connection) -> None:
        if _claim(connection, document, by, now, verdict=str(verdict), status=str(status)):
            _keep_original(connection, document)
            _replace_contents(connection, document.id, invoice, found)
            written = [{"field": change.field, "old_value": change.old, "new_value": change.new} for change in changes]
            _append(connection, corrections, document.id, [row | {"corrected_by": by, "corrected_at": now} for row in written])

    store.write(write)
    return status


def decide(store: Store, document: ReviewedDocument, decision: Decision, by: str, reason: str | None, schema: InvoiceSchema) -> DocumentStatus:
    """Accepts or rejects a document. Gives its status.

    Raises ReviewError where an accepted one would be left out of exports because it violates the schema, or has no invoice;
    ReviewConflict and StoreError as `correct`.
    """
    if document.stored.row["duplicate_of"] is not None:
        raise ReviewError(f"document {document.id} is a duplicate of {document.stored.row['duplicate_of']}; decide on that one")
    if decision is Decision.ACCEPT and (violations := schema.issues(document.invoice.to_dict())):
        told = "; ".join(issue.message for issue in violations)
        raise ReviewError(f"document {document.id} cannot be accepted, because no export would take it: {told}. Set what is missing, or reject it")
    now, status = _now(), _STATUS_AFTER[decision]
    row = {"decision": str(decision), "reason": reason, "decided_by": by, "decided_at": now}

    def write(connection: Connection) -> None:
        if _claim(connection, document, by, now, status=str(status)):
            _append(connection, reviews, document.id, [row])

    store.write(write)
    return status


def _claim(connection: Connection, document: ReviewedDocument, by: str, now: datetime.datetime, **values: Any) -> bool:
    """Changes the row of `documents` where it is still the one that was read. False where this very change is there already, which was
    written before the connection was lost. Raises ReviewConflict."""
    of, version = documents.c, document.version
    changed = {"version": version + 1, "changed_at": now, "reviewed_by": by, "reviewed_at": now, **values}
    done = connection.execute(update(documents).where(of.id == document.id, of.version == version).values(**changed))
    if done.rowcount == 1:
        return True
    row = connection.execute(select(of.version, of.reviewed_by, of.reviewed_at).where(of.id == document.id)).one_or_none()
    if row is None:
        raise ReviewConflict(f"document {document.id} is not in the store any more: a run did its file again, and divided it otherwise")
    if (row.version, row.reviewed_by, row.reviewed_at) == (version + 1, by, now):
        return False
    raise _conflict(document.id, version, row.version, row.reviewed_by, row.reviewed_at)


def check_version(document: ReviewedDocument, seen: int) -> None:
    """Raises ReviewConflict where a document is another version than the one that somebody saw."""
    if document.version != seen:
        row = document.stored.row
        raise _conflict(document.id, seen, document.version, row["reviewed_by"], row["reviewed_at"])


def _conflict(document: str, seen: int, version: int, by: str | None, at: datetime.datetime | None) -> ReviewConflict:
    who = f"{by} changed it at {at:%Y-%m-%d %H:%M:%S} UTC" if by and at else "a run did it again"
    return ReviewConflict(f"document {document} is now version {version}, and you saw version {seen}: {who}; look at it again, nothing was written")


def _keep_original(connection: Connection, document: ReviewedDocument) -> None:
    if connection.execute(select(originals.c.document_id).where(originals.c.document_id == document.id)).one_or_none() is None:
        found = [{name: value for name, value in row.items() if name != "document_id"} for row in document.stored.issues]
        row = {"document_id": document.id, "verdict": document.stored.row["verdict"], "invoice": document.invoice.to_dict(), "issues": found}
        connection.execute(insert(originals).values(**row))


def _replace_contents(connection: Connection, document: str, invoice: Invoice, found: Sequence[Issue]) -> None:
    for table in (invoices, lines, taxes, issues):
        connection.execute(delete(table).where(table.c.document_id == document))
    for table, rows in [*invoice_rows(document, invoice), (issues, issue_rows(document, found))]:
        if rows:
            connection.execute(insert(table), rows)


def _append(connection: Connection, table: Table, document: str, rows: Sequence[dict[str, Any]]) -> None:
    last = connection.execute(select(func.coalesce(func.max(table.c.position), 0)).where(table.c.document_id == document)).scalar_one()
    connection.execute(insert(table), [{"document_id": document, "position": number} | row for number, row in enumerate(rows, last + 1)])


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
