"""Owns the repair of one misread digit: net + tax = total, with all three printed, says which amount is wrong and what it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from extractor.resolve.amounts import Assignment
from extractor.resolve.equations import Context, support_of
from extractor.resolve.options import Option

CONFUSED: Mapping[str, str] = {"0": "8", "1": "7", "2": "7", "3": "8", "4": "9", "5": "6", "6": "58", "7": "12", "8": "036", "9": "4"}
"""Digits that OCR takes for one another, by the shape of their strokes."""
EQUATION = ("net", "tax", "total")


def repaired(chosen: Assignment, context: Context) -> tuple[str, Option] | None:
    """The one field whose print, with one digit read otherwise, makes net + tax = total hold, and the option mended so.

    None where the equation holds, where not all three were read by OCR, where several repairs are possible, or where
    something else (the amount due, the lines, the rates, a second print) confirms the value as it was read.
    """
    if not set(EQUATION) <= chosen.keys():
        return None
    values = {name: Decimal(option.value) for name, option in chosen.items()}
    off = values["total"] - values["net"] - values["tax"]
    if abs(off) <= context.tolerance or ("rounding" in values and abs(off - values["rounding"]) <= context.tolerance):
        return None
    meant = {"net": values["net"] + off, "tax": values["tax"] + off, "total": values["total"] - off}
    possible = [name for name in EQUATION if meant[name] in _misreadings(chosen[name])]
    if len(possible) != 1 or _is_confirmed(possible[0], chosen, values, context):
        return None
    name = possible[0]
    readings = [replace(chosen[name].best, value=meant[name], repaired=True)]
    return name, Option(meant[name], readings)


def _misreadings(option: Option) -> set[Decimal]:
    """The values that differ from the print's by one digit that looks alike; none of a text layer, which is not misread."""
    candidate = option.best.candidate
    if candidate.ocr is None or candidate.ocr >= 1.0:
        return set()
    sign, digits, exponent = Decimal(option.value).as_tuple()
    assert isinstance(exponent, int)  # amounts are finite
    return {Decimal((sign, tuple(changed), exponent)) for changed in _exchanged(list(digits))}


def _exchanged(digits: list[int]) -> Iterator[list[int]]:
    for position, digit in enumerate(digits):
        for other in CONFUSED[str(digit)]:
            if position or other != "0":
                yield [*digits[:position], int(other), *digits[position + 1 :]]


def _is_confirmed(name: str, chosen: Assignment, values: Mapping[str, Decimal], context: Context) -> bool:
    if len({(reading.candidate.page, reading.candidate.bounds) for reading in chosen[name].readings}) > 1:
        return True
    rest = {other: value for other, value in values.items() if other not in EQUATION or other == name}
    return support_of(rest, context).get(name, 0.0) > 0
