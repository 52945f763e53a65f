"""Owns `FieldValue`: the value that was chosen for a field, with everything that speaks for and against it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from extractor.geometry import Box
from extractor.invoice.fields import plain


class FieldStatus(StrEnum):
    """What can be said of a field's value."""

    OK = "ok"
    LOW_CONFIDENCE = "low_confidence"
    AMBIGUOUS = "ambiguous"
    MISSING = "missing"
    CONFLICT = "conflict"


class Origin(StrEnum):
    """Where a value comes from.

    read: printed on the page. constant: stated by the rule file. derived: implied by other values, not printed.
    repaired: printed, but characters were mended in reading it; `text` keeps what was read.
    """

    READ = "read"
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


@dataclass(frozen=True, slots=True)
class FieldValue:
    """The value of one field with its evidence.

    value: Decimal, date or str; None where it is missing. text: as printed. page: from 1. bounds, label_bounds: page pixels.
    confidence: 0 to 1, from `ocr` (the engine's own), `rule` (how well the print answers the rule) and `support`
    (how far other values agree: 1 they prove it, 0 they contradict it, None nothing speaks for or against it).
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
    ocr: float | None = None
    rule: float | None = None
    support: float | None = None
    origin: Origin = Origin.READ
    alternatives: tuple[Alternative, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; places that do not exist are left out."""
        parts = {"ocr": _rounded(self.ocr), "rule": _rounded(self.rule), "support": _rounded(self.support)}
        row: dict[str, Any] = {"value": plain(self.value), "status": str(self.status), "confidence": round(self.confidence, 3), "confidence_parts": parts}
        row |= {"text": self.text, "origin": str(self.origin)}
        places = {"page": self.page, "bounds": self.bounds, "label": self.label, "label_bounds": self.label_bounds, "rule": self.rule_id}
        row |= {key: place.to_dict() if isinstance(place, Box) else place for key, place in places.items() if place is not None}
        return row | {"alternatives": [alternative.to_dict() for alternative in self.alternatives]}


def _rounded(part: float | None) -> float | None:
    return None if part is None else round(part, 3)


def combine(ocr: float | None, rule: float, support: float | None) -> float:
    """One confidence from three parts.

    Reading and rule must both hold, so they multiply; support closes part of the gap to certainty, contradiction opens it.
    Unknown OCR confidence counts as 0.9: engines that give none are not trusted more than those that do.

    >>> round(combine(0.98, 0.9, None), 3), round(combine(0.98, 0.9, 1.0), 3), round(combine(0.98, 0.9, 0.0), 3)
    (0.882, 0.976, 0.441)
    """
    base = (0.9 if ocr is None else ocr) * min(rule, 1.0)
    if support is None:
        return base
    return base + (1 - base) * 0.8 * (support - 0.5) * 2 if support >= 0.5 else base * (0.5 + support)
