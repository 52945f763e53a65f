"""Owns how percentages and quantities are printed and read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from extractor.invoice.characters import plain
from extractor.invoice.currencies import currency_of
from extractor.invoice.locales import as_names, decimal_mark
from extractor.invoice.numerals import read_number

MAX_LENGTH = 60
"""Longer texts are neither."""

_PERCENT = re.compile(r"(?<![\d.,])([-+]?) ?(\d{1,3})(?:\s?[.,]\s?(\d{1,4}))?\s?(?:%|[o0]/[o0]\b|v\. ?H\.|pct\b|percent\b|Prozent\b)", re.IGNORECASE)
_PERCENT_FIRST = re.compile(r"% ?([-+]?)(\d{1,3})(?:[.,](\d{1,4}))?(?![\d.,%])")
_BARE_PERCENT = re.compile(r"([-+]?)(\d{1,3})(?:[.,](\d{1,4}))?")


def read_percent(text: str) -> Decimal | None:
    """The rate that a text gives, 19 for 19 %: the only percentage in it, or a bare number from -100 to 100. None where there is none.

    Marks are always decimal: `8,875 %` is 8.875.

    >>> read_percent("19,0 % MwSt"), read_percent("7.7"), read_percent("1250")
    (Decimal('19.0'), Decimal('7.7'), None)
    """
    text = plain(text).strip()
    found = list(_PERCENT.finditer(text)) or list(_PERCENT_FIRST.finditer(text))
    match = found[0] if len(found) == 1 else _BARE_PERCENT.fullmatch(text)
    if match is None or len(found) > 1:
        return None
    sign, whole, decimals = match.groups()
    rate = Decimal(f"{sign.replace('+', '')}{whole}.{decimals}" if decimals else f"{sign.replace('+', '')}{whole}")
    return rate if abs(rate) <= 100 else None


_QUANTITY = re.compile(
    r"(?:[xX×*] ?)?(?P<sign>-?) ?(?P<body>(?:(?<!\w)[.,])?\d(?:[\d.,' ]*\d)?)(?P<after>-?)\s*"
    r"(?P<unit>[xX×*]|[^\W\d_](?:[^\W\d]|[./ ()-]){0,24}(?:(?<=[mM])[23])?)?"
)


def read_quantity(text: str, locales: str | Sequence[str] = ()) -> tuple[Decimal, ...]:
    """All readings of a quantity, with or without a unit, the likeliest first; empty where it is none (a currency, a percentage).

    Three digits after the only mark are rather decimals (`1,000 Stk` is one), unless the locale says otherwise.

    >>> read_quantity("1,000 Stk", "de"), read_quantity("2 x"), read_quantity("12,50 €")
    ((Decimal('1.000'), Decimal('1000')), (Decimal('2'),), ())
    """
    names = as_names(locales)
    text = plain(text).strip()
    match = _QUANTITY.fullmatch(text) if len(text) <= MAX_LENGTH else None
    if match is None or (match["unit"] and _is_money(match["unit"])):
        return ()
    mark = decimal_mark(names[0]) if names else None
    negative = bool(match["sign"] or match["after"])
    values = [reading.value for reading in read_number(match["body"], mark=mark, decimal_first=True) if not reading.repaired]
    return tuple(-value if negative and value else value for value in values)


def _is_money(unit: str) -> bool:
    codes = currency_of(unit)
    return bool(codes) and unit not in ("R", "Q", "p", "KM", "Bs")
