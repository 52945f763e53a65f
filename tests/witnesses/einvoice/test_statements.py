"""What e-invoices state: against the truth of the fixtures, against factur-x's own reader, and where XML has more than one way."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from facturx.parse_xml import parse_ubl_cii_xml
from lxml import etree
from papers import FIXTURES

from extractor.document import load_document
from extractor.invoice.fields import FIELDS, LINE_FIELDS, TAX_FIELDS, plain
from extractor.invoice.units import unit_code
from extractor.witnesses.einvoice import einvoices
from extractor.witnesses.einvoice.sums import invoice_of
from extractor.witnesses.einvoice.tree import NAMESPACES
from extractor.witnesses.model import Witness
from tests.witnesses.einvoice.carriers import CII, CREDIT_NOTE, EINVOICES, UBL, edited

VENDORS = {
    "cii.xml": "feldhase-buerobedarf",
    "xrechnung.xml": "feldhase-buerobedarf",
    "factur-x.pdf": "feldhase-buerobedarf",
    "zugferd-1.pdf": "feldhase-buerobedarf",
    "basic-wl.pdf": "atelier-colvert",
    "credit-note.xml": "zwiebelturm-werkzeuge",
}
"""Whose invoice each fixture states."""


def only(source: bytes | str, name: str = "invoice.xml") -> Witness:
    """What the only e-invoice of a document states."""
    with load_document(source, name=name) as document:
        (witness,) = einvoices(document)
    return witness


def values(witness: Witness) -> dict[str, Any]:
    return {name: statement.value for name, statement in witness.stated.items()}


@pytest.mark.parametrize("file", VENDORS)
def test_every_field_of_the_invoice_is_stated(file: str) -> None:
    truth = json.loads((FIXTURES / VENDORS[file] / "truth.json").read_text(encoding="utf-8"))
    witness = only(str(EINVOICES / file))
    stated = invoice_of(witness.stated).to_dict()
    expected = {name: truth[name] for name in truth if name in FIELDS and name not in ("seller_address", "buyer_address")}
    expected.setdefault("amount_due", truth["total"])  # EN 16931 always has it
    if file == "basic-wl.pdf":  # which has neither
        del expected["bic"], expected["seller_tax_id"]
    for name, value in expected.items():
        assert stated.get(name) == value, name
    for name in ("seller_address", "buyer_address"):
        assert stated[name].startswith(truth[name])
    assert stated["taxes"] == [row | {"category": "S"} for row in truth["taxes"]]
    lines = [] if file == "basic-wl.pdf" else truth["lines"]
    assert len(stated["lines"]) == len(lines)
    for found, line in zip(stated["lines"], lines, strict=True):
        as_code = line | {"unit": unit_code(line["unit"])}
        assert {name: found[name] for name in line} == as_code
    assert (witness.trusted, witness.issues) == (True, ())


@pytest.mark.parametrize("file", [name for name in VENDORS if name.endswith(".xml")])
def test_every_statement_says_where_it_stands(file: str) -> None:
    root = etree.parse(EINVOICES / file).getroot()
    namespaces = {prefix: uri for names in NAMESPACES.values() for prefix, uri in names.items() if uri in root.nsmap.values()}
    namespaces["ubl"] = etree.QName(root).namespace
    witness = only(str(EINVOICES / file))
    assert len(witness.stated) > 40
    for name, statement in witness.stated.items():
        (item,) = root.xpath(statement.where, namespaces=namespaces)
        text = item if isinstance(item, str) else "\n".join(part.strip() for part in item.itertext() if part.strip())
        assert set(statement.text.split()) <= set(text.split()), name
    assert len({statement.where for statement in witness.stated.values()}) == len(witness.stated)


@pytest.mark.parametrize("xml", [CII, UBL, CREDIT_NOTE], ids=["cii", "ubl", "credit note"])
def test_factur_x_reads_the_same(xml: bytes) -> None:
    theirs = parse_ubl_cii_xml(xml, float_as="string", check_xsd=False)
    ours = only(xml)
    compared = 0
    for name, field in FIELDS.items():
        if field.term in theirs and field.kind != "kind" and name in ours.stated:
            assert str(plain(ours.stated[name].value)) == str(plain(theirs[field.term])), name
            compared += 1
    for group, prefix, table in (("BG-25", "lines", LINE_FIELDS), ("BG-23", "taxes", TAX_FIELDS)):
        for index, row in enumerate(theirs[group]):
            for name, field in table.items():
                if field.term in row:
                    assert ours.stated[f"{prefix}[{index}].{name}"].text == row[field.term]
                    compared += 1
    assert compared > 25


def test_a_credit_note_has_positive_amounts_whatever_its_signs() -> None:
    plus = only(CREDIT_NOTE)
    root = etree.fromstring(CREDIT_NOTE)
    for element in root.iter("{*}CreditedQuantity", *(f"{{*}}{name}" for name in ("TaxAmount", "TaxableAmount", "LineExtensionAmount"))):
        element.text = f"-{element.text}"
    for element in root.find("{*}LegalMonetaryTotal").iter("{*}TaxExclusiveAmount", "{*}TaxInclusiveAmount", "{*}PayableAmount"):
        element.text = f"-{element.text}"
    minus = only(etree.tostring(root))
    assert values(minus) == values(plus)
    assert minus.stated["total"].text == f"-{plus.stated['total'].text}"
    assert minus.trusted


def test_an_invoice_keeps_its_signs() -> None:
    witness = only(edited(CREDIT_NOTE, (">381<", ">380<"), (">558.76</cbc:TaxInclusive", ">-558.76</cbc:TaxInclusive")))
    assert witness.stated["kind"].value == "invoice"
    assert witness.stated["total"].value == Decimal("-558.76")


@pytest.mark.parametrize(
    ("code", "text", "day"),
    [
        ("102", "20251114", datetime.date(2025, 11, 14)),
        ("101", "251114", datetime.date(2025, 11, 14)),
        ("203", "202511140930", datetime.date(2025, 11, 14)),
        ("204", "20251114093015", datetime.date(2025, 11, 14)),
        ("610", "202511", datetime.date(2025, 11, 1)),
    ],
)
def test_dates_of_every_format(code: str, text: str, day: datetime.date) -> None:
    witness = only(edited(CII, ('format="102">20251114', f'format="{code}">{text}')))
    assert (witness.stated["date"].value, witness.stated["date"].text, witness.issues) == (day, text, ())


def test_a_date_written_as_iso_8601_is_read_and_told() -> None:
    witness = only(edited(CII, ('format="102">20251114', 'format="102">2025-11-14')))
    assert witness.stated["date"].value == datetime.date(2025, 11, 14)
    assert [issue.id for issue in witness.issues] == ["einvoice-value"]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('format="102">20251114', 'format="102">20250230', "date"),
        ('format="102">20251114', 'format="102">14.11.2025', "date"),
        ('format="102">20251114', 'format="713">20251114-20251115', "date"),
        (">1327.16</ram:GrandTotalAmount", ">1327,16</ram:GrandTotalAmount", "total"),
        (">1327.16</ram:GrandTotalAmount", ">1.3E3</ram:GrandTotalAmount", "total"),
        (">1327.16</ram:GrandTotalAmount", ">NaN</ram:GrandTotalAmount", "total"),
        (">1327.16</ram:GrandTotalAmount", f">{'9' * 5000}</ram:GrandTotalAmount", "total"),
    ],
)
def test_a_value_that_is_none_of_its_kind_is_not_stated_but_told(old: str, new: str, field: str) -> None:
    witness = only(edited(CII, (old, new)))
    assert field not in witness.stated
    (issue,) = [issue for issue in witness.issues if issue.field == field]
    assert issue.id == "einvoice-value"
    assert len(issue.message) < 600


def test_the_first_account_with_an_iban_counts_with_its_own_bank() -> None:
    means = (
        "<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cac:PayeeFinancialAccount><cbc:ID>{}</cbc:ID>"
        "<cac:FinancialInstitutionBranch><cbc:ID>{}</cbc:ID></cac:FinancialInstitutionBranch></cac:PayeeFinancialAccount></cac:PaymentMeans>"
    )
    other = means.format("26207729", "DABADKKK")
    witness = only(edited(UBL, ("<cac:PaymentMeans>", f"{other}<cac:PaymentMeans>")))
    assert (witness.stated["iban"].value, witness.stated["bic"].value) == ("DE71999999990004711008", "ZZBKDEFFXXX")
    assert witness.stated["iban"].where.startswith("/ubl:Invoice/cac:PaymentMeans[2]/")
    assert witness.issues == ()


def test_tax_is_that_in_the_currency_of_the_invoice() -> None:
    total = '<cac:TaxTotal><cbc:TaxAmount currencyID="DKK">1470.00</cbc:TaxAmount></cac:TaxTotal>'
    assert only(edited(UBL, ("<cac:TaxTotal>", f"{total}<cac:TaxTotal>"))).stated["tax"].value == Decimal("197.10")
    total = '<ram:TaxTotalAmount currencyID="DKK">1470.00</ram:TaxTotalAmount>'
    assert only(edited(CII, ("<ram:TaxTotalAmount", f"{total}<ram:TaxTotalAmount"))).stated["tax"].value == Decimal("197.10")


def test_of_lines_that_consist_of_lines_only_the_innermost_count() -> None:
    group = "<ram:LineID>1</ram:LineID><ram:LineStatusReasonCode>GROUP</ram:LineStatusReasonCode>"
    witness = only(edited(CII, ("<ram:LineID>1</ram:LineID>", group)))
    assert witness.stated["lines[0].description"].value.startswith("Bürodrehstuhl")
    assert "lines[4].amount" not in witness.stated


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("xml", [CII, UBL], ids=["cii", "ubl"])
def test_every_encoding_that_is_declared(xml: bytes, encoding: str) -> None:
    declared = {"utf-8-sig": "UTF-8", "utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE"}.get(encoding, encoding.upper())
    body = xml.decode("utf-8").partition("?>")[2].replace("\u201e", "").replace("\u201c", "")
    text = f'<?xml version="1.0" encoding="{declared}"?>{body}'
    assert only(text.encode(encoding)).stated["buyer_name"].value == "Praxisgemeinschaft Dr. Öhler & Weiß"


def test_comments_and_cdata_do_not_cut_values() -> None:
    changed = edited(CII, (">RE-2025-10482<", "><!-- x -->RE-<![CDATA[2025]]><!-- y -->-10482<"))
    assert only(changed).stated["number"].value == "RE-2025-10482"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ((">1327.16</ram:GrandTotalAmount", ">1337.16</ram:GrandTotalAmount"), "BR-CO-15"),
        ((">1130.06</ram:LineTotalAmount", ">1131.06</ram:LineTotalAmount"), "BR-CO-10"),
        ((">186.83</ram:CalculatedAmount", ">188.83</ram:CalculatedAmount"), "BR-CO-14"),
        ((">1327.16</ram:DuePayableAmount", ">27.16</ram:DuePayableAmount"), "BR-CO-16"),
    ],
)
def test_sums_that_contradict_each_other_are_not_trusted(change: tuple[str, str], rule: str) -> None:
    witness = only(edited(CII, change))
    assert not witness.trusted
    assert any(issue.id == "einvoice-sums" and f"[{rule}]" in issue.message for issue in witness.issues)


def test_without_a_currency_the_only_tax_counts() -> None:
    for xml, element in ((CII, "<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>"), (UBL, "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>")):
        witness = only(edited(xml, (element, "")))
        assert "currency" not in witness.stated
        assert witness.stated["tax"].value == Decimal("197.10")
        assert witness.stated["taxes[1].amount"].value == Decimal("10.27")


def test_in_the_envelope_of_a_network() -> None:
    header = '<StandardBusinessDocument xmlns="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"><StandardBusinessDocumentHeader/>'
    enveloped = f"{header}{UBL.decode('utf-8').partition('?>')[2]}</StandardBusinessDocument>".encode()
    witness = only(enveloped)
    assert values(witness) == values(only(UBL))
    assert witness.stated["number"].where.endswith("/ubl:Invoice/cbc:ID")
