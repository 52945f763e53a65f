"""Owns `ExtractionResult`: the invoice, the evidence of every field, the OCR regions, the issues and the status."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extractor.errors import InvalidInvoice
from extractor.invoice.fields import Invoice
from extractor.issues import Issue, Level
from extractor.ocr.result import OcrResult
from extractor.resolve import FieldValue
from extractor.validate import Status


@dataclass(frozen=True, slots=True)
class RuleSource:
    """Which rule set was applied. clues: what on the page spoke for it. vendor: False for the general rules."""

    id: str
    vendor: bool
    clues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtractionResult:
    """Everything that is known of one document.

    source: path or name. sha256: of the document's bytes. fields: evidence by field name (`number`, `lines[0].amount`,
    `extra.NAME`); header fields that were not found are there with status `missing`.
    """

    source: str
    sha256: str
    status: Status
    invoice: Invoice
    fields: Mapping[str, FieldValue]
    issues: tuple[Issue, ...]
    rules: RuleSource
    ocr: OcrResult

    def to_dict(self) -> dict[str, Any]:
        """The JSON form without the OCR regions, which have their own (`result.ocr.to_json()`)."""
        return {
            "source": {"path": self.source, "sha256": self.sha256},
            "status": str(self.status),
            "invoice": self.invoice.to_dict(),
            "issues": [issue.to_dict() for issue in self.issues],
            "rules": {"id": self.rules.id, "vendor": self.rules.vendor, "clues": list(self.rules.clues)},
            "fields": {name: value.to_dict() for name, value in self.fields.items()},
        }

    def to_json(self, indent: int | None = 2) -> str:
        """`to_dict()` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def raise_for_issues(self) -> None:
        """Raises InvalidInvoice where the result has issues of level error; does nothing otherwise."""
        errors = [issue for issue in self.issues if issue.level is Level.ERROR]
        if errors:
            raise InvalidInvoice(f"{self.source}: " + "; ".join(issue.message for issue in errors), self)
