"""The export to UBL: what it writes satisfies the official schema and rules, holds what was read, and nothing that was not."""

from __future__ import annotations

import datetime
import io
import shutil
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from papers import FIXTURES, call

from extractor.invoice.fields import Invoice, InvoiceLine, TaxLine
from extractor.invoice.units import UNIT_WORDS
from extractor.output.en16931 import Assumed, en16931_terms
from extractor.store.formats import ExportOptions
from store.exported import HOSTILE, exported, stored, whole_invoice

pytest.importorskip("facturx", reason="UBL needs factur-x (extra `ubl`)")
pytest.importorskip("saxonche", reason="UBL needs saxonche (extra `ubl`)")

from lxml import etree

from extractor.output.ubl import NOT_IN_XML, UblWriter

CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"

WITHOUT_SAXON = """
import sys
sys.modules["saxonche"] = None
from extractor.cli import main
sys.exit(main(["export", "--store", "books.db", "--format", "ubl", "-o", "none"]))
"""


@pytest.fixture(scope="module")
def writer() -> UblWriter:
    return UblWriter()


def written(writer: UblWriter, invoice: Invoice, assumed: Assumed | None = None) -> bytes:
    content, problems = writer.write(invoice, assumed)
    assert problems == []
    return content


def rules(writer: UblWriter, invoice: Invoice, assumed: Assumed | None = None) -> list[str]:
    content, problems = writer.write(invoice, assumed)
    assert content == b""
    return sorted({issue.id for issue in problems})


def parsed(content: bytes) -> dict[str, Any]:
    """What factur-x reads, after it checked the schema in its own way."""
    from facturx import parse_ubl_cii_xml

    found: dict[str, Any] = parse_ubl_cii_xml(content, check_xsd=True)
    return found


FULL = {
    "purchase_order": "PO 7",
    "payment_terms": "Within 30 days,\nless 2 % within 10",
    "seller_tax_id": "22/815/0815",
    "buyer_vat_id": "NL859290404B01",
    "customer_number": "K-17",
    "delivery_date": datetime.date(2025, 3, 10),
    "period_start": datetime.date(2025, 3, 1),
    "period_end": datetime.date(2025, 3, 31),
    "payment_reference": "HL-2041/17",
    "bic": "COBADEFFXXX",
    "preceding_invoice": "HL-1999",
    "discount": Decimal("100.00"),
    "shipping": Decimal("50.00"),
    "net": Decimal("950.00"),
    "tax": Decimal("180.50"),
    "total": Decimal("1130.50"),
    "prepaid": Decimal("30.00"),
    "rounding": Decimal("0.02"),
    "amount_due": Decimal("1100.52"),
    "taxes": [TaxLine(Decimal("19"), Decimal("950.00"), Decimal("180.50"), "S")],
}


@pytest.mark.parametrize("kind", ["invoice", "credit_note"])
@pytest.mark.parametrize("more", [{}, FULL, FULL | {"currency": "CHF"}], ids=["whole", "full", "francs"])
def test_all_terms_come_back(writer: UblWriter, kind: str, more: dict[str, Any]) -> None:
    invoice = whole_invoice(kind=kind, **more)
    found = parsed(written(writer, invoice))
    terms, _ = en16931_terms(invoice)
    assert {term: found.get(term) for term in terms} == terms


def test_amounts_name_the_currency_of_the_invoice(writer: UblWriter) -> None:
    content = written(writer, whole_invoice(**FULL | {"currency": "CHF"}))
    assert content.count(b'currencyID="CHF"') == content.count(b"currencyID=") > 10


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"number": None}, ["BR-02"]),
        ({"kind": "receipt"}, ["BR-04"]),
        ({"kind": None}, ["BR-04"]),
        ({"currency": None}, ["BR-05"]),
        ({"seller_name": None, "buyer_name": None}, ["BR-06", "BR-07"]),
        ({"seller_address": None, "buyer_address": "1 Main St\nSpringfield, IL 62704"}, ["BR-08", "BR-11"]),
        ({"net": None, "total": None}, ["BR-13", "BR-14"]),
        ({"lines": []}, ["BR-16"]),
        ({"lines": [InvoiceLine()]}, ["BR-22", "BR-23", "BR-24", "BR-25", "BR-26"]),
        ({"lines": [InvoiceLine("Lantern", None, Decimal(1), "bucket", Decimal("1000.00"), None, Decimal("1000.00"))]}, ["BR-23"]),
        ({"taxes": []}, ["BR-CO-18"]),
        ({"taxes": [TaxLine(Decimal("19"), Decimal("1000.00"), Decimal("190.00"))]}, ["BR-47"]),
        ({"taxes": [TaxLine(Decimal("7"), Decimal("1000.00"), Decimal("190.00"), "S")]}, ["BR-CO-04"]),
        # what the official rules find
        ({"total": Decimal("1190.01"), "amount_due": Decimal("1190.01")}, ["BR-CO-15"]),
        ({"amount_due": Decimal("1000.00")}, ["BR-CO-16"]),
        ({"net": Decimal("1000.001")}, ["BR-CO-13", "BR-DEC-12", "UBL-DT-01"]),
        ({"currency": "XXY"}, ["ubl"]),
        ({"seller_vat_id": None}, ["BR-CO-26", "BR-S-02"]),
        ({"taxes": [TaxLine(Decimal("19"), Decimal("1000.00"), Decimal("190.00"), "Q")]}, ["BR-CL-17", "BR-CL-18"]),
        ({"period_start": datetime.date(2025, 4, 1), "period_end": datetime.date(2025, 3, 1)}, ["ubl"]),
        ({"seller_name": " "}, ["BR-06"]),
    ],
)
def test_what_lacks_or_contradicts_is_named_by_its_rule(writer: UblWriter, changes: dict[str, Any], wanted: list[str]) -> None:
    assert rules(writer, whole_invoice(**changes)) == wanted


def test_two_rates_leave_the_tax_of_a_discount_open(writer: UblWriter) -> None:
    taxes = [TaxLine(Decimal("19"), Decimal("800.00"), Decimal("152.00"), "S"), TaxLine(Decimal("7"), Decimal("100.00"), Decimal("7.00"), "S")]
    invoice = whole_invoice(taxes=taxes, discount=Decimal("100.00"))
    assert rules(writer, invoice) == ["BR-32"]
    invoice.lines[0].tax_rate = None
    assert rules(writer, invoice) == ["BR-32", "BR-CO-04"]


def test_what_is_assumed_is_used_only_where_the_document_is_silent(writer: UblWriter) -> None:
    silent = whole_invoice(buyer_address="Kade 3\n1011 AB Amsterdam", taxes=[TaxLine(Decimal("19"), None, None)])
    silent.lines[0].unit = None
    assert rules(writer, silent) == ["BR-11", "BR-23", "BR-47"]
    found = parsed(written(writer, silent, Assumed(country="BE", tax_category="S", unit="C62")))
    assert (found["BG-4"]["country_code"], found["BG-7"]["country_code"]) == ("DE", "BE")
    assert [line["BT-130"] for line in found["BG-25"]] == ["C62", "HUR"]
    assert found["BG-23"] == [{"BT-116": "1000.00", "BT-117": "190.00", "BT-118": "S", "BT-119": "19"}]
    untaxed = [TaxLine(Decimal("0"), Decimal("1000.00"), Decimal("0.00"))]
    assert rules(writer, whole_invoice(taxes=untaxed), Assumed(tax_category="S")) == ["BR-47"]
    assert rules(writer, silent, Assumed(country="Belgium", tax_category="S", unit="C62")) == ["BR-CL-14"]


def test_the_schema_is_checked(writer: UblWriter) -> None:
    content = written(writer, whole_invoice())
    (issue,) = writer.problems(content.replace(b"2025-03-14", b"14.3.2025"))
    assert (issue.id, "14.3.2025" in issue.message) == ("ubl-schema", True)
    assert list(writer.problems(content)) == []


def test_the_codes_of_units_are_official(writer: UblWriter) -> None:
    codes = [words.split()[0] for words in UNIT_WORDS.values()]
    lines = [InvoiceLine("Lantern", None, Decimal(1), word, Decimal("10.00"), None, Decimal("10.00")) for word in codes]
    total = Decimal("10.00") * len(lines)
    taxes = [TaxLine(Decimal("0"), total, Decimal("0.00"), "Z")]
    invoice = whole_invoice(lines=lines, net=total, tax=Decimal("0.00"), total=total, amount_due=total, taxes=taxes)
    assert [line["BT-130"] for line in parsed(written(writer, invoice))["BG-25"]] == list(UNIT_WORDS)


def test_hostile_text_stays_text(writer: UblWriter) -> None:
    invoice = whole_invoice(seller_name=HOSTILE, number="../../etc/passwd\n", buyer_name="<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;")
    found = parsed(written(writer, invoice))
    assert found["BG-4"]["name"] == HOSTILE.replace("\x0b", "\ufffd")
    assert found["BG-7"]["name"] == invoice.buyer_name


@given(st.text(min_size=1))
@examples(max_examples=40)
def test_any_text_is_kept_or_told(writer: UblWriter, text: str) -> None:
    content, problems = writer.write(whole_invoice(seller_name=text))
    if problems:
        assert (content, {issue.id for issue in problems}, text.strip()) == (b"", {"BR-06"}, "")
    else:
        assert etree.fromstring(content).findtext(f".//{CBC}RegistrationName") == NOT_IN_XML.sub("\ufffd", text)


def test_an_archive_names_files_by_document(writer: UblWriter) -> None:
    documents = [stored(whole_invoice(number="../x"), "a.pdf"), stored(whole_invoice(number=None), "b.pdf"), stored(None, "c.txt", "rejected")]
    content, done = exported(documents, "ubl")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist() == [f"{documents[0].row['id']}.xml"]
        assert parsed(archive.read(archive.namelist()[0]))["BT-1"] == "../x"
    assert [(document.row["source"], issue.id) for document, (issue, *_) in done.left_out] == [("b.pdf", "missing-field"), ("c.txt", "ubl")]
    assert (done.written, exported(documents, "ubl")[0]) == (1, content)
    assert exported(documents, "ubl", ExportOptions(assumed=Assumed(country="FR")))[0] == content


def test_the_command_writes_a_folder_or_an_archive(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("atelier-colvert", "prairie-lantern"):
        shutil.copy(FIXTURES / name / "text.pdf", tmp_path / "in" / f"{name}.pdf")
    call("batch", "in", "--store", "books.db", "--jobs", 1, cwd=tmp_path)
    command = ["export", "--store", "books.db", "--format", "ubl", "--status", "accepted", "--status", "review", "-o"]
    told = call(*command, "bare", cwd=tmp_path)
    assert (told.returncode, sorted((tmp_path / "bare").iterdir())) == (3, [])
    assert "atelier-colvert.pdf is left out: [BR-09] seller_address: Postal address of the seller names no country" in told.stderr
    assumed = ["--assume", "tax_category=S", "--assume", "country=FR", "--assume", "unit=C62"]
    done = call(*command, "books", *assumed, cwd=tmp_path)
    assert (done.returncode, "prairie-lantern.pdf is left out" in done.stderr) == (3, True), done.stderr
    files = {path.name: path.read_bytes() for path in (tmp_path / "books").iterdir()}
    assert {parsed(content)["BG-4"]["country_code"] for content in files.values()} == {"FR"}
    assert call(*command, "books.zip", *assumed, cwd=tmp_path).returncode == 3
    with zipfile.ZipFile(tmp_path / "books.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == files
    assert call(*command, "books", "--assume", "colour=red", cwd=tmp_path).returncode == 2
    missing = subprocess.run([sys.executable, "-c", WITHOUT_SAXON], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (missing.returncode, "invoice-extractor[ubl]" in missing.stderr) == (6, True), missing.stderr
