"""Owns payment codes by EPC069-12 of the European Payments Council (GiroCode, Stuzza, scan2pay), versions 1 and 2.

A code is twelve lines: service tag `BCD`, version, character set, `SCT`, BIC, name, IBAN, amount, purpose, reference, text, note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from decimal import Decimal

from extractor.invoice.identifiers import normalize_bic
from extractor.witnesses.codes.payload import Payload, is_creditor_reference, money, shown
from extractor.witnesses.model import WitnessKind

CHARACTER_SETS = {
    "1": "utf-8",
    "2": "iso8859-1",
    "3": "iso8859-2",
    "4": "iso8859-4",
    "5": "iso8859-5",
    "6": "iso8859-7",
    "7": "iso8859-10",
    "8": "iso8859-15",
}
_MAX_BYTES = 331
_MOST = Decimal("999999999.99")
_START = re.compile(r"BCD\r?\n")
_LINE = re.compile(r"\r?\n")
_CREDITOR_REFERENCE = re.compile(r"RF\d\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EpcCode:
    """The elements of a code, as they stand there."""

    service: str = "BCD"
    version: str = "002"
    character_set: str = "1"
    identification: str = "SCT"
    bic: str = ""
    name: str = ""
    iban: str = ""
    amount: str = ""
    purpose: str = ""
    reference: str = ""
    text: str = ""
    note: str = ""

    def to_text(self) -> str:
        """The code's content: one element a line, without empty lines at its end."""
        return "\n".join(getattr(self, each.name) for each in fields(self)).rstrip("\n")


def is_epc(text: str) -> bool:
    """Whether a code says of itself that it is one of these."""
    return bool(_START.match(text))


def decoded(text: str, data: bytes) -> str:
    """The content by the character set that the code names; as it was read where that does not fit."""
    named = CHARACTER_SETS.get(split_epc(text).character_set) if data else None
    try:
        return data.decode(named) if named else text
    except UnicodeDecodeError:
        return text


def split_epc(text: str) -> EpcCode:
    """The elements of a code; what it lacks is empty, what stands beyond the twelfth line is left out."""
    lines = _LINE.split(text)[: len(fields(EpcCode))]
    return EpcCode(*lines, *[""] * (len(fields(EpcCode)) - len(lines)))


def parse_epc(text: str) -> Payload:
    """What a code states. Rules: EPC069-12 v2.1, chapter 3."""
    code = split_epc(text)
    payload = Payload(WitnessKind.EPC, f"EPC069-12 version {int(code.version)}" if code.version in ("001", "002") else "EPC069-12")
    _check_form(code, text, payload)
    payload.state("seller_name", code.name.strip(), code.name, "name")
    payload.state_iban(code.iban.strip(), "IBAN")
    if code.bic:
        bic = normalize_bic(code.bic)
        payload.state("bic", bic, code.bic, "BIC")
        if bic is None:
            payload.doubt("code-value", f"BIC {shown(code.bic)} has not the form of one", "bic")
    _state_amount(code.amount.strip(), payload)
    payload.state("payment_reference", code.reference.replace(" ", ""), code.reference, "reference")
    if _CREDITOR_REFERENCE.match(code.reference) and not is_creditor_reference(code.reference):
        payload.doubt("code-reference", f"the check digits of the reference {shown(code.reference)} are wrong", "payment_reference")
    payload.remittance = code.text.strip()
    return payload


def _check_form(code: EpcCode, text: str, payload: Payload) -> None:
    count, size = len(_LINE.split(text.rstrip("\r\n"))), len(text.encode(CHARACTER_SETS.get(code.character_set, "utf-8"), "replace"))
    wrong = [
        (code.version not in ("001", "002"), f"version {shown(code.version)} is neither 001 nor 002"),
        (code.character_set not in CHARACTER_SETS, f"character set {shown(code.character_set)} is none of 1 to 8"),
        (code.identification != "SCT", f"it is for {shown(code.identification)}, not for a SEPA credit transfer (SCT)"),
        (code.version == "001" and not code.bic, "version 001 needs a BIC"),
        (not code.name.strip(), "it names no payee"),
        (bool(code.reference) and bool(code.text), "it has both a reference and a text; one of them is allowed"),
        (count > len(fields(EpcCode)), f"it has {count} lines, {len(fields(EpcCode))} are allowed"),
        (size > _MAX_BYTES, f"it has {size} bytes, {_MAX_BYTES} are allowed"),
    ]
    for broken, message in wrong:
        if broken:
            payload.doubt("code-form", message)
    for value, longest, where in ((code.name, 70, "name"), (code.purpose, 4, "purpose"), (code.reference, 35, "reference"), (code.text, 140, "text")):
        payload.check_length(value, longest, where)


def _state_amount(text: str, payload: Payload) -> None:
    if not text:
        return
    amount = money(text.removeprefix("EUR")) if text.startswith("EUR") else None
    exponent = amount.as_tuple().exponent if amount is not None else 0
    if amount is None or not 0 < amount <= _MOST or (isinstance(exponent, int) and exponent < -2):
        payload.doubt("code-value", f"amount {shown(text)} is none of EUR0.01 to EUR{_MOST}", "amount_due")
    payload.state("amount_due", amount, text, "amount")
    payload.state("currency", "EUR" if amount is not None else None, text, "amount")
