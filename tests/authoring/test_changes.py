"""Each operator that keeps a rule from its value is named, with the text at which it gives up; what is advised as rule text does find the value."""

from __future__ import annotations

import pytest
from layout.pages import Print

from authoring.test_explain import explained, miss_of
from extractor.authoring.breaks import break_in, break_on_page
from extractor.authoring.explanation import Miss

ORDER = [Print(60, 90, "Invoice No"), Print(150, 90, "1234A")]
COPY = [*ORDER, Print(60, 400, "Copy for the driver")]
DELIVERY = [Print(60, y, text) for y, text in ((90, "Ship to"), (104, "Gate 7"), (118, "Harbour Street 12"), (132, "Tel 555 0199"), (146, "9000 Ostend"))]
AMOUNTS = [Print(60, 90, "Fee  10.00"), Print(60, 104, "Fee  25.00"), Print(60, 118, "Fee  5.00")]
HEADED = [
    *(Print(60, y, text) for y, text in ((90, "Supplier"), (104, "VAT no  GB980780684"))),
    *(Print(60, y, text) for y, text in ((300, "Customer"), (314, "VAT no  GB123456782"))),
]
ADDRESS = "Gate 7\nHarbour Street 12"

# The rule, what stands on the page, the value that is asked for, the cause, part of the message, and which text of the rule the remedy replaces.
CASES = {
    "pattern breaks off": (
        r"number: {label: Invoice No, pattern: '\d{5}'}",
        ORDER,
        None,
        "pattern",
        "it follows '1234' and breaks off before 'A', where it takes a digit",
        r"pattern: '\d{5}'",
    ),
    "pattern takes a part": (
        r"number: {label: Invoice No, pattern: '\d{3}'}",
        [*ORDER[:1], Print(150, 90, "12345")],
        None,
        "pattern",
        "takes '123', but '45' goes on behind it",
        r"pattern: '\d{3}'",
    ),
    "pattern minds case": (
        "number: {label: Invoice No, pattern: 're-[0-9]+'}",
        [*ORDER[:1], Print(150, 90, "RE-17")],
        None,
        "pattern",
        "did not insist on case",
        "pattern: 're-[0-9]+'",
    ),
    "not": ("number: {label: Invoice No, not: '^1'}", ORDER, None, "not", "no value looks like '^1'", ""),
    "until too early": (
        "seller_address: {label: Ship to, find: below, lines: 2, until: 'Street'}",
        DELIVERY,
        ADDRESS,
        "until",
        "ends the value before 'Harbour Street 12'",
        "",
    ),
    "lines too few": ("seller_address: {label: Ship to, find: below, lines: 1}", DELIVERY, ADDRESS, "lines", "takes 2", "lines: 1"),
    "lines too many": ("seller_address: {label: Ship to, find: below, lines: 4}", DELIVERY, ADDRESS, "lines", "takes 2", "lines: 4"),
    "only in the layout": (
        r"number: {regex: 'No\s{9,}Date\s+(RE-\d+)', view: lines}",
        [Print(60, 90, "Invoice No"), Print(300, 90, "Date"), Print(60, 104, "RE-17")],
        None,
        "view",
        "only in the layout",
        "view: lines",
    ),
    "only in the lines": (
        r"number: {regex: '^(RE-\d+)', view: layout}",
        [Print(300, 90, "RE-17"), Print(60, 130, "Other print further left")],
        None,
        "view",
        "only in the lines",
        "view: layout",
    ),
    "group": (r"total: {regex: 'Fee\s+(\S+)', group: sum}", AMOUNTS, "25.00", "group", "sum makes '40.00' of 3 match(es) (10.00, 25.00, 5.00)", "group: sum"),
    "unless": ("number: {label: Invoice No, unless: [Draft, {regex: 'Copy for'}]}", COPY, None, "unless", "does not apply where 'Copy for' stands", ""),
    "end": (
        "number: {label: Invoice No, find: right_of, end: Date}",
        [*ORDER[:1], Print(150, 90, "Date"), Print(250, 90, "1234A")],
        None,
        "other_label",
        "another label stands in between: 'Date' (end of a value)",
        "",
    ),
    "under": ("buyer_vat_id: {label: VAT no, under: Customer}", HEADED, "GB980780684", "under", "does not stand under the heading 'Customer'", ""),
}
KEYS = {"not": ", not: '^1'", "until too early": ", until: 'Street'", "unless": ", {regex: 'Copy for'}", "end": ", end: Date", "under": ", under: Customer"}
"""What to strike out of the rule where the remedy is left to its author."""


def missed(folder, rule, page, expected) -> Miss:
    field = rule.split(":")[0]
    found = explained(folder, f"  {rule}\n", page, expected={field: expected} if expected else None)
    assert found.fields[field].value is None or found.fields[field].value != expected
    return miss_of(found, field)


@pytest.mark.parametrize("case", CASES)
def test_the_operator_that_keeps_the_value_out_is_named(tmp_path, case):
    rule, page, expected, cause, message, _ = CASES[case]
    miss = missed(tmp_path, rule, page, expected)
    assert (miss.cause, message in miss.message) == (cause, True), miss
    assert miss.remedy


@pytest.mark.parametrize("case", CASES)
def test_without_it_or_with_what_is_advised_the_value_is_found(tmp_path, case):
    rule, page, expected, _, _, replaced = CASES[case]
    miss = missed(tmp_path, rule, page, expected)
    changed = rule.replace(replaced, miss.remedy) if replaced else rule.replace(KEYS[case], "")
    assert changed != rule
    field = rule.split(":")[0]
    found = [found.text for found in explained(tmp_path, f"  {changed}\n", page).fields[field].rules[0].found]
    assert (expected or miss.text) in found


def test_a_regex_that_matches_nowhere_is_followed_as_far_as_it_comes(tmp_path):
    miss = missed(tmp_path, r"number: {regex: 'Our order (\d{6})'}", [Print(60, 90, "Terms of delivery"), Print(60, 300, "Our order 4711/B")], None)
    assert miss.cause == "regex"
    assert "follows 'Our order 4711' and breaks off before '/B', where it takes a digit (page 1)" in miss.message
    assert miss.bounds is not None
    assert miss.bounds.y == pytest.approx(600, abs=4)


def test_a_kind_of_document_that_the_rule_is_not_for_is_told(tmp_path):
    rules = "  kind: {label: Credit memo, value: credit_note}\n  preceding_invoice: {label: Refers to, kinds: invoice}\n"
    found = explained(tmp_path, rules, [Print(60, 90, "Credit memo"), Print(60, 200, "Refers to"), Print(150, 200, "A-7")])
    miss = miss_of(found, "preceding_invoice")
    assert (miss.cause, miss.remedy) == ("kinds", "kinds: [invoice, credit_note]")


def test_a_rule_that_starts_from_another_field_is_tried_with_that_field(tmp_path):
    rules = "  buyer_name: {label: Customer, find: below}\n  customer_number: {of: buyer_name, find: right_of, max_gap: 10mm}\n"
    found = explained(tmp_path, rules, [Print(60, 90, "Customer"), Print(60, 104, "Pebble Boats Ltd"), Print(320, 104, "C-318")])
    miss = miss_of(found, "customer_number")
    assert (miss.cause, miss.text) == ("max_gap", "C-318")


def test_a_heading_of_another_rule_is_not_forgotten(tmp_path):
    rules = "  buyer_vat_id: {label: VAT no, under: Customer}\n  seller_vat_id: {label: VAT no, under: Supplier}\n"
    page = [Print(60, 60, "Customer"), *HEADED[:2]]
    assert miss_of(explained(tmp_path, rules, page), "buyer_vat_id").cause == "under"


@pytest.mark.parametrize(
    ("pattern", "value", "words"),
    [
        (r"[A-Z]{2}\d+", "INV-17", "follows 'IN' and breaks off before 'V-17', where it takes a digit"),
        (r"\d{5}", "Nr. 1234A", "follows '1234' and breaks off before 'A', where it takes a digit"),
        (r"RE\d+$", "RE17/4", "takes 'RE17', but '/4' goes on behind it, and it must be all there is"),
        (r"\d{2}", "ab", "does not even begin with 'ab'; it begins with a digit"),
        (r"(?i)ab.*z", "ABC", "follows all of 'ABC' and does not find its end behind it"),
    ],
)
def test_the_place_where_a_regex_gives_up_is_told_in_words(pattern, value, words):
    found = break_in(pattern, value)
    assert found is not None
    assert found.text == words


@pytest.mark.parametrize("pattern", [".*Total", r"[\s\S]+?Sum", r"Zzz \d"])
def test_a_regex_that_would_follow_anything_or_nothing_breaks_off_nowhere(pattern):
    assert break_on_page(pattern, "Hello there\nInvoice number 12\n" * 50) is None
