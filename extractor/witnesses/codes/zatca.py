"""Owns the code on Saudi Arabia's simplified tax invoices: base64 of records of tag, length and value (ZATCA, Security Features
Implementation Standards 1.2, chapter 4). Tags: 1 seller, 2 VAT number, 3 time, 4 total with VAT, 5 VAT, 6 hash of the invoice,
7 signature, 8 public key, 9 signature of the stamp's certificate. What is signed is not on the page, so that signatures are not checked.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import datetime
from decimal import Decimal

from extractor.witnesses.codes.payload import Payload, money, shown
from extractor.witnesses.model import WitnessKind

MAX_CHARACTERS = 4_000
"""Of base64: more than any QR code of bytes holds."""
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_VAT_NUMBER = re.compile(r"3[0-9]{13}3")
_TEXTS = (1, 2, 3, 4, 5)
"""Tags that every code has, and whose values are text."""
_LAST_TAG = 9


class _Damaged(ValueError):
    """Records that end too early, or whose order is wrong."""


def is_zatca(text: str) -> bool:
    """Whether a text is base64 that begins with a seller's name as tag 1, followed by tag 2."""
    if not 20 <= len(text) <= MAX_CHARACTERS or not _BASE64.fullmatch(text):
        return False
    data = _decoded(text)
    return data is not None and len(data) > 2 and data[0] == 1 and len(data) > 2 + data[1] and data[2 + data[1]] == 2


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def encode_tlv(records: dict[int, bytes]) -> str:
    """The code's text for records by tag. Raises ValueError for values of more than 255 bytes."""
    return base64.b64encode(b"".join(bytes([tag, len(value)]) + value for tag, value in sorted(records.items()))).decode()


def decode_tlv(text: str) -> dict[int, bytes]:
    """The records of a code by tag. Raises ValueError where they are cut short, stand twice or are none at all.

    >>> decode_tlv(encode_tlv({1: b"ACME", 4: b"1.00"}))
    {1: b'ACME', 4: b'1.00'}
    """
    data = _decoded(text)
    if data is None:
        raise _Damaged("it is no base64")
    records: dict[int, bytes] = {}
    place = 0
    while place < len(data):
        if place + 2 > len(data) or place + 2 + data[place + 1] > len(data):
            raise _Damaged(f"tag {data[place]} ends beyond the end")
        tag, length = data[place], data[place + 1]
        if tag in records:
            raise _Damaged(f"tag {tag} stands twice")
        records[tag] = data[place + 2 : place + 2 + length]
        place += 2 + length
    return records


def parse_zatca(text: str) -> Payload:
    """What a code states."""
    payload = Payload(WitnessKind.ZATCA, "ZATCA")
    try:
        records = decode_tlv(text)
        texts = {tag: records[tag].decode() for tag in _TEXTS if tag in records}
    except UnicodeDecodeError:
        payload.doubt("code-form", "a value is not written in UTF-8")
        return payload
    except ValueError as error:
        payload.doubt("code-form", str(error))
        return payload
    missing = [str(tag) for tag in _TEXTS if not texts.get(tag, "").strip()]
    if missing:
        payload.doubt("code-form", f"it lacks tag {', '.join(missing)}")
    unknown = [tag for tag in records if not 1 <= tag <= _LAST_TAG]
    if unknown:
        payload.doubt("code-form", f"tag {unknown[0]} is none of 1 to {_LAST_TAG}")
    _state(texts, payload)
    return payload


def _state(texts: dict[int, str], payload: Payload) -> None:
    payload.state("seller_name", texts.get(1, "").strip(), texts.get(1, ""), "tag 1")
    vat_number = texts.get(2, "").strip()
    payload.state("seller_vat_id", vat_number, texts.get(2, ""), "tag 2")
    if vat_number and not _VAT_NUMBER.fullmatch(vat_number):
        payload.doubt("code-value", f"VAT number {shown(vat_number)} has not 15 digits with a 3 at both ends", "seller_vat_id")
    _state_day(texts.get(3, "").strip(), payload)
    total, tax = (_state_amount(tag, name, texts.get(tag, ""), payload) for tag, name in ((4, "total"), (5, "tax")))
    if total is not None and tax is not None and tax > total:
        payload.doubt("code-value", "its VAT is more than its total", "tax")


def _state_amount(tag: int, name: str, text: str, payload: Payload) -> Decimal | None:
    amount = money(text.strip())
    if text and amount is None:
        payload.doubt("code-value", f"tag {tag} {shown(text)} is no amount", name)
    payload.state(name, amount, text, f"tag {tag}")
    return amount


def _state_day(text: str, payload: Payload) -> None:
    if not text:
        return
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        payload.doubt("code-value", f"time {shown(text)} is none of ISO 8601", "date")
        return
    payload.state("date", day, text, "tag 3")
