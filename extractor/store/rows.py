"""Owns the way from a result to rows, and from rows back to an invoice."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Table

from extractor.invoice.fields import FIELDS, LINE_FIELDS, TAX_FIELDS, Field, Invoice, InvoiceLine, TaxLine, plain
from extractor.issues import Issue
from extractor.output import ExtractionResult
from extractor.resolve import FieldValue
from extractor.routing import Action, Decision, by_verdict
from extractor.rules.model import MM_PER_INCH
from extractor.split import Part
from extractor.store.tables import ID_LENGTH, fields, invoices, issues, lines, taxes
from extractor.store.versions import Versions

Row = dict[str, Any]


class DocumentStatus(StrEnum):
    """Where a document ended; every one in exactly one of these."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"


_BY_DECISION = {Action.ACCEPT: DocumentStatus.ACCEPTED, Action.REVIEW: DocumentStatus.REVIEW, Action.REJECT: DocumentStatus.REJECTED}
ERROR = "error"
"""The verdict on a document that gave no result."""
SAME_BYTES = "bytes"
"""`duplicate_by` of a document with the same content as an earlier one."""


@dataclass(frozen=True, slots=True)
class Input:
    """A document that came in. source: absolute path or URL. sha256: of its bytes, None where they cannot be read.

    size: bytes. stamp: tells whether the file changed, without reading it; None where that cannot be relied on.
    attempts: how often it was done before. first_seen: None where it is new. part: which invoice of the file; None for the whole file.
    """

    source: str
    sha256: str | None
    size: int | None = None
    stamp: str | None = None
    attempts: int = 0
    first_seen: datetime.datetime | None = None
    part: Part | None = None

    @property
    def id(self) -> str:
        """The document's id."""
        return document_id(self.source, self.sha256, self.part)

    @property
    def file_id(self) -> str:
        """The id that the whole file has, or would have."""
        return document_id(self.source, self.sha256)

    @property
    def name(self) -> str:
        """The source, with the pages where the file holds more: `scan.pdf#pages=3-4`."""
        return self.source if self.part is None else f"{self.source}#{self.part.name}"


def document_id(source: str, sha256: str | None, part: Part | None = None) -> str:
    """The id of a document: the same in every store and every run. part: the pages of a file of several invoices.

    >>> document_id("/in/a.pdf", "00"), document_id("/in/a.pdf", "00", Part((2, 3), 2, 2))
    ('2f96e3a801a7d9511e747b8098dd9801', 'd0c231f0bce7a95644fa1c5f5fec1b7d')
    """
    pages = "" if part is None else f"\n{part.name}"
    return hashlib.sha256(f"{sha256 or ''}\n{source}{pages}".encode("utf-8", "backslashreplace")).hexdigest()[:ID_LENGTH]


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of an input: a result, an error, or the id of the document that it duplicates. seconds: what that took.

    routed: what a policy decided about the result; None where the status of the result decides.
    """

    input: Input
    result: ExtractionResult | None = None
    error: Exception | None = None
    duplicate_of: str | None = None
    duplicate_by: str | None = None
    seconds: float | None = None
    routed: Decision | None = None

    @property
    def decision(self) -> Decision | None:
        """Where the document goes if it is no duplicate of another one by what it shows; None for a copy, which is not looked at."""
        if self.duplicate_of is not None:
            return None
        return self.routed or (by_verdict(self.result) if self.result is not None else Decision(Action.REJECT))

    @property
    def status(self) -> DocumentStatus:
        """Where the document ends."""
        decision = self.decision
        return DocumentStatus.DUPLICATE if decision is None else status_of_decision(decision.action)


def status_of_decision(decision: str) -> DocumentStatus:
    """Where a document ends by what was decided.

    >>> status_of_decision("accept")
    <DocumentStatus.ACCEPTED: 'accepted'>
    """
    return _BY_DECISION[Action(decision)]


def document_row(entry: Entry, versions: Versions, run_id: str | None, now: datetime.datetime) -> Row:
    """The row of `documents`."""
    given, part = entry.input, entry.input.part
    row = {
        "id": given.id,
        "source": given.source,
        "sha256": given.sha256,
        "status": str(entry.status),
        "duplicate_of": entry.duplicate_of,
        "duplicate_by": entry.duplicate_by,
        "attempts": given.attempts + 1,
        "first_seen": given.first_seen or now,
        "finished_at": now,
        "seconds": entry.seconds,
        "size": given.size,
        "stamp": given.stamp,
        "file_id": given.file_id,
        "page_numbers": list(part.pages) if part is not None else None,
        "part_number": part.number if part is not None else 1,
        "part_count": part.count if part is not None else 1,
        "changed_at": now,
        "run_id": run_id,
        "identity_version": versions.identity,
        "schema_version": versions.schema,
        "engine_version": versions.engine,
        "settings_version": versions.settings,
        "policy_version": versions.policy,
    }
    return row | decision_row(entry.decision) | _error(entry.error) | _result(entry.result, versions)


def decision_row(decision: Decision | None) -> Row:
    """What a decision is in the row of `documents`; None: nothing was decided."""
    if decision is None:
        return dict.fromkeys(("decision", "route", "route_reason", "tags"))
    return {"decision": str(decision.action), "route": decision.route, "route_reason": decision.reason, "tags": list(decision.tags) or None}


def _error(error: Exception | None) -> Row:
    if error is None:
        return {"error_kind": None, "error_message": None, "verdict": None}
    return {"error_kind": type(error).__name__, "error_message": str(error), "verdict": ERROR}


def _result(result: ExtractionResult | None, versions: Versions) -> Row:
    if result is None:
        return dict.fromkeys(("pages", "read_by", "rules_id", "rules_vendor", "rules_clues", "rules_version"))
    rules = result.rules
    return {
        "verdict": str(result.status),
        "pages": len(result.ocr.pages),
        "read_by": " ".join(filter(None, (result.ocr.engine, result.ocr.engine_version))),
        "rules_id": rules.id,
        "rules_vendor": rules.vendor,
        "rules_clues": list(rules.clues),
        "rules_version": versions.of_rules(rules.id, vendor=rules.vendor),
    }


def content_rows(document: str, result: ExtractionResult) -> list[tuple[Table, list[Row]]]:
    """The rows of all tables that hold what was found on a document, by table."""
    dpi = {page.number: page.dpi for page in result.ocr.pages}
    return [
        *invoice_rows(document, result.invoice),
        (fields, [{"document_id": document} | _field_row(value, dpi) for value in result.fields.values() if value.value is not None or value.alternatives]),
        (issues, issue_rows(document, result.issues)),
    ]


def invoice_rows(document: str, invoice: Invoice) -> list[tuple[Table, list[Row]]]:
    """The rows of the tables that hold an invoice's values, by table."""
    header = {name: getattr(invoice, name) for name in FIELDS} | {"extra": {name: plain(value) for name, value in invoice.extra.items()} or None}
    return [
        (invoices, [{"document_id": document} | header]),
        (lines, list(_positioned(document, invoice.lines, LINE_FIELDS))),
        (taxes, list(_positioned(document, invoice.taxes, TAX_FIELDS))),
    ]


def issue_rows(document: str, found: Iterable[Issue]) -> list[Row]:
    """The rows of `issues`."""
    return [{"document_id": document, "position": number} | _issue_row(issue) for number, issue in enumerate(found, 1)]


def _positioned(document: str, rows: Sequence[InvoiceLine | TaxLine], table: Mapping[str, Field]) -> Iterable[Row]:
    for number, row in enumerate(rows, 1):
        yield {"document_id": document, "position": number} | {name: getattr(row, name) for name in table}


def _field_row(value: FieldValue, dpi: Mapping[int, float]) -> Row:
    box = value.bounds
    return {
        "name": value.name,
        "value": None if value.value is None else str(plain(value.value)),
        "status": str(value.status),
        "text": value.text,
        "origin": str(value.origin),
        "confidence": round(value.confidence, 3),
        "ocr": value.ocr,
        "rule": value.rule,
        "support": value.support,
        "rule_id": value.rule_id,
        "label": value.label,
        "page": value.page,
        "x": box.x if box else None,
        "y": box.y if box else None,
        "width": box.width if box else None,
        "height": box.height if box else None,
        "label_bounds": value.label_bounds.to_dict() if value.label_bounds else None,
        "alternatives": [alternative.to_dict() for alternative in value.alternatives] or None,
        "claims": [claim.to_dict() for claim in value.claims] or None,
    } | _from_label(value, dpi)


def _from_label(value: FieldValue, dpi: Mapping[int, float]) -> Row:
    """Where the value stands as seen from its label, in mm of the paper."""
    box, label, resolution = value.bounds, value.label_bounds, dpi.get(value.page or 0)
    if box is None or label is None or resolution is None:
        return dict.fromkeys(("label_dx", "label_dx_end", "label_dy"))
    scale = MM_PER_INCH / resolution
    offsets = {"label_dx": box.x - label.x, "label_dx_end": box.right - label.x, "label_dy": box.center_y - label.center_y}
    return {name: round(pixels * scale, 2) for name, pixels in offsets.items()}


def _issue_row(issue: Issue) -> Row:
    return {"id": issue.id, "level": str(issue.level), "message": issue.message, "field": issue.field, "page": issue.page}


def invoice_of(row: Mapping[str, Any], line_rows: Iterable[Mapping[str, Any]], tax_rows: Iterable[Mapping[str, Any]]) -> Invoice:
    """The invoice that rows hold; its lines and taxes in the order given."""
    return Invoice(
        **{name: row[name] for name in FIELDS},
        lines=[InvoiceLine(**{name: line[name] for name in LINE_FIELDS}) for line in line_rows],
        taxes=[TaxLine(**{name: tax[name] for name in TAX_FIELDS}) for tax in tax_rows],
        extra=dict(row["extra"] or {}),
    )
