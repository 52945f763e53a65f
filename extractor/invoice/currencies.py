"""Owns how currencies are printed: signs, abbreviations, words and ISO 4217 codes, and which currencies each may mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from extractor.invoice.locales import as_names, currency_of_locale, recent_currencies

_PRINTED: dict[str, tuple[str, ...]] = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP", "UYU"),
    "US$": ("USD",),
    "$US": ("USD",),
    "U$S": ("USD",),
    "C$": ("CAD",),
    "CA$": ("CAD",),
    "$CA": ("CAD",),
    "CAN$": ("CAD",),
    "A$": ("AUD",),
    "AU$": ("AUD",),
    "NZ$": ("NZD",),
    "S$": ("SGD",),
    "SG$": ("SGD",),
    "HK$": ("HKD",),
    "NT$": ("TWD",),
    "MX$": ("MXN",),
    "AR$": ("ARS",),
    "R$": ("BRL",),
    "J$": ("JMD",),
    "TT$": ("TTD",),
    "N$": ("NAD",),
    "B/.": ("PAB",),
    "S/": ("PEN",),
    "S/.": ("PEN",),
    "Bs": ("BOB", "VES"),
    "Bs.": ("BOB", "VES"),
    "€": ("EUR",),
    "Euro": ("EUR",),
    "Euros": ("EUR",),
    "£": ("GBP", "EGP", "LBP"),
    "£GB": ("GBP",),
    "GB£": ("GBP",),
    "Pounds": ("GBP",),
    "Sterling": ("GBP",),
    "¥": ("JPY", "CNY"),
    "円": ("JPY",),
    "元": ("CNY", "TWD"),
    "RMB": ("CNY",),
    "CN¥": ("CNY",),
    "JP¥": ("JPY",),
    "₩": ("KRW",),
    "원": ("KRW",),
    "₹": ("INR",),
    "Rs": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "Rs.": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "Rp": ("IDR",),
    "Rp.": ("IDR",),
    "RM": ("MYR",),
    "₱": ("PHP",),
    "฿": ("THB",),
    "บาท": ("THB",),
    "₫": ("VND",),
    "đ": ("VND",),
    "₪": ("ILS",),
    "₺": ("TRY",),
    "TL": ("TRY",),
    "₽": ("RUB",),
    "руб": ("RUB",),
    "р.": ("RUB",),
    "₴": ("UAH",),
    "грн": ("UAH",),
    "₸": ("KZT",),
    "₾": ("GEL",),
    "₼": ("AZN",),
    "֏": ("AMD",),
    "₦": ("NGN",),
    "₵": ("GHS",),
    "GH₵": ("GHS",),
    "KSh": ("KES",),
    "TSh": ("TZS",),
    "USh": ("UGX",),
    "R": ("ZAR", "BRL"),
    "₡": ("CRC",),
    "₲": ("PYG",),
    "Q": ("GTQ",),
    "Dhs": ("AED",),
    "Dh": ("AED", "MAD"),
    "SR": ("SAR",),
    "QR": ("QAR",),
    "FCFA": ("XOF", "XAF"),
    "CFA": ("XOF", "XAF"),
    "Fr": ("CHF",),
    "Fr.": ("CHF",),
    "SFr": ("CHF",),
    "SFr.": ("CHF",),
    "Franken": ("CHF",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "kr.": ("DKK", "SEK", "NOK", "ISK"),
    "Skr": ("SEK",),
    "Nkr": ("NOK",),
    "Dkr": ("DKK",),
    "Ikr": ("ISK",),
    "Kč": ("CZK",),
    "Kc": ("CZK",),
    "zł": ("PLN",),
    "zl": ("PLN",),
    "Ft": ("HUF",),
    "lei": ("RON", "MDL"),
    "leu": ("RON", "MDL"),
    "лв": ("BGN",),
    "лв.": ("BGN",),
    "лева": ("BGN",),
    "ден": ("MKD",),
    "din": ("RSD",),
    "din.": ("RSD",),
    "дин": ("RSD",),
    "KM": ("BAM",),
    "Dollar": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"),
    "Dollars": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD"),
}
"""What is printed beside an amount -> ISO 4217 codes, the likeliest first."""

_FOLDED = {printed.casefold(): codes for printed, codes in _PRINTED.items() if len(printed) > 1}
_EVERYDAY_CODES = "EUR USD GBP CHF PLN CZK SEK NOK DKK HUF RON CAD AUD MYR INR JPY CNY BRL MXN TRY ZAR SGD AED"
_EVERYDAY = frozenset(_EVERYDAY_CODES.split())
_ALIKE_CODES = {"SFR": "CHF", "CNH": "CNY"}

_WORD_LIKE = frozenset(("R", "Q", "SR", "QR", "KM", "Bs", "Dh", "din", "p."))
_SIGNS = sorted((printed for printed in _PRINTED if printed not in _WORD_LIKE), key=len, reverse=True)
CURRENCY_PATTERN = "(?:" + "|".join(rf"(?i:{re.escape(sign)})" if sign.isalpha() and len(sign) > 1 else re.escape(sign) for sign in _SIGNS) + "|[A-Z]{3})"
"""A regex (as text) for what may be a currency in a running line; ask `currency_of` about each match of three capitals."""


def currency_of(text: str, *, locales: str | Sequence[str] = ()) -> tuple[str, ...]:
    """The ISO 4217 codes that a printed currency may mean, the likeliest first; empty where it is none.

    The currencies of `locales` come first where the sign allows them.

    >>> currency_of("US$"), currency_of("kr")[:3], currency_of("Fr."), currency_of("$", locales=["en-CA"])[:2]
    (('USD',), ('SEK', 'NOK', 'DKK'), ('CHF',), ('CAD', 'USD'))
    """
    codes = _codes(text.strip())
    return prefer_locales(codes, as_names(locales)) if len(codes) > 1 and locales else codes


@lru_cache(maxsize=1024)
def _codes(printed: str) -> tuple[str, ...]:
    codes = _PRINTED.get(printed) or _FOLDED.get(printed.casefold()) or _PRINTED.get(printed.rstrip(".")) or _FOLDED.get(printed.casefold().rstrip("."))
    if codes:
        return codes
    upper = printed.rstrip(".").upper()
    upper = _ALIKE_CODES.get(upper, upper)
    if len(upper) != 3 or not upper.isascii():
        return ()
    known = upper in _EVERYDAY or (printed.isupper() and upper in recent_currencies())
    return (upper,) if known else ()


def prefer_locales(codes: tuple[str, ...], locales: Iterable[str]) -> tuple[str, ...]:
    """The same codes, those of the countries of `locales` first."""
    local = [currency_of_locale(name) for name in locales]
    return tuple(sorted(codes, key=lambda code: local.index(code) if code in local else len(local)))


@lru_cache(maxsize=512)
def currency_exponent(code: str | None) -> int:
    """How many decimals amounts of a currency have (CLDR through Babel): 0 for JPY, 3 for KWD, 2 where it is unknown.

    >>> currency_exponent("EUR"), currency_exponent("JPY"), currency_exponent("KWD"), currency_exponent(None)
    (2, 0, 3, 2)
    """
    if code is None or code in ("EUR", "USD", "GBP", "CHF", "MYR"):
        return 2
    from babel.numbers import get_currency_precision

    return int(get_currency_precision(code))
