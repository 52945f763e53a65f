"""Owns how amounts of money are printed, read, and found in a running line.

`1.250` is 1250 or 1.250: where a text has several readings, all are given, the likeliest first, and whoever
knows the other amounts of the invoice chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from extractor.invoice.amount_repair import confused_forms
from extractor.invoice.characters import plain
from extractor.invoice.currencies import CURRENCY_PATTERN, currency_exponent, currency_of, prefer_locales
from extractor.invoice.dates import find_dates
from extractor.invoice.identifiers import find_ibans
from extractor.invoice.locales import as_names, decimal_mark, groups_with_spaces
from extractor.invoice.numerals import NumberReading, read_number
from extractor.invoice.quantities import read_percent, read_quantity
from extractor.record import record

__all__ = ["AmountReading", "currency_of", "find_amounts", "read_amounts", "read_percent", "read_quantity"]

MAX_LENGTH = 60
"""Longer texts are no amounts."""


@record
class AmountReading:
    """One reading of an amount text.

    value: in units of the currency, with the decimals that were printed. currency: the likeliest ISO 4217 code, None where
    none is printed. currencies: all codes that the printed sign may mean. repaired: OCR errors were corrected to get it.
    tax_code: the letters that receipts print after an amount to name its tax.
    """

    value: Decimal
    currency: str | None = None
    currencies: tuple[str, ...] = ()
    repaired: bool = False
    tax_code: str | None = None


@dataclass(frozen=True, slots=True)
class _Affix:
    """What stands before or after the digits. whole: the mark `,-` that says there are no cents."""

    currencies: tuple[str, ...] = ()
    negative: bool = False
    opened: bool = False
    closed: bool = False
    whole: bool = False
    tax_code: str | None = None


_SHAPE = re.compile(r"(?P<prefix>[^\d]*?)(?P<body>(?:(?<![\w.,/])[.,])?\d(?:[\d.,' ]*\d)?)(?P<suffix>[^\d]*)")
_FILLER = re.compile(r"[*=:#_|~\"«»<>\\+()\[\]-]|\.{2,}")
_WHOLE_MARK = re.compile(r" ?[.,:] ?(?:-{1,3}|=)|/-")
_CREDIT = re.compile(r"\b(?:CR|Cr|DR|Dr)\b\.?")
_TAX_CODE = re.compile(r"[A-Z]{1,2}|ZRL|SRL|[A-Z]\d")
_UNITS = frozenset(("KG", "ML", "CM", "MM", "KM", "LB", "OZ", "PC", "EA", "ST", "PK", "QM", "HR"))
_TAX_DIGIT = re.compile(r"(.*[.,]\d\d) ([0-9])")


def read_amounts(text: str, *, locales: str | Sequence[str] = ()) -> tuple[AmountReading, ...]:
    """All readings of one amount text, the likeliest first; empty where it is none. Percentages are no amounts.

    locales: of the document, the likeliest first (`de`, `en-GB`); the first decides which reading of `1.250` comes first.
    Without a locale, thousands come first. Raises ExtractorError where a locale is unknown.

    >>> [str(reading.value) for reading in read_amounts("1.250 €", locales="en")]
    ['1.250', '1250']
    >>> read_amounts("(RM 12.30) SR")
    (AmountReading(value=Decimal('-12.30'), currency='MYR', currencies=('MYR',), repaired=False, tax_code='SR'),)
    """
    return _read_amounts(text, as_names(locales))


@lru_cache(maxsize=8192)
def _read_amounts(text: str, locales: tuple[str, ...]) -> tuple[AmountReading, ...]:
    text = plain(text).strip()
    if not text or len(text) > MAX_LENGTH or "%" in text:
        return ()
    return _read_clean(text, locales) or tuple(
        AmountReading(reading.value, reading.currency, reading.currencies, True, reading.tax_code)
        for form in confused_forms(text)
        for reading in _read_clean(form, locales)
    )


def _read_clean(text: str, locales: tuple[str, ...]) -> tuple[AmountReading, ...]:
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return ()
    prefix, body, suffix = shape.groups()
    before = _affix(prefix, False) if prefix else _Affix()
    after = _affix(suffix, True) if suffix else _Affix()
    if before is None or after is None:
        return ()
    tax_code = after.tax_code
    if " " in body and (split := _TAX_DIGIT.fullmatch(body)):
        body, tax_code = split.groups()
    if tax_code and body[-3:-2] not in (".", ","):
        return ()
    currencies = _agreed(before.currencies, after.currencies, locales)
    readings = _numbers(body, currencies, locales, after.whole)
    negative = before.negative or after.negative or (before.opened and after.closed)
    if before.negative and body[0] in ".," and len(readings) == 1:
        return _swiss_cents(readings[0].value, currencies, locales)
    currency = currencies[0] if currencies else None
    return tuple(AmountReading(-row.value if negative and row.value else row.value, currency, currencies, row.repaired, tax_code) for row in readings)


def _numbers(body: str, currencies: tuple[str, ...], locales: tuple[str, ...], whole: bool) -> tuple[NumberReading, ...]:
    mark = decimal_mark(locales[0]) if locales else None
    decimal_first = False
    exponent = currency_exponent(currencies[0]) if currencies else 2
    if exponent == 0:
        mark = None
    elif exponent == 3:
        mark, decimal_first = None, True
    readings = read_number(body, mark=mark, decimal_first=decimal_first)
    if whole and len(readings) > 1:
        return tuple(row for row in readings if row.value == row.value.to_integral_value())[:1]
    return readings


def _swiss_cents(value: Decimal, currencies: tuple[str, ...], locales: tuple[str, ...]) -> tuple[AmountReading, ...]:
    """`-.50`: 0.50 on Swiss documents, where the dash stands for no francs; elsewhere a negative amount."""
    currency = currencies[0] if currencies else None
    swiss = currency == "CHF" or (bool(locales) and locales[0].upper().endswith("CH"))
    ordered = (value, -value) if swiss else (-value, value)
    return tuple(AmountReading(number, currency, currencies) for number in ordered)


def _agreed(before: tuple[str, ...], after: tuple[str, ...], locales: tuple[str, ...]) -> tuple[str, ...]:
    if before and after:
        common = tuple(code for code in before if code in after)
        codes = common or (*before, *(code for code in after if code not in before))
    else:
        codes = before or after
    return prefer_locales(codes, locales) if len(codes) > 1 and locales else codes


@lru_cache(maxsize=2048)
def _affix(text: str, trailing: bool) -> _Affix | None:
    """What the text before or after the digits says; None where part of it does not belong to an amount."""
    mark = _WHOLE_MARK.match(text) if trailing else None
    rest = text[mark.end() :] if mark else text
    credit = _CREDIT.search(rest) if trailing else None
    rest = rest[: credit.start()] + " " + rest[credit.end() :] if credit else rest
    leader = not trailing and "--" in rest
    negative = ("-" in rest and not leader) or bool(credit and credit.group().upper().startswith("CR"))
    words = _FILLER.sub(" ", rest).split()
    currencies: tuple[str, ...] = ()
    tax_code = None
    for word in words:
        codes = currency_of(word) if not (trailing and word == "SR") else ()
        if codes:
            currencies = currencies or codes
        elif trailing and tax_code is None and _TAX_CODE.fullmatch(word) and word not in _UNITS:
            tax_code = word
        elif word not in (".", ",", ";", "'"):
            return None
    return _Affix(currencies, negative, "(" in rest, ")" in rest, mark is not None, tax_code)


_GUARD_LEFT, _GUARD_RIGHT = r"(?<!\d)(?<!\d[.,'/:-])(?<!\d [.,/])", r"(?!\d)(?!['/:]\d)(?! ?[.,/]\d)(?!-\w)"
_SPACE_GROUPED = r"\d{1,3}(?: \d{3})+ ?[.,] ?\d{2}|(?P<grouped>\d{1,3}(?: \d{3})+)|"  # 1 234 567,89
_MARKED = (
    r"\d{1,3}(?:[.,']\d{3})+(?: ?[.,] ?\d{1,2})?"  # 1.234.567,89
    r"|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?"  # 12,34,567.89
    r"|\d+ ?[.,]\d{1,4}"
    r"|(?<![\w.,])[.,]\d{2}"
)
_NUMBER = re.compile(rf"{_GUARD_LEFT}(?:{_MARKED}|(?P<uncertain>\d+[.,] \d{{2}}|\d+)){_GUARD_RIGHT}")
_NUMBER_WITH_SPACES = re.compile(rf"{_GUARD_LEFT}(?:{_SPACE_GROUPED}{_MARKED}|(?P<uncertain>\d+[.,] \d{{2}}|\d+)){_GUARD_RIGHT}")
_DIGIT = re.compile(r"\d")
_SPACED_OUT = re.compile(r"(?<!\d)(?P<uncertain>\d(?: \d| [.,] ?\d|[.,] \d){2,})(?![\d.,])")
_MISREAD = re.compile(r"(?<![\w.,/-])[\dOolISB]{1,3}(?:[.,]?[\dOolISB]{3})*[.,][\dOolISB]{2}(?![\w%]|[.,/:-]\w| ?%)")
_LEFT_CURRENCY = re.compile(rf"(?<![A-Za-z])(?P<currency>{CURRENCY_PATTERN})\.? {{0,2}}[-+(*]? ?$")
_RIGHT_CURRENCY = re.compile(rf" {{0,2}}(?P<currency>{CURRENCY_PATTERN})(?![^\W\d_])")
_LEFT_SIGN = re.compile(r"(?<![\w)-])[-(+]$")
_SIGN_APART = re.compile(r"(?:^|  |: ?)(?P<sign>- )$")
"""A minus and a space before a number, where no word stands before it that the dash could belong to."""
_TRAILING_SIGN_APART = re.compile(r" -(?=$|  )")
_RIGHT_SIGN = re.compile(r"[.,:]-{1,2}(?!\w)|[.,]=|/-|-(?=\s|$|[A-Z€$£])|\)")
_CREDIT_AFTER = re.compile(r" ?(?:CR|Cr|DR|Dr)\b")
_OTHER_UNIT = re.compile(r"\s?(?:%|[o0]/[o0]\b|Uhr\b|[ap]\.?m\b|v\. ?H\.)")
_GLUED_BEFORE = re.compile(r"(?P<word>[^\W\d_]+)$|(?<!\d)%$|[#_@\\]$|\w[/.-]$")
_GLUED_AFTER = re.compile(r"(?P<word>[^\W\d_]+)|_")
_PHONE = re.compile(r"(?:\b(?:Tel|Fon|Phone|Fax|Mobile?|Hotline|GSM|Tlf)[a-z]*\b\D{0,8}|\+(?=\d{1,3}[ (./-]+\d))[\d ()/+.-]{6,}", re.IGNORECASE)
_DAY_MONTH = re.compile(r"(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])(?=\.)")
_MONTH_YEAR = re.compile(r"(?:0?[1-9]|1[0-2])[.,](?:19|20)\d\d(?!\d)")


def find_amounts(text: str, *, locales: str | Sequence[str] = (), bare_integers: bool = False) -> list[tuple[int, int]]:
    """Where amounts stand in a running line, as (start, end), from left to right and without overlap.

    A span holds the whole text of the amount, with its currency, sign and `,-`, ready for `read_amounts`. Dates, times,
    percentages, phone numbers and account numbers give none. Integers count where a currency stands beside them, or with
    `bare_integers`. `1 234,56` is one amount, unless none of the locales given separates thousands with a space.

    >>> line = "19 % MwSt  1.234,56 €  234,56"
    >>> [line[start:end] for start, end in find_amounts(line)]
    ['1.234,56 €', '234,56']
    """
    return sorted(_spans(text, as_names(locales), bare_integers))


def has_amount(text: str) -> bool:
    """Whether `find_amounts` finds any in a running line."""
    return next(_spans(text, (), False), None) is not None


def _spans(text: str, names: tuple[str, ...], bare_integers: bool) -> Iterator[tuple[int, int]]:
    """The spans of `find_amounts`, the surest first."""
    line = plain(text)
    if _DIGIT.search(line) is None:
        return
    taken = [match.span() for match in _PHONE.finditer(line)]
    if bare_integers:
        taken += [*find_dates(text, names), *find_ibans(text)]
    number = _NUMBER_WITH_SPACES if not names or any(groups_with_spaces(name) for name in names) else _NUMBER
    for pattern in (_SPACED_OUT, number, _MISREAD):
        for match in pattern.finditer(line):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            span = _whole_amount(line, match, max((end for _, end in taken if end <= match.start()), default=0))
            if span and _belongs(line, match, span, bare_integers) and read_amounts(line[slice(*span)]):
                taken.append(span)
                yield span


def _whole_amount(line: str, number: re.Match[str], floor: int) -> tuple[int, int]:
    """The number with its currency, sign, parentheses and `,-`. floor: where the amount before it ends."""
    start, end = number.span()
    before = _LEFT_CURRENCY.search(line, max(floor, start - 10), start)
    prefixed = before is not None and bool(currency_of(before["currency"]))
    start = before.start() if before and prefixed else start
    apart = _SIGN_APART.search(line, max(floor, start - 4), start)
    if apart:
        start = apart.start("sign")
    elif start > floor and _LEFT_SIGN.search(line, start - 1, start):
        start -= 1
    opened = "(" in line[start : number.start()]
    end = _sign_end(line, end, opened)
    after = None if prefixed else _RIGHT_CURRENCY.match(line, end)
    if after and currency_of(after["currency"]):
        end = _sign_end(line, after.end(), opened)
    credit = _CREDIT_AFTER.match(line, end)
    end = credit.end() if credit else end
    return (start + 1, end) if line[start] == "(" and line[end - 1] != ")" else (start, end)


def _sign_end(line: str, end: int, opened: bool) -> int:
    sign = _RIGHT_SIGN.match(line, end) or _TRAILING_SIGN_APART.match(line, end)
    return sign.end() if sign and (opened or sign.group() != ")") else end


def _belongs(line: str, number: re.Match[str], span: tuple[int, int], bare_integers: bool) -> bool:
    """Whether the number is an amount, by what touches it."""
    groups = number.groupdict()
    uncertain = groups.get("uncertain") or groups.get("grouped")
    digits = number.group()
    bare = not any(char.isalpha() or char in "€$£¥-" or not char.isascii() for char in line[span[0] : number.start()] + line[number.end() : span[1]])
    if number.re is _MISREAD:
        letters = sum(map(str.isalpha, digits))
        return 0 < letters <= len(digits) / 2
    if number.re is _SPACED_OUT:
        return not bare and ("." in digits or "," in digits)
    if bare and uncertain and not (bare_integers and digits.isdigit() and len(digits) < 10):
        return False
    if bare and (re.match(r"0\d", digits) or _DAY_MONTH.match(line, number.start()) or _MONTH_YEAR.match(line, number.start())):
        return False
    return not _OTHER_UNIT.match(line, span[1]) and _glue_allows(line, digits, span)


def _glue_allows(line: str, digits: str, span: tuple[int, int]) -> bool:
    cents = digits[-3:-2] in (".", ",")
    before, after = _GLUED_BEFORE.search(line, max(0, span[0] - 20), span[0]), _GLUED_AFTER.match(line, span[1])
    if before and not (cents and before["word"] and len(before["word"]) >= 3):
        return False
    return not after or bool(after["word"] and (after["word"] in "xX" or (cents and _TAX_CODE.fullmatch(after["word"]))))
