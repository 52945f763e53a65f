"""Owns `Thresholds`: below which confidence a value is doubtful, and of which fields a doubt asks for review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from extractor.invoice.fields import FIELDS

MIN_CONFIDENCE = 0.8
"""A value below this confidence, the share of such values that is right, is doubtful."""
OTHERS = "*"
"""In a mapping of thresholds: all fields that it does not name."""
WEIGHTY_KINDS = frozenset({"amount", "date", "iban", "currency", "vat_id"})
WEIGHTY_FIELDS = frozenset({"number", "seller_name"})
"""Fields that decide, beside those of the kinds above, what is paid to whom."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Confidences from 0 to 1. others: of all fields without one of their own; own: by field.

    >>> given = Thresholds.of({"seller_address": 0.95})
    >>> given["seller_address"], given["total"], given.matters("seller_address"), given.matters("buyer_address")
    (0.95, 0.8, True, False)
    """

    others: float = MIN_CONFIDENCE
    own: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, given: float | Mapping[str, float]) -> Thresholds:
        """From one number for all fields, or numbers by field, `*` for all that are not named.

        Raises ValueError for a number outside of 0 to 1 and for a field that does not exist.
        """
        numbers = dict(given) if isinstance(given, Mapping) else {OTHERS: given}
        for name, number in numbers.items():
            if name not in FIELDS and name != OTHERS and not name.startswith("extra."):
                raise ValueError(f"min_confidence: there is no field {name!r}")
            if not 0 <= number <= 1:
                raise ValueError(f"min_confidence must be from 0 to 1: {number}")
        return cls(numbers.pop(OTHERS, MIN_CONFIDENCE), numbers)

    def __getitem__(self, name: str) -> float:
        return self.own.get(name, self.others)

    def matters(self, name: str) -> bool:
        """Whether a doubt about a field asks for review: it decides what is paid to whom, or has a threshold of its own."""
        kind = FIELDS[name].kind if name in FIELDS else ""
        return kind in WEIGHTY_KINDS or name in WEIGHTY_FIELDS or name in self.own
