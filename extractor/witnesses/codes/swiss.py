"""Owns the QR code of Swiss bills: SPC, version 02xx (SIX, Swiss Implementation Guidelines for the QR-bill, 2.3), and what `swico` adds.

A code is 31 to 34 lines: header, account, creditor, ultimate creditor (for future use), amount, debtor, reference, message, trailer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from decimal import Decimal

from extractor.witnesses.codes.payload import Payload, is_creditor_reference, money, shown
from extractor.witnesses.codes.swico import state_billing_information
from extractor.witnesses.model import WitnessKind

_START = re.compile(r"SPC\r?\n")
_LINE = re.compile(r"\r\n|\n|\r")
_VERSION = re.compile(r"02\d\d")
_AMOUNT = re.compile(r"\d{1,9}\.\d\d")
_HOME = ("CH", "LI")
_QR_IID = range(30_000, 32_000)
"""Institution ids of accounts that are paid to with a QR reference."""
_QR_REFERENCE = re.compile(r"\d{27}")
_BILLING = "//S1/"
_LEAST, _MOST = 31, 34
"""Lines of a code."""


@dataclass(frozen=True, slots=True)
class Address:
    """A party. kind: S (structured: street, number, postcode, town) or K (combined: two lines); all empty where there is none."""

    kind: str = ""
    name: str = ""
    street: str = ""
    number: str = ""
    postcode: str = ""
    town: str = ""
    country: str = ""

    def lines(self) -> list[str]:
        """The address without the name; the country's code where it is not Switzerland or Liechtenstein."""
        pairs = ((self.street,), (self.number,)) if self.kind == "K" else ((self.street, self.number), (self.postcode, self.town))
        lines = [" ".join(part.strip() for part in pair if part.strip()) for pair in pairs]
        return [line for line in (*lines, "" if self.country in _HOME else self.country) if line]

    def __bool__(self) -> bool:
        return any(getattr(self, each.name).strip() for each in fields(self))


_PARTY = len(fields(Address))


@dataclass(frozen=True, slots=True)
class SwissCode:
    """The elements of a code, as they stand there."""

    iban: str
    creditor: Address
    amount: str = ""
    currency: str = "CHF"
    debtor: Address = Address()
    reference_type: str = "NON"
    reference: str = ""
    message: str = ""
    billing: str = ""
    schemes: tuple[str, ...] = ()
    version: str = "0200"
    coding: str = "1"
    trailer: str = "EPD"
    ultimate: Address = field(default=Address())

    def to_text(self) -> str:
        """The code's content, one element a line."""
        parties = [[getattr(party, each.name) for each in fields(Address)] for party in (self.creditor, self.ultimate, self.debtor)]
        head = ["SPC", self.version, self.coding, self.iban, *parties[0], *parties[1], self.amount, self.currency]
        tail = [self.reference_type, self.reference, self.message, self.trailer, self.billing, *self.schemes]
        return "\n".join([*head, *parties[2], *tail])


def is_swiss(text: str) -> bool:
    """Whether a code says of itself that it is one of these."""
    return bool(_START.match(text))


def split_swiss(text: str) -> SwissCode:
    """The elements of a code; what it lacks is empty, what stands beyond the last line is left out."""
    lines = _LINE.split(text)[:_MOST]
    lines += [""] * (_MOST - len(lines))
    creditor, ultimate, debtor = (Address(*lines[start : start + _PARTY]) for start in (4, 11, 20))
    kind, reference, message, trailer, billing = lines[27:32]
    schemes = tuple(line for line in lines[32:] if line)
    amount, currency = lines[18:20]
    return SwissCode(lines[3], creditor, amount, currency, debtor, kind, reference, message, billing, schemes, lines[1], lines[2], trailer, ultimate)


def parse_swiss(text: str) -> Payload:
    """What a code states. Rules: chapters 4.2 and 4.3 of the guidelines."""
    code = split_swiss(text)
    payload = Payload(WitnessKind.SWISS_QR, f"SPC {code.version[:8]}")
    _check_form(code, len(_LINE.split(text.rstrip("\r\n"))), payload)
    payload.state_iban(code.iban.strip(), "IBAN")
    _state_party(code.creditor, "seller", "creditor", payload)
    _state_party(code.debtor, "buyer", "debtor", payload)
    _state_amount(code, payload)
    _state_reference(code, payload)
    payload.remittance = code.message.strip()
    if code.billing.startswith(_BILLING):
        state_billing_information(code.billing, payload)
    return payload


def _check_form(code: SwissCode, count: int, payload: Payload) -> None:
    creditor = code.creditor
    wrong = [
        (not _VERSION.fullmatch(code.version), f"version {shown(code.version)} is none of 02xx"),
        (code.coding != "1", f"coding {shown(code.coding)} is not 1 (UTF-8)"),
        (count > _MOST, f"it has {count} lines, {_MOST} are allowed"),
        (count < _LEAST, f"it has {count} lines, {_LEAST} are needed"),
        (code.trailer != "EPD", f"its trailer is {shown(code.trailer)}, not EPD"),
        (not creditor.name.strip(), "it names no creditor"),
        (bool(code.ultimate), "it names an ultimate creditor, which is not yet allowed"),
        (creditor.kind == "S" and not (creditor.postcode and creditor.town), "the creditor's address lacks postcode or town"),
        (len(code.message) + len(code.billing) > 140, "message and billing information have more than 140 characters together"),
    ]
    wrong += [(party.kind not in ("S", "K"), f"address type {shown(party.kind)} is neither S nor K") for party in (creditor, code.debtor) if party]
    for broken, message in wrong:
        if broken:
            payload.doubt("code-form", message)
    for party in (creditor, code.debtor):
        payload.check_length(party.name, 70, "name")
        payload.check_length(party.street, 70, "street")


def _state_party(party: Address, name: str, where: str, payload: Payload) -> None:
    lines = "\n".join(party.lines()) if party else ""
    payload.state(f"{name}_name", party.name.strip(), party.name, f"name of the {where}")
    payload.state(f"{name}_address", lines, lines, f"address of the {where}")


def _state_amount(code: SwissCode, payload: Payload) -> None:
    if code.currency not in ("CHF", "EUR"):
        payload.doubt("code-value", f"currency {shown(code.currency)} is neither CHF nor EUR", "currency")
    payload.state("currency", code.currency if code.currency in ("CHF", "EUR") else None, code.currency, "currency")
    if not code.amount:
        return
    amount = money(code.amount)
    if not _AMOUNT.fullmatch(code.amount):
        payload.doubt("code-value", f"amount {shown(code.amount)} is none of 0.00 to 999999999.99", "amount_due")
    # 0.00 makes a notification of a bill: "do not use for payment"
    payload.state("amount_due", amount if amount != Decimal(0) else None, code.amount, "amount")


def is_qr_iban(iban: str) -> bool:
    """Whether an account takes payments with a QR reference only: a Swiss one with an institution id of 30000 to 31999.

    >>> is_qr_iban("CH4431999123000889012"), is_qr_iban("CH5204835012345671000")
    (True, False)
    """
    return iban[:2] in _HOME and iban[4:9].isascii() and iban[4:9].isdigit() and int(iban[4:9]) in _QR_IID


def _state_reference(code: SwissCode, payload: Payload) -> None:
    from stdnum.ch import esr

    iban, reference = code.iban.replace(" ", "").upper(), code.reference.replace(" ", "")
    if iban[:2] not in _HOME:
        payload.doubt("code-iban", f"the account {shown(code.iban)} is neither Swiss nor of Liechtenstein", "iban")
    if is_qr_iban(iban) != (code.reference_type == "QRR"):
        needs = "needs a QR reference (QRR)" if is_qr_iban(iban) else "takes no QR reference (QRR)"
        payload.doubt(
            "code-reference", f"the account {shown(code.iban)} {needs}, and the reference is of type {shown(code.reference_type)}", "payment_reference"
        )
    valid = {
        "QRR": bool(_QR_REFERENCE.fullmatch(reference)) and reference.isascii() and bool(esr.is_valid(reference)),
        "SCOR": is_creditor_reference(reference),
        "NON": not reference,
    }
    if code.reference_type not in valid:
        payload.doubt("code-reference", f"reference type {shown(code.reference_type)} is none of QRR, SCOR, NON", "payment_reference")
    elif not valid[code.reference_type]:
        payload.doubt("code-reference", f"{shown(code.reference)} is no valid reference of type {code.reference_type}", "payment_reference")
    payload.state("payment_reference", reference, code.reference, "reference")
