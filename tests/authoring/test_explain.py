"""An explanation names the true cause of a missed value, with the number that would do, and draws it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from layout.pages import Print, ocr_page

from extractor import Extractor
from extractor.authoring.explain import explain
from extractor.authoring.explanation import Explanation, Miss
from extractor.authoring.overlay import STYLES, drawn, marks, page_images, save_overlay
from extractor.authoring.report import html_report, text_report
from extractor.ocr import OcrResult

HEAD = "format: 1\nid: lantern\nvendor: {name: Lantern Works}\nidentify: {all: [Lantern Works Ltd]}\nlocale: en-GB\ncurrency: GBP\nfields:\n"
NAME = Print(60, 40, "Lantern Works Ltd")


def document(*pages: list[Print]) -> OcrResult:
    return OcrResult(tuple(ocr_page(prints, number=number) for number, prints in enumerate(pages, 1)), "test")


def explained(folder: Path, fields: str, *pages: list[Print], head: str = HEAD, **options: object) -> Explanation:
    """Explains pages by a rule file of these fields."""
    (folder / "lantern.yaml").write_text(head + fields, encoding="utf-8")
    with Extractor(rules=folder, shipped_rules=False) as extractor:
        return explain(extractor, document(*([NAME, *pages[0]], *pages[1:])), **options)


def miss_of(found: Explanation, field: str) -> Miss:
    [rule] = found.fields[field].rules
    assert rule.miss is not None
    return rule.miss


NUMBER = "  number: {label: Invoice No"
CASES = {
    "label misread": (NUMBER + "}\n", [[Print(60, 90, "lnvcice Mu"), Print(200, 90, "RE-17")]], "label", "edit distance 3", "label: 'lnvcice Mu'"),
    "too far right": (NUMBER + ", max_gap: 20mm}\n", [[Print(60, 90, "Invoice No"), Print(250, 90, "RE-17")]], "max_gap", "max_gap is 20mm", "max_gap: 51mm"),
    "too far below": (NUMBER + ", find: below}\n", [[Print(60, 90, "Invoice No"), Print(60, 150, "RE-17")]], "max_gap", "3.5 heights", "max_gap: 18mm"),
    "wrong page": (NUMBER + ", page: first}\n", [[Print(60, 90, "Hello")], [Print(60, 90, "Invoice No  RE-17")]], "page", "on page 2", "page: any"),
    "pattern too strict": (
        NUMBER + r", pattern: '\d{5}'}" + "\n",
        [[Print(60, 90, "Invoice No"), Print(150, 90, "1234A")]],
        "pattern",
        "'1234A'",
        r"pattern: '\d{3,5}[A-Z]{1}|\d{5}'",
    ),
    "outside the zone": (
        NUMBER + ", zone: {top: 70%}}\n",
        [[Print(60, 520, "Invoice No"), Print(150, 520, "RE-17")]],
        "zone",
        "top at 62 %",
        "zone: {top: 62%}",
    ),
    "wrong relation": (
        NUMBER + ", find: right_of}\n",
        [[Print(60, 90, "Invoice No"), Print(60, 104, "RE-17")]],
        "find",
        "below, not right_of",
        "find: [right_of, below]",
    ),
    "another label between": (
        NUMBER + ", find: right_of}\n  customer_number: {label: Reference}\n",
        [[Print(60, 90, "Invoice No"), Print(150, 90, "Reference"), Print(250, 90, "RE-17")]],
        "other_label",
        "'Reference' (customer_number)",
        "label: 'Reference'",
    ),
    "longer label": (
        NUMBER + ", find: right_of}\n  customer_number: {label: Invoice No of order}\n",
        [[Print(60, 90, "Invoice No of order"), Print(250, 90, "RE-17")]],
        "label",
        "part of the label 'Invoice No of order'",
        "label: 'Invoice No of order'",
    ),
    "regex minds case": ("  number: {regex: 'INVOICE (RE-[0-9]+)'}\n", [[Print(60, 90, "Invoice RE-17")]], "regex", "did not insist on case", "(?i)"),
    "not between": (
        "  number: {regex: 'RE-[0-9]+', between: {start: Details, end: End}}\n",
        [[Print(60, 90, "RE-17"), Print(60, 130, "Details"), Print(60, 170, "nothing"), Print(60, 210, "End")]],
        "between",
        "between 'Details' and 'End'",
        "no between",
    ),
    "print too small": (
        "  number: {zone: {top: 5%}, print_size: 2, pattern: 'RE-[0-9]+'}\n",
        [[Print(60, 90, "RE-17"), Print(60, 300, "some words"), Print(60, 400, "more words")]],
        "print_size",
        "print_size asks for 2",
        "print_size: 1",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_true_cause_is_named_with_what_would_do(tmp_path, case):
    fields, pages, cause, message, remedy = CASES[case]
    found = explained(tmp_path, fields, *pages)
    assert found.fields["number"].value is None
    miss = miss_of(found, "number")
    assert (miss.cause, miss.text) == (cause, "1234A" if "pattern" in case else "RE-17")
    assert message in miss.message
    assert remedy in miss.remedy
    assert miss.message in text_report(found)


@pytest.mark.parametrize("case", ["too far right", "too far below", "outside the zone", "wrong page", "wrong relation", "label misread"])
def test_what_is_advised_does_find_the_value(tmp_path, case):
    fields, pages, cause, _, _ = CASES[case]
    remedy = miss_of(explained(tmp_path, fields, *pages), "number").remedy
    lines = {"label": "label: Invoice No"}.get(cause, "")
    without = fields.replace(lines, "") if lines else fields
    for key in (", max_gap: 20mm", ", page: first", ", zone: {top: 70%}", ", find: right_of" if cause == "find" else "-"):
        without = without.replace(key, "")
    changed = without.replace("}\n", f"{'' if without.rstrip().endswith('{}') else ', '}{remedy}}}\n").replace("{, ", "{")
    assert explained(tmp_path, changed, *pages).fields["number"].value == "RE-17"


def test_a_misread_label_with_a_short_label_of_another_rule_in_it(tmp_path):
    rules = "  number:\n    - {id: long, label: Invoice number}\n    - {id: short, label: Number, find: above}\n"
    found = explained(tmp_path, rules, [Print(60, 200, "lnvcc Number"), Print(200, 200, "RE-17")])
    miss = found.fields["number"].rules[0].miss
    assert miss is not None
    assert (miss.cause, miss.remedy, miss.text) == ("label", "label: 'lnvcc Number'", "RE-17")


def test_one_millimetre_less_than_advised_is_too_little(tmp_path):
    _, pages, _, _, remedy = CASES["too far right"]
    less = int(remedy.removeprefix("max_gap: ").removesuffix("mm")) - 1
    assert explained(tmp_path, f"{NUMBER}, max_gap: {less}mm, strict: true}}\n", *pages).fields["number"].value is None


def test_two_changes_are_told_together(tmp_path):
    found = explained(tmp_path, NUMBER + ", find: right_of, page: first}\n", [], [Print(60, 90, "Invoice No"), Print(60, 104, "RE-17")])
    assert miss_of(found, "number").cause == "page+find"


def test_a_vendor_that_was_not_identified_is_told_with_the_nearest_text(tmp_path):
    (tmp_path / "lantern.yaml").write_text(HEAD + NUMBER + "}\n", encoding="utf-8")
    with Extractor(rules=tmp_path, shipped_rules=False) as extractor:
        found = explain(extractor, document([Print(60, 40, "Lambern Vorcs Ltd"), Print(60, 90, "Invoice No  RE-17")]))
    assert (found.is_vendor, found.fields) == (False, {})
    assert "vendor not identified" in found.verdict
    assert "text 'Lantern Works Ltd'" in found.verdict
    [clue] = found.vendors[0].clues
    assert (clue.found, clue.nearest, clue.distance, clue.allowed) == (False, "Lambern Vorcs Ltd", 4, 2)


def test_files_with_nothing_on_the_document_are_left_out_where_a_vendor_was_identified(tmp_path):
    (tmp_path / "other.yaml").write_text(HEAD.replace("lantern", "other").replace("Lantern Works", "Heron Glass") + NUMBER + "}\n", encoding="utf-8")
    (tmp_path / "rival.yaml").write_text(HEAD.replace("lantern", "rival").replace("Ltd]", "Ltd, Kiln Lane 4]") + NUMBER + "}\n", encoding="utf-8")
    report = text_report(explained(tmp_path, NUMBER + "}\n", [Print(60, 90, "Invoice No  RE-17")]))
    assert "  rival (score" in report
    assert "  other (score" not in report


def test_two_vendors_that_fit_equally_well_are_both_told(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(HEAD.replace("lantern", name) + NUMBER + "}\n", encoding="utf-8")
    with Extractor(rules=tmp_path, shipped_rules=False) as extractor:
        found = explain(extractor, document([NAME]))
    assert found.rules is None
    assert {vendor.id for vendor in found.vendors} == {"one", "two"}


def test_a_loser_is_told_what_it_lost_to_and_by_which_scores(tmp_path):
    rules = "  number:\n    - {id: strong, label: Invoice No}\n    - {id: weak, label: Our ref, weight: 0.4}\n"
    found = explained(tmp_path, rules, [Print(60, 90, "Invoice No  RE-17"), Print(60, 130, "Our ref  XY-99")], expected={"number": "XY-99"})
    field = found.fields["number"]
    assert (field.value, field.as_expected) == ("RE-17", False)
    [lost] = field.rules[1].found
    assert not lost.wins
    assert lost.reason.startswith(f"lost to rule strong with 'RE-17': score {lost.rank:.2f} against {field.rules[0].found[0].rank:.2f}")
    assert field.rules[1].miss is None


def test_arithmetic_that_decides_is_named(tmp_path):
    rules = "  net: {label: Net}\n  tax: {label: VAT}\n  total:\n    - {id: loud, label: Order value}\n    - {id: quiet, label: To pay, weight: 0.8}\n"
    rows = [("Net", "100.00"), ("VAT", "20.00"), ("To pay", "120.00"), ("Order value", "999.00")]
    prints = [piece for i, (label, value) in enumerate(rows) for piece in (Print(60, 200 + 20 * i, label), Print(250, 200 + 20 * i, value))]
    field = explained(tmp_path, rules, prints).fields["total"]
    assert (field.value, field.rule) == ("120.00", "quiet")
    [lost] = field.rules[0].found
    assert "support by the other values (support 1.00)" in lost.reason


@pytest.mark.parametrize(
    ("locale", "printed", "wanted", "advised"), [("en-US", "03/04/2025", "2025-04-03", "locale: en-GB"), ("en-GB", "12,500", "12.500", "locale: de-DE")]
)
def test_a_locale_that_reads_otherwise_is_told(tmp_path, locale, printed, wanted, advised):
    field, label = ("date", "Issued") if "/" in printed else ("total", "Total")
    head = HEAD.replace("en-GB", locale)
    found = explained(tmp_path, f"  {field}: {{label: {label}}}\n", [Print(60, 90, f"{label}  {printed}")], head=head, expected={field: wanted})
    assert found.fields[field].as_expected is False
    assert (miss_of(found, field).cause, miss_of(found, field).remedy) == ("locale", advised)


def test_print_that_is_no_date_is_told(tmp_path):
    miss = miss_of(explained(tmp_path, "  date: {label: Issued}\n", [Print(60, 90, "Issued"), Print(150, 90, "2O25-O1-9Z")]), "date")
    assert (miss.cause, miss.text) == ("kind", "2O25-O1-9Z")


def test_the_expected_value_decides_which_change_is_told(tmp_path):
    pages = [[Print(60, 90, "Invoice No"), Print(150, 90, "A-1"), Print(60, 104, "B-2")]]
    found = explained(tmp_path, NUMBER + ", find: right_of}\n", *pages, expected={"number": "B-2"})
    assert found.fields["number"].value == "A-1"
    assert (miss_of(found, "number").cause, miss_of(found, "number").text) == ("find", "B-2")


@pytest.mark.parametrize(("expected", "cause"), [("XY-99", "elsewhere"), ("XY-9911", "misread"), ("totally other 5", "unprinted")])
def test_an_expected_value_that_no_change_leads_to_is_looked_for_everywhere(tmp_path, expected, cause):
    prints = [Print(60, 90, "Invoice No  RE-17"), Print(300, 700, "XY-99"), Print(60, 600, "some words")]
    assert miss_of(explained(tmp_path, NUMBER + "}\n", prints, expected={"number": expected}), "number").cause == cause


def test_a_row_of_the_table_of_items_is_told(tmp_path):
    rules = "  total: {label: Sum}\nlines:\n  columns: {description: Item, quantity: Qty, amount: Amount}\n"
    rows = [("Item", "Qty", "Amount"), ("Lump Sum of wicks", "2", "3.00"), ("Lantern", "1", "12.00")]
    prints = [Print(x, 90 + 14 * i, text) for i, row in enumerate(rows) for x, text in zip((60, 300, 400), row, strict=True)]
    assert miss_of(explained(tmp_path, rules, prints), "total").cause == "rows"


def test_the_overlay_draws_the_missed_value_and_the_label_where_they_stand(tmp_path):
    fields, pages, *_ = CASES["outside the zone"]
    found = explained(tmp_path, fields, *pages)
    [image] = drawn(found, page_images(found))
    value, label = Print(150, 520, "RE-17").box.scaled(2), Print(60, 520, "Invoice No").box.scaled(2)
    assert image.getpixel((round(value.x) - 3, round(value.y) - 3)) == STYLES["miss"].colour
    assert image.getpixel((round(label.center_x), round(label.y) - 3)) == STYLES["label"].colour
    assert STYLES["zone"].colour in {image.getpixel((x, round(842 * 2 * 0.7) - 3)) for x in range(100, 140)}
    assert image.getpixel((round(value.center_x), round(value.center_y))) == (255, 255, 255)
    assert image.height > found.pages[0].height


def test_every_kind_of_box_differs_in_more_than_its_colour():
    assert len({(style.width, style.dash) for style in STYLES.values()}) == len(STYLES)


def test_several_pages_are_several_files(tmp_path):
    fields, pages, *_ = CASES["wrong page"]
    found = explained(tmp_path, fields, *pages)
    paths = save_overlay(found, page_images(found), tmp_path / "seen.png")
    assert [path.name for path in paths] == ["seen-1.png", "seen-2.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in paths)
    assert {mark.page for mark in marks(found) if mark.kind == "miss"} == {2}


def test_the_html_report_needs_nothing_else_and_escapes_what_is_printed(tmp_path):
    found = explained(tmp_path, "  payment_terms: {label: Terms}\n", [Print(60, 90, "Terms: <script>alert(1)</script>")])
    html = html_report(found, page_images(found))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "data:image/jpeg;base64," in html
    assert "http://" not in html
    assert "https://" not in html
    assert "<details" in html


def test_an_explanation_is_json(tmp_path):
    fields, pages, *_ = CASES["too far right"]
    plain = json.loads(json.dumps(explained(tmp_path, fields, *pages).to_dict()))
    assert plain["vendors"][0]["chosen"] is True
    miss = plain["fields"]["number"]["rules"][0]["miss"]
    assert (miss["cause"], miss["page"]) == ("max_gap", 1)
    assert set(miss["bounds"]) == {"x", "y", "width", "height"}


def test_the_example_of_the_documentation_is_what_is_printed(tmp_path):
    text = (Path(__file__).parents[2] / "docs" / "bench-explain.md").read_text(encoding="utf-8")
    rules, shown = (text.split(f"```{language}\n")[1].split("```")[0] for language in ("yaml", "text"))
    (tmp_path / "lantern.yaml").write_text(rules, encoding="utf-8")
    with Extractor(rules=tmp_path, shipped_rules=False) as extractor:
        report = text_report(explain(extractor, document([NAME, *CASES["too far right"][1][0]]), fields=["number"]))
    printed = report.replace(str(tmp_path), "rules").splitlines()
    assert [line for line in shown.splitlines()[1:] if line != "..." and line not in printed] == []
