"""Owns `FieldValue`: the value that was chosen for a field, with everything that speaks for and against it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from extractor.geometry import Box
from extractor.invoice.fields import plain
from extractor.record import record
from extractor.resolve.confidence import Parts


class FieldStatus(StrEnum):
    """What can be said of a field's value."""

    OK = "ok"
    LOW_CONFIDENCE = "low_confidence"
    AMBIGUOUS = "ambiguous"
    MISSING = "missing"
    CONFLICT = "conflict"


class Origin(StrEnum):
    """Where a value comes from.

    read: printed on the page. stated: by an e-invoice or a code, see `FieldValue.claims`. constant: stated by the rule file.
    derived: implied by other values, not printed.
    repaired: printed, but characters were mended in reading it; `text` keeps what was read.
    """

    READ = "read"
    STATED = "stated"
    CONSTANT = "constant"
    DERIVED = "derived"
    REPAIRED = "repaired"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A value that lost, and why."""

    value: Any
    text: str
    rule_id: str
    score: float
    reason: str
    page: int | None = None
    bounds: Box | None = None

    def to_dict(self) -> dict[str, Any]:
        row: dict[str, Any] = {"value": plain(self.value), "text": self.text, "rule": self.rule_id, "score": round(self.score, 3), "reason": self.reason}
        if self.page is not None:
            row["page"] = self.page
        if self.bounds is not None:
            row["bounds"] = self.bounds.to_dict()
        return row


@record
class Claim:
    """What a witness states of a field. witness: its name. where: XPath in an e-invoice, element of a code. agrees: with the value that was chosen."""

    witness: str
    value: Any
    text: str
    where: str
    agrees: bool

    def to_dict(self) -> dict[str, Any]:
        return {"witness": self.witness, "value": plain(self.value), "text": self.text, "where": self.where, "agrees": self.agrees}


@record
class FieldValue:
    """The value of one field with its evidence.

    value: Decimal, date or str; None where it is missing. text: as printed. page: from 1. bounds, label_bounds: page pixels.
    confidence: 0 to 1, how likely the value is right; parts: what that was made of, None where no print was weighed.
    claims: what the document's e-invoices and codes say of it.
    """

    name: str
    value: Any
    status: FieldStatus
    text: str = ""
    page: int | None = None
    bounds: Box | None = None
    label: str | None = None
    label_bounds: Box | None = None
    rule_id: str | None = None
    confidence: float = 0.0
    parts: Parts | None = None
    origin: Origin = Origin.READ
    alternatives: tuple[Alternative, ...] = ()
    claims: tuple[Claim, ...] = ()

    @property
    def ocr(self) -> float | None:
        """The engine's own confidence, 0 to 1; None where it gives none."""
        return self.parts.ocr if self.parts else None

    @property
    def rule(self) -> float | None:
        """How well the print answers the rule, 0 to 1."""
        return self.parts.rule if self.parts else None

    @property
    def support(self) -> float | None:
        """How far other values agree: 1 they prove it, 0 they contradict it, None nothing speaks for or against it."""
        return self.parts.support if self.parts else None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; places that do not exist are left out."""
        row: dict[str, Any] = {"value": plain(self.value), "status": str(self.status), "confidence": round(self.confidence, 3)}
        if self.parts is not None:
            row["confidence_parts"] = self.parts.to_dict()
        row |= {"text": self.text, "origin": str(self.origin)}
        places = {"page": self.page, "bounds": self.bounds, "label": self.label, "label_bounds": self.label_bounds, "rule": self.rule_id}
        row |= {key: place.to_dict() if isinstance(place, Box) else place for key, place in places.items() if place is not None}
        row |= {"claims": [claim.to_dict() for claim in self.claims]} if self.claims else {}
        return row | {"alternatives": [alternative.to_dict() for alternative in self.alternatives]}
