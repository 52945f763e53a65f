"""Owns what is written on a document whose account changed: the issue, the verdict, and that it is held back; and taking it back.

What the verdict and the decision are without that is kept in `accounts.before`, so that they come back when the account turns out
to be known.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from extractor.issues import Issue, Level
from extractor.routing import Action
from extractor.store.rows import DocumentStatus, Entry, issue_rows, status_of_decision
from extractor.store.tables import accounts, documents, fields, issues
from extractor.validate import Status, status_of

IBAN_CHANGED = "iban-changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A document's account that is another one. known: the accounts of the seller before, with where they are from."""

    iban: str
    known: str

    @property
    def issue(self) -> Issue:
        """The finding."""
        return Issue(IBAN_CHANGED, Level.WARNING, self.message, field="iban")

    @property
    def message(self) -> str:
        """What the issue says."""
        return f"{self.iban} is to be paid to, this seller's documents before named {self.known}"

    def held(self, reason: str | None) -> str:
        """Why the document is not accepted. reason: what the policy says."""
        because = f"it is not accepted, because it names the account {self.iban}, and this seller's documents before named {self.known}"
        return f"{reason}; {because}" if reason else because


def held(entry: Entry, change: Change) -> Entry:
    """An entry as it is when it was written: with the issue, and with why it is not accepted."""
    if entry.result is None:
        return entry
    found, routed = (*entry.result.issues, change.issue), entry.routed
    if routed is not None and routed.action is Action.ACCEPT:
        routed = replace(routed, action=Action.REVIEW, reason=change.held(routed.reason))
    return replace(entry, result=replace(entry.result, issues=found, status=status_of(found)), routed=routed)


def apply(connection: Connection, row: Any, change: Change | None, *, is_own: bool) -> DocumentStatus:
    """Writes whether a document's account changed, where that is not there yet. Gives the document's status.

    row: of `documents` with `before` of `accounts`. is_own: whether this transaction writes the document anyway, so that nobody has
    seen it yet; the version of others goes up, so that nobody accepts what he saw without the issue.
    """
    status = DocumentStatus(row.status)
    if (row.before or {}).get("message") == (change.message if change is not None else None):
        return status
    before = row.before or {"verdict": row.verdict, "decision": row.decision, "route_reason": row.route_reason}
    values: dict[str, Any] = {"verdict": before["verdict"] if change is None or before["verdict"] == Status.INVALID else str(Status.REVIEW)}
    if row.decided_by is None:
        values |= _decided(before, change)
        if status is not DocumentStatus.DUPLICATE:
            status = status_of_decision(values["decision"])
            values["status"] = str(status)
    if not is_own:
        values |= {"version": documents.c.version + 1, "changed_at": datetime.datetime.now(datetime.UTC)}
    connection.execute(update(documents).where(documents.c.id == row.id).values(**values))
    kept = None if change is None else before | {"message": change.message}
    connection.execute(update(accounts).where(accounts.c.document_id == row.id).values(before=kept))
    _tell(connection, row.id, change)
    return status


def _decided(before: Mapping[str, Any], change: Change | None) -> dict[str, Any]:
    """What is decided about a document that no person decided on."""
    if change is None or before["decision"] != Action.ACCEPT:
        return {name: before[name] for name in ("decision", "route_reason")}
    return {"decision": str(Action.REVIEW), "route_reason": change.held(before["route_reason"])}


def _tell(connection: Connection, document: str, change: Change | None) -> None:
    """Puts the issue behind the others, or takes it away."""
    connection.execute(delete(issues).where(issues.c.document_id == document, issues.c.id == IBAN_CHANGED))
    if change is not None:
        last = connection.execute(select(func.coalesce(func.max(issues.c.position), 0)).where(issues.c.document_id == document)).scalar_one()
        page = connection.execute(select(fields.c.page).where(fields.c.document_id == document, fields.c.name == "iban")).scalar()
        (row,) = issue_rows(document, [replace(change.issue, page=page)])
        connection.execute(insert(issues), row | {"position": last + 1})


def withdraw(connection: Connection, document: str, before: Mapping[str, Any]) -> None:
    """Takes back what was written on a document. That it is in review stays: a person who corrects it decides on it as well."""
    values = {name: before[name] for name in ("verdict", "route_reason")}
    connection.execute(update(documents).where(documents.c.id == document).values(**values))
    connection.execute(update(accounts).where(accounts.c.document_id == document).values(before=None))
    _tell(connection, document, None)
