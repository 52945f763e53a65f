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
from extractor.rules.model import MM_PER_INCH, Length, Rule
from extractor.rules.patterns import matches_whole
from extractor.rules.views import SOFT

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

    zone, gap: millimetres left to the zone's nearest edge and to `max_gap`, beyond which the value counts less. zone_end, gap_end:
    millimetres left to where it counts no more; the same where the limits are strict. lead: 0 to 1, by what share the best
    other value scores less. pattern: 0 to 1, what share of similar values `pattern` takes, half of them with a digit more or less.
    """

    zone: float | None = None
    zone_end: float | None = None
    gap: float | None = None
    gap_end: float | None = None
    lead: float | None = None
    pattern: float | None = None

    def narrowed(self, other: Margins) -> Margins:
        """The smaller of each."""
        pairs = ((getattr(self, f.name), getattr(other, f.name)) for f in fields(self))
        return Margins(*(min((value for value in pair if value is not None), default=None) for pair in pairs))

    @property
    def text(self) -> str:
        """In words.

        >>> Margins(zone=3.4, zone_end=3.4, lead=0.12).text, Margins(gap=2, gap_end=12).text
        ('zone 3.4 mm, lead 12%', 'gap 2.0 mm (lost at 12.0)')
        """
        limits = (("zone", self.zone, self.zone_end), ("gap", self.gap, self.gap_end))
        lengths = [f"{name} {value:.1f} mm{f' (lost at {end:.1f})' if end and end > value else ''}" for name, value, end in limits if value is not None]
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
    (zone, zone_end), (gap, gap_end) = _zone_margin(found.bounds, rule, page), _gap_margin(found, rule, page)
    return Margins(zone, zone_end, gap, gap_end, lead, _pattern_margin(found.text, rule))


def _pattern_margin(text: str, rule: Rule) -> float | None:
    if rule.pattern is None or not any(map(str.isdigit, text)) or not matches_whole(rule.pattern, text, rule.id):
        return None
    similar = [vary(Random(seed), text) for seed in range(SIMILAR) for vary in (other_number, longer_or_shorter)]  # noqa: S311  no secrets
    return sum(matches_whole(rule.pattern, other, rule.id) for other in similar) / len(similar)


Limits = tuple[float | None, float | None]
"""Millimetres to where a value counts less, and to where it counts no more."""


def _zone_margin(box: Box, rule: Rule, page: OcrPage) -> Limits:
    if rule.zone is None:
        return None, None
    zone, soft = rule.zone, 0.0 if rule.strict else SOFT
    left, right = _edge(zone.left, page.dpi, page.width, 0.0), _edge(zone.right, page.dpi, page.width, page.width)
    top, bottom = _edge(zone.top, page.dpi, page.height, 0.0), _edge(zone.bottom, page.dpi, page.height, page.height)
    more_x, more_y = soft * max(0.0, right - left), soft * max(0.0, bottom - top)
    sides = (
        (zone.left, box.center_x - left, more_x),
        (zone.right, right - box.center_x, more_x),
        (zone.top, box.center_y - top, more_y),
        (zone.bottom, bottom - box.center_y, more_y),
    )
    bounded = [(inside, inside + more) for edge, inside, more in sides if edge is not None]
    if not bounded:
        return None, None
    return min(inside for inside, _ in bounded) * MM_PER_INCH / page.dpi, min(end for _, end in bounded) * MM_PER_INCH / page.dpi


def _edge(length: Length | None, dpi: float, extent: float, default: float) -> float:
    return default if length is None else length.pixels(dpi, extent)


def _gap_margin(found: FieldValue, rule: Rule, page: OcrPage) -> Limits:
    if rule.max_gap is None or found.label_bounds is None or found.bounds is None:
        return None, None
    vertical = found.bounds.overlap_y(found.label_bounds) <= 0
    gap = -(found.bounds.overlap_y(found.label_bounds) if vertical else found.bounds.overlap_x(found.label_bounds))
    limit = rule.max_gap.pixels(page.dpi, page.height if vertical else page.width)
    left = (limit - max(0.0, gap)) * MM_PER_INCH / page.dpi
    return left, left + (0.0 if rule.strict else SOFT * limit * MM_PER_INCH / page.dpi)
