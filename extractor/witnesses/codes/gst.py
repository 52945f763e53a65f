"""Owns the signed code of India's e-invoices: a JSON web token (RFC 7519) of the invoice registration portal (NIC and others).

Its payload is read as it stands. Whether it is signed by the portal can only be told with the portal's public key, which changes every
few years: `is_signed_by` checks that with PyJWT where a key is given.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from decimal import Decimal
from typing import Any

from extractor.errors import ExtractorError
from extractor.witnesses.codes.payload import Payload, calendar_date, shown
from extractor.witnesses.model import WitnessKind

MAX_CHARACTERS = 6_000
"""Of a token: more than any QR code holds of such characters."""
_TOKEN = re.compile(r"(eyJ[\w-]+)\.([\w-]+)\.([\w-]*)", re.ASCII)
_DAY = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_IRN = re.compile(r"[0-9a-fA-F]{64}")
_KINDS = {"INV": "invoice", "CRN": "credit_note"}
_KNOWN_KINDS = ("INV", "CRN", "DBN")
_MOST = Decimal(10) ** 15


def is_gst(text: str) -> bool:
    """Whether a text is a token about an Indian invoice."""
    return _content(text) is not None


def is_signed_by(token: str, key: str) -> bool:
    """Whether a token's signature (RS256) is of a public key in PEM form.

    Needs PyJWT (extra `signatures`). Raises ExtractorError where that is missing or the key is none.
    """
    try:
        import jwt
    except ImportError as error:
        raise ExtractorError("checking the signature of a code needs PyJWT: pip install 'invoice-extractor[signatures]'") from error
    try:
        jwt.decode(token, key, algorithms=["RS256"], options={"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False})
    except (jwt.InvalidKeyError, ValueError, TypeError, NotImplementedError) as error:
        raise ExtractorError(f"the key is no public key in PEM form: {error}") from error
    except jwt.PyJWTError:
        return False
    return True


def parse_gst(text: str, key: str | None = None) -> Payload:
    """What a token states. key: the portal's public key in PEM form, to check the signature with; raises what `is_signed_by` does."""
    content = _content(text) or {}
    payload = Payload(WitnessKind.GST, "GST e-invoice")
    _state_parties(content, payload)
    payload.state("number", _text(content, "DocNo"), _text(content, "DocNo"), "DocNo")
    kind = _text(content, "DocTyp")
    payload.state("kind", _KINDS.get(kind), kind, "DocTyp")
    if kind not in _KNOWN_KINDS:
        payload.doubt("code-value", f"DocTyp {shown(kind)} is none of {', '.join(_KNOWN_KINDS)}", "kind")
    _state_day(_text(content, "DocDt"), payload)
    _state_total(_text(content, "TotInvVal"), payload)
    if not _IRN.fullmatch(_text(content, "Irn")):
        payload.doubt("code-value", f"Irn {shown(_text(content, 'Irn'))} has not 64 hexadecimal digits")
    if key is not None and not is_signed_by(text, key):
        payload.doubt("code-signature", "its signature is not of the given key")
    return payload


def _content(text: str) -> dict[str, Any] | None:
    """What a token says of an invoice; None where it is none."""
    match = _TOKEN.fullmatch(text.strip()) if len(text) <= MAX_CHARACTERS else None
    if match is None or not isinstance(_json(match[1]), dict):
        return None
    payload = _json(match[2])
    data = payload.get("data") if isinstance(payload, dict) else None
    content = _loaded(data) if isinstance(data, str) else data
    return content if isinstance(content, dict) and "SellerGstin" in content else None


def _json(part: str) -> Any:
    try:
        return _loaded(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode())
    except (binascii.Error, ValueError):
        return None


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError, ArithmeticError):
        return None


def _text(content: dict[str, Any], name: str) -> str:
    value = content.get(name)
    return str(value).strip()[:200] if isinstance(value, str | Decimal) else ""


def _state_parties(content: dict[str, Any], payload: Payload) -> None:
    from stdnum.in_ import gstin

    for key, name in (("SellerGstin", "seller_tax_id"), ("BuyerGstin", "buyer_vat_id")):
        text = _text(content, key)
        # an unregistered person or a buyer abroad stands there as URP
        if name == "buyer_vat_id" and text in ("", "URP"):
            continue
        if not gstin.is_valid(text):
            payload.doubt("code-value", f"{key} {shown(text)} is no valid GSTIN", name)
        payload.state(name, text.upper(), text, key)


def _state_day(text: str, payload: Payload) -> None:
    match = _DAY.fullmatch(text)
    day = calendar_date(int(match[3]), int(match[2]), int(match[1])) if match else None
    if day is None:
        payload.doubt("code-value", f"DocDt {shown(text)} is no date", "date")
    payload.state("date", day, text, "DocDt")


def _state_total(text: str, payload: Payload) -> None:
    try:
        total = Decimal(text) if len(text) <= 30 else None
    except ArithmeticError:
        total = None
    if total is None or not total.is_finite() or not 0 <= total < _MOST:
        payload.doubt("code-value", f"TotInvVal {shown(text)} is no amount", "total")
        return
    payload.state("total", total, text, "TotInvVal")
