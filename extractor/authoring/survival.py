"""Owns what noise does to fields: how often a value survives, how a lost one is lost, and how close to its limits it stands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from random import Random
from typing import Any

from extractor.authoring.noise import KINDS
from extractor.authoring.substitute import longer_or_shorter, other_number
from extractor.geometry import Box
from extractor.issues import Place
from extractor.ocr.result import OcrPage
from extractor.output import ExtractionResult
from extractor.resolve import FieldStatus, FieldValue
from extractor.rules.model import MM_PER_INCH, Rule
from extractor.rules.patterns import matches_whole

VENDOR = "(vendor)"
"""In place of a field: whether the rule file is still the one that applies."""

SIMILAR = 20
"""How many numbers of the same shape, and of other lengths, a pattern is tried on."""


class Fate(StrEnum):
    """What became of a field.

    survived: the expected value. otherwise: the expected value, but not by the rule that finds it in the example: a
    fallback or other values gave it. missing: none. doubtful: another that is marked so. wrong: another that passes for right.
    """

    SURVIVED = "survived"
    OTHERWISE = "otherwise"
    MISSING = "missing"
    DOUBTFUL = "doubtful"
    WRONG = "wrong"


def percent(rate: float) -> str:
    """A share in percent, never rounded up over a threshold.

    >>> percent(0.899), percent(0.9), percent(0.29)
    ('89%', '90%', '29%')
    """
    return f"{math.floor(rate * 100 + 1e-9)}%"


@dataclass(slots=True)
class Tally:
    """Fates counted."""

    survived: int = 0
    otherwise: int = 0
    missing: int = 0
    doubtful: int = 0
    wrong: int = 0

    def add(self, fate: Fate) -> None:
        setattr(self, fate, getattr(self, fate) + 1)

    @property
    def variants(self) -> int:
        return self.survived + self.otherwise + self.missing + self.doubtful + self.wrong

    def rate(self, missing_allowed: bool = False) -> float:
        """The share in which the field survived, 0 to 1."""
        return self._share(self.survived + self.otherwise + (self.missing if missing_allowed else 0))

    def rule_rate(self) -> float:
        """The share in which its rule did, 0 to 1."""
        return self._share(self.survived)

    def _share(self, kept: int) -> float:
        """One division of counts, so that nine of ten are no less than 0.9."""
        return kept / self.variants if self.variants else 1.0


@dataclass(frozen=True, slots=True)
class Margins:
    """How far a value stands from where its rule would lose it; None where the rule has no such limit.

    zone, gap: millimetres left to the zone's nearest edge and to `max_gap`. lead: 0 to 1, by what share the best other value
    scores less. pattern: 0 to 1, what share of similar values `pattern` takes, half of them with a digit more or less.
    """

    zone: float | None = None
    gap: float | None = None
    lead: float | None = None
    pattern: float | None = None

    def narrowed(self, other: Margins) -> Margins:
        """The smaller of each."""
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Margins(*(min((value for value in pair if value is not None), default=None) for pair in pairs))

    @property
    def text(self) -> str:
        """In words.

        >>> Margins(zone=3.4, lead=0.12).text
        'zone 3.4 mm, lead 12%'
        """
        lengths = [f"{name} {value:.1f} mm" for name, value in (("zone", self.zone), ("gap", self.gap)) if value is not None]
        shares = [f"{name} {percent(value)}" for name, value in (("lead", self.lead), ("pattern", self.pattern)) if value is not None]
        return ", ".join(lengths + shares)

    def to_dict(self) -> dict[str, float]:
        return {f.name: round(value, 2) for f in fields(self) if (value := getattr(self, f.name)) is not None}


@dataclass(slots=True)
class FieldProof:
    """What noise does to one field of a rule file. rules: which found it in the examples; place: of the first of this file's own."""

    name: str
    rules: list[str] = field(default_factory=list)
    place: Place | None = None
    tallies: dict[str, Tally] = field(default_factory=dict)
    margins: Margins = Margins()

    def rate(self, kind: str) -> float:
        """The share of variants of one kind that the field survived, 0 to 1."""
        return self.tallies[kind].rate(KINDS[kind].missing_allowed)

    @property
    def weakest(self) -> tuple[str, float] | None:
        """The kind of noise that counts under which fewest survived, and the share; None where none was tried."""
        rates = [(kind, self.rate(kind)) for kind, tally in self.tallies.items() if KINDS[kind].counts and tally.variants]
        return min(rates, key=lambda pair: pair[1], default=None)

    @property
    def wrong(self) -> int:
        """How often a wrong value passed for right under the kinds that count."""
        return sum(tally.wrong for kind, tally in self.tallies.items() if KINDS[kind].counts)

    def to_dict(self) -> dict[str, Any]:
        noise = {
            kind: {fate.value: getattr(tally, fate) for fate in Fate} | {"survival": round(self.rate(kind), 3)}
            for kind, tally in self.tallies.items()
            if tally.variants
        }
        return {"rules": self.rules, "margins": self.margins.to_dict(), "noise": noise}


def fates(result: ExtractionResult, expect: Mapping[str, Any], rules: Mapping[str, str | None]) -> dict[str, Fate]:
    """What became of each expected field. rules: by which rule each was found in the example."""
    found = found_values(result)
    return {name: _fate(found.get(name), wanted, result.fields.get(name), rules.get(name)) for name, wanted in expect.items()}


def found_values(result: ExtractionResult) -> dict[str, Any]:
    """What was found, in the JSON form, by the names that examples use (`extra.NAME`)."""
    found = result.invoice.to_dict()
    return found | {f"extra.{name}": value for name, value in found.get("extra", {}).items()}


def _fate(found: Any, wanted: Any, evidence: FieldValue | None, rule: str | None) -> Fate:
    if is_same(found, wanted):
        return Fate.OTHERWISE if rule and evidence and evidence.rule_id != rule else Fate.SURVIVED
    if found is None or found == []:
        return Fate.MISSING
    doubtful = evidence is not None and evidence.status is not FieldStatus.OK
    return Fate.DOUBTFUL if doubtful else Fate.WRONG


def is_same(found: Any, wanted: Any) -> bool:
    """Whether a value of the JSON form is the expected one; rows are compared in the columns that are expected.

    >>> is_same("5.00", "5.00"), is_same(None, None), is_same([{"code": "A", "amount": "1.00"}], [{"amount": "1.0"}])
    (True, True, True)
    """
    if isinstance(wanted, list):
        rows = found or []
        return len(rows) == len(wanted) and all(is_same(row.get(name), cell) for row, cells in zip(rows, wanted, strict=True) for name, cell in cells.items())
    return bool(found == wanted) or _number(found, wanted)


def _number(found: Any, wanted: Any) -> bool:
    """Whether both are the same amount, written with more or fewer zeros."""
    if not (isinstance(found, str) and isinstance(wanted, str) and "." in found):
        return False
    try:
        return Decimal(found) == Decimal(wanted)
    except InvalidOperation:
        return False


def margins_of(found: FieldValue, rule: Rule | None, pages: Mapping[int, OcrPage]) -> Margins:
    """The margins of a value on an upright page, found by this rule."""
    lead = 1 - found.parts.rival if found.parts and found.alternatives else None
    page = pages.get(found.page or 0)
    if rule is None or found.bounds is None or page is None:
        return Margins(lead=lead)
    return Margins(_zone_margin(found.bounds, rule, page), _gap_margin(found, rule, page), lead, _pattern_margin(found.text, rule))


def _pattern_margin(text: str, rule: Rule) -> float | None:
    if rule.pattern is None or not any(map(str.isdigit, text)) or not matches_whole(rule.pattern, text, rule.id):
        return None
    similar = [vary(Random(seed), text) for seed in range(SIMILAR) for vary in (other_number, longer_or_shorter)]  # noqa: S311  no secrets
    return sum(matches_whole(rule.pattern, other, rule.id) for other in similar) / len(similar)


def _zone_margin(box: Box, rule: Rule, page: OcrPage) -> float | None:
    if rule.zone is None:
        return None
    sides = (
        (rule.zone.left, page.width, box.center_x, 1),
        (rule.zone.right, page.width, box.center_x, -1),
        (rule.zone.top, page.height, box.center_y, 1),
        (rule.zone.bottom, page.height, box.center_y, -1),
    )
    left = [(center - edge.pixels(page.dpi, extent)) * sign for edge, extent, center, sign in sides if edge is not None]
    return min(left) * MM_PER_INCH / page.dpi if left else None


def _gap_margin(found: FieldValue, rule: Rule, page: OcrPage) -> float | None:
    if rule.max_gap is None or found.label_bounds is None or found.bounds is None:
        return None
    vertical = found.bounds.overlap_y(found.label_bounds) <= 0
    gap = -(found.bounds.overlap_y(found.label_bounds) if vertical else found.bounds.overlap_x(found.label_bounds))
    return (rule.max_gap.pixels(page.dpi, page.height if vertical else page.width) - max(0.0, gap)) * MM_PER_INCH / page.dpi
