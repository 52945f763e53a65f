"""Documents as a store gives them back, made without one, for the tests of export formats."""

from __future__ import annotations

import datetime
import hashlib
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from extractor.invoice.fields import Invoice, InvoiceLine, TaxLine
from extractor.store.export import Exported, export
from extractor.store.formats import ExportOptions
from extractor.store.read import StoredDocument
from extractor.validate import InvoiceSchema

HOSTILE = "=1+1 <Ünsicher & Co> ]]> \"'\u202e \U0001f9fe \x0b"
"""A name with all that a format may trip over: markup, a formula, writing direction, a character that XML cannot hold."""


def whole_invoice(**changes: Any) -> Invoice:
    """An invoice that says all that EN 16931 asks for."""
    invoice = Invoice(
        number="HL-2041",
        date=datetime.date(2025, 3, 14),
        kind="invoice",
        currency="EUR",
        due_date=datetime.date(2025, 4, 13),
        seller_name="Harbour Lantern Works GmbH",
        seller_vat_id="DE136695976",
        seller_address="Hafenstraße 12\n20457 Hamburg\nDeutschland",
        buyer_name="Quay Trading B.V.",
        buyer_address="Kade 3\n1011 AB Amsterdam\nNetherlands",
        iban="DE89370400440532013000",
        net=Decimal("1000.00"),
        tax=Decimal("190.00"),
        total=Decimal("1190.00"),
        amount_due=Decimal("1190.00"),
        taxes=[TaxLine(Decimal("19"), Decimal("1000.00"), Decimal("190.00"), "S")],
        lines=[
            InvoiceLine("Lantern", "L-1", Decimal("2"), "pcs", Decimal("400.00"), Decimal("19"), Decimal("800.00")),
            InvoiceLine("Repair", None, Decimal("2.5"), "h", Decimal("80.00"), Decimal("19"), Decimal("200.00")),
        ],
    )
    for name, value in changes.items():
        setattr(invoice, name, value)
    return invoice


def stored(invoice: Invoice | None, source: str = "invoice.pdf", status: str = "accepted") -> StoredDocument:
    """A document of a store."""
    sha256 = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
    row = {"id": sha256[:32], "status": status, "verdict": None, "source": source, "sha256": sha256, "page_numbers": None}
    return StoredDocument(row | dict.fromkeys(("duplicate_of", "duplicate_by", "error_kind", "error_message")), invoice, [])


def exported(documents: Sequence[StoredDocument], form: str, options: ExportOptions | None = None) -> tuple[bytes, Exported]:
    """What `export` writes of documents."""
    file = io.BytesIO()
    done = export(iter(documents), file, form, InvoiceSchema(None), options)
    return file.getvalue(), done
