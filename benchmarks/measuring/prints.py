"""Owns the question whether a value stands in the text of a document, however it is printed there.

This is deliberately simpler than what the extractor does, and independent of it: it judges the extractor.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

_NUMERIC_DATE = re.compile(r"(?<!\d)(\d{1,4}) ?[./,\- ] ?(\d{1,2}) ?[./,\- ] ?(\d{2,4})(?!\d)")
_COMPACT_DATE = re.compile(r"(?<!\d)(?:(\d{4})(\d\d)(\d\d)|(\d\d)(\d\d)(\d{4}))(?!\d)")
_NAMED_DATE = re.compile(r"(?<!\d)(\d{1,2})[^\d\n]{0,8}[^\W\d_]{3,}[^\d\n]{0,8}(\d{4}|\d\d)(?!\d)|[^\W\d_]{3,}\.? ?(\d{1,2})[^\d\n]{1,5}(\d{4})(?!\d)")
_NUMBER = re.compile(r"\d(?:[\d.,' ’\u00a0\u202f]*\d)?")


def stands(kind: str, value: object, text: str) -> bool:
    """Whether a value is printed. kind: amount, date, text, identifier (of a text: whether all its words are).

    >>> stands("amount", "1234.50", "Summe 1.234,50 EUR"), stands("date", "2025-04-03", "3. April 2025"), stands("identifier", "RE 17", "Nr. RE-17")
    (True, True, True)
    >>> stands("amount", "1234.50", "1.234,05"), stands("text", "Lark & Finch Ltd", "LARK & Finch, Ltd. Quay 1")
    (False, True)
    """
    if kind == "amount":
        return _digits_of(value) in {_digits(token) for token in _numbers(text)}
    if kind == "date":
        return _date_stands(str(value), text)
    if kind == "text":
        words = re.findall(r"\w+", unicodedata.normalize("NFKC", str(value)).casefold())
        return all(word in letters(text) for word in words)
    return letters(str(value)) in letters(text)


def nearly_stands(value: object, text: str) -> bool:
    """Whether something one or two characters away from a value of at least five is printed as a piece of a line.

    >>> nearly_stands("DE123456", "VAT: DEI23456"), nearly_stands("DE123456", "VAT: FR999999")
    (True, False)
    """
    wanted = letters(str(value))
    return len(wanted) >= 5 and any(within_two(wanted, piece) for piece in _pieces(text, len(wanted)))


def letters(text: str) -> str:
    """Only letters and digits, case folded."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def within_two(one: str, other: str) -> bool:
    """Whether one or two characters make the difference (and some does).

    >>> within_two("2025", "2O25"), within_two("2025", "2025"), within_two("ab", "xyzw")
    (True, False, False)
    """
    if one == other or abs(len(one) - len(other)) > 2:
        return False
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1] <= 2


def _pieces(text: str, length: int) -> Iterator[str]:
    """Runs of words of a line that are about as long as told."""
    for line in text.splitlines():
        words = [letters(word) for word in line.replace(":", " ").split()]
        for start in range(len(words)):
            piece = ""
            for word in words[start:]:
                piece += word
                if len(piece) > length + 2:
                    break
                if len(piece) >= length - 2:
                    yield piece


def _numbers(text: str) -> Iterator[str]:
    for match in _NUMBER.finditer(text):
        yield match.group()
        yield from re.split(r"[ \u00a0\u202f]+", match.group())


def _digits(token: str) -> str:
    """The digits of a printed number, as if it had two decimals at most."""
    body = re.sub(r"[^\d.,]", "", token)
    whole, mark, decimals = body, "", ""
    if found := re.fullmatch(r"(.*)([.,])(\d{1,2}|\d{4,})", body):
        whole, mark, decimals = found.groups()
    decimals = decimals.rstrip("0") if mark else ""
    return f"{re.sub(r'[.,]', '', whole).lstrip('0') or '0'}.{decimals}"


def _digits_of(value: object) -> str:
    try:
        number = abs(Decimal(str(value)))
    except InvalidOperation:
        return ""
    whole, _, decimals = f"{number:f}".partition(".")
    return f"{whole.lstrip('0') or '0'}.{decimals.rstrip('0')}"


def _date_stands(value: str, text: str) -> bool:
    try:
        date = datetime.date.fromisoformat(value[:10])
    except ValueError:
        return False
    years = {date.year, date.year % 100}
    found = ([int(part) for part in match.groups() if part] for pattern in (_NUMERIC_DATE, _COMPACT_DATE) for match in pattern.finditer(text))
    if any(_is_date(numbers, date, years) for numbers in found):
        return True
    named = ([int(part) for part in match.groups() if part] for match in _NAMED_DATE.finditer(text))
    return any(day == date.day and year in years for day, year in named)


def _is_date(numbers: list[int], date: datetime.date, years: set[int]) -> bool:
    one, two, three = numbers
    orders = ((one, two, three), (two, one, three), (three, two, one), (three, one, two))
    return any(day == date.day and month == date.month and year in years for day, month, year in orders)
