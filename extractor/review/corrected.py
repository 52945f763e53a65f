"""Owns a corrected document as a routing policy looks at it: what people stated is sure, the rest is as it was found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractor.invoice.fields import FIELDS, Invoice, plain
from extractor.issues import Issue
from extractor.output import RuleSource
from extractor.resolve import FieldStatus, FieldValue
from extractor.review.changes import EXTRA
from extractor.review.document import ReviewedDocument
from extractor.review.recheck import evidence_of
from extractor.validate import Status, status_of


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a policy decides about anew; see `extractor.routing.Routable`."""

    invoice: Invoice
    fields: Mapping[str, FieldValue]
    issues: Sequence[Issue]
    rules: RuleSource
    pages: Sequence[int]

    @property
    def status(self) -> Status:
        """Of the corrected invoice."""
        return status_of(self.issues)

    @classmethod
    def of(cls, document: ReviewedDocument, invoice: Invoice, issues: Sequence[Issue], corrected: Collection[str]) -> Corrected:
        """A document with the invoice that it has now. issues: what is wrong with that. corrected: fields that people stated, at whatever time."""
        row = document.stored.row
        fields = {name: evidence_of(field) for name, field in document.fields.items()}
        for name in FIELDS.keys() - fields.keys():
            fields[name] = FieldValue(name, None, FieldStatus.MISSING)
        for name in corrected:
            if name in FIELDS or name.startswith(EXTRA):
                fields[name] = _stated(name, invoice)
        pages = row["page_numbers"] or range(1, (row["pages"] or 0) + 1)
        return cls(invoice, fields, issues, RuleSource(row["rules_id"], bool(row["rules_vendor"]), tuple(row["rules_clues"] or ())), tuple(pages))


def _stated(name: str, invoice: Invoice) -> FieldValue:
    value: Any = invoice.extra.get(name.removeprefix(EXTRA)) if name.startswith(EXTRA) else getattr(invoice, name)
    if value is None:
        return FieldValue(name, None, FieldStatus.MISSING)
    return FieldValue(name, value, FieldStatus.OK, str(plain(value)), confidence=1.0)
