"""Whose name and address stands where: labels, letters without labels, forms, and what a rule makes of it."""

from __future__ import annotations

from layout.pages import Print, layout

from extractor.layout import Layout
from extractor.rules.candidate import Candidate
from extractor.rules.match import Matcher
from extractor.rules.model import Length, Rule, RuleSet, Zone

SELLER = Rule("seller", "seller_name", "name", block="seller")
SELLER_ADDRESS = Rule("seller-address", "seller_address", "address", block="seller")
SELLER_VAT = Rule("seller-vat", "seller_vat_id", "vat_id", block="seller")
BUYER = Rule("buyer", "buyer_name", "name", block="buyer")
BUYER_ADDRESS = Rule("buyer-address", "buyer_address", "address", block="buyer")
BILL_TO = Rule("bill-to", "buyer_name", "name", labels=("Bill to", "Buyer"), find=("below", "right_of"), weight=0.9)
SOLD_BY = Rule("sold-by", "seller_name", "name", labels=("Sold by",), find=("below", "right_of"), weight=0.6)

KETTLE = ("Amber Kettle Ltd", "12 Mill Lane", "Fogtown, OR 97999")
QUILL = ("Quill & Sons", "4 Inkwell Road", "Thistledown, ME 04999")


def column(x: float, y: float, *texts: str, pitch: float = 14) -> list[Print]:
    return [Print(x, y + i * pitch, text) for i, text in enumerate(texts)]


def found(pages: Layout, *rules: Rule) -> dict[str, str]:
    """The best candidate of each field."""
    by_field: dict[str, tuple[Rule, ...]] = {}
    for rule in rules or (SELLER, SELLER_ADDRESS, BUYER, BUYER_ADDRESS, BILL_TO, SOLD_BY):
        by_field[rule.field] = (*by_field.get(rule.field, ()), rule)
    best: dict[str, Candidate] = {}
    for candidate in Matcher(RuleSet("t", rules=by_field)).match(pages).candidates:
        if candidate.field not in best or candidate.fit > best[candidate.field].fit:
            best[candidate.field] = candidate
    return {name: candidate.text for name, candidate in best.items()}


def test_a_label_tells_the_buyer_and_leaves_the_seller():
    page = layout([*column(60, 60, *KETTLE), Print(60, 160, "Bill to:"), *column(60, 174, *QUILL)])
    assert found(page) == {
        "seller_name": "Amber Kettle Ltd",
        "seller_address": "12 Mill Lane\nFogtown, OR 97999",
        "buyer_name": "Quill & Sons",
        "buyer_address": "4 Inkwell Road\nThistledown, ME 04999",
    }


def test_a_label_may_stand_left_of_the_block_or_before_its_colon():
    page = layout([*column(60, 60, *KETTLE), Print(60, 160, "Bill to:"), *column(130, 160, *QUILL)])
    assert found(page)["buyer_name"] == "Quill & Sons"
    page = layout([*column(60, 60, *KETTLE), *column(60, 160, "Buyer: Quill & Sons", *QUILL[1:])])
    assert found(page)["buyer_address"] == "4 Inkwell Road\nThistledown, ME 04999"


def test_the_sender_stands_on_one_line_above_the_window():
    line = Print(60, 130, "Kesselbau GmbH · Dampfweg 3 · 99988 Nebelhausen", 7)
    page = layout([line, *column(60, 145, "Öhler & Weiß", "z.Hd. Frau Weiß", "Federgasse 9", "99977 Tintental")])
    assert found(page) == {
        "seller_name": "Kesselbau GmbH",
        "seller_address": "Dampfweg 3\n99988 Nebelhausen",
        "buyer_name": "Öhler & Weiß",
        "buyer_address": "Federgasse 9\n99977 Tintental",
    }


def test_the_foot_is_the_sellers():
    foot = column(60, 770, "Kesselbau GmbH", "Dampfweg 3", "99988 Nebelhausen")
    page = layout([*column(60, 150, "Öhler & Weiß", "Federgasse 9", "99977 Tintental"), *foot])
    assert found(page)["seller_name"] == "Kesselbau GmbH"
    assert found(page)["buyer_name"] == "Öhler & Weiß"


def test_of_two_addresses_without_a_label_the_one_with_contacts_is_the_sellers():
    sender = column(350, 110, *QUILL, "Phone 555 0100", "desk@quill.example")
    assert found(layout([*column(60, 100, *KETTLE), *sender])) == {
        "seller_name": "Quill & Sons",
        "seller_address": "4 Inkwell Road\nThistledown, ME 04999",
        "buyer_name": "Amber Kettle Ltd",
        "buyer_address": "12 Mill Lane\nFogtown, OR 97999",
    }


def test_a_form_names_the_party_in_a_heading_above_rows_with_labels():
    rows = [("Sold by", ""), ("Number:", "549910"), ("Name:", KETTLE[0]), ("Address:", KETTLE[1]), ("", KETTLE[2]), ("Bill to", ""), ("Name:", QUILL[0])]
    rows += [("Address:", QUILL[1]), ("", QUILL[2])]
    prints = [Print(x, 200 + 20 * i, text) for i, row in enumerate(rows) for x, text in zip((60, 260), row, strict=True) if text]
    assert found(layout(prints)) == {
        "seller_name": KETTLE[0],
        "seller_address": "\n".join(KETTLE[1:]),
        "buyer_name": QUILL[0],
        "buyer_address": "\n".join(QUILL[1:]),
    }


def test_a_name_may_take_two_lines_and_stand_under_a_slogan():
    page = layout([Print(60, 160, "Bill to"), *column(60, 174, "Inkwell Management and", "Consulting GmbH", "Federgasse 9", "99977 Tintental")])
    assert found(page)["buyer_name"] == "Inkwell Management and Consulting GmbH"
    page = layout(column(60, 60, "Kettles for life since 1931", *KETTLE))
    assert found(page)["seller_name"] == "Amber Kettle Ltd"
    assert found(page)["seller_address"] == "12 Mill Lane\nFogtown, OR 97999"


def test_the_country_is_no_part_of_the_address():
    page = layout(column(60, 60, "Kesselbau GmbH", "Dampfweg 3", "DE 99988 Nebelhausen", "Deutschland"))
    assert found(page)["seller_address"] == "Dampfweg 3\n99988 Nebelhausen"


def test_other_fields_are_looked_for_in_the_block():
    ids = [*column(60, 60, *KETTLE, "VAT DE999999999"), Print(60, 160, "Bill to"), *column(60, 174, *QUILL, "VAT FR99999999999")]
    assert found(layout(ids), SELLER, SELLER_VAT, BILL_TO)["seller_vat_id"] == "DE999999999"


def test_the_size_of_print_singles_out_a_letterhead():
    large = Rule("large", "seller_name", "name", zone=Zone(bottom=Length(0.2, "fraction")), print_size=1.5)
    prints = [Print(60, 40, "Kettle Works", 20), Print(300, 40, "INVOICE", 24), *column(60, 80, "Dear reader", "thank you", "for all")]
    assert found(layout(prints), large) == {"seller_name": "Kettle Works"}


def test_a_label_word_in_a_name_is_no_label():
    page = layout([*column(60, 160, "Buyer Company", "Attn. Ada", "4 Inkwell Road", "Thistledown, ME 04999")])
    assert "Attn. Ada" not in found(page, BILL_TO).values()


def test_numbers_further_down_a_section_of_a_form_are_the_partys():
    rules = [
        Rule("seller-vat", "seller_vat_id", "vat_id", labels=("VAT ID",)),
        Rule("buyer-vat", "buyer_vat_id", "vat_id", block="buyer"),
        SOLD_BY,
        BILL_TO,
    ]
    sections = [Print(60, 60, "Sold by:"), Print(60, 100, "Contact: J. Reed"), Print(60, 140, "VAT ID: ATU13585627")]
    sections += [Print(60, 190, "Buyer:"), Print(60, 230, "Contact: M. Lark"), Print(60, 270, "VAT ID: DE136695976")]
    assert found(layout(sections), *rules) == {"seller_vat_id": "ATU13585627", "buyer_vat_id": "DE136695976"}
    assert "buyer_vat_id" not in found(layout([*sections[3:5], Print(60, 310, "VAT ID: DE136695976")]), *rules)


def test_a_vat_identifier_alone_makes_no_seller_below_a_letterhead():
    buyer = column(350, 150, *QUILL, "VAT: GB980780684")
    assert found(layout([*column(60, 50, *KETTLE), *buyer]))["seller_name"] == "Amber Kettle Ltd"


def test_a_remittance_slip_is_addressed_to_the_seller():
    slip = [Print(60, 640, "PAYMENT ADVICE", 18), Print(60, 662, "Bill to:"), *column(60, 676, *KETTLE)]
    assert found(layout([*column(60, 110, *QUILL), *slip]))["seller_name"] == "Amber Kettle Ltd"
    assert found(layout([*column(60, 110, *QUILL), *slip[1:]]))["buyer_name"] == "Amber Kettle Ltd"
