"""Values that a rule adds up: where nothing is printed, from parts that are all there, and marked as derived."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from extractor.ocr.typed import typed_pages
from extractor.output import ExtractionResult
from extractor.pipeline import Extractor


def extract(tmp_path: Path, text: str, rules: str) -> ExtractionResult:
    (tmp_path / "osprey.yaml").write_text(f"format: 1\nidentify: {{all: Osprey Netmakers}}\nlocale: en-GB\n{rules}\n", encoding="utf-8")
    return Extractor(rules=tmp_path, shipped_rules=False).interpret(typed_pages(text))


LINES = """Osprey Netmakers
Article    Price
Net of yarn      30.00
Net of wire      12.50
"""
ITEMS = "lines: {columns: {description: Article, amount: Price}, end: [Freight, Goods]}"


@pytest.mark.parametrize(("addends", "expected"), [("lines.amount", "42.50"), ("[lines.amount, shipping]", "47.50"), ("[lines.amount, prepaid]", None)])
def test_a_sum_stands_in_for_what_is_not_printed(tmp_path: Path, addends: str, expected: str | None) -> None:
    result = extract(tmp_path, f"{LINES}\n\n\nFreight  5.00", f"fields: {{net: {{sum: {addends}}}, shipping: {{label: Freight}}}}\n{ITEMS}")
    assert result.invoice.net == (None if expected is None else Decimal(expected))
    if expected is not None:
        assert str(result.fields["net"].origin) == "derived"
        assert 0 < result.fields["net"].confidence < 1


def test_what_is_printed_goes_before_a_sum(tmp_path: Path) -> None:
    rules = f"fields: {{net: [{{label: Goods, find: right_of}}, {{sum: lines.amount}}]}}\n{ITEMS}"
    result = extract(tmp_path, f"{LINES}\n\n\nGoods  40.00", rules)
    assert (result.invoice.net, str(result.fields["net"].origin)) == (Decimal("40.00"), "read")


TAXES = """Osprey Netmakers

Rate     Goods      Duty
5 %      100.00     5.00
20 %     200.00     40.00
Sum      300.00     45.00
"""


def test_sums_of_taxes(tmp_path: Path) -> None:
    rules = "taxes: {columns: {rate: Rate, base: Goods, amount: Duty}, end: Sum}\nfields: {tax: {sum: taxes.amount}, net: {sum: taxes.base}}"
    invoice = extract(tmp_path, TAXES, rules).invoice
    assert (invoice.tax, invoice.net) == (Decimal("45.00"), Decimal("300.00"))


def test_a_sum_is_for_kinds_of_documents(tmp_path: Path) -> None:
    rules = f"fields: {{net: {{sum: lines.amount, kinds: credit_note}}}}\n{ITEMS}"
    assert extract(tmp_path, LINES, rules).invoice.net is None
    assert extract(tmp_path, LINES, f"kind: credit_note\n{rules}").invoice.net == Decimal("42.50")


def test_the_locale_of_a_rule_reads_its_values(tmp_path: Path) -> None:
    rules = "fields: {date: {label: Date, locale: %s}, total: {label: Total, locale: %s}}"
    page = "Osprey Netmakers\nDate  03/04/2025\n\nTotal  1.250"
    american = extract(tmp_path, page, rules % ("en-US", "en-US")).invoice
    german = extract(tmp_path, page, rules % ("de-DE", "de-DE")).invoice
    assert (str(american.date), american.total) == ("2025-03-04", Decimal("1.250"))
    assert (str(german.date), german.total) == ("2025-04-03", Decimal(1250))
