"""Owns whether two values say the same: what the page prints and what an e-invoice or a code states are written differently."""

from __future__ import annotations

import datetime
import difflib
from decimal import Decimal
from typing import Any

import regex

from extractor.invoice.characters import as_digits
from extractor.layout.printed import letters

ALIKE = 0.85
"""Names that share so much of their letters are the same name, abbreviated or misread."""
_NUMBER = regex.compile(r"(?<![\p{L}\d])(?=[^\s]*\d)[\p{L}\d][\p{L}\d./_-]*[\p{L}\d]")
_NAMES = frozenset({"name", "text", "address"})


def same(kind: str, one: Any, other: Any) -> bool:
    """Whether two values of a kind (see `extractor.invoice.fields`) say the same.

    Amounts are compared without their sign, which is a matter of the kind of document; names by what they have in common; all
    else by letters and digits, where those that OCR takes for one another count as the same.

    >>> same("identifier", "RE-2025/O7", "re 2025 07"), same("name", "ACME GmbH & Co. KG", "Acme GmbH"), same("amount", Decimal("1.0"), Decimal("1.00"))
    (True, True, True)
    """
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return abs(one) == abs(other)
    if isinstance(one, datetime.date) or isinstance(other, datetime.date):
        return bool(one == other)
    first, second = letters(str(one)), letters(str(other))
    if kind in _NAMES:
        return _same_name(first, second)
    return as_digits(first.upper()) == as_digits(second.upper())


def _same_name(first: str, second: str) -> bool:
    if not first or not second:
        return first == second
    return first in second or second in first or difflib.SequenceMatcher(None, first, second).ratio() >= ALIKE


def says_another_number(text: str, number: str) -> str | None:
    """What a free text says in place of an invoice number: a word that is written as the number is, where the number itself is not in it.

    >>> says_another_number("Invoice RE-2025-008, thank you", "RE-2025-007"), says_another_number("RE2025007", "RE-2025-007")
    ('RE-2025-008', None)
    """
    wanted = letters(number)
    if not wanted or wanted in letters(text):
        return None
    shape = _shape(wanted)
    return next((match.group() for match in _NUMBER.finditer(text) if _shape(letters(match.group())) == shape), None)


def _shape(compact: str) -> str:
    return regex.sub(r"\d", "9", regex.sub(r"\p{L}", "A", compact))
