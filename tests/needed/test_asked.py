"""Which fields a vendor's file asks for."""

from __future__ import annotations

from pathlib import Path

from extractor.needed import asked_of
from extractor.rules.book import RuleBook

OWN = """
format: 1
vendor: {name: Acme}
extends: [generic/en]
identify: {any: [Acme]}
required: [buyer_name]
fields: {due_date: {label: Payable by}}
lines: {columns: {description: Item, amount: Sum}}
"""


def test_it_asks_for_its_own_fields_and_tables_and_what_is_required_not_for_what_it_inherits(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(OWN, encoding="utf-8")
    rule_set = RuleBook.load([tmp_path]).rule_sets["acme"]
    assert "iban" in rule_set.rules
    assert asked_of(rule_set) == {"kind", "date", "currency", "total", "number", "seller_name", "buyer_name", "due_date", "lines"}
