"""Owns `Issue`: one finding about a document, a result or a rule file.

Findings are values. Whoever finds one returns it; raising is the caller's choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

STATUSES = ("valid", "review", "invalid")
"""What the findings of a result come to; see `extractor.validate.Status`."""

RESULT_ISSUES: Mapping[str, str] = {
    "no-text": "No text was found on any page",
    "ocr-truncated": "The OCR engine cut texts short",
    "ocr-warning": "What else the OCR engine has to say",
    "uncertain-boundary": "A file may hold several invoices, and whether one begins at a page is doubtful",
    "ambiguous-vendor": "Two rule files fit one of several invoices in a file equally well, and general rules read it",
    "read-in-part": 'Only the print was read that the fields come from which the rule file asks for (`regions="needed"`)',
    "rule-timeout": "A regex of the rule file ran too long and was stopped",
    "missing-field": "A field that the JSON Schema asks for was not found",
    "missing-required": "A field that the rule file asks for was not found",
    "schema": "The JSON Schema is violated in another way",
    "low-confidence": "A value was read with little confidence",
    "ambiguous": "A value can be read in two ways that are as good",
    "conflict": "A value is contradicted by others",
    "BR-CO-10": "The lines do not add up to their sum",
    "BR-CO-13": "Lines, discount and charges do not make the net amount",
    "BR-CO-14": "The taxes of the rates do not add up to the tax",
    "BR-CO-15": "Net amount and tax do not make the total",
    "BR-CO-16": "Total, prepaid amount and rounding do not make the amount due",
    "BR-CO-17": "The tax of a rate is not that rate of its base",
    "einvoice-unreadable": "An e-invoice in the document is damaged, none, or hostile, and was not read",
    "einvoice-value": "A value in an e-invoice is none of its kind, such as a day that does not exist",
    "einvoice-sums": "The amounts in an e-invoice contradict each other, so that none of its values leads",
    "iban-checksum": "The check digits of the IBAN are wrong",
    "bic-format": "The BIC has not the form of one",
    "vat-id-checksum": "The check digits of a VAT identifier are wrong",
    "tax-id-checksum": "The check digits of the seller's tax number are wrong",
    "bic-country": "Bank and account are in different countries",
    "bank-country": "The account is in another country than the seller",
    "vendor-iban-differs": "Another account is printed than the rule file states of the vendor",
    "iban-changed": "Another account is named than in this seller's documents before (found in a store, after the policy decided)",
    "vendor-bic-differs": "Another bank is printed than the rule file states of the vendor",
    "code-form": "A code on the page has not the form that its standard asks for",
    "code-value": "A value in a code on the page breaks the rules of its standard",
    "code-iban": "The account in a code on the page is no valid IBAN, or of the wrong kind",
    "code-reference": "The reference in a code on the page has wrong check digits, or is of the wrong kind",
    "code-signature": "The signature of a code on the page is not of the given key",
    "due-before-issue": "The due date is before the date of the invoice",
    "period-order": "The billing period ends before it begins",
    "date-in-future": "The invoice is dated more than a year ahead",
}
"""Every finding about a result, by id."""


class Level(StrEnum):
    """How bad a finding is: an `error` makes a result invalid, a `warning` asks for review, an `info` only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a text file a finding stands: 1-based line and column."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding: a stable id for programs, a level, a message for people, and what it is about.

    >>> print(Issue("unknown-key", Level.ERROR, "unknown key 'typ'; did you mean 'type'?", place=Place("rules/acme.yaml", 6, 5)))
    rules/acme.yaml:6:5: error[unknown-key] unknown key 'typ'; did you mean 'type'?
    """

    id: str
    level: Level
    message: str
    field: str | None = None
    page: int | None = None
    place: Place | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.level}[{self.id}] {self.message}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; keys without a value are left out."""
        row: dict[str, Any] = {"id": self.id, "level": str(self.level), "message": self.message}
        if self.field is not None:
            row["field"] = self.field
        if self.page is not None:
            row["page"] = self.page
        if self.place is not None:
            row["place"] = str(self.place)
        return row
