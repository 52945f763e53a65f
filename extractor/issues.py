"""Owns `Issue`: one finding about a document, a result or a rule file.

Findings are values. Whoever finds one returns it; raising is the caller's choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


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


RESULT_ISSUES = {
    "missing-field": "A field that the JSON Schema demands was not found",
    "schema": "A value does not satisfy the JSON Schema",
    "missing-required": "A field was not found that the vendor's rule file says no document lacks",
    "no-text": "Nothing was read on any page",
    "low-confidence": "A value was read with little confidence",
    "ambiguous": "A value has two readings that are as good",
    "conflict": "A value is contradicted by others",
    "BR-CO-10": "The lines do not add up to the net total",
    "BR-CO-13": "Lines, allowances and charges do not add up to the net total",
    "BR-CO-14": "The taxes of the rates do not add up to the tax",
    "BR-CO-15": "Net and tax do not add up to the total",
    "BR-CO-16": "Total, prepaid amount and rounding do not add up to the amount due",
    "BR-CO-17": "A tax is not its base times its rate",
    "iban-checksum": "The IBAN's check digits do not hold",
    "bic-format": "The BIC is none",
    "vat-id-checksum": "The check digits of a VAT identifier do not hold",
    "vendor-iban-differs": "Another IBAN is printed than the vendor's rule file states: a new account, a misreading, or fraud",
    "vendor-bic-differs": "Another BIC is printed than the vendor's rule file states",
    "due-before-issue": "Due before it was issued",
    "period-order": "The billing period ends before it starts",
    "date-in-future": "Issued more than a year ahead",
    "rule-timeout": "A regex of a rule ran longer than it may",
    "ocr-warning": "The OCR engine has something to tell",
    "ocr-truncated": "The OCR engine cut texts short",
}
"""Ids of the findings about a result, with what each means."""
