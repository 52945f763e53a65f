"""Owns what values of each kind look like: whether a written one can be read, and samples of how they are printed."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from functools import lru_cache

from extractor.invoice.amounts import currency_of, read_amounts, read_percent, read_quantity
from extractor.invoice.dates import read_dates
from extractor.invoice.fields import DOCUMENT_KINDS
from extractor.invoice.writing import Writing

PLAIN = Writing()
"""Nothing said about how values are written."""

_MONTHS = ("January", "May", "Jan", "Sept", "janvier", "Januar", "März", "enero", "gennaio", "januari", "stycznia", "janeiro", "Dez", "déc.")
_DATES = (
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d %m %Y",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%m-%y",
    "%Y%m%d",
    "%d%m%Y",
)
_DAYS = [datetime.date(year, month, day) for year in range(2018, 2031) for month, day in ((1, 5), (5, 9), (7, 31), (12, 25), (10, 11))]
_AMOUNTS = ("7", "50", "123", "1250", "0.50", "9.95", "12.34", "123.45", "1234.56", "1,234.56", "12,345.67", "1,234,567.89")
_SIGNS = (
    "{}",
    "-{}",
    "({})",
    "{}-",
    "${}",
    "-${}",
    "€{}",
    "£{}",
    "$ {}",
    "€ {}",
    "{} €",
    "{}€",
    "{} zł",
    "{} EUR",
    "EUR {}",
    "USD {}",
    "{} USD",
    "CHF {}",
    "{} CHF",
    "{},-",
)
_CODES = (
    "EUR",
    "USD",
    "GBP",
    "CHF",
    "PLN",
    "CZK",
    "SEK",
    "NOK",
    "DKK",
    "JPY",
    "CAD",
    "AUD",
    "NZD",
    "SGD",
    "INR",
    "BRL",
    "MXN",
    "ZAR",
    "MYR",
    "CNY",
    "HUF",
    "RON",
)


def is_readable(text: str, kind: str, locales: Sequence[str] = (), writing: Writing = PLAIN) -> bool:
    """Whether a text can be a value of its kind. Identifiers that fail their checksum can. writing: how a file says that it is written.

    >>> is_readable("1.250,00", "amount"), is_readable("31.02.2025", "date"), is_readable("anything", "text")
    (True, False, True)
    """
    if kind == "date" and writing.date(text) is not None:
        return True
    reader = _READERS.get(kind)
    return bool(text.strip()) if reader is None else reader(text, locales)


@lru_cache(maxsize=16)
def samples(kind: str, writing: Writing = PLAIN) -> tuple[str, ...]:
    """How values of a kind are usually printed, or as a file says; many forms of them; empty for kinds that can look like anything."""
    maker = _SAMPLES.get(kind)
    own = [day.strftime(form) for form in writing.dates for day in _DAYS] if kind == "date" else ()
    return (*own, *maker()) if maker else ()


def _dates() -> tuple[str, ...]:
    numeric = [day.strftime(form) for day in _DAYS for form in _DATES]
    short = [f"{day.day}{mark}{day.month}{mark}{day.year}" for day in _DAYS for mark in "./-"]
    named = ("{d} {m} {y}", "{d}. {m} {y}", "{m} {d}, {y}", "{m} {d} {y}", "{d}-{m}-{y}", "{d} de {m} de {y}", "{d:02} {m} {y}", "{m}. {d}, {y}", "{d}{m}{y}")
    words = [form.format(d=day, m=month, y=year) for year in (2019, 2024, 2025, 2026) for day in (5, 25) for month in _MONTHS for form in named]
    return tuple(dict.fromkeys([*numeric, *short, *words]))


def _amounts() -> tuple[str, ...]:
    swapped = [text.translate(str.maketrans(",.", ".,")) for text in _AMOUNTS]
    others = [text.replace(",", mark) for text in _AMOUNTS for mark in " '"] + [text.replace(".", " ") for text in swapped]
    return tuple(dict.fromkeys(sign.format(number) for number in [*_AMOUNTS, *swapped, *others] for sign in _SIGNS))


def _percents() -> tuple[str, ...]:
    return tuple(f"{number}{space}%" for number in ("7", "19", "20", "5.5", "5,5", "7.00", "19,00", "8.875", "0") for space in ("", " "))


def _currencies() -> tuple[str, ...]:
    return (*_CODES, "€", "$", "£", "US$", "zł", "Fr.", "RM", "¥")


_READERS: dict[str, Callable[[str, Sequence[str]], bool]] = {
    "amount": lambda text, locales: bool(read_amounts(text, locales=locales)),
    "date": lambda text, locales: bool(read_dates(text, locales=locales)),
    "percent": lambda text, _: read_percent(text) is not None,
    "quantity": lambda text, locales: bool(read_quantity(text, locales=locales)),
    "currency": lambda text, _: bool(currency_of(text)),
    "kind": lambda text, _: text.strip().casefold().replace(" ", "_") in DOCUMENT_KINDS,
    "identifier": lambda text, _: any(character.isalnum() for character in text),
}
_SAMPLES: dict[str, Callable[[], tuple[str, ...]]] = {"date": _dates, "amount": _amounts, "percent": _percents, "currency": _currencies}
