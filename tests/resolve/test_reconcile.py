"""What becomes of fields that an e-invoice or a code states as well."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from extractor import Extractor
from extractor.ocr import OcrResult
from extractor.ocr.typed import typed_pages
from extractor.output import ExtractionResult
from extractor.resolve import EInvoice, FieldStatus, Origin
from extractor.validate import Status
from extractor.witnesses import Statement, Witness, WitnessKind

PAGE = """ACME Supplies GmbH          Rechnung
Hauptstr. 1, 10115 Berlin
Rechnungsnummer: RE-2025-007
Rechnungsdatum: 01.12.2025
Leistungsdatum: 20.11.2025
Netto   1.000,00 EUR
19 % MwSt   190,00 EUR
Gesamtbetrag   1.190,00 EUR
IBAN DE89 3704 0044 0532 0130 00
"""
IBAN, OTHER_IBAN = "DE89370400440532013000", "DE02120300000000202051"
STATED = {
    "number": "RE-2025-007",
    "date": datetime.date(2025, 12, 1),
    "kind": "invoice",
    "currency": "EUR",
    "seller_name": "ACME Supplies GmbH",
    "buyer_name": "Kaufmann AG",
    "iban": IBAN,
    "net": Decimal(1000),
    "tax": Decimal(190),
    "total": Decimal("1190.00"),
}


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


def witness(kind: WitnessKind, stated: dict[str, Any], *, remittance: str = "", trusted: bool = True, page: int | None = None) -> Witness:
    name = "factur-x.xml" if kind is WitnessKind.EINVOICE else "EPC QR code on page 1"
    return Witness(kind, name, {field: Statement(value, str(value), f"/{field}") for field, value in stated.items()}, remittance, page, trusted=trusted)


def einvoice(trusted: bool = True, **changed: Any) -> Witness:
    return witness(WitnessKind.EINVOICE, STATED | changed, trusted=trusted)


def code(remittance: str = "", **stated: Any) -> Witness:
    return witness(WitnessKind.EPC, {"iban": IBAN, "amount_due": Decimal("1190.00")} | stated, remittance=remittance, page=1)


def conflicts(result: ExtractionResult) -> set[str]:
    return {name for name, value in result.fields.items() if value.status is FieldStatus.CONFLICT}


class TestAgreement:
    def test_makes_every_value_sure(self, extractor: Extractor) -> None:
        alone = extractor.interpret(typed_pages(PAGE))
        result = extractor.interpret(typed_pages(PAGE), [einvoice(), code("RE-2025-007")])
        assert alone.status is Status.REVIEW  # the name is doubtful by itself
        assert (result.status, conflicts(result)) == (Status.VALID, set())
        assert result.fields["seller_name"].confidence > 0.95 > alone.fields["seller_name"].confidence
        assert result.fields["number"].bounds == alone.fields["number"].bounds
        assert [claim.witness for claim in result.fields["iban"].claims] == ["factur-x.xml", "EPC QR code on page 1"]

    def test_writing_does_not_matter(self, extractor: Extractor) -> None:
        result = extractor.interpret(typed_pages(PAGE), [einvoice(number="re 2025 007", seller_name="Acme Supplies", total=Decimal(1190))])
        assert conflicts(result) == set()

    def test_gives_what_the_page_does_not_print(self, extractor: Extractor) -> None:
        value = extractor.interpret(typed_pages(PAGE), [einvoice()]).fields["buyer_name"]
        assert (value.value, value.origin, value.status, value.page) == ("Kaufmann AG", Origin.STATED, FieldStatus.OK, None)

    def test_a_sum_to_pay_may_be_the_total(self, extractor: Extractor) -> None:
        assert conflicts(extractor.interpret(typed_pages(PAGE), [code()])) == set()

    def test_one_of_several_printed_accounts_is_enough(self, extractor: Extractor) -> None:
        page = PAGE + "IBAN DE02 1203 0000 0000 2020 51\n"
        result = extractor.interpret(typed_pages(page), [code(iban=OTHER_IBAN)])
        assert (result.invoice.iban, conflicts(result)) == (OTHER_IBAN, set())
        assert result.fields["iban"].bounds is not None

    def test_the_page_may_take_one_party_for_the_other(self, extractor: Extractor) -> None:
        result = extractor.interpret(typed_pages(PAGE), [einvoice(seller_name="Lieferant KG", buyer_name="ACME Supplies GmbH")])
        assert conflicts(result) == set()


class TestDisagreement:
    @pytest.mark.parametrize(
        ("witnesses", "field", "message"),
        [
            ([code(iban=OTHER_IBAN)], "iban", f"{OTHER_IBAN} (EPC QR code on page 1, /iban) against {IBAN} (printed on page 1)"),
            ([code(amount_due=Decimal("1290.00"))], "amount_due", "1290.00 (EPC QR code on page 1, /amount_due) against 1190.00 (printed on page 1)"),
            ([code("RE-2025-008")], "number", "RE-2025-008 (EPC QR code on page 1, remittance information) against RE-2025-007 (printed on page 1)"),
            ([einvoice(total=Decimal("2190.00"))], "total", "2190.00 (factur-x.xml, /total) against 1190.00 (printed on page 1)"),
            ([einvoice(currency="USD")], "currency", "USD (factur-x.xml, /currency) against EUR (printed on page 1)"),
            ([einvoice(seller_name="Andere AG")], "seller_name", "Andere AG (factur-x.xml, /seller_name) against ACME Supplies GmbH (printed on page 1)"),
            ([einvoice(date=datetime.date(2024, 12, 1))], "date", "2024-12-01 (factur-x.xml, /date) against 2025-12-01 (printed on page 1)"),
        ],
    )
    def test_is_a_conflict_that_names_both(self, extractor: Extractor, witnesses: list[Witness], field: str, message: str) -> None:
        result = extractor.interpret(typed_pages(PAGE), witnesses)
        assert conflicts(result) == {field}
        assert [issue.message for issue in result.issues if issue.id == "conflict"] == [f"{field}: {message}"]
        assert result.status is not Status.VALID
        assert result.fields[field].confidence <= 0.5

    def test_with_what_is_left_to_pay_where_the_code_asks_for_the_total(self, extractor: Extractor) -> None:
        page = PAGE + "Anzahlung   -500,00 EUR\nZahlbetrag   690,00 EUR\n"
        assert extractor.interpret(typed_pages(page)).invoice.amount_due == Decimal("690.00")
        assert conflicts(extractor.interpret(typed_pages(page), [code()])) == {"amount_due"}
        assert conflicts(extractor.interpret(typed_pages(page), [code(amount_due=Decimal("690.00"))])) == set()

    def test_between_two_witnesses(self, extractor: Extractor) -> None:
        silent = PAGE.replace("IBAN DE89 3704 0044 0532 0130 00\n", "")
        result = extractor.interpret(typed_pages(silent), [einvoice(), code(iban=OTHER_IBAN)])
        assert conflicts(result) == {"iban"}
        assert f"{IBAN} (factur-x.xml, /iban) against {OTHER_IBAN} (EPC QR code on page 1, /iban)" in {i.message.removeprefix("iban: ") for i in result.issues}

    def test_a_sure_date_is_not_given_up_for_another_one_on_the_page(self, extractor: Extractor) -> None:
        result = extractor.interpret(typed_pages(PAGE), [einvoice(date=datetime.date(2025, 11, 20))])
        assert conflicts(result) == {"date"}


class TestWhoLeads:
    def test_the_einvoice_that_is_preferred(self, extractor: Extractor) -> None:
        value = extractor.interpret(typed_pages(PAGE), [einvoice(total=Decimal("2190.00"))]).fields["total"]
        assert value.value == Decimal("2190.00")
        assert value.alternatives[0].value == Decimal("1190.00")

    def test_the_page_where_the_einvoice_is_only_checked(self) -> None:
        result = Extractor(einvoice="check").interpret(typed_pages(PAGE), [einvoice(total=Decimal("2190.00"))])
        assert (result.invoice.total, conflicts(result)) == (Decimal("1190.00"), {"total"})

    def test_the_page_where_the_einvoice_breaks_its_own_rules(self, extractor: Extractor) -> None:
        result = extractor.interpret(typed_pages(PAGE), [einvoice(trusted=False, total=Decimal("2190.00"))])
        assert (result.invoice.total, conflicts(result)) == (Decimal("1190.00"), {"total"})

    def test_nobody_hears_an_einvoice_that_is_ignored(self) -> None:
        result = Extractor(einvoice=EInvoice.IGNORE).interpret(typed_pages(PAGE), [einvoice(total=Decimal("2190.00"))])
        assert (result.invoice.total, conflicts(result)) == (Decimal("1190.00"), set())

    def test_lines_and_taxes_are_those_of_the_einvoice(self, extractor: Extractor) -> None:
        rows = {"lines[0].description": "Schrauben", "lines[0].amount": Decimal(1000), "taxes[0].rate": Decimal(19), "taxes[0].amount": Decimal(190)}
        result = extractor.interpret(typed_pages(PAGE), [einvoice(**rows)])
        assert [(line.description, line.amount) for line in result.invoice.lines] == [("Schrauben", Decimal(1000))]
        assert result.fields["lines[0].amount"].claims[0].where == "/lines[0].amount"
        assert [tax.rate for tax in result.invoice.taxes] == [Decimal(19)]

    def test_an_einvoice_without_pages_is_the_invoice(self, extractor: Extractor) -> None:
        result = extractor.interpret(OcrResult((), "none"), [einvoice()])
        assert (result.invoice.number, result.invoice.total, conflicts(result)) == ("RE-2025-007", Decimal("1190.00"), set())
        assert "no-text" not in {issue.id for issue in result.issues}


def test_the_json_form_shows_who_says_what(extractor: Extractor) -> None:
    row = extractor.interpret(typed_pages(PAGE), [code(iban=OTHER_IBAN)]).to_dict()
    assert row["witnesses"][0]["stated"]["iban"] == {"value": OTHER_IBAN, "text": OTHER_IBAN, "where": "/iban"}
    assert row["fields"]["iban"]["claims"][0]["agrees"] is False
    assert "witnesses" not in extractor.interpret(typed_pages(PAGE)).to_dict()
