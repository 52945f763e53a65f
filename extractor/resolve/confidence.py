"""Owns the one confidence of a value: its parts, weighed as `calibration.json` beside this module says.

The weights are those of a logistic regression, one for each family of kinds, fitted on labelled documents by
`benchmarks/calibrate.py`; `docs/confidence.md` tells how and with what result. A confidence of 0.9 means: of such values, 90 % were right.
"""

from __future__ import annotations

import functools
import importlib.resources
import json
import math
from collections.abc import Mapping

from extractor.record import record

FAMILIES: Mapping[str, tuple[str, ...]] = {
    "amount": ("amount", "quantity", "percent"),
    "date": ("date",),
    "identifier": ("identifier",),
    "checked": ("iban", "bic", "vat_id"),
    "code": ("currency", "kind"),
    "text": ("text", "name", "address"),
}
"""Families of kinds of fields (see `extractor.invoice.fields`) that are calibrated together."""
UNKNOWN_OCR = 0.9
"""What an unknown OCR confidence counts: engines that give none are not trusted more than those that do."""

FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}


@record
class Parts:
    """What a confidence is made of, each from 0 to 1.

    ocr: the engine's own confidence, None where it gives none. rule: how well the print answers the rule.
    support: how far other values agree, 1 they prove it, 0 they contradict it, None nothing speaks for or against it.
    rival: what the best other value of the field scores, as a share of this one's score; 0 where there is none.
    """

    ocr: float | None
    rule: float
    support: float | None = None
    rival: float = 0.0

    def doubts(self) -> dict[str, float]:
        """What lowers or raises the confidence, as the calibration weighs it; all 0 for a perfect match that nothing confirms."""
        support = 0.5 if self.support is None else self.support
        return {
            "misread": 1 - (UNKNOWN_OCR if self.ocr is None else self.ocr),
            "misfit": 1 - min(1.0, self.rule),
            "agreed": max(0.0, 2 * support - 1),
            "contradicted": max(0.0, 1 - 2 * support),
            "rivalled": min(1.0, self.rival) if self.support is None else 0.0,
        }

    def to_dict(self) -> dict[str, float | None]:
        """The JSON form, rounded to three places."""
        parts = {"ocr": self.ocr, "rule": self.rule, "support": self.support, "rival": self.rival}
        return {name: None if part is None else round(part, 3) for name, part in parts.items()}


@functools.lru_cache(maxsize=4096)  # the cells of a table have the same parts
def confidence_of(kind: str, parts: Parts) -> float:
    """How likely a value of this kind is right, 0 to 1.

    >>> sure, doubtful = Parts(ocr=0.99, rule=1.0, support=1.0), Parts(ocr=0.6, rule=0.5, rival=0.9)
    >>> confidence_of("date", sure) > 0.95 > confidence_of("date", doubtful)
    True
    """
    weights = _calibration()[FAMILY_OF[kind]]
    return 1 / (1 + math.exp(-(weights["intercept"] + sum([weights[name] * doubt for name, doubt in parts.doubts().items()]))))


@functools.cache
def _calibration() -> Mapping[str, Mapping[str, float]]:
    text = (importlib.resources.files("extractor.resolve") / "calibration.json").read_text(encoding="utf-8")
    weights: Mapping[str, Mapping[str, float]] = json.loads(text)["weights"]
    return weights
