"""Owns telling which codes of a document state values of its invoice, and reading them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from extractor.witnesses.codes import epc, gst, ksef, swiss, zatca
from extractor.witnesses.codes.payload import Payload
from extractor.witnesses.model import Witness, WitnessKind

if TYPE_CHECKING:
    from extractor.ocr.barcodes import Barcode
    from extractor.ocr.result import OcrResult

NAMES = {
    WitnessKind.EPC: "EPC QR code",
    WitnessKind.SWISS_QR: "Swiss QR code",
    WitnessKind.ZATCA: "ZATCA QR code",
    WitnessKind.GST: "GST e-invoice QR code",
    WitnessKind.KSEF: "KSeF link",
}
MAX_WITNESSES = 32
"""Codes of one document that are read; hundreds of payment codes are no invoice."""


@dataclass(frozen=True, slots=True)
class _Format:
    """One kind of code. fits: whether a text says of itself that it is one; parse: never raises for what a text holds."""

    fits: Callable[[str], bool]
    parse: Callable[[str], Payload]


_FORMATS = (
    _Format(epc.is_epc, epc.parse_epc),
    _Format(swiss.is_swiss, swiss.parse_swiss),
    _Format(ksef.is_ksef, ksef.parse_ksef),
    _Format(gst.is_gst, gst.parse_gst),
    _Format(zatca.is_zatca, zatca.parse_zatca),
)


def payment_codes(ocr: OcrResult, *, gst_key: str | None = None) -> tuple[Witness, ...]:
    """What the codes of a document state, in the order of its pages; codes that are of no known kind state nothing.

    gst_key: public key in PEM form that signatures of Indian codes are checked with, where given (see `gst.is_signed_by`).

    >>> from extractor.geometry import Box
    >>> from extractor.ocr import OcrPage, OcrResult
    >>> from extractor.ocr.barcodes import Barcode
    >>> code = Barcode("BCD\\n002\\n1\\nSCT\\n\\nACME\\nDE89370400440532013000\\nEUR12.5", "qr", Box(0, 0, 90, 90))
    >>> witness, = payment_codes(OcrResult((OcrPage(1, 800, 600, barcodes=(code,)),), "replay"))
    >>> witness.name, witness.stated["amount_due"].value, witness.trusted
    ('EPC QR code on page 1', Decimal('12.5'), True)
    """
    witnesses = (witness for page in ocr.pages for code in page.barcodes for witness in _witnesses(code, page.number, gst_key))
    return tuple(islice(witnesses, MAX_WITNESSES))


def read_payload(code: Barcode, *, gst_key: str | None = None) -> Payload | None:
    """What one code states; None where it is of no known kind. Never raises for what it holds. gst_key: as in `payment_codes`."""
    text = epc.decoded(code.text, code.data) if epc.is_epc(code.text) else code.text
    form = next((form for form in _FORMATS if form.fits(text)), None)
    if form is not None and form.parse is gst.parse_gst:
        return gst.parse_gst(text, gst_key)
    return form.parse(text) if form is not None else None


def _witnesses(code: Barcode, page: int, gst_key: str | None) -> Iterator[Witness]:
    payload = read_payload(code, gst_key=gst_key)
    if payload is None:
        return
    name = f"{NAMES[payload.kind]} on page {page}"
    issues = tuple(replace(issue, message=f"{name}: {issue.message}", page=page) for issue in payload.issues)
    yield Witness(payload.kind, name, payload.stated, payload.remittance, page, code.bounds, payload.profile, not issues, issues)
