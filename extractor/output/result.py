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
from extractor.split import Part
from extractor.validate import Status
from extractor.witnesses import Witness


@dataclass(frozen=True, slots=True)
class RuleSource:
    """Which rule set was applied. clues: what on the page spoke for it. vendor: False for the general rules. ibans: accounts that a vendor's states."""

    id: str
    vendor: bool
    clues: tuple[str, ...] = ()
    ibans: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExtractionResult:
    """Everything that is known of one document.

    source: path or name. sha256: of the document's bytes. fields: evidence by field name (`number`, `lines[0].amount`,
    `extra.NAME`); header fields that were not found are there with status `missing`. part: where the document is one of
    several invoices in a file, which one and on which pages; then `sha256` is that of the file, and all page numbers are the file's.
    witnesses: its e-invoices and codes, with what they state.
    """

    source: str
    sha256: str
    status: Status
    invoice: Invoice
    fields: Mapping[str, FieldValue]
    issues: tuple[Issue, ...]
    rules: RuleSource
    ocr: OcrResult
    part: Part | None = None
    witnesses: tuple[Witness, ...] = ()

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages of the file that the invoice is on, from 1."""
        return tuple(page.number for page in self.ocr.pages)

    @property
    def name(self) -> str:
        """The source, with the pages where the file holds more: `scan.pdf#pages=3-4`."""
        return self.source if self.part is None else f"{self.source}#{self.part.name}"

    @property
    def identity(self) -> dict[str, Any]:
        """What tells this invoice from all others, as JSON: path and SHA-256 of the file, and the part of it where it is not the whole."""
        whole = {"path": self.source, "sha256": self.sha256}
        return whole if self.part is None else whole | {"pages": list(self.part.pages), "invoice": self.part.number, "invoices": self.part.count}

    def to_dict(self) -> dict[str, Any]:
        """The JSON form without the OCR regions, which have their own (`result.ocr.to_json()`)."""
        begins = {"begins": list(self.part.evidence)} if self.part is not None else {}
        row = {
            "source": self.identity | begins,
            "status": str(self.status),
            "invoice": self.invoice.to_dict(),
            "issues": [issue.to_dict() for issue in self.issues],
            "rules": {"id": self.rules.id, "vendor": self.rules.vendor, "clues": list(self.rules.clues)},
            "fields": {name: value.to_dict() for name, value in self.fields.items()},
        }
        return row | ({"witnesses": [witness.to_dict() for witness in self.witnesses]} if self.witnesses else {})

    def to_json(self, indent: int | None = 2) -> str:
        """`to_dict()` as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    def raise_for_issues(self) -> None:
        """Raises InvalidInvoice where the result has issues of level error; does nothing otherwise."""
        errors = [issue for issue in self.issues if issue.level is Level.ERROR]
        if errors:
            raise InvalidInvoice(f"{self.source}: " + "; ".join(issue.message for issue in errors), self)
