"""A document goes to the one vendor file that fits best, else to general files, and the reasons are named."""

from __future__ import annotations

import pytest
from layout.pages import text_layout

from extractor.errors import AmbiguousVendor
from extractor.rules.general import GeneralRules, join_rule_sets
from extractor.rules.identify import identify_vendor
from extractor.rules.model import Clue, Identify, LineTable, Rule, RuleSet

PAGE = text_layout("ACNE Suppl1es Ltd\n1 High Street\nInvoice No  4711\nVAT ID  GB 980 7806 84\nIBAN  DE89 3704 0044 0532 0130 00\nTotal  12.00")


def text(*texts: str) -> tuple[Clue, ...]:
    return tuple(Clue("text", part) for part in texts)


def vendor(name: str, **clues: tuple[Clue, ...]) -> RuleSet:
    return RuleSet(name, identify=Identify(**clues))


def chosen(*vendors: RuleSet, page=PAGE) -> str | None:
    found = identify_vendor(page, vendors)
    return found and found.rule_set.id


@pytest.mark.parametrize(
    "clue",
    [
        Clue("text", "ACME Supplies"),
        Clue("text", "acme supplies ltd"),
        Clue("regex", r"(?i)high\s+street"),
        Clue("vat_id", "GB980780684"),
        Clue("vat_id", "GB 980 7806 84"),
        Clue("iban", "DE89370400440532013000"),
    ],
)
def test_each_kind_of_clue_tells_a_vendor(clue):
    assert chosen(vendor("a", all=(clue,))) == "a"
    assert chosen(vendor("a", any=(Clue("text", "Nowhere Limited"), clue))) == "a"


@pytest.mark.parametrize(
    "clue",
    [Clue("text", "ACME Services"), Clue("regex", r"high\s+street"), Clue("vat_id", "GB980780685"), Clue("iban", "DE02120300000000202051"), Clue("text", "--")],
)
def test_clues_that_are_not_there_tell_none(clue):
    assert chosen(vendor("a", all=(clue,))) is None
    assert chosen(vendor("a", any=(clue,))) is None


def test_all_clues_must_be_there_and_one_of_any():
    assert chosen(vendor("a", all=text("ACME Supplies", "Low Road"))) is None
    assert chosen(vendor("a", all=text("ACME Supplies"), any=text("Low Road", "Other Lane"))) is None
    assert chosen(vendor("a", all=text("ACME Supplies"), any=text("Low Road", "High Street"))) == "a"


def test_a_none_clue_rules_a_vendor_out():
    statement = text_layout("ACME Supplies Ltd\nStatement of acc0unt")
    one = vendor("a", all=text("ACME Supplies"), none=text("Statement of account"))
    assert chosen(one) == "a"
    assert chosen(one, page=statement) is None


def test_none_clauses_alone_tell_nothing():
    assert chosen(vendor("a", none=text("Statement of account"))) is None
    assert chosen(RuleSet("general")) is None


def test_the_vendor_with_more_clues_wins():
    group, branch = vendor("group", all=text("ACME Supplies")), vendor("branch", all=text("ACME Supplies", "1 High Street"))
    assert chosen(group, branch) == chosen(branch, group) == "branch"


def test_an_identifier_counts_more_than_a_name():
    assert chosen(vendor("name", all=text("ACME Supplies Ltd")), vendor("id", any=(Clue("vat_id", "GB980780684"),))) == "id"


def test_two_that_fit_equally_well_are_both_named():
    with pytest.raises(AmbiguousVendor, match=r"vendors/a, vendors/b") as caught:
        chosen(vendor("vendors/b", all=text("ACME Supplies")), vendor("vendors/a", all=text("ACME Supplies")), vendor("c", all=text("High Street")))
    assert caught.value.rule_ids == ("vendors/a", "vendors/b")


def test_the_reasons_are_named():
    found = identify_vendor(PAGE, [vendor("a", all=text("ACME Supplies"), any=(Clue("vat_id", "GB980780684"), Clue("text", "Low Road")))])
    assert found.clues == ("text: ACME Supplies", "vat_id: GB980780684")


def test_a_clue_may_stand_on_any_page():
    assert chosen(vendor("a", all=text("First Part", "Second Part")), page=text_layout("First Part", "Second Part")) == "a"


def test_a_regex_that_overruns_tells_nothing():
    slow = vendor("slow", all=(Clue("regex", r"(?:(?:a|aa)+)+$(?<=b)"),))
    assert chosen(slow, vendor("a", all=text("aaaaaaaa")), page=text_layout("a" * 200 + "!")) == "a"


def test_an_empty_document_belongs_to_nobody():
    assert chosen(vendor("a", all=text("ACME Supplies")), page=text_layout("")) is None


def general(name: str, labels: dict[str, tuple[str, ...]], **parts: object) -> RuleSet:
    rules = {field: (Rule(f"{name}-{field}", field, "text", labels=texts),) for field, texts in labels.items()}
    return RuleSet(name, rules=rules, **parts)


EN = general("en", {"number": ("Invoice No",), "total": ("Total",), "date": ("Invoice date",)}, locales=("en",))
DE = general("de", {"number": ("Rechnungsnummer",), "total": ("Gesamtbetrag",), "date": ("Datum",)}, locales=("de",))


def ids(page, *rule_sets: RuleSet) -> str | None:
    found = GeneralRules(rule_sets).fitting(page)
    return found and found[0].rule_set.id


def test_the_general_file_whose_labels_stand_on_the_page_is_taken():
    assert ids(PAGE, EN, DE) == "en"
    assert ids(text_layout("Rechnungsnummer 12\nDatum 17.03.2024\nGesamtbetrag 12,00"), EN, DE) == "de"
    assert ids(text_layout("nothing to see"), EN, DE) is None


def test_a_page_in_two_languages_gets_both_the_stronger_first():
    page = text_layout("Rechnungsnummer / Invoice No  12\nDatum / Invoice date  17.03.2024\nGesamtbetrag / Total  12,00")
    assert ids(page, EN, DE) == "de+en"


def test_files_for_another_kind_of_document_are_not_joined():
    receipt = general("receipt", {"number": ("Receipt No",), "total": ("Total",), "date": ("Cashier", "Change", "Cash")}, kind="receipt")
    page = text_layout("Receipt No 12\nCashier 7\nTotal 12.00\nCash 20.00\nChange 8.00")
    assert ids(page, EN, receipt) == "receipt"
    near = general("near", {"number": ("Invoice No",), "total": ("Total",)}, kind="receipt")
    assert ids(text_layout("Invoice No 4711\nInvoice date 17.03.2024\nTotal 12.00"), EN, near) == "en"


def test_joined_files_try_the_rules_of_all():
    table = LineTable({"amount": ("Amount",), "description": ("Item",)})
    first = general("a", {"number": ("No",)}, locales=("de", "en"), currency="EUR", decoys=("x",), extra={"e": "text"}, tables=(table,))
    second = general(
        "b", {"number": ("Nr",), "date": ("Datum",)}, locales=("en", "fr"), currency="USD", decoys=("x", "y"), extra={"e": "date"}, tables=(table,)
    )
    both = join_rule_sets([first, second])
    assert [rule.id for rule in both.rules["number"]] == ["a-number", "b-number"]
    assert [rule.id for rule in both.rules["date"]] == ["b-date"]
    assert (both.locales, both.currency, both.decoys, both.extra) == (("de", "en", "fr"), "EUR", ("x", "y"), {"e": "text"})
    assert len(both.tables) == 2


RECEIPT_LABELS = {"number": ("Receipt No",), "total": ("Total",)}
LETTER_LABELS = {"number": ("Receipt No",), "total": ("Total",), "date": ("Date",)}


@pytest.mark.parametrize(("width", "lines", "expected"), [(30, 9, "receipts"), (30, 5, "letters"), (52, 9, "letters"), (70, 9, "letters")])
def test_narrow_paper_speaks_for_receipts(width, lines, expected):
    page = text_layout("\n".join(["Receipt No 4711", "Date 1.2.2024", "Total 12.00", *["x" * (width // 2) + " " + "y" * (width // 2)] * (lines - 3)]))
    assert ids(page, general("letters", LETTER_LABELS), general("receipts", RECEIPT_LABELS, kind="receipt")) == expected


def test_wide_paper_speaks_against_receipts():
    rows = ["Receipt No 4711", "Date 1.2.2024", "Total 12.00", *["x" * 40 + " " + "y" * 40] * 6]
    page = text_layout("\n".join(rows))
    assert ids(page, general("letters", RECEIPT_LABELS), general("receipts", LETTER_LABELS, kind="receipt")) == "letters"


def test_labels_that_are_only_nearly_on_the_page_do_not_bring_in_another_file():
    page = text_layout("Invoice number 17\nTotal amount 12.00\nInvoice date 2024-03-01")
    english = RuleSet("english", decoys=("Invoice number", "Total amount", "Invoice date"))
    other = RuleSet("other", decoys=("Invoyce nunber", "Totol amaunt", "Invoyce dato"))
    identification, _, _ = GeneralRules([english, other]).fitting(page)
    assert identification.rule_set.id == "english"


def test_general_rules_know_what_they_were_made_of():
    general_rules = GeneralRules([EN, DE])
    assert general_rules.is_of((EN, DE))
    assert not any(general_rules.is_of(others) for others in ((EN,), (DE, EN), (EN, DE, DE), (EN, general("de", {"number": ("Nr",)}))))
