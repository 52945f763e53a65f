"""Owns what an explanation says: of the vendor, of each field, of each rule, and of what was missed by how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from extractor.geometry import Box


@dataclass(frozen=True, slots=True)
class ClueReport:
    """A clue of a file. group: `all`, `any` or `none`. found: whether it is on the document.

    nearest, distance, allowed: the nearest text where a text is not found, and the edit distance to it.
    """

    group: str
    kind: str
    text: str
    found: bool
    nearest: str | None = None
    distance: int | None = None
    allowed: int | None = None


@dataclass(frozen=True, slots=True)
class VendorReport:
    """How one vendor's file fits. score: characters of clues found. verdict: in words."""

    id: str
    chosen: bool
    score: float
    verdict: str
    clues: tuple[ClueReport, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A value that a rule found. rank: what it counts in choosing, fit and ocr included; None where it has no reading.

    value: in its JSON form. wins: whether it is the field's value. reason: in words.
    """

    text: str
    value: Any
    page: int | None
    bounds: Box | None
    label: str | None
    label_bounds: Box | None
    fit: float
    ocr: float | None
    rank: float | None
    wins: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Miss:
    """What one change of a rule would find. cause: the operator (`max_gap`, `page` ...); remedy: what would do, as rule text."""

    cause: str
    message: str
    remedy: str
    text: str
    page: int | None
    bounds: Box | None
    label_bounds: Box | None


@dataclass(frozen=True, slots=True)
class Area:
    """A part of a page that matters to a rule. kind: `zone` or `search`; bounds: page pixels."""

    kind: str
    page: int
    bounds: Box


@dataclass(frozen=True, slots=True)
class RuleReport:
    """One rule at work. asks: what it looks for, in words. labels: (page, bounds, text) of its labels that stand on the pages."""

    id: str
    place: str | None
    inherited: bool
    asks: str
    labels: tuple[tuple[int, Box, str], ...]
    areas: tuple[Area, ...]
    found: tuple[Found, ...]
    miss: Miss | None

    @property
    def wins(self) -> bool:
        return any(found.wins for found in self.found)


@dataclass(frozen=True, slots=True)
class FieldReport:
    """One field: the value chosen (JSON form), its status, where it stands, and every rule for it."""

    name: str
    value: Any
    status: str
    origin: str
    rule: str | None
    page: int | None
    bounds: Box | None
    label_bounds: Box | None
    confidence: float
    support: float | None
    expected: str | None
    as_expected: bool | None
    rules: tuple[RuleReport, ...]


@dataclass(frozen=True, slots=True)
class PageReport:
    """A page's number and size in pixels."""

    number: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a document gave the values that it gave.

    rules: id of the rule set that was applied; None where two vendors fit equally well, and nothing was extracted.
    vendors: files of vendors, the best first.
    """

    source: str
    status: str
    rules: str | None
    is_vendor: bool
    verdict: str
    vendors: tuple[VendorReport, ...]
    fields: Mapping[str, FieldReport]
    pages: tuple[PageReport, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        plain: dict[str, Any] = _plain({name: getattr(self, name) for name in self.__slots__})
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, Box):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if hasattr(value, "__slots__") and not isinstance(value, str | int | float):
        return {name: _plain(getattr(value, name)) for name in value.__slots__}
    return round(value, 3) if isinstance(value, float) else value
