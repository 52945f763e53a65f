"""E-invoices of a file that holds several invoices."""

from __future__ import annotations

from extractor import Extractor
from extractor.ocr.typed import typed_pages
from extractor.resolve import FieldStatus
from extractor.split.einvoices import einvoices_apart
from extractor.witnesses import Statement, Witness, WitnessKind
from tests.papers import LINES


def page(number: str) -> str:
    return "\n".join(LINES).format(number=number, due="2025-04-13")


def einvoice(number: str) -> Witness:
    return Witness(WitnessKind.EINVOICE, f"{number}.xml", {"number": Statement(number, number, "/Invoice/ID")})


def test_each_belongs_to_the_invoice_that_prints_its_number() -> None:
    results = Extractor().interpret_all(typed_pages(page("HL-4101") + "\f" + page("HL-4102")), [einvoice("HL-4102")])
    assert [(result.invoice.number, [witness.name for witness in result.witnesses]) for result in results] == [
        ("HL-4101", []),
        ("HL-4102", ["HL-4102.xml"]),
    ]


def test_one_of_no_invoice_is_heard_and_contradicted_at_the_first() -> None:
    results = Extractor().interpret_all(typed_pages(page("HL-4101") + "\f" + page("HL-4102")), [einvoice("HL-9999")])
    assert [result.fields["number"].status for result in results] == [FieldStatus.CONFLICT, FieldStatus.OK]


def test_a_file_of_one_invoice_keeps_all() -> None:
    assert einvoices_apart([typed_pages(page("HL-4101"))], [einvoice("HL-4101"), einvoice("HL-9999")]) == [(einvoice("HL-4101"), einvoice("HL-9999"))]
    assert einvoices_apart([], []) == []
