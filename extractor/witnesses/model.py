"""Owns `Witness`: something in a document that states values of the invoice in a form made for machines, and what it states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from extractor.geometry import Box
from extractor.invoice.fields import plain
from extractor.issues import Issue
from extractor.record import record


class WitnessKind(StrEnum):
    """What a witness is.

    einvoice: XML of an invoice, alone or inside a PDF. epc: EPC069-12 payment code (GiroCode). swiss_qr: Swiss QR-bill.
    zatca: Saudi Arabia's TLV code. gst: India's signed e-invoice code. ksef: link into Poland's KSeF.
    """

    EINVOICE = "einvoice"
    EPC = "epc"
    SWISS_QR = "swiss_qr"
    ZATCA = "zatca"
    GST = "gst"
    KSEF = "ksef"


@record
class Statement:
    """One value that a witness states.

    value: typed as the field's kind (Decimal, date, str). text: as it stands there. where: the XPath in an e-invoice, the name of
    the element in a code (`IBAN`, `tag 4`, `bill information /11/`).
    """

    value: Any
    text: str
    where: str

    def to_dict(self) -> dict[str, Any]:
        return {"value": plain(self.value), "text": self.text, "where": self.where}


@dataclass(frozen=True, slots=True)
class Witness:
    """What one e-invoice or code says.

    name: what messages call it (`factur-x.xml`, `Swiss QR code on page 1`). stated: statements by field name, rows as
    `lines[0].amount` and `taxes[0].rate`. remittance: free text for the payee, which may name the invoice. page, bounds: where a code
    is printed, page pixels. profile: what the witness says that it follows. trusted: False where it contradicts its own rules
    (`issues` say which), so that its values must not lead.
    """

    kind: WitnessKind
    name: str
    stated: Mapping[str, Statement]
    remittance: str = ""
    page: int | None = None
    bounds: Box | None = None
    profile: str = ""
    trusted: bool = True
    issues: tuple[Issue, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; what does not exist is left out."""
        row: dict[str, Any] = {"kind": str(self.kind), "name": self.name}
        row |= {"profile": self.profile} if self.profile else {}
        row |= {"page": self.page} if self.page is not None else {}
        row |= {"bounds": self.bounds.to_dict()} if self.bounds is not None else {}
        row |= {"remittance": self.remittance} if self.remittance else {}
        return row | {"trusted": self.trusted, "stated": {name: statement.to_dict() for name, statement in self.stated.items()}}
