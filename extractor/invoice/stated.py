"""Owns values as a person states them: amounts as `1250.00`, dates as ISO 8601, identifiers in any spacing."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from extractor.invoice.currencies import currency_of
from extractor.invoice.fields import DOCUMENT_KINDS
from extractor.invoice.identifiers import normalize_bic, normalize_iban, normalize_vat_id

Value = Decimal | datetime.date | str
"""What a field holds."""


def stated_value(kind: str, text: str) -> Value:
    """The value that a person wrote, by the kind of its field (see `extractor.invoice.fields`), in normal form. Raises ValueError where it is none.

    An IBAN or a VAT identifier whose check digits are wrong is taken as it is printed; validation tells.

    >>> stated_value("amount", "1250.00"), stated_value("date", "2025-12-01"), stated_value("iban", "DE89 3704 0044 0532 0130 00")
    (Decimal('1250.00'), datetime.date(2025, 12, 1), 'DE89370400440532013000')
    """
    text = text.strip()
    if not text:
        raise ValueError("the value is empty")
    return _READERS.get(kind, str)(text)


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"'{text}' is no amount; write it as 1250.00") from None
    if not number.is_finite():
        raise ValueError(f"'{text}' is no amount; write it as 1250.00")
    return number


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is no date; write it as 2025-12-31") from None


def _currency(text: str) -> str:
    if len(codes := currency_of(text)) != 1:
        raise ValueError(f"'{text}' is no currency; write its code, such as EUR")
    return codes[0]


def _kind(text: str) -> str:
    if text not in DOCUMENT_KINDS:
        raise ValueError(f"'{text}' is no kind of document; there are {', '.join(DOCUMENT_KINDS)}")
    return text


def _iban(text: str) -> str:
    if (number := normalize_iban(text, checked=False)) is None:
        raise ValueError(f"'{text}' has not the form of an IBAN")
    return number


def _bic(text: str) -> str:
    if (code := normalize_bic(text)) is None:
        raise ValueError(f"'{text}' has not the form of a BIC")
    return code


def _vat_id(text: str) -> str:
    return normalize_vat_id(text, checked=False) or text


_READERS: dict[str, Callable[[str], Value]] = {
    "amount": _number,
    "quantity": _number,
    "percent": _number,
    "date": _date,
    "currency": _currency,
    "kind": _kind,
    "iban": _iban,
    "bic": _bic,
    "vat_id": _vat_id,
}
