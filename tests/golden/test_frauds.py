"""Planted frauds and mistakes: print, e-invoice and code of one document say different things, each in one respect.

Every document has a clean twin: the same without the planted difference. Those with Swiss and EPC codes are also read as scans.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
from generator import codes, einvoices, sheet

from extractor import ExtractionResult, Extractor
from extractor.invoice.fields import Invoice, InvoiceLine, TaxLine
from extractor.resolve import FieldStatus
from extractor.validate import Status

ACCOUNT, OTHER_ACCOUNT = "DE89370400440532013000", "DE02120300000000202051"
SWISS_ACCOUNT, OTHER_SWISS_ACCOUNT = "CH4431999123000889012", "CH6431961000004421557"
REFERENCE, OTHER_REFERENCE = "210000000003139471430009017", "000000000000000000000001234"
Changes = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Planted:
    """A document in which one of three says something else. in_print, in_xml, in_code: what that one says instead; swiss: of which kind it is."""

    title: str
    field: str
    in_print: Changes = field(default_factory=dict)
    in_xml: Changes = field(default_factory=dict)
    in_code: Changes = field(default_factory=dict)
    swiss: bool = False
    scanned: bool = False


def sums(net: str, tax: str, total: str) -> dict[str, Any]:
    amounts = {"net": Decimal(net), "tax": Decimal(tax), "total": Decimal(total), "amount_due": Decimal(total)}
    line = InvoiceLine("Beratung", "A-1", Decimal(1), "Stück", Decimal(net), Decimal(19), Decimal(net))
    return amounts | {"taxes": [TaxLine(Decimal(19), Decimal(net), Decimal(tax), "S")], "lines": [line]}


PLANTED = [
    Planted("account in print", "iban", in_print={"iban": OTHER_ACCOUNT}),
    Planted("account in the code", "iban", in_code={"iban": OTHER_ACCOUNT}),
    Planted("account in the XML", "iban", in_xml={"iban": OTHER_ACCOUNT}),
    Planted("total in the XML", "total", in_xml=sums("2000.00", "380.00", "2380.00")),
    Planted("total in print", "total", in_print=sums("1500.00", "285.00", "1785.00")),
    Planted("amount in the code", "amount_due", in_code={"amount_due": Decimal("2190.00")}),
    Planted("code of another invoice", "number", in_code={"number": "RE-2026-0421"}),
    Planted("XML of another invoice", "number", in_xml={"number": "RE-2026-0421"}),
    Planted("currency in the XML", "currency", in_xml={"currency": "USD"}),
    Planted("currency in print", "currency", in_print={"currency": "CHF"}),
    Planted("seller in the XML", "seller_name", in_xml={"seller_name": "Rheinische Handelskontor AG"}),
    Planted("seller in the code", "seller_name", in_code={"seller_name": "Max Mustermann"}),
    Planted("date in the XML", "date", in_xml={"date": datetime.date(2025, 3, 2)}),
    Planted("the seller's VAT id in the XML", "seller_vat_id", in_xml={"seller_vat_id": "DE811569869"}),
    Planted("tax in the XML", "tax", in_xml=sums("1120.00", "70.00", "1190.00")),
    Planted("Swiss account in the code", "iban", in_code={"iban": OTHER_SWISS_ACCOUNT}, swiss=True),
    Planted("Swiss amount in the code", "amount_due", in_code={"amount_due": Decimal("1949.75")}, swiss=True),
    Planted("Swiss currency in the code", "currency", in_code={"currency": "EUR"}, swiss=True),
    Planted("Swiss reference in the code", "payment_reference", in_code={"payment_reference": OTHER_REFERENCE}, swiss=True),
    Planted("account in the code of a scan", "iban", in_code={"iban": OTHER_ACCOUNT}, scanned=True),
    Planted("amount in the code of a scan", "amount_due", in_code={"amount_due": Decimal("1949.75")}, swiss=True, scanned=True),
]


def invoice_of(planted: Planted, number: str) -> Invoice:
    """What the document is about."""
    common = {
        "number": number,
        "date": datetime.date(2026, 3, 2),
        "kind": "invoice",
        "buyer_name": "Kaufmann & Töchter GmbH",
        "buyer_address": "Lindenweg 4\n60311 Frankfurt",
    }
    if planted.swiss:
        swiss = {"currency": "CHF", "seller_name": "Zwölf Tannen AG", "seller_address": "Bahnhofstrasse 12\n8400 Winterthur"}
        return Invoice(**common, **swiss, iban=SWISS_ACCOUNT, payment_reference=REFERENCE, **sums("1000.00", "81.00", "1081.00"))
    german = {"currency": "EUR", "seller_name": "Enzian Werkzeuge GmbH", "seller_vat_id": "DE136695976", "seller_address": "Hauptstr. 1\n10115 Berlin"}
    return Invoice(**common, **german, iban=ACCOUNT, **sums("1000.00", "190.00", "1190.00"))


def document(planted: Planted, number: str, *, clean: bool) -> bytes:
    """The PDF, as it arrives."""
    base = invoice_of(planted, number)
    shown, stated, coded = (replace(base, **({} if clean else changes)) for changes in (planted.in_print, planted.in_xml, planted.in_code))
    page = _page(shown, _code(coded, planted.swiss), planted.swiss)
    return page if planted.swiss or planted.scanned else einvoices.hybrid(page, einvoices.cii(einvoices.terms_of(stated, "DE"), "en16931"))


def _page(invoice: Invoice, code: str, swiss: bool) -> bytes:
    paper = sheet.Sheet((595, 842))
    paper.text(60, 60, invoice.seller_name, 14, bold=True)
    paper.text(60, 76, invoice.seller_address.replace("\n", ", "), 9)
    paper.block(60, 120, [invoice.buyer_name, *invoice.buyer_address.split("\n")], 10, 13)
    paper.text(60, 200, "Rechnung", 16, bold=True)
    day = invoice.date.strftime("%d.%m.%Y")
    facts = [("Rechnungsnummer:", invoice.number), ("Rechnungsdatum:", day), ("USt-IdNr.:", invoice.seller_vat_id)]
    sums_ = [("Nettobetrag", invoice.net), ("MwSt.", invoice.tax), ("Gesamtbetrag", invoice.total)]
    amounts = [(label, f"{amount:,.2f}".translate(str.maketrans(",.", ".,")) + f" {invoice.currency}") for label, amount in sums_]
    account = " ".join(invoice.iban[start : start + 4] for start in range(0, len(invoice.iban), 4))
    payment = [("IBAN:", account), ("Referenz:" if swiss else "Zahlbar sofort ohne Abzug", invoice.payment_reference if swiss else "")]
    for row, (label, value) in enumerate([*facts, *amounts, *payment]):
        if value is not None:
            paper.text(60, 240 + 22 * row, label, 10)
            paper.text(200, 240 + 22 * row, value, 10)
    codes.draw(paper, codes.Code("QRCode", 46, code, {}), 60, 560, "shapes")
    return paper.to_pdf("Rechnung")


def _code(invoice: Invoice, swiss: bool) -> str:
    if not swiss:
        lines = ["BCD", "002", "1", "SCT", "", invoice.seller_name, invoice.iban, f"EUR{invoice.amount_due}", "", "", f"Rechnung {invoice.number}"]
        return "\n".join(lines)
    creditor = ["S", invoice.seller_name, "Bahnhofstrasse", "12", "8400", "Winterthur", "CH"]
    lines = ["SPC", "0200", "1", invoice.iban, *creditor, *[""] * 7, str(invoice.amount_due), invoice.currency, *[""] * 7]
    return "\n".join([*lines, "QRR", invoice.payment_reference, f"Rechnung {invoice.number}", "EPD"])


@pytest.fixture(scope="module")
def extractor() -> Iterator[Extractor]:
    with Extractor(language=["de", "en"], threads=1) as made:
        yield made


def read(extractor: Extractor, planted: Planted, number: str, *, clean: bool) -> ExtractionResult:
    data = document(planted, number, clean=clean)
    return extractor.extract(pypdfium2.PdfDocument(io.BytesIO(data))[0].render(scale=200 / 72).to_pil() if planted.scanned else data)


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.title)
def test_a_planted_difference_is_a_conflict_that_names_who_differs(extractor: Extractor, planted: Planted) -> None:
    result = read(extractor, planted, "RE-2026-0815", clean=False)
    value = result.fields[planted.field]
    assert value.status is FieldStatus.CONFLICT
    assert result.status is not Status.VALID
    told = next(issue.message for issue in result.issues if issue.id == "conflict" and issue.field == planted.field)
    assert sum(f"({name}" in told for name in ("factur-x.xml", "EPC QR code", "Swiss QR code", "printed on page 1")) >= 2, told


@pytest.mark.parametrize(("row", "planted"), list(enumerate(PLANTED)), ids=lambda value: value.title if isinstance(value, Planted) else "")
def test_its_clean_twin_has_no_conflict(extractor: Extractor, row: int, planted: Planted) -> None:
    result = read(extractor, planted, f"RE-2026-{1300 + row}", clean=True)
    assert len(result.witnesses) == (1 if planted.swiss or planted.scanned else 2)
    assert [issue.message for issue in result.issues if issue.id == "conflict"] == []
    assert result.fields[planted.field].claims or planted.field == "number"
