"""Where invoices begin in a file: every clue that decides, alone and against others, and that no invoice is cut."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest
from papers import LINES, TEXT_PDF, invoice_pdf
from reportlab.lib.pagesizes import A4

from extractor import ExtractionResult, Extractor, Status
from extractor.errors import AmbiguousVendor
from extractor.ocr import OcrResult
from extractor.split import Part, Split

from .stacks import BLANK, LONG, pages, stacked, text_pdf

FIRST = (
    "Harbour Lantern Works Ltd",
    "12 Quay Street, Saltmouth",
    "Invoice",
    "Invoice number: {number}",
    "Invoice date: 2025-03-14",
    "Brackets  200.00",
    "Bolts  300.00",
)
LAST = ("Hinges  500.00", "Subtotal: GBP 1,000.00", "VAT 20%: GBP 200.00", "Total: GBP 1,200.00")
TERMS = (
    "General terms and conditions",
    "Valid from 1 January 2024",
    *(f"{n}. Goods remain ours until they are paid in full." for n in range(1, 20)),
    "Page 1 of 1",
)
DELIVERY = ("Delivery note", "Delivery note no. DN-5511", "Date 12 March 2025", "4 Brackets", "7 Bolts", "Page 1 of 1")


def groups(extractor: Extractor, pdf: bytes) -> list[tuple[int, ...]]:
    return [result.pages for result in extractor.extract_all(pdf)]


def numbered(number: str, lines: Sequence[str] = FIRST) -> list[str]:
    return [line.format(number=number) for line in lines]


def test_invoices_of_many_vendors_and_one_of_two_pages(extractor: Extractor) -> None:
    pdf = stacked(text_pdf("acme-supplies"), LONG, text_pdf("enzian-geraetebau"), text_pdf("atelier-colvert"))
    results = extractor.extract_all(pdf)
    assert [result.pages for result in results] == [(1,), (2, 3), (4,), (5,)]
    alone = [extractor.extract(source) for source in (text_pdf("acme-supplies"), LONG, text_pdf("enzian-geraetebau"), text_pdf("atelier-colvert"))]
    assert [result.invoice for result in results] == [result.invoice for result in alone]
    assert [result.status for result in results] == [result.status for result in alone]
    assert all(result.sha256 == results[0].sha256 for result in results)


def test_evidence_refers_to_the_pages_of_the_file(extractor: Extractor) -> None:
    _, result = extractor.extract_all(stacked(TEXT_PDF.read_bytes(), LONG))
    assert result.fields["number"].page == 2
    assert result.fields["total"].page == 3
    assert [page.number for page in result.ocr.pages] == [2, 3]
    source = result.to_dict()["source"]
    assert (source["pages"], source["invoice"], source["invoices"]) == ([2, 3], 2, 2)
    assert "page 1 of 2" in " ".join(source["begins"])
    assert result.name == "document#pages=2-3"


@pytest.mark.parametrize("pdf", [TEXT_PDF.read_bytes(), LONG, BLANK, stacked(BLANK, BLANK)], ids=["one page", "two pages", "blank", "two blank"])
def test_a_file_of_one_invoice_gives_what_extract_gives(extractor: Extractor, pdf: bytes) -> None:
    expected = extractor.extract(pdf)
    for split in Split:
        (result,) = extractor.extract_all(pdf, split=split)
        assert result.to_json() == expected.to_json()
        assert result.ocr == expected.ocr
    assert expected.part is None


def test_none_takes_a_file_as_one_invoice(extractor: Extractor) -> None:
    pdf = stacked(TEXT_PDF.read_bytes(), LONG)
    (result,) = extractor.extract_all(pdf, split="none")
    assert result.to_json() == extractor.extract(pdf).to_json()
    with pytest.raises(ValueError, match="sometimes"):
        extractor.extract_all(pdf, split="sometimes")


def test_neighbours_of_one_vendor_are_told_by_their_numbers(extractor: Extractor) -> None:
    results = extractor.extract_all(stacked(invoice_pdf("HL-1"), invoice_pdf("HL-2"), invoice_pdf("HL-3")))
    assert [(result.pages, result.invoice.number) for result in results] == [((1,), "HL-1"), ((2,), "HL-2"), ((3,), "HL-3")]
    assert results[1].part is not None
    assert "the invoice number changes from HL-1 to HL-2" in results[1].part.evidence


@pytest.mark.parametrize("repeated", [(), FIRST[:2], FIRST[:5], ("Invoice number: {number}",)], ids=["nothing", "letterhead", "head", "number"])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_an_invoice_of_several_pages_without_page_numbers(extractor: Extractor, repeated: Sequence[str], count: int) -> None:
    def made(number: str) -> bytes:
        middle = [numbered(number, (*repeated, f"Pipe {n}  100.00", "Valve  50.00", "Pump  90.00")) for n in range(count - 2)]
        return pages(numbered(number), *middle, numbered(number, (*repeated, *LAST)))

    found = groups(extractor, stacked(made("HL-4101"), made("HL-4102")))
    assert found == [tuple(range(1, count + 1)), tuple(range(count + 1, 2 * count + 1))]


def test_page_numbers_join_pages_that_name_another_invoice(extractor: Extractor) -> None:
    first = [*numbered("HL-4101"), "Page 1 of 2"]
    second = ["Statement of deliveries", "Invoice number: HL-3999", "Invoice date: 2025-02-01", *LAST, "Page 2 of 2"]
    assert groups(extractor, pages(first, second)) == [(1, 2)]


def test_numbers_of_a_portal_that_run_through_the_file_do_not_join_invoices(extractor: Extractor) -> None:
    head = ("Harbour Lantern Works Ltd", "12 Quay Street, Saltmouth", "Invoice")
    texts = [[*head, f"Invoice number: HL-{n}", f"Invoice date: 2025-03-1{n}", *LAST, f"Page {n} of 3"] for n in (1, 2, 3)]
    assert groups(extractor, pages(*texts)) == [(1,), (2,), (3,)]


def test_what_is_carried_forward_goes_on(extractor: Extractor) -> None:
    first, second = (
        [*numbered("HL-4101"), *[""] * 12, "Carried forward  500.00"],
        ["Brought forward  500.00", *LAST, "Reference number: HL-9000", "Date: 2025-03-20"],
    )
    assert groups(extractor, pages(first, second)) == [(1, 2)]


@pytest.mark.parametrize("attached", [TERMS, DELIVERY], ids=["terms", "delivery note"])
def test_papers_that_are_sent_along_stay_with_their_invoice(extractor: Extractor, attached: Sequence[str]) -> None:
    assert groups(extractor, stacked(invoice_pdf("HL-1"), pages(attached), invoice_pdf("HL-2"))) == [(1, 2), (3,)]


RECEIPT = ("Saltmouth Stores", "Thank you for your custom", "Tea  3.00", "Bread  2.50", "Total: GBP 5.50", "Card  5.50")


@pytest.mark.parametrize(("size", "lines", "asked"), [((260, 500), RECEIPT, True), (A4, RECEIPT, False), ((260, 500), RECEIPT[:4], False)])
def test_a_total_on_other_paper_that_shows_neither_number_nor_date_asks_for_a_person(
    extractor: Extractor, size: tuple[float, float], lines: Sequence[str], asked: bool
) -> None:
    (result,) = extractor.extract_all(stacked(invoice_pdf(), invoice_pdf(lines=lines, size=size)))
    doubts = [issue for issue in result.issues if issue.id == "uncertain-boundary"]
    assert bool(doubts) is asked
    if asked:
        assert "the size of the paper changes, and it has a total of its own" in doubts[0].message
        assert result.status is Status.REVIEW


def test_a_copy_is_a_document_of_its_own(extractor: Extractor) -> None:
    assert groups(extractor, stacked(invoice_pdf("HL-1"), invoice_pdf("HL-1"))) == [(1,), (2,)]


def test_blank_backs_do_not_cut_an_invoice(extractor: Extractor) -> None:
    backed = stacked(pages(numbered("HL-4101")), BLANK, pages(LAST), BLANK)
    assert groups(extractor, stacked(backed, invoice_pdf("HL-4102"), BLANK)) == [(1, 2, 3, 4), (5, 6)]


def test_a_blank_page_within_an_invoice_does_not_cut_it(extractor: Extractor) -> None:
    assert groups(extractor, stacked(invoice_pdf("HL-1"), pages(numbered("HL-4101")), BLANK, pages(LAST))) == [(1,), (2, 3, 4)]


def test_a_sheet_that_says_that_it_separates_is_honoured_and_belongs_to_no_invoice(extractor: Extractor) -> None:
    sheet = pages(("PATCH T", "Document separator"))
    # without the sheet, nothing would tell that the second page is another invoice
    results = extractor.extract_all(stacked(sheet, pages(numbered("HL-4101")), sheet, pages(LAST), BLANK, sheet, BLANK))
    assert [result.pages for result in results] == [(2,), (4, 5)]
    assert results[1].part == Part((4, 5), 2, 2, ("page 3 is a separator sheet: it says 'PATCH T'",))


def test_nothing_but_sheets_is_one_document_without_an_invoice(extractor: Extractor) -> None:
    sheet = pages(("PATCH T",))
    (result,) = extractor.extract_all(stacked(sheet, sheet))
    assert (result.pages, result.status) == ((1, 2), Status.INVALID)


def test_a_sheet_with_a_barcode_is_honoured(extractor: Extractor) -> None:
    results = extractor.extract_all(stacked(pages(numbered("HL-4101")), barcode_pdf("PATCHT"), pages(LAST), barcode_pdf("4006381333931"), pages(LAST)))
    assert [result.pages for result in results] == [(1,), (3, 4, 5)]
    assert results[1].part is not None
    assert results[1].part.evidence == ("page 2 is a separator sheet: its barcode reads 'PATCHT'",)


def barcode_pdf(text: str) -> bytes:
    """A page with nothing but a barcode."""
    import io

    from reportlab.graphics.barcode.code128 import Code128
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(buffer := io.BytesIO(), invariant=1)
    Code128(text, barWidth=1.5, barHeight=80).drawOn(canvas, 80, 500)
    canvas.save()
    return buffer.getvalue()


def test_where_it_is_not_clear_nothing_is_cut_and_a_person_is_asked(extractor: Extractor) -> None:
    unread = [line for line in LINES[:9] if "number" not in line]
    second = [line.format(due="2025-05-13").replace("2025-03-14", "2025-04-13") for line in unread]
    (result,) = extractor.extract_all(stacked(invoice_pdf("HL-1"), pages(second)))
    doubt = next(issue for issue in result.issues if issue.id == "uncertain-boundary")
    assert doubt.page == 2
    assert "may begin another invoice" in doubt.message
    assert result.status is Status.REVIEW


def test_an_ocr_result_is_divided_as_the_document_was(extractor: Extractor) -> None:
    pdf = stacked(invoice_pdf("HL-1"), LONG)
    whole: ExtractionResult = extractor.extract(pdf)
    again = extractor.interpret_all(OcrResult.from_json(whole.ocr.to_json()), sha256=whole.sha256, source=whole.source)
    assert [result.to_json() for result in again] == [result.to_json() for result in extractor.extract_all(pdf)]


def test_rules_count_pages_from_the_beginning_of_the_invoice(extractor: Extractor) -> None:
    rules = dataclasses.replace(extractor.extract(LONG).rules)
    _, second = extractor.extract_all(stacked(invoice_pdf("HL-1"), LONG))
    assert second.rules == rules


def test_an_invoice_that_two_rule_files_fit_equally_costs_the_others_nothing(tmp_path: Path) -> None:
    for name in ("left", "right"):
        (tmp_path / f"{name}.yaml").write_text("format: 1\nidentify: {all: [Harbour Lantern Works]}\n", encoding="utf-8")
    with Extractor(rules=tmp_path) as extractor:
        acme, harbour = extractor.extract_all(stacked(text_pdf("acme-supplies"), invoice_pdf()))
        with pytest.raises(AmbiguousVendor):
            extractor.extract_all(stacked(invoice_pdf(), pages(TERMS)))  # a file of one invoice
    assert (acme.status, acme.rules.id, acme.pages) == (Status.VALID, "vendors/acme-supplies", (1,))
    assert (harbour.status, harbour.rules.vendor, harbour.invoice.number, harbour.pages) == (Status.INVALID, False, "HL-2041", (2,))
    (told,) = [issue for issue in harbour.issues if issue.id == "ambiguous-vendor"]
    assert "left, right" in told.message
