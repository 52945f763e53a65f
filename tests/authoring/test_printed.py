"""Values are found in whatever form they are printed."""

from __future__ import annotations

import pytest
from papers import invoice_pdf

from extractor.authoring.drafting.printed import find_printed, nearest, read_wanted
from extractor.document.load import load_document
from extractor.layout import Layout, lay_out
from extractor.ocr import OcrEngine


def page(*lines: str) -> Layout:
    with load_document(invoice_pdf(lines=lines)) as document:
        return lay_out(OcrEngine("auto").process(document))


@pytest.mark.parametrize(
    ("kind", "wanted", "line", "printed"),
    [
        ("amount", "1250.00", "Summe 1.250,00 EUR", "1.250,00 EUR"),
        ("amount", "1250.00", "Total $1,250.00", "$1,250.00"),
        ("amount", "-3.50", "Credit 3.50", "3.50"),
        ("date", "2025-12-01", "Issued 1 December 2025", "1 December 2025"),
        ("date", "2025-12-01", "Issued 12/01/2025", "12/01/2025"),
        ("date", "2025-12-01", "Issued 01.12.25 by hand", "01.12.25"),
        ("identifier", "51824753556", "ABN 51 824 753 556", "51 824 753 556"),
        ("name", "harbour works", "from Harbour Works Ltd", "Harbour Works"),
    ],
)
def test_a_value_is_found_in_any_form(kind: str, wanted: str, line: str, printed: str) -> None:
    found = find_printed(page("Nothing here", line), kind, read_wanted(kind, wanted), ())
    assert [place.text for place in found] == [printed]


def test_part_of_a_longer_number_is_another_number() -> None:
    assert find_printed(page("Number 20471"), "identifier", "2047", ()) == []


def test_the_nearest_values_come_first() -> None:
    layout = page("Total 1,250.00", "Tax 99.00", "Other 1,205.00")
    assert nearest(layout, "amount", read_wanted("amount", "1250.10"), ())[0] == "1,250.00"
