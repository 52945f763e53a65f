"""Owns validating a corrected invoice as the pipeline does, with the evidence that the store keeps."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from extractor.geometry import Box
from extractor.invoice.fields import FIELDS, LINE_FIELDS, TAX_FIELDS, Invoice
from extractor.issues import Issue, Level
from extractor.resolve import FieldStatus, FieldValue, Resolution, Thresholds
from extractor.resolve.evidence import Alternative, Claim, Origin
from extractor.review.document import ReviewedDocument
from extractor.rules import RuleBook, RuleSet
from extractor.store.read import StoredRow
from extractor.validate import InvoiceSchema, missing_required, validate

OF_READING = frozenset(
    {
        *("no-text", "ocr-truncated", "ocr-warning", "rule-timeout", "uncertain-boundary", "ambiguous-vendor", "read-in-part"),
        *("einvoice-unreadable", "einvoice-value", "einvoice-sums"),
        *("code-form", "code-value", "code-iban", "code-reference", "code-signature"),
    }
)
"""Issues that come from the pages, and what e-invoices and codes state, and not from the values: no correction makes them go."""

_GROUPS = {"date": "dates", "amount": "amounts", "quantity": "amounts", "percent": "amounts"}


@dataclass(frozen=True, slots=True)
class Checks:
    """What invoices are validated with: rule files, schema and thresholds."""

    book: RuleBook
    schema: InvoiceSchema
    thresholds: Thresholds

    def rules_of(self, document: ReviewedDocument) -> RuleSet | None:
        """The vendor's rule set that the document was read by; None for general rules, and where it is not among the rule files."""
        row = document.stored.row
        return self.book.rule_sets.get(row["rules_id"]) if row["rules_vendor"] else None

    def issues(self, document: ReviewedDocument, invoice: Invoice, corrected: Collection[str]) -> list[Issue]:
        """What is wrong with a document's invoice now. corrected: fields that a person stated, of which no doubt is left."""
        rules = self.rules_of(document)
        kept = [_issue(row) for row in document.stored.issues if row["id"] in OF_READING]
        missing = missing_required(invoice, rules.required if rules is not None else ())
        fields = {name: evidence_of(row) for name, row in document.fields.items() if not _is_settled(row, corrected)}
        vendor, accounts = (rules.vendor, rules.other_ibans) if rules is not None else ({}, ())
        return [*kept, *missing, *validate(Resolution(invoice, fields), self.schema, vendor, self.thresholds, other_ibans=accounts)]


def _is_settled(row: StoredRow, corrected: Collection[str]) -> bool:
    """Whether no doubt is left of a field: a person stated it, or what contradicted it, or took out a row, behind which the others have
    other numbers. What an e-invoice or a code contradicts is settled by stating that very field."""
    name: str = row["name"]
    if row["status"] == FieldStatus.CONFLICT and not row["claims"] and (group := _group(name)) and any(_group(other) == group for other in corrected):
        return True  # whether it is contradicted still is what the checks of amounts and dates say
    table = name.partition("[")[0]
    return name in corrected or (table != name and any(other.startswith(f"{table}[") and other.endswith("]") for other in corrected))


def _group(name: str) -> str | None:
    """What a field can be contradicted by: other amounts, or other dates. None for those that nothing contradicts, and for rows."""
    column = name.rpartition(".")[2]
    field = FIELDS.get(name) or LINE_FIELDS.get(column) or TAX_FIELDS.get(column)
    return None if field is None else _GROUPS.get(field.kind)


def _issue(row: StoredRow) -> Issue:
    return Issue(row["id"], Level(row["level"]), row["message"], row["field"], row["page"])


def evidence_of(row: StoredRow) -> FieldValue:
    """The evidence of a field as the store has it, which does not keep all of it."""
    return FieldValue(
        row["name"],
        row["value"],
        FieldStatus(row["status"]),
        row["text"],
        row["page"],
        _box(row),
        row["label"],
        rule_id=row["rule_id"],
        confidence=row["confidence"],
        origin=Origin(row["origin"]),
        alternatives=tuple(_alternative(each) for each in row["alternatives"] or ()),
        claims=tuple(Claim(**each) for each in row["claims"] or ()),
    )


def _box(row: StoredRow) -> Box | None:
    return None if row["x"] is None else Box(row["x"], row["y"], row["width"], row["height"])


def _alternative(row: Mapping[str, Any]) -> Alternative:
    return Alternative(row["value"], row["text"], row["rule"], row["score"], row["reason"], row.get("page"))
