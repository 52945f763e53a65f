"""Owns dates whose month is a word: `1. Dezember 2025`, `December 1st, 2025`, `01-DEC-2025`, `1 de diciembre de 2025`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from extractor.invoice.characters import CONFUSED_DIGITS, as_digits, folded
from extractor.invoice.locales import month_names, weekday_names

WORD = r"[^\W\d_]{3,14}"
"""A regex for what may be the name of a month."""

_TOKEN = re.compile(r"\d+(?:(?:st|nd|rd|th|er|ER|ST|ND|RD|TH)(?![a-z])|(?:st|nd|rd|th|er)(?=[A-Z])|[ºª°])?|[^\W\d_]+")
_RANGE = re.compile(r"\d\s+[-–—]\s+[^\W\d_]+\.?\s+\d{1,2}")
"""The middle of `May 1 - May 31`: the second number is a day."""
_MIXED = re.compile(r"[^\W_]+")
_WORDS_OF_DATES = "de del of the den d le il el dne dnia dia am vom v on dated r m g h gada roku rok anno ano ar a l la les du di do da лет г года dato fecha"
_PASSED_OVER = frozenset(_WORDS_OF_DATES.split())
_AS_LETTERS = str.maketrans("01358", "olesb")

YearMonthDay = tuple[str, str, str]


def read_named_month(text: str, locales: tuple[str, ...]) -> list[YearMonthDay]:
    """The (year, month, day) that a text with exactly one month name may mean, as digits, unchecked; empty where it is no such text."""
    tokens = _TOKEN.findall(text)
    if not 3 <= len(tokens) <= 9 or _RANGE.fullmatch(text):
        return []
    numbers: list[str] = []
    months: tuple[int, ...] = ()
    position = 0
    for token in tokens:
        if token[0].isdigit():
            numbers.append(re.sub(r"\D+$", "", token))
            continue
        found = _months(token, locales)
        if found and not months:
            months, position = found, len(numbers)
        elif not is_passed_over(token, locales):
            return []
    if not months or len(numbers) != 2:
        return []
    return [(year, str(month), day) for month in months for year, day in _year_and_day(numbers[0], numbers[1], position)]


def _year_and_day(first: str, second: str, position: int) -> Iterator[tuple[str, str]]:
    """position: how many of the two numbers stand before the month."""
    if len(first) == 4 and len(second) <= 2 and position > 0:
        yield first, second
    elif len(first) <= 2 and len(second) in (2, 4) and position < 2:
        yield second, first


def is_passed_over(word: str, locales: tuple[str, ...]) -> bool:
    """Whether a word beside a date says nothing about it: a weekday, `of`, `dated`."""
    key = folded(word)
    return key in _PASSED_OVER or key in weekday_names(locales)


@lru_cache(maxsize=4096)
def _months(word: str, locales: tuple[str, ...]) -> tuple[int, ...]:
    names = month_names(locales)
    key = folded(word)
    if key in names:
        return names[key]
    glued = re.fullmatch(r"(?:de|of|d)?(.{3,}?)(?:de|del)?", key)
    return names.get(glued[1], ()) if glued else ()


def confused_words(text: str, locales: tuple[str, ...]) -> Iterator[str]:
    """The text with misread characters corrected: `O1 0ct 2O25`, `1. Dezernber 2025`."""
    corrected = _MIXED.sub(lambda match: _corrected(match.group(), locales), text)
    if corrected != text:
        yield corrected


def _corrected(token: str, locales: tuple[str, ...]) -> str:
    if token.isdigit():
        return token
    if all(char.isdigit() or char in CONFUSED_DIGITS for char in token) and (len(token) == 1 or any(map(str.isdigit, token))):
        return as_digits(token)
    if not re.fullmatch(r"[^\W_]{3,14}", token) or sum(map(str.isdigit, token)) > 2 or token[-2:].isdigit():
        return token
    return _nearest_month(token, locales) or token


@lru_cache(maxsize=1024)
def _nearest_month(word: str, locales: tuple[str, ...]) -> str | None:
    """The month name that a misread word stands for, where there is exactly one."""
    names = month_names(locales)
    key = folded(word).translate(_AS_LETTERS)
    for form in (key, key.replace("rn", "m"), key.replace("l", "i"), key.replace("i", "l")):
        if form in names:
            return form
    if len(key) < 5:
        return None
    close = difflib.get_close_matches(key, [name for name in names if len(name) > 4], n=3, cutoff=0.84)
    return close[0] if close and all(names[one] == names[other] for one, other in pairwise(close)) else None
