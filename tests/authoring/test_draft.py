"""A draft from one form of an invoice answers for its other forms; it says what it cannot do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from papers import ROOT, invoice_pdf

from extractor.authoring.drafting.draft import Draft, NoDraft, Order, draft, file_name
from extractor.authoring.drafting.samples import read_samples
from extractor.invoice.fields import FIELDS, plain
from extractor.issues import Level
from extractor.ocr import OcrResult
from extractor.pipeline import Extractor
from extractor.rules import RuleBook
from extractor.rules.check import check_paths

VENDORS = sorted(path.parent.name for path in (ROOT / "fixtures").glob("*/text.pdf"))
ASKED = ("number", "date", "due_date", "net", "tax", "total", "seller_name")


def truth_of(vendor: str) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((ROOT / "fixtures" / vendor / "truth.json").read_text(encoding="utf-8"))
    return truth


def drafted(vendor: str, out: Path, *names: str, **given: str) -> Draft:
    samples, book = read_samples([ROOT / "fixtures" / vendor / name for name in names or ("text.pdf",)], mode="text")
    return draft(samples, book, Order(out, given=given))


def extracted(rules: Path, document: OcrResult) -> dict[str, Any]:
    """What the draft gives without the vendors' files that ship: these would answer in its place."""
    with Extractor(rules=[rules]) as extractor:
        own = extractor.book.rule_sets[rules.stem]
        extractor.book = RuleBook({rule_set.id: rule_set for rule_set in (*extractor.book.general, own)})
        result = extractor.interpret(document)
    assert result.rules.id == rules.stem
    return {name: plain(getattr(result.invoice, name)) for name in FIELDS}


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_draft_from_a_text_layer_reads_the_scan(vendor: str, tmp_path: Path) -> None:
    truth, out = truth_of(vendor), tmp_path / "draft.yaml"
    printed = {name: truth[name] for name in ASKED if name in truth and (name in truth["printed"] or name == "seller_name")}
    done = drafted(vendor, out, **printed)
    out.write_text(done.file.to_yaml(), encoding="utf-8")
    assert [str(issue) for issue in check_paths([out]) if issue.level is Level.ERROR] == []
    for recorded in (ROOT / "fixtures" / vendor).glob("scan*.ocr.json"):
        found = extracted(out, OcrResult.from_json(recorded.read_text(encoding="utf-8")))
        assert {name: found[name] for name in printed} == printed


def test_without_values_the_draft_takes_what_the_general_rules_are_sure_of(tmp_path: Path) -> None:
    done = drafted("acme-supplies", tmp_path / "draft.yaml")
    assert {row.name: row.values[0] for row in done.fields}["number"] == "12345"
    assert not any(row.stated for row in done.fields)
    assert done.file.examples[0]["expect"]["total"] == "1250.00"


def test_rules_are_labels_as_printed(tmp_path: Path) -> None:
    done = drafted("acme-supplies", tmp_path / "draft.yaml", number="12345", total="1250.00")
    assert {name: rules[0].row for name, rules in done.file.fields.items()} == {
        "number": {"label": "Invoice #", "find": "right_of"},
        "total": {"label": "Total Amount", "find": "right_of"},
    }


def test_english_is_the_last_fallback_of_every_language(tmp_path: Path) -> None:
    assert drafted("feldhase-buerobedarf", tmp_path / "draft.yaml").file.extends == ("generic/de", "generic/en")


def test_the_buyer_tells_no_vendor(tmp_path: Path) -> None:
    done = drafted("feldhase-buerobedarf", tmp_path / "draft.yaml", number=truth_of("feldhase-buerobedarf")["number"])
    clues = json.dumps(done.file.identify, ensure_ascii=False)
    assert truth_of("feldhase-buerobedarf")["seller_vat_id"] in clues
    assert truth_of("feldhase-buerobedarf")["buyer_name"] not in clues


def test_a_value_that_is_not_printed_is_told_with_those_like_it(tmp_path: Path) -> None:
    with pytest.raises(NoDraft, match=r"total: '1250\.99' does not stand on the page; most like it: .*1,250\.00"):
        drafted("acme-supplies", tmp_path / "draft.yaml", total="1250.99")


@pytest.mark.parametrize("given", [{"totl": "1"}, {"total": "much"}, {"date": "yesterday"}])
def test_what_is_no_field_or_value_is_refused(given: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no field|no amount|no date"):
        drafted("acme-supplies", tmp_path / "draft.yaml", **given)


def test_another_vendor_file_that_fits_is_named(tmp_path: Path) -> None:
    done = drafted("acme-supplies", tmp_path / "draft.yaml", number="12345")
    assert any("vendors/acme-supplies" in note for note in done.notes)


def test_several_samples_are_all_proven(tmp_path: Path) -> None:
    paths = [tmp_path / "a.pdf", tmp_path / "b.pdf"]
    for path, number in zip(paths, ("HL-2041", "HL-317"), strict=True):
        path.write_bytes(invoice_pdf(number))
    samples, book = read_samples(paths)
    done = draft(samples, book, Order(tmp_path / "draft.yaml", given={"number": "HL-2041"}))
    assert [row.values for row in done.fields] == [["HL-2041", "HL-317"]]
    assert [(row["document"], row["expect"]["number"]) for row in done.file.examples] == [("a.pdf", "HL-2041"), ("b.pdf", "HL-317")]
    assert done.file.vendor["name"] == "Harbour Lantern Works Ltd"


def test_without_a_vendor_there_is_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(invoice_pdf(lines=("Invoice number: {number}", "Invoice date: 2025-03-14", "Total: GBP 12.00")))
    samples, book = read_samples([path])
    with pytest.raises(NoDraft, match="--set seller_name"):
        draft(samples, book, Order(tmp_path / "draft.yaml", given={"number": "HL-2041"}))


def test_a_file_is_named_after_its_vendor() -> None:
    assert file_name([], {"seller_name": "Bäckerei Nord & Süd GmbH"}, None) == "backerei-nord-sud.yaml"
    assert file_name([], {}, "vendors/nord") == "nord.yaml"
