"""Owns what the texts of an e-invoice stand for: numbers of XML Schema, dates in the formats of UNTDID 2379, codes of documents."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from extractor.invoice.identifiers import normalize_bic, normalize_iban, normalize_vat_id

CREDIT_NOTES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503", "532"})
"""Codes of UNTDID 1001 that say that the seller owes, as EN 16931 lists them."""

_DECIMAL = re.compile(r"[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})")
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T[\d:.]+)?(?:Z|[+-]\d{2}:\d{2})?")
_DATE_FORMATS = {
    "101": re.compile(r"(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})"),
    "102": re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"),
    "203": re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})\d{4}"),
    "204": re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})\d{6}"),
    "610": re.compile(r"(?P<year>\d{4})(?P<month>\d{2})"),
}
_CENTURY = 2000


class NotAValue(ValueError):
    """The text is none of its kind; the message says why."""


def decimal_of(text: str) -> Decimal:
    """A number as XML Schema writes it, with a point and nothing else; nothing is neither less nor more. Raises NotAValue.

    >>> decimal_of("-1250.50"), decimal_of("-0.00")
    (Decimal('-1250.50'), Decimal('0.00'))
    """
    if not _DECIMAL.fullmatch(text):
        raise NotAValue("is no decimal number of XML")
    value = Decimal(text)
    return value if value else abs(value)


def date_of(text: str, code: str | None, *, last: bool = False) -> date:
    """A day. code: its format by UNTDID 2379, None for ISO 8601. last: of a month alone (610) the last day is meant, else the first.

    Raises NotAValue: the text has another format, or there is no such day.

    >>> date_of("20240131", "102"), date_of("2024-01-31Z", None), date_of("202402", "610", last=True)
    (datetime.date(2024, 1, 31), datetime.date(2024, 1, 31), datetime.date(2024, 2, 29))
    """
    if code is None:
        match = _ISO_DATE.fullmatch(text)
        year, month, day = (int(part) for part in match.groups()) if match else (0, 0, 0)
    else:
        match = _DATE_FORMATS[code].fullmatch(text) if code in _DATE_FORMATS else None
        parts = {name: int(part) for name, part in match.groupdict().items()} if match else {}
        year, month = parts.get("year", 0), parts.get("month", 0)
        year += _CENTURY if code == "101" else 0
        end = calendar.monthrange(year, month)[1] if last and 1 <= month <= 12 else 1
        day = parts.get("day", end)
    if match is None:
        raise NotAValue(f"is no date of format {code or 'YYYY-MM-DD'}")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise NotAValue("is no day of the calendar") from error


def kind_of(code: str) -> str:
    """The kind of document by its code of UNTDID 1001 (BT-3).

    >>> kind_of("380"), kind_of("381")
    ('invoice', 'credit_note')
    """
    return "credit_note" if code in CREDIT_NOTES else "invoice"


def currency_of(text: str) -> str:
    """A code of ISO 4217. Raises NotAValue."""
    if not _CURRENCY.fullmatch(text):
        raise NotAValue("is no code of a currency")
    return text.upper()


def iban_of(text: str) -> str:
    """An IBAN without spaces, its checksum right or wrong. Raises NotAValue for other numbers of accounts."""
    found = normalize_iban(text, checked=False)
    if found is None:
        raise NotAValue("is no IBAN")
    return found


def bic_of(text: str) -> str:
    """A BIC without spaces; as it stands, where it has the form of none."""
    return normalize_bic(text) or text


def vat_id_of(text: str) -> str:
    """A VAT identifier in its compact form; as it stands, where it has the form of none."""
    return normalize_vat_id(text, checked=False) or text


def _line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    return "\n".join(line for part in text.splitlines() if (line := _line(part)))


READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("amount", "quantity", "percent"), decimal_of),
    **dict.fromkeys(("name", "identifier"), _line),
    "text": _lines,
    "currency": currency_of,
    "kind": kind_of,
    "iban": iban_of,
    "bic": bic_of,
    "vat_id": vat_id_of,
}
"""What reads a text, by the kind of its field; dates and addresses need more than their text."""
