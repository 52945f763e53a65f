"""Owns writing what a reviewer did: in one transaction, and only where nobody changed the document since it was read."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from extractor.errors import ReviewConflict, ReviewError
from extractor.invoice.fields import Invoice
from extractor.issues import Issue
from extractor.review.changes import Change
from extractor.review.document import ReviewedDocument
from extractor.routing import Action, Decision
from extractor.store import SAME_BYTES, DocumentStatus, Store
from extractor.store.accounts import Reviewed
from extractor.store.duplicates import settle_again
from extractor.store.rows import decision_row, invoice_rows, issue_rows, status_of_decision
from extractor.store.tables import corrections, documents, invoices, issues, lines, originals, reviews, taxes
from extractor.store.versions import key_of_settings
from extractor.validate import InvoiceSchema, Status, status_of


def correct(
    store: Store,
    document: ReviewedDocument,
    invoice: Invoice,
    changes: Sequence[Change],
    found: Sequence[Issue],
    by: str,
    decision: Decision | None = None,
) -> DocumentStatus:
    """Writes a corrected invoice and what is wrong with it now; what extraction found is kept. Gives the document's status.

    A rejected document that is no longer invalid goes to review; so does an accepted one that is no longer valid, or that a person accepted
    with another account. decision: what a policy says of it now; it counts instead of that, unless what a person decided stands. What it is
    a duplicate of, and what of it, is looked for anew, and so is whether its account is known. Raises ReviewConflict where it was changed
    since it was read, StoreError.
    """
    verdict, now = status_of(found), _now()
    reopened = _reopened(document, verdict, changes)
    if decision is not None and (reopened or document.stored.row["decided_by"] is None):
        reopened = decision_row(decision) | _status(document, decision.action) | {"decided_by": None}
    values = {"verdict": str(verdict), **reopened}
    written = [{"field": change.field, "old_value": change.old, "new_value": change.new} for change in changes]

    def write(connection: Connection) -> DocumentStatus:
        touched: set[str] = set()
        account = Reviewed(connection, document.id, invoice)
        account.take_back()
        if _claim(connection, document, by, now, **values):
            _keep_original(connection, document)
            _replace_contents(connection, document.id, invoice, found)
            _append(connection, corrections, document.id, [row | {"corrected_by": by, "corrected_at": now} for row in written])
        return account.settle(settle_again(connection, document.id, invoice, _key(document), touched), touched)

    return store.write(write)


def _reopened(document: ReviewedDocument, verdict: Status, changes: Sequence[Change]) -> dict[str, Any]:
    """What changes in the row of a document that goes to review, because it was decided on before it was corrected."""
    decision, by = document.stored.row["decision"], document.stored.row["decided_by"]
    is_other_account = by is not None and any(change.field == "iban" and change.old != change.new for change in changes)
    if (
        (decision == Action.ACCEPT and is_other_account)
        or (decision, verdict is Status.VALID) == (Action.ACCEPT, False)
        or (decision == Action.REJECT and verdict is not Status.INVALID)
    ):
        return {"decision": str(Action.REVIEW), "decided_by": None} | _status(document, Action.REVIEW)
    return {}


def _status(document: ReviewedDocument, action: Action) -> dict[str, str]:
    """Where a document is now that this was decided; a duplicate stays one until that is looked for."""
    status = document.stored.row["status"]
    return {"status": status if status == DocumentStatus.DUPLICATE else str(status_of_decision(action))}


def _key(document: ReviewedDocument) -> tuple[str, ...]:
    return key_of_settings(document.stored.row["settings_version"] or "")


def decide(store: Store, document: ReviewedDocument, decision: Action, by: str, reason: str | None, schema: InvoiceSchema) -> DocumentStatus:
    """Accepts or rejects a document. Gives its status. One that is accepted is a duplicate of nothing any more; the duplicates of one that is
    rejected are let go. The account of an accepted one is known from there on.

    Raises ReviewError where an accepted one would be left out of exports because it violates the schema, or has no invoice;
    ReviewConflict and StoreError as `correct`.
    """
    about = document.stored.row
    if about["duplicate_by"] == SAME_BYTES:
        raise ReviewError(f"document {document.id} is a copy of {about['duplicate_of']}, with the same bytes; decide on that one")
    if decision is Action.ACCEPT and (violations := schema.issues(document.invoice.to_dict())):
        told = "; ".join(issue.message for issue in violations)
        raise ReviewError(f"document {document.id} cannot be accepted, because no export would take it: {told}. Set what is missing, or reject it")
    now, status = _now(), status_of_decision(decision)
    values = {"decision": str(decision), "decided_by": by, "status": str(status), "duplicate_of": None, "duplicate_by": None}
    row = {"decision": str(decision), "reason": reason, "decided_by": by, "decided_at": now}

    def write(connection: Connection) -> None:
        touched: set[str] = set()
        account = Reviewed(connection, document.id, document.invoice) if document.stored.invoice is not None else None
        if _claim(connection, document, by, now, **values):
            _append(connection, reviews, document.id, [row])
        if account is not None:
            settle_again(connection, document.id, document.invoice, _key(document), touched)
            account.judge(touched)

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
