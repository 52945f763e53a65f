"""Owns `Writing`: how a rule file says that numbers and dates are written, where the locale alone would leave it open."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal

from extractor.invoice.amounts import read_amounts

DECIMAL_MARKS = (",", ".")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s'’](?=\d)")


@dataclass(frozen=True, slots=True)
class Writing:
    """decimal: the decimal mark, `,` or `.`; None: by locale. dates: formats as `strptime` takes them, tried in order."""

    decimal: str | None = None
    dates: tuple[str, ...] = ()

    def number(self, text: str) -> str:
        """The text with its numbers in plain form: no thousands marks, a full stop before the decimals.

        >>> Writing(",").number("1.234,50 EUR"), Writing(".").number("1'234.50"), Writing().number("1.234,50")
        ('1234.50 EUR', '1234.50', '1.234,50')
        """
        if self.decimal is None:
            return text
        other = "." if self.decimal == "," else ","
        return _BETWEEN_DIGITS.sub("", text.replace(other, "")).replace(self.decimal, ".")

    def date(self, text: str) -> datetime.date | None:
        """The date, where one of the formats fits the text; its names of months are English.

        >>> Writing(dates=("%d.%m.%Y",)).date("03.04.2025"), Writing(dates=("%d.%m.%Y",)).date("3 April")
        (datetime.date(2025, 4, 3), None)
        """
        plain = " ".join(text.split())
        for form in self.dates:
            try:
                return datetime.datetime.strptime(plain, form).date()
            except ValueError:
                continue
        return None

    def amount(self, text: str, locales: tuple[str, ...] = ()) -> Decimal | None:
        """The likeliest value of an amount; None where the text is none."""
        readings = read_amounts(self.number(text), locales="en" if self.decimal else locales)
        return readings[0].value if readings else None


def is_date_format(text: str) -> bool:
    """Whether a date that is written in the format can be read back: it names a year, a month and a day, and nothing unknown.

    >>> is_date_format("%d.%m.%Y"), is_date_format("%d.%m"), is_date_format("dd.mm.yyyy"), is_date_format("%!")
    (True, False, False, False)
    """
    day = datetime.datetime(2023, 11, 27, 13, 14, 15)
    try:
        return datetime.datetime.strptime(day.strftime(text), text).date() == day.date()
    except ValueError:
        return False
