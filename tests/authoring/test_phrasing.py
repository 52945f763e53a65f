"""Which rules a draft writes, and which it leaves to the general rules: on papers typed for it, each with one trap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from extractor.authoring.drafting.draft import Draft, NoDraft, Order, draft
from extractor.authoring.drafting.samples import Sample
from extractor.ocr.typed import typed_pages
from extractor.pipeline import Extractor
from extractor.rules import RuleBook

LETTER = """\
Tern & Tide Rope Works Ltd

Invoice no: TT-2207        Date: 04/03/2025

Supplier                   Customer
VAT no GB980780684         VAT no GB123456782
Unit 7, Slipway Court      Mossbank Yachts Ltd
Falmouth TR11 3XJ

Net amount     100.00
VAT 20 %        20.00
Total amount   120.00
"""
RECEIPT = """\
07:45PM   04/03/2025
PUFFIN CORNER SHOP
12 Strand Lane
Penzance TR18 4AA
Tea    3.50
Scone  2.50
Total incl. GST@6%   6.00
Cash  10.00
Change  4.00
"""


def drafted(text: str, *, book: RuleBook | None = None, **given: str) -> Draft:
    with Extractor() as extractor:
        general = book or RuleBook({rule_set.id: rule_set for rule_set in extractor.book.general})
        extractor.book = general
        sample = Sample(Path("sample.txt"), extractor.interpret(typed_pages(text)))
    return draft([sample], general, Order(Path("draft.yaml"), given=given))


def rows(done: Draft, field: str) -> list[dict[str, Any]]:
    return [dict(rule.row) for rule in done.file.fields.get(field, ())]


@pytest.mark.parametrize(
    "address", ["Unit 7, Slipway Court, Falmouth TR11 3XJ", "Unit 7 Slipway Court; Falmouth, TR11 3XJ", "Unit 7, Slipway Court\nFalmouth TR11 3XJ"]
)
def test_an_address_may_be_stated_with_other_lines_and_commas_than_it_is_printed_with(address: str) -> None:
    done = drafted(LETTER, number="TT-2207", seller_name="Tern & Tide Rope Works Ltd", seller_address=address)
    assert done.file.vendor["address"] == address


def test_an_address_with_another_number_is_still_refused() -> None:
    with pytest.raises(NoDraft, match="seller_address"):
        drafted(LETTER, number="TT-2207", seller_name="Tern & Tide Rope Works Ltd", seller_address="Unit 9, Slipway Court, Falmouth TR11 3XJ")


def test_of_equal_labels_the_heading_tells_which_is_meant() -> None:
    done = drafted(LETTER, seller_name="Tern & Tide Rope Works Ltd", buyer_vat_id="GB123456782")
    assert rows(done, "buyer_vat_id") in ([{"label": "VAT no", "find": "right_of", "under": "Customer"}], [])
    [field] = done.fields
    assert field.chosen or field.is_read


def test_a_time_is_no_label_and_a_place_no_better_than_the_general_rules() -> None:
    done = drafted(RECEIPT, seller_name="PUFFIN CORNER SHOP", date="2025-03-04", total="6.00")
    assert rows(done, "date") == []
    assert any(note.startswith("date: no label leads to it") for note in done.notes)
    assert done.file.examples[0]["expect"] == {"date": "2025-03-04", "total": "6.00"}


def test_the_address_on_one_receipt_is_perhaps_that_of_a_branch() -> None:
    assert "address" not in drafted(RECEIPT, seller_name="PUFFIN CORNER SHOP", total="6.00").file.vendor
    assert "address" in drafted(RECEIPT, seller_name="PUFFIN CORNER SHOP", seller_address="12 Strand Lane, Penzance TR18 4AA", total="6.00").file.vendor


def test_a_known_label_is_written_as_it_is_printed_and_whole() -> None:
    assert rows(drafted(RECEIPT, seller_name="PUFFIN CORNER SHOP", total="6.00"), "total")[0]["label"] == "Total incl. GST@6%"


def test_a_vendor_abroad_is_read_in_the_language_of_its_country_as_well() -> None:
    text = LETTER.replace("VAT no GB980780684", "VAT no FR40303265045")
    done = drafted(text, seller_name="Tern & Tide Rope Works Ltd", number="TT-2207")
    assert done.file.extends == ("generic/en", "generic/fr")


def test_what_an_engine_sees_in_a_logo_is_no_label() -> None:
    text = LETTER.replace("Invoice no: TT-2207        Date: 04/03/2025", "わー TT-2207")
    done = drafted(text, seller_name="Tern & Tide Rope Works Ltd", number="TT-2207")
    assert all(row.get("label") != "わー" for row in rows(done, "number"))
