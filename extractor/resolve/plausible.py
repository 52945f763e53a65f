"""Owns what speaks against options for amounts before any arithmetic: prints that belong to another field, whole numbers among
amounts with cents, roundings that are too large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from extractor.resolve.amounts import AMOUNTS
from extractor.resolve.options import Option, Reading, regrouped

LESSER = ("prepaid", "rounding", "discount", "shipping")
"""Fields whose labels (`Discount`, `Paid`) stand beside other amounts as well."""
CLAIM = 0.12
"""A print belongs to the field that it fits best, if it fits it by this much better than a lesser one."""
CLAIMED = 0.2
"""What a reading counts whose print another field claims: so little that it is taken only where the arithmetic asks for it."""
BARE = {"total": 0.6, "net": 0.6}
"""What a whole number without a currency counts where the amounts of the document have cents; of other fields it counts as little
as a print that is claimed."""
LARGEST_ROUNDING = 1
"""Cash is rounded to coins; more than one unit of the currency is no rounding, nor is more than this share (in percent) of the total."""


def screened(options: Mapping[str, Sequence[Option]]) -> dict[str, list[Option]]:
    """The options of all amount fields, best first, with the doubts that the other prints of the document raise."""
    cents = _has_cents(options)
    claims = _claims(options)
    kept: dict[str, list[Option]] = {}
    for name in AMOUNTS:
        found = (reading for option in options.get(name, ()) for reading in option.readings)
        kept[name] = regrouped(_doubted(name, reading, cents, claims) for reading in found)
    kept["rounding"] = [option for option in kept["rounding"] if _is_rounding(option, kept["total"] + kept["amount_due"])]
    return kept


def _doubted(name: str, reading: Reading, cents: bool, claims: Mapping[object, float]) -> Reading:
    doubt = CLAIMED if name in LESSER and _is_claimed(reading, claims) else 1.0
    if cents and _is_bare(reading):
        doubt = min(doubt, BARE.get(name, CLAIMED))
    return reading if doubt == 1.0 else replace(reading, doubt=doubt)


def _has_cents(options: Mapping[str, Sequence[Option]]) -> bool:
    """Whether the totals of the document are printed with cents."""
    leading = [found[0] for name in ("total", "net", "tax", "amount_due") if (found := options.get(name))]
    return sum(not _is_whole(option.best) for option in leading) * 2 > len(leading)


def _is_whole(reading: Reading) -> bool:
    return not any(mark in reading.candidate.text for mark in ".,'")


def _is_bare(reading: Reading) -> bool:
    return _is_whole(reading) and reading.currency is None


def _claims(options: Mapping[str, Sequence[Option]]) -> dict[object, float]:
    """How well each place on the pages fits the field of amounts that it fits best."""
    claims: dict[object, float] = {}
    for name in AMOUNTS:
        for reading in (reading for option in options.get(name, ()) for reading in option.readings):
            claims[_place(reading)] = max(claims.get(_place(reading), 0.0), reading.rank)
    return claims


def _is_claimed(reading: Reading, claims: Mapping[object, float]) -> bool:
    return reading.candidate.page is not None and reading.rank < claims[_place(reading)] - CLAIM


def _place(reading: Reading) -> object:
    return reading.candidate.page, reading.candidate.bounds


def _is_rounding(option: Option, totals: Sequence[Option]) -> bool:
    largest = max((abs(total.value) for total in totals), default=None)
    return bool(abs(option.value) <= LARGEST_ROUNDING or (largest is not None and abs(option.value) * 100 <= LARGEST_ROUNDING * largest))
