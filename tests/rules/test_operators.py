"""What a rule file can say of where values stand, of when a rule applies, and of what a value is not: on layouts made here."""

from __future__ import annotations

import pytest
from layout.pages import Print, layout, text_layout

from extractor.layout import Layout
from extractor.rules.candidate import Candidate
from extractor.rules.compile import compile_text
from extractor.rules.match import Matcher


def candidates(fields: str, pages: Layout, field: str = "number", top: str = "") -> list[Candidate]:
    """The candidates of a field, best first, that a file with these fields (flow YAML) finds."""
    file, issues = compile_text(f"format: 1\n{top}\nfields: {fields}")
    assert file is not None, issues
    assert issues == []
    found = [each for each in Matcher(file.rule_set).match(pages).candidates if each.field == field]
    return sorted(found, key=lambda each: -each.fit)


def texts(fields: str, pages: Layout | str, field: str = "number", top: str = "") -> list[str]:
    return [each.text for each in candidates(fields, text_layout(pages) if isinstance(pages, str) else pages, field, top)]


def test_the_label_with_more_weight_wins() -> None:
    page = "Our ref  A-1\n\nInvoice No  B-2"
    assert texts("{number: {label: [{text: Our ref, weight: 0.4}, Invoice No], find: right_of}}", page) == ["B-2", "A-1"]
    assert texts("{number: {label: [Our ref, {text: Invoice No, weight: 0.4}], find: right_of}}", page) == ["A-1", "B-2"]


CLOSE = {"right": Print(360, 300, "R-1"), "left": Print(190, 300, "L-2"), "above": Print(250, 284, "A-3"), "below": Print(250, 316, "B-4")}


@pytest.mark.parametrize("side", list(CLOSE))
def test_near_looks_in_every_direction(side: str) -> None:
    pages = layout([Print(250, 300, "Reference"), CLOSE[side]])
    assert texts("{number: {label: Reference, find: near}}", pages) == [CLOSE[side].text]


def test_near_takes_the_nearest_first_and_leaves_what_is_far() -> None:
    pages = layout([Print(250, 300, "Reference"), CLOSE["right"], CLOSE["below"], Print(250, 600, "F-9")])
    assert texts("{number: {label: Reference, find: near}}", pages) == ["B-4", "R-1"]


def test_near_finds_what_stands_in_the_same_print() -> None:
    assert texts("{number: {label: Reference, find: near}}", layout([Print(250, 300, "Reference N-1"), CLOSE["below"]])) == ["N-1", "B-4"]


def test_same_column_goes_far_down_past_other_labels() -> None:
    pages = layout([Print(250, 100, "Reference"), Print(250, 120, "Invoice date"), Print(60, 400, "F-9"), Print(250, 600, "C-1")])
    fields = "{number: {label: Reference, find: %s}, date: {label: Invoice date}}"
    assert texts(fields % "same_column", pages) == ["C-1"]
    assert texts(fields % "below", pages) == []


PASSAGE = "Payment terms: within 30 days\nof delivery, net\nNotes  none"


def test_between_takes_a_text_over_lines() -> None:
    fields = "{payment_terms: {label: Payment terms, find: between, end: Notes, join: ' '}}"
    assert texts(fields, PASSAGE, "payment_terms") == ["within 30 days of delivery, net"]
    assert texts(fields, PASSAGE.replace("Notes", "Other"), "payment_terms") == []


def test_between_finds_values_of_other_kinds_in_what_lies_between() -> None:
    fields = "{number: {label: References, find: between, end: Delivered}}"
    assert texts(fields, "References\nsee order\nand  K-77\nDelivered  Z-1") == ["K-77"]


def test_end_ends_what_stands_beside_and_below() -> None:
    for find, page in (("right_of", "Number  A-1  Page  P-2"), ("below", "Number\nA-1\nPage\nP-2")):
        assert texts(f"{{number: {{label: Number, find: {find}, end: Page}}}}", page) == ["A-1"]


def test_end_ends_a_value_of_several_lines() -> None:
    fields = "{buyer_address: {label: Bill to, find: below, lines: 9, end: Attn, join: '/'}}"
    assert texts(fields, "Bill to\nPebble Ltd\n1 Quay Rd\nAttn Ms Roe", "buyer_address") == ["Pebble Ltd/1 Quay Rd"]


def test_a_value_stands_as_seen_from_that_of_another_field() -> None:
    page = "Bill to\nPebble Ltd\nK-2041\n\nShip to\nQ-9999"
    fields = "{customer_number: {of: buyer_name, find: below}, buyer_name: {label: Bill to, find: below}}"
    found = candidates(fields, text_layout(page), "customer_number")
    assert [(each.text, each.label) for each in found] == [("K-2041", "Pebble Ltd")]


def test_looking_from_a_field_that_is_not_there_finds_nothing() -> None:
    assert texts("{number: {of: buyer_name, find: below}, buyer_name: {label: Bill to}}", "Invoice\nK-2041") == []


ZONED = "Bill to\nA-1\nSummary\nB-2\nTotal\nC-3"


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("{below: Bill to, above: Summary}", ["A-1"]),
        ("{below: Summary, above: Total}", ["B-2"]),
        ("{below: Total}", ["C-3"]),
        ("{above: Summary}", ["A-1"]),
        ("{below: [Ship to, Summary], bottom: 14%}", ["B-2"]),
        ("{below: Ship to}", []),
    ],
)
def test_labels_bound_a_zone(zone: str, expected: list[str]) -> None:
    assert texts(f"{{number: {{zone: {zone}, pattern: '[A-Z]-\\d'}}}}", ZONED) == expected
    assert texts(f"{{number: {{regex: '[A-Z]-\\d', strict: true, zone: {zone}}}}}", ZONED) == expected


def test_labels_bound_a_zone_sideways() -> None:
    pages = layout([Print(60, 60, "Left"), Print(300, 60, "Right"), Print(60, 80, "A-1"), Print(200, 80, "B-2"), Print(400, 80, "C-3")])
    assert texts("{number: {zone: {right_of: Left, left_of: Right}}}", pages) == ["B-2"]


def test_unless_keeps_a_rule_off_a_page() -> None:
    pages = text_layout("Pro forma\nNumber A-1", "Number B-2", "continued 3/3\nNumber C-3")
    assert texts("{number: {label: Number, unless: [Pro forma, {regex: '\\d/\\d'}]}}", pages) == ["B-2"]
    assert texts("{number: {regex: 'Number (\\S+)', unless: Pro forma}}", pages) == ["B-2", "C-3"]


def test_not_leaves_values_out() -> None:
    assert texts("{number: {label: Number, find: right_of, not: '^PO'}}", "Number  PO-1\n\n\nNumber  A-2") == ["A-2"]
    assert texts("{number: {regex: 'Number (\\S+)', not: '^PO'}}", "Number PO-1\nNumber A-2") == ["A-2"]


PARTIES = [Print(60, 60, "Seller"), Print(300, 60, "Buyer"), Print(60, 80, "VAT no"), Print(120, 80, "S-1"), Print(300, 80, "VAT no"), Print(360, 80, "B-2")]


@pytest.mark.parametrize(("heading", "expected"), [("Seller", ["S-1"]), ("Buyer", ["B-2"])])
def test_under_takes_the_label_of_its_heading_in_columns(heading: str, expected: list[str]) -> None:
    other = "{label: X, under: [Seller, Buyer]}"
    assert texts(f"{{number: {{label: VAT no, find: right_of, under: {heading}}}, purchase_order: {other}}}", layout(PARTIES)) == expected


def test_under_takes_the_label_of_its_heading_one_below_the_other() -> None:
    page = "Delivery\nNo  A-1\nInvoicing\nNo  B-2"
    fields = "{number: {label: No, find: right_of, under: Invoicing}, purchase_order: {label: No, find: right_of, under: Delivery}}"
    assert texts(fields, page) == ["B-2"]
    assert texts(fields, page, "purchase_order") == ["A-1"]


def test_a_rule_is_for_kinds_of_documents() -> None:
    kind = "kind: {label: Credit note, value: credit_note}"
    fields = f"{{preceding_invoice: {{label: Invoice, find: right_of, kinds: credit_note}}, {kind}}}"
    assert texts(fields, "Credit note\nInvoice  A-1", "preceding_invoice") == ["A-1"]
    assert texts(fields, "Invoice  A-1", "preceding_invoice") == []
    assert texts(fields, "Invoice  A-1", "preceding_invoice", "kind: credit_note") == ["A-1"]


@pytest.mark.parametrize(("page", "expected"), [("2..", ["P-2", "P-3", "P-4"]), ("..2", ["P-1", "P-2"]), ("2..3", ["P-2", "P-3"]), ("last", ["P-4"])])
def test_ranges_of_pages(page: str, expected: list[str]) -> None:
    pages = text_layout("No P-1", "No P-2", "No P-3", "No P-4")
    assert texts(f"{{number: {{regex: 'No (\\S+)', page: {page}}}}}", pages) == expected
    assert texts(f"{{number: {{label: 'No', page: {page}}}}}", pages) == expected


def test_a_little_beyond_the_largest_gap_counts_less() -> None:
    def fits(gap: float, more: str = "") -> list[float]:
        label = Print(60, 60, "Reference")
        pages = layout([label, Print(label.box.right + gap, 60, "R-1")])
        return [each.fit for each in candidates(f"{{number: {{label: Reference, find: right_of, max_gap: 100pt{more}}}}}", pages)]

    [near], [beyond] = fits(95), fits(120)
    assert beyond < 0.7 * near
    assert fits(120, ", strict: true") == fits(130) == []


def test_a_little_outside_a_zone_counts_less() -> None:
    def fits(y: float, more: str = "") -> list[float]:
        pages = layout([Print(60, y, "No R-1")])
        return [each.fit for each in candidates(f"{{number: {{regex: 'No (\\S+)', zone: {{top: 100pt, bottom: 200pt}}{more}}}}}", pages)]

    assert fits(150) == [1.0]
    assert 0 < fits(215)[0] < 0.7
    assert fits(215, ", strict: true") == fits(240) == []


def test_a_zone_that_leads_is_strict() -> None:
    assert texts("{number: {zone: {top: 100pt, bottom: 200pt}}}", layout([Print(60, 215, "R-1")])) == []


@pytest.mark.parametrize(
    ("text", "issue"),
    [
        ("fields: {number: {label: No, find: between}}", "missing-key"),
        ("fields: {number: {of: numbr}}", "unknown-field"),
        ("fields: {number: {of: date}, date: {of: number}}", "of-loop"),
        ("fields: {number: {of: number}}", "of-loop"),
        ("fields: {number: {regex: x, under: Seller}}", "no-effect"),
        ("fields: {total: {sum: lines.total}}", "unknown-field"),
        ("fields: {number: {regex: x, view: layout, zone: {below: Total}}}", "conflicting-keys"),
        ("fields: {number: {label: {weight: 1}}}", "missing-key"),
        ("fields: {number: {label: No, unless: {label: x}}}", "unknown-key"),
        ("fields: {number: {label: No, strict: 1}}", "wrong-type"),
        ("fields: {number: {label: No, kinds: proforma}}", "unknown-kind"),
        ("taxes: {columns: {rate: Rate, category: Code}}", "missing-key"),
    ],
)
def test_what_makes_no_sense_is_said(text: str, issue: str) -> None:
    _, issues = compile_text(f"format: 1\n{text}")
    assert issue in [each.id for each in issues]
