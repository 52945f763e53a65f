"""Owns the billing information of Swiss bills by Swico, syntax S1 (`//S1/10/4711/11/261021/...`), definition 1.2.

Tags that have a field are stated: 10 number, 11 date, 30 UID, 31 date or period of delivery, 32 taxes, 40 terms (the day by which the
full amount is due). 20, the customer's reference, is of no fixed meaning; 33 is tax on imports.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from extractor.invoice.identifiers import normalize_vat_id
from extractor.witnesses.codes.payload import Payload, calendar_date, money, shown

_PART = re.compile(r"/((?:[^/\\]|\\.)*)")
_ESCAPED = re.compile(r"\\(.)")
_MAX_RATES = 20
_MAX_DAYS = 3650


def split_billing_information(text: str) -> dict[str, str]:
    r"""The values by tag; of a tag that stands there twice the first.

    >>> split_billing_information(r"//S1/10/X.66711\/8824/11/200712")
    {'10': 'X.66711/8824', '11': '200712'}
    """
    parts = [_ESCAPED.sub(r"\1", part) for part in _PART.findall(text.removeprefix("//S1"))]
    found: dict[str, str] = {}
    for tag, value in zip(parts[::2], parts[1::2], strict=False):
        if re.fullmatch(r"[0-9]{2}", tag):
            found.setdefault(tag, value)
    return found


def state_billing_information(text: str, payload: Payload) -> None:
    """States what the billing information of a code says; what cannot be read is a doubt."""
    values = split_billing_information(text)
    payload.state("number", values.get("10", "").strip(), values.get("10", ""), "bill information /10/")
    issued = _state_date("11", "date", values, payload)
    if "30" in values:
        uid = normalize_vat_id("CHE" + values["30"].removeprefix("CHE"))
        _doubt_unless(uid, "30", "no valid UID", values, payload, "seller_vat_id")
        payload.state("seller_vat_id", uid, values["30"], "bill information /30/")
    _state_period(values, payload)
    _state_taxes(values, payload)
    _state_terms(values, issued, payload)


def _doubt_unless(value: object, tag: str, what: str, values: dict[str, str], payload: Payload, name: str) -> None:
    if value is None:
        payload.doubt("code-value", f"bill information /{tag}/ {shown(values[tag])} is {what}", name)


def _day(text: str) -> date | None:
    """A date written YYMMDD."""
    if not re.fullmatch(r"[0-9]{6}", text):
        return None
    return calendar_date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))


def _state_date(tag: str, name: str, values: dict[str, str], payload: Payload) -> date | None:
    if tag not in values:
        return None
    day = _day(values[tag])
    _doubt_unless(day, tag, "no date", values, payload, name)
    payload.state(name, day, values[tag], f"bill information /{tag}/")
    return day


def _state_period(values: dict[str, str], payload: Payload) -> None:
    text = values.get("31")
    if text is None or len(text) != 12:
        _state_date("31", "delivery_date", values, payload)
        return
    days = _day(text[:6]), _day(text[6:])
    _doubt_unless(days[0] and days[1], "31", "no period", values, payload, "period_start")
    for name, day, part in zip(("period_start", "period_end"), days, (text[:6], text[6:]), strict=True):
        payload.state(name, day, part, "bill information /31/")


def _state_taxes(values: dict[str, str], payload: Payload) -> None:
    """Rates, each with the net amount that it is of; a rate alone is of the whole."""
    for index, part in enumerate(filter(None, values.get("32", "").split(";")[:_MAX_RATES])):
        rate, _, base = part.partition(":")
        numbers = money(rate), money(base) if base else None
        if numbers[0] is None or (base and numbers[1] is None):
            payload.doubt("code-value", f"bill information /32/ {shown(part)} is no rate with its amount", "taxes")
            continue
        payload.state(f"taxes[{index}].rate", numbers[0], rate, "bill information /32/")
        payload.state(f"taxes[{index}].base", numbers[1], base, "bill information /32/")


def _state_terms(values: dict[str, str], issued: date | None, payload: Payload) -> None:
    """The day by which all is due: `2:10;0:30` is two per cent off within ten days, and nothing off within thirty."""
    for part in values.get("40", "").split(";")[:_MAX_RATES]:
        discount, _, days = part.partition(":")
        if issued is not None and money(discount) == 0 and re.fullmatch(r"[0-9]{1,4}", days) and int(days) <= _MAX_DAYS:
            payload.state("due_date", issued + timedelta(days=int(days)), part, "bill information /40/")
