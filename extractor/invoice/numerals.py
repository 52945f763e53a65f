"""Owns how the digits of a number are read: decimal marks, thousands groups, and what OCR does to them.

A number here is bare: digits, `.`, `,`, `'` and spaces. Signs, currencies and units are the business of `amounts`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

MAX_DIGITS = 18
"""Longer runs of digits are identifiers, not numbers."""

_SEPARATOR = re.compile(r"([.,' ])")
_AROUND_MARKS = re.compile(r" *([.,']) *")
_DOUBLED = re.compile(r"([.,'])[.,']+")
_SPACED_OUT = re.compile(r"\d(?: ?[.,'] ?\d| \d)+")
_SPACED_MARK = re.compile(r"\d [.,'] ?\d|\d[.,'] \d")


@dataclass(frozen=True, slots=True)
class NumberReading:
    """One reading of a number. repaired: a mark was supplied or removed to get it."""

    value: Decimal
    repaired: bool = False


def read_number(text: str, *, mark: str | None = None, decimal_first: bool = False) -> tuple[NumberReading, ...]:
    """All readings of a bare number, the likeliest first; empty where it is none.

    mark: the decimal mark of the text's locale, `.` or `,`; None where unknown. decimal_first: with the mark unknown,
    whether `1.250` is rather 1.250 than 1250.

    >>> [str(reading.value) for reading in read_number("1.250")], [str(reading.value) for reading in read_number("1,23,456.78")]
    (['1250', '1.250'], ['123456.78'])
    """
    if text.isdigit():
        return (NumberReading(Decimal(text)),) if len(text) <= MAX_DIGITS else ()
    if sum(map(str.isdigit, text)) > MAX_DIGITS:
        return ()
    if " " not in text:
        return _read_marked(text, mark, decimal_first) or _repaired(text)
    return _read_spaced(text, mark, decimal_first)


def _read_marked(text: str, mark: str | None, decimal_first: bool) -> tuple[NumberReading, ...]:
    parts = _SEPARATOR.split(text)
    groups, marks = parts[::2], parts[1::2]
    if not all(groups[1:]):
        return ()
    last = marks[-1]
    if not groups[0]:
        return _values(f"0.{groups[1]}") if len(marks) == 1 and last in ".," else ()
    if len(marks) == 1:
        return _read_one_mark(groups[0], last, groups[1], mark, decimal_first)
    if len(set(marks)) == 1:
        return _values("".join(groups)) if _are_thousands(groups, last) else ()
    if last not in ".," or last in marks[:-1] or len(set(marks[:-1])) > 1 or not _are_thousands(groups[:-1], marks[0]):
        return ()
    return _values("".join(groups[:-1]) + "." + groups[-1])


def _read_one_mark(whole: str, separator: str, rest: str, mark: str | None, decimal_first: bool) -> tuple[NumberReading, ...]:
    thousands = _are_thousands([whole, rest], separator)
    if separator not in ".,":
        return _values(whole + rest) if thousands else ()
    decimal = f"{whole}.{rest}"
    if not thousands:
        return _values(decimal)
    decimal_first = decimal_first if mark is None else separator == mark
    return _values(decimal, whole + rest) if decimal_first else _values(whole + rest, decimal)


def _are_thousands(groups: list[str], separator: str) -> bool:
    """Whether the groups are thousands (1 234 567) or, with commas, lakhs and crores (12,34,567)."""
    first, *rest = groups
    if first.startswith("0") or not 1 <= len(first) <= 3 or not rest or len(rest[-1]) != 3:
        return False
    sizes = {len(group) for group in rest[:-1]}
    return sizes <= {3} or (separator == "," and sizes == {2} and len(first) <= 2)


def _read_spaced(text: str, mark: str | None, decimal_first: bool) -> tuple[NumberReading, ...]:
    closed = _AROUND_MARKS.sub(r"\1", text)
    if " " not in closed:
        return _read_marked(closed, mark, decimal_first) or _repaired(closed)
    if _SPACED_OUT.fullmatch(text) and _SPACED_MARK.search(text):
        return _read_marked(text.replace(" ", ""), mark, decimal_first)
    readings = _read_marked(closed, mark, decimal_first) or _repaired(closed)
    if readings:
        return readings
    return _flagged(_read_marked(closed.replace(" ", ""), mark, decimal_first)) if re.search(r"[.,]\d ?\d$", closed) else ()


def _repaired(text: str) -> tuple[NumberReading, ...]:
    """Readings of a number in which OCR lost, doubled or changed a mark: `12,,50`, `1.234.56`, `1 234 56`, `12'50`."""
    text = _DOUBLED.sub(r"\1", text)
    parts = _SEPARATOR.split(text)
    groups, marks = parts[::2], parts[1::2]
    if len(marks) == 1 and groups[0] and marks[0] in ".,":
        return _flagged(_values(f"{groups[0]}.{groups[1]}"))
    whole = groups[:-1]
    if not marks or len(groups[-1]) != 2 or len(set(marks[:-1])) > 1 or not groups[0]:
        return ()
    if len(whole) == 1 or _are_thousands(whole, marks[0]):
        return _flagged(_values("".join(whole) + "." + groups[-1]))
    return ()


def _values(*texts: str) -> tuple[NumberReading, ...]:
    return tuple(NumberReading(Decimal(text)) for text in texts)


def _flagged(readings: tuple[NumberReading, ...]) -> tuple[NumberReading, ...]:
    return tuple(NumberReading(reading.value, True) for reading in readings)
