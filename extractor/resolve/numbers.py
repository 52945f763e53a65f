"""Owns telling an invoice's number from other numbers: of the customer, the order, the invoice that it corrects, a VAT identifier,
a date, a telephone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from extractor.invoice.dates import read_dates
from extractor.invoice.identifiers import normalize_iban, normalize_vat_id
from extractor.resolve.options import Option

OTHERS = ("preceding_invoice", "customer_number", "purchase_order", "seller_vat_id", "buyer_vat_id", "iban")
"""Fields whose value is not the number of the invoice, unless the number's own label says so."""
OWN_LABEL = 0.8
"""A label that fits this well says so."""
_SEPARATED = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_TELEPHONE = re.compile(r"(?:\b(?:tel|fon|phone|telefoon|t[ée]l[ée]phone|fax|mob|gsm|hotline)\w*\W{0,4}|\+)[\d ()/.-]*$", re.IGNORECASE)


def numbers_apart(options: Mapping[str, Sequence[Option]]) -> tuple[list[Option], bool]:
    """The options for `number` that are no other number, best first, and whether there are any: where there are none, all are given."""
    found = list(options.get("number", ()))
    own = [option for option in found if not _belongs_to_another(option, options) and (_is_labelled(option) or not _is_other_kind(option))]
    return (own, True) if own else (found, False)


def _belongs_to_another(option: Option, options: Mapping[str, Sequence[Option]]) -> bool:
    """Whether another field has this value, and its label names it at least as well; a corrected invoice's number is always another's."""
    for name in OTHERS:
        rival = next((other for other in options.get(name, ())[:1] if _plain(other.value) == _plain(option.value)), None)
        if rival is not None and (name == "preceding_invoice" or rival.score >= option.score):
            return True
    return False


def _is_labelled(option: Option) -> bool:
    return any(reading.candidate.label is not None and reading.fit >= OWN_LABEL for reading in option.readings)


def _is_other_kind(option: Option) -> bool:
    text = str(option.value)
    if _SEPARATED.fullmatch(text) and read_dates(text):
        return True
    if normalize_vat_id(text) or normalize_iban(text):
        return True
    context = option.best.candidate.context
    return bool(_TELEPHONE.search(context[: context.find(text)])) if text in context else False


def _plain(value: object) -> str:
    return "".join(char for char in str(value) if char.isalnum()).upper()
