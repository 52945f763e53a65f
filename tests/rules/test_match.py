"""Rules on pages give candidates: what a rule says of place, text and form is kept, and one rule's trouble is its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from layout.pages import Print, joined, layout, ocr_page, table, text_layout, turned, words

from extractor.geometry import Box
from extractor.issues import Level
from extractor.layout import Layout, lay_out_page
from extractor.rules.candidate import Candidate
from extractor.rules.match import Matcher
from extractor.rules.model import Length, LineTable, Rule, RuleSet, Zone


def rule_set(*rules: Rule, **parts: object) -> RuleSet:
    by_field: dict[str, tuple[Rule, ...]] = {}
    for rule in rules:
        by_field[rule.field] = (*by_field.get(rule.field, ()), rule)
    return RuleSet("t", rules=by_field, **parts)


def texts(pages: Layout, *rules: Rule, field: str | None = None, **parts: object) -> list[str]:
    """The texts of the candidates of the first rule's field (or another), best first."""
    found = Matcher(rule_set(*rules, **parts)).match(pages).candidates
    mine = [candidate for candidate in found if candidate.field == (field or rules[0].field)]
    return [candidate.text for candidate in sorted(mine, key=lambda candidate: -candidate.fit)]


NUMBER = Rule("number-label", "number", "identifier", labels=("Invoice No",))
DATE = Rule("date-label", "date", "date", labels=("Date",))
TOTAL = Rule("total-label", "total", "amount", labels=("Total",), find=("right_of",))


def test_a_candidate_says_where_it_and_its_label_stand():
    label, value = Print(60, 60, "Invoice No"), Print(150, 60, "RE-17")
    [found] = Matcher(rule_set(NUMBER)).match(layout([label, value], dpi=72)).candidates
    assert (found.field, found.text, found.label, found.rule_id, found.page) == ("number", "RE-17", "Invoice No", "number-label", 1)
    for box, expected in ((found.bounds, value.box), (found.label_bounds, label.box)):
        assert (box.x, box.y, box.right, box.bottom) == pytest.approx((expected.x, expected.y, expected.right, expected.bottom))
    assert found.ocr == pytest.approx(0.95)
    assert found.context == "Invoice No  RE-17"


def test_bounds_are_those_of_the_page_as_it_came_in():
    page = turned(ocr_page([Print(60, 60, "Invoice No"), Print(150, 60, "RE-17")]), rotation=90)
    [found] = Matcher(rule_set(NUMBER)).match(Layout((lay_out_page(page),))).candidates
    shown = page.regions[1].bounds
    assert (found.bounds.x, found.bounds.y) == pytest.approx((shown.x, shown.y), abs=0.5)


def test_several_pages_are_looked_through_in_order():
    pages = text_layout("Invoice No  A-1", "Invoice No  A-2", "Invoice No  A-3")
    found = Matcher(rule_set(NUMBER)).match(pages).candidates
    assert [(candidate.page, candidate.text) for candidate in found] == [(1, "A-1"), (2, "A-2"), (3, "A-3")]


@pytest.mark.parametrize(("page", "expected"), [("any", ["A-1", "A-2", "A-3"]), ("first", ["A-1"]), ("last", ["A-3"]), (2, ["A-2"]), (9, [])])
@pytest.mark.parametrize(
    "lead", [{"labels": ("Invoice No",)}, {"regex": (r"A-\d",)}, {"zone": Zone(left=Length(0.2, "fraction"))}], ids=["label", "regex", "zone"]
)
def test_a_rule_may_be_bound_to_a_page(page, expected, lead):
    pages = text_layout("Invoice No              A-1", "Invoice No              A-2", "Invoice No              A-3")
    assert sorted(texts(pages, Rule("r", "number", "identifier", page=page, **lead))) == expected


@pytest.mark.parametrize("dpi", [72, 150, 300])
def test_zones_mean_the_same_at_every_resolution(dpi):
    prints = [Print(400, 60, "T-1"), Print(60, 60, "T-2"), Print(400, 600, "T-3")]
    zones = [
        Zone(left=Length(0.5, "fraction"), bottom=Length(0.3, "fraction")),
        Zone(left=Length(300, "pt"), bottom=Length(250, "pt")),
        Zone(left=Length(105, "mm"), bottom=Length(88, "mm")),
    ]
    for zone in zones:
        assert texts(layout(prints, dpi=dpi), Rule("z", "number", "identifier", zone=zone)) == ["T-1"]


def test_a_zone_limits_labels_and_regexes_too():
    pages = layout([Print(60, 60, "Invoice No  A-1"), Print(60, 700, "Invoice No  A-2")])
    bottom = Zone(top=Length(0.5, "fraction"))
    assert texts(pages, Rule("l", "number", "identifier", labels=("Invoice No",), zone=bottom)) == ["A-2"]
    assert texts(pages, Rule("x", "number", "identifier", regex=(r"A-\d",), zone=bottom)) == ["A-2"]


def test_a_pattern_says_what_a_value_looks_like():
    pages = text_layout("Invoice No  2024-3 of 4711 12345678")
    assert texts(pages, Rule("r", "number", "identifier", labels=("Invoice No",), pattern=r"\d{8}")) == ["12345678"]
    assert texts(pages, Rule("r", "number", "identifier", labels=("Invoice No",), pattern=r"[A-Z]{9}")) == []


@pytest.mark.parametrize(
    ("regex", "expected"),
    [
        (r"Invoice\s+No\s+(?P<value>\S+)", "RE-17"),
        (r"Invoice\s+No\s+(\S+)", "RE-17"),
        (r"RE-\d+", "RE-17"),
        (r"^Invoice.*$", "Invoice No  RE-17"),
        (r"(?i)invoice no\s+(?P<value>re-\d+)\nDate", "RE-17"),
    ],
)
def test_a_regex_gives_its_value(regex, expected):
    assert texts(text_layout("Invoice No  RE-17\nDate  17.03.2024"), Rule("r", "number", "identifier", regex=(regex,))) == [expected]


def test_a_regex_over_several_lines_has_bounds_around_all_of_them():
    first, second = Print(60, 60, "Acme Ltd"), Print(60, 74, "1 High Street")
    rule = Rule("r", "seller_address", "address", regex=(r"(?P<value>Acme.*\n.*Street)",))
    [found] = Matcher(rule_set(rule)).match(layout([first, second], dpi=72)).candidates
    assert found.text == "Acme Ltd\n1 High Street"
    assert (found.bounds.y, found.bounds.bottom, found.bounds.right) == pytest.approx((60, 84, second.box.right))


def test_an_optional_group_that_is_not_there_gives_nothing():
    assert texts(text_layout("Invoice No"), Rule("r", "number", "identifier", regex=(r"Invoice No(?P<value> \d+)?",))) == []


def test_replacements_run_in_order():
    rule = Rule("r", "number", "identifier", regex=(r"No (?P<value>\S+)",), replace=((r"O", "0"), (r"^0+", "")))
    assert texts(text_layout("No OO17O"), rule) == ["170"]


def test_a_constant_needs_no_print():
    [found] = Matcher(rule_set(Rule("c", "currency", "currency", value="EUR"))).match(text_layout("nothing")).candidates
    assert (found.text, found.page, found.bounds) == ("EUR", None, None)


def test_a_constant_with_a_label_holds_where_the_label_stands():
    rule = Rule("k", "kind", "kind", regex=("Credit note|Gutschrift",), value="credit_note")
    assert texts(text_layout("Credit note\nInvoice No 7"), rule) == ["credit_note"]
    assert texts(text_layout("Invoice No 7"), rule) == []


ADDRESS = ["Bill to:", "Ann Smith", "1 High Street", "London W1", "", "Other text"]


@pytest.mark.parametrize(
    ("lines", "skip", "expected"),
    [(1, 0, "Ann Smith"), (2, 0, "Ann Smith\n1 High Street"), (3, 0, "Ann Smith\n1 High Street\nLondon W1"), (2, 1, "1 High Street\nLondon W1")],
)
def test_a_block_has_so_many_lines(lines, skip, expected):
    rule = Rule("a", "buyer_address", "address", labels=("Bill to",), find=("below",), lines=lines, skip=skip)
    assert texts(text_layout("\n".join(ADDRESS)), rule) == [expected]


def test_a_block_ends_at_a_gap_and_is_joined_as_told():
    rule = Rule("a", "buyer_address", "address", labels=("Bill to",), find=("below",), lines=9, join=", ")
    assert texts(text_layout("\n".join([*ADDRESS[:4], "", "", "", *ADDRESS[5:]])), rule) == ["Ann Smith, 1 High Street, London W1"]


def test_a_block_ends_at_the_next_label_and_stays_in_its_column():
    prints = table(60, [["Bill to", "Ship to"], ["Ann Smith", "Bob Jones"], ["1 High Street", "2 Low Road"], ["Date", "Leeds"]], [60, 320])
    rule = Rule("a", "buyer_address", "address", labels=("Bill to",), find=("below",), lines=5)
    assert texts(layout(prints), rule, DATE) == ["Ann Smith\n1 High Street"]


def test_a_value_ends_where_the_next_label_begins():
    pages = text_layout("Invoice No 4711 Date: 17.03.2024 Total: 12.00")
    rules = (Rule("n", "number", "text", labels=("Invoice No",)), DATE, TOTAL)
    assert texts(pages, *rules) == ["4711"]
    assert texts(pages, *rules, field="date") == ["17.03.2024"]
    assert texts(pages, *rules, field="total") == ["12.00"]


def test_the_next_label_is_no_value():
    prints = table(60, [["Invoice No", "Date"], ["RE-17", "17.03.2024"]], [60, 160])
    assert texts(layout(prints), Rule("n", "number", "text", labels=("Invoice No",)), DATE) == ["RE-17"]


def test_below_does_not_pass_over_another_label():
    prints = table(60, [["Invoice No"], ["Date"], ["17.03.2024"]], [60])
    assert texts(layout(prints), NUMBER, DATE) == []


def test_rules_may_write_the_same_label_in_different_ways():
    own, inherited = (
        Rule("own", "number", "identifier", labels=("INVOICE-NO.:",)),
        Rule("inherited", "number", "identifier", labels=("Invoice no",), inherited=True),
    )
    for rules in ((own, inherited), (inherited, own)):
        found = Matcher(rule_set(*rules)).match(text_layout("Invoice No. RE-17")).candidates
        assert {candidate.rule_id for candidate in found} == {"own", "inherited"}


def test_decoys_keep_their_print_from_shorter_labels():
    pages = text_layout("Total weight  17.50\nTotal  99.00")
    assert texts(pages, TOTAL, decoys=("Total weight",)) == ["99.00"]


def test_text_in_a_sentence_is_no_label_of_free_text():
    pages = text_layout("Please quote the customer in all letters\nCustomer: Ann Smith")
    assert texts(pages, Rule("c", "buyer_name", "text", labels=("Customer",), find=("right_of",))) == ["Ann Smith"]


def test_rows_of_the_line_table_are_no_header_amounts():
    rows = [["Description", "Amount"], ["Total care package", "20.00"], ["Widget", "5.50"]]
    pages = layout([*table(200, rows, [60, 500]), *table(300, [["Total", "25.50"]], [60, 500])])
    matcher = Matcher(rule_set(TOTAL, tables=(LineTable({"description": ("Description",), "amount": ("Amount",)}),)))
    taken = {(1, 1), (1, 2)}
    assert [c.text for c in matcher.match(pages, taken=taken).candidates] == ["25.50"]
    assert {c.text for c in matcher.match(pages).candidates} == {"20.00", "25.50"}


def test_identifiers_may_stand_in_rows_of_the_table():
    pages = text_layout("Invoice No  RE-17")
    assert [c.text for c in Matcher(rule_set(NUMBER)).match(pages, taken={(1, 0)}).candidates] == ["RE-17"]


def test_a_regex_that_overruns_costs_only_itself():
    hostile = Rule("hostile", "number", "identifier", regex=(r"(?:(?:a|aa)+)+$(?<=b)",))
    found = Matcher(rule_set(hostile, TOTAL)).match(text_layout("a" * 400 + "!\nTotal  99.00"))
    assert [c.text for c in found.candidates] == ["99.00"]
    [issue] = found.issues
    assert (issue.id, issue.level, issue.field) == ("rule-timeout", Level.WARNING, "number")
    assert "'hostile'" in issue.message


def test_a_pattern_that_overruns_costs_only_itself():
    hostile = Rule("hostile", "number", "text", labels=("Invoice No",), pattern=r"(?:(?:a|aa)+)+$(?<=b)")
    found = Matcher(rule_set(hostile, TOTAL)).match(text_layout("Invoice No " + "a" * 400 + "!\nTotal  99.00"))
    assert [c.text for c in found.candidates] == ["99.00"]
    assert [issue.id for issue in found.issues] == ["rule-timeout"]


def test_weight_reaches_the_candidate():
    pages = text_layout("Invoice No  RE-17")
    [full] = Matcher(rule_set(NUMBER)).match(pages).candidates
    [half] = Matcher(rule_set(Rule("n", "number", "identifier", labels=("Invoice No",), weight=0.5))).match(pages).candidates
    assert half.fit == pytest.approx(full.fit / 2)


def test_an_inherited_rule_yields_to_what_the_own_ones_find_and_counts_in_full_where_they_find_nothing():
    other = Rule("other", "number", "identifier", labels=("Our ref",), inherited=True)
    matcher = Matcher(rule_set(NUMBER, other, replace(TOTAL, inherited=True)))
    both = matcher.match(text_layout("Invoice No  RE-17\nOur ref  RX-99\nTotal  99.00")).candidates
    assert {(each.text, each.inherited) for each in both} == {("RE-17", False), ("RX-99", True), ("99.00", False)}
    alone = matcher.match(text_layout("Our ref  RX-99")).candidates
    assert [(each.text, each.inherited) for each in alone] == [("RX-99", False)]


def test_fits_are_shares():
    pages = text_layout("Total 1.00 2.00 3.00 4.00 5.00 6.00 7.00 8.00 9.00 10.00 11.00 12.00")
    found = Matcher(rule_set(Rule("t", "total", "amount", labels=("Total",), find=("right_of", "below", "same_line")))).match(pages).candidates
    assert len(found) >= 12
    assert all(0 < candidate.fit <= 1 for candidate in found)


def test_the_last_amount_of_a_line_is_meant():
    assert texts(text_layout("Total 19 % of 100.00  119.00"), TOTAL)[0] == "119.00"


def test_an_empty_document_has_no_candidates():
    found = Matcher(rule_set(NUMBER, TOTAL, Rule("z", "number", "identifier", zone=Zone()))).match(Layout(()))
    assert (found.candidates, found.hits, found.issues) == ((), (), ())
    assert texts(layout([]), NUMBER, Rule("z", "number", "identifier", zone=Zone())) == []


def test_a_value_beside_the_page_has_bounds_on_it():
    pages = layout([("Invoice No RE-17", Box(560, 60, 100, 10))], dpi=72)
    [found] = Matcher(rule_set(NUMBER)).match(pages).candidates
    assert 0 <= found.bounds.x <= found.bounds.right <= 595


HEADER = [
    Print(60, 60, "Invoice No:"),
    Print(115, 60, "RE-17"),
    Print(330, 60, "Date:"),
    Print(360, 60, "17.03.2024"),
    Print(60, 80, "Customer"),
    Print(200, 80, "Ann Smith"),
    Print(60, 120, "Net"),
    Print(200, 120, "100.00", right=True),
    Print(60, 134, "Total"),
    Print(200, 134, "119.00 EUR", right=True),
]


@pytest.mark.parametrize(
    "cut", [list, words, lambda prints: joined(prints, 6), lambda prints: joined(prints, 1000)], ids=["fragments", "words", "label with value", "rows"]
)
@pytest.mark.parametrize(("rotation", "skew"), [(0, 0.0), (90, 0.0), (180, 2.0), (0, -3.0)])
def test_rules_do_not_notice_how_an_engine_cuts_regions_or_how_the_page_lies(cut, rotation, skew):
    rules = rule_set(NUMBER, DATE, TOTAL, Rule("n", "net", "amount", labels=("Net",)), Rule("c", "buyer_name", "text", labels=("Customer",)))
    page = lay_out_page(turned(ocr_page(cut(HEADER)), rotation, skew))
    best: dict[str, Candidate] = {}
    for candidate in sorted(Matcher(rules).match(Layout((page,))).candidates, key=lambda candidate: candidate.fit):
        best[candidate.field] = candidate
    expected = {"number": "RE-17", "date": "17.03.2024", "buyer_name": "Ann Smith", "net": "100.00", "total": "119.00 EUR"}
    assert {name: candidate.text for name, candidate in best.items()} == expected


SHOP = ["GOOSE & CO", "Reg 4711", "1 High Street", "Saltmouth", "SA1 1AB", "Branch 7", "Tel 0100", "Date 1.2.2024"]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"lines": 3}, "1 High Street\nSaltmouth\nSA1 1AB"),
        ({"lines": 9, "until": r"(?m)^Tel"}, "1 High Street\nSaltmouth\nSA1 1AB\nBranch 7"),
        ({"lines": 9, "until": r"SA1 1AB\n"}, "1 High Street\nSaltmouth\nSA1 1AB"),
        ({"lines": 9, "skip": 1, "until": r"Tel"}, "Saltmouth\nSA1 1AB\nBranch 7"),
        ({"lines": 9, "pattern": r"(?s).*SW1.*"}, None),
    ],
)
def test_a_regex_leads_a_block(keys, expected):
    rule = Rule("a", "seller_address", "address", regex=(r"^\d+ .*Street",), **keys)
    assert texts(text_layout("\n".join(SHOP)), rule) == ([expected] if expected else [])


def test_until_takes_the_place_of_labels():
    rule = Rule("a", "seller_address", "address", regex=("^GOOSE.*",), lines=9, until="^Tel")
    assert texts(text_layout("\n".join([*SHOP[:2], "Date Street 4", *SHOP[3:]])), rule, DATE) == ["\n".join([*SHOP[:2], "Date Street 4", *SHOP[3:6]])]


def test_what_stands_below_counts_less_where_the_label_has_a_value_beside_it():
    def below(first: str) -> float:
        rule = Rule("total-label", "total", "amount", labels=("Total",))
        pages = layout([Print(60, 60, "Total"), Print(500, 60, first), Print(60, 74, "19.00")])
        return next(found.fit for found in Matcher(rule_set(rule)).match(pages).candidates if found.text == "19.00")

    assert below("340.00") < below("due")
    assert (
        texts(layout([Print(60, 60, "Total"), Print(500, 60, "340.00"), Print(60, 74, "19.00")]), Rule("t", "total", "amount", labels=("Total",)))[0]
        == "340.00"
    )
