"""What a candidate counts by whose block it stands in, and by what else the document says of a name."""

from __future__ import annotations

from layout.pages import Print, layout

from extractor.layout import Layout
from extractor.rules.match import Matcher
from extractor.rules.model import Length, Rule, RuleSet, Zone

TOP = Zone(bottom=Length(0.4, "fraction"))
AT_TOP = Rule("top", "seller_name", "name", zone=TOP, pattern=r"[\w ]+ Ltd", weight=0.4)
SELLER = Rule("seller", "seller_name", "name", block="seller")
BILL_TO = Rule("bill-to", "buyer_name", "name", labels=("Bill to",), find=("below",))
VAT = Rule("vat", "seller_vat_id", "vat_id", labels=("VAT",))


def fits(pages: Layout, field: str, *rules: Rule) -> dict[str, float]:
    """The best fit of each candidate of a field."""
    found: dict[str, float] = {}
    for candidate in Matcher(RuleSet("t", rules={rule.field: tuple(r for r in rules if r.field == rule.field) for rule in rules})).match(pages).candidates:
        if candidate.field == field:
            found[candidate.text] = max(found.get(candidate.text, 0.0), candidate.fit)
    return found


def column(x: float, y: float, *texts: str) -> list[Print]:
    return [Print(x, y + i * 14, text) for i, text in enumerate(texts)]


def test_what_stands_in_the_other_partys_block_hardly_counts():
    page = layout([Print(60, 60, "Bill to"), *column(60, 74, "Amber Kettle Ltd", "12 Mill Lane", "Fogtown, OR 97999"), Print(350, 200, "Quill and Sons Ltd")])
    found = fits(page, "seller_name", AT_TOP, SELLER, BILL_TO)
    assert found["Amber Kettle Ltd"] < 0.5 * found["Quill and Sons Ltd"]


def test_a_number_in_the_partys_own_block_comes_first():
    seller = column(60, 60, "Amber Kettle Ltd", "12 Mill Lane", "Fogtown, OR 97999", "VAT: DE999999999")
    page = layout(
        [*seller, Print(350, 60, "Bill to"), *column(350, 74, "Quill & Sons", "4 Inkwell Road", "Thistledown, ME 04999"), Print(60, 300, "VAT: FR99999999999")]
    )
    found = fits(page, "seller_vat_id", SELLER, BILL_TO, VAT)
    assert found["DE999999999"] > found["FR99999999999"]


def test_a_name_that_is_repeated_is_surer():
    zone = Rule("zone", "seller_name", "name", zone=Zone(bottom=Length(0.2, "fraction")), weight=0.4)
    once = [Print(60, 60, "Blue Heron"), Print(300, 60, "Amber Kettle")]
    before = fits(layout(once), "seller_name", zone, SELLER)
    after = fits(layout([*once, Print(60, 700, "Pay to AMBER KETTLE or write to desk@amberkettle.example")]), "seller_name", zone, SELLER)
    assert after["Amber Kettle"] > before["Amber Kettle"]
    assert after["Blue Heron"] == before["Blue Heron"]


def test_a_full_name_comes_before_the_brand_that_it_begins_with():
    large = Rule("large", "seller_name", "name", zone=TOP, print_size=1.5)
    prints = [Print(60, 40, "Kettle", 24), Print(60, 100, "Kettle Works Ltd"), *column(60, 300, "some", "more", "print")]
    found = fits(layout(prints), "seller_name", large, AT_TOP, SELLER)
    assert found["Kettle Works Ltd"] >= found["Kettle"]


def test_a_legal_form_alone_is_no_name():
    form = Rule("form", "seller_name", "name", regex=(r"(?P<value>GmbH) & more",))
    assert fits(layout([Print(60, 60, "GmbH & more")]), "seller_name", form, SELLER) == {}
