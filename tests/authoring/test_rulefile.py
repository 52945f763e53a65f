"""What is written as YAML is read back as what it was, through the reader of rule files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.authoring.drafting.rulefile import DraftFile, DraftRule, scalar
from extractor.rules.compile import compile_text
from extractor.rules.source import Scalar, parse


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cn")), min_size=1, max_size=40))
def test_every_text_is_read_back(text: str) -> None:
    root = parse(f"key: [{scalar(text)}]").root
    value = root.entries[0].node.items[0]  # type: ignore[union-attr]
    assert isinstance(value, Scalar)
    assert value.value == text


@pytest.mark.parametrize("text", ["no", "null", "1.50", "2025-12-01", "a: b", "a #b", "- x", "it's", "{x}", "*x", "&x", "%", "Total, net", "x:"])
def test_texts_that_yaml_reads_otherwise_are_quoted(text: str) -> None:
    node = parse(f"key: {scalar(text)}").root.entries[0].node  # type: ignore[union-attr]
    assert isinstance(node, Scalar)
    assert node.text == text


def test_a_file_is_read_back_whole() -> None:
    rule = DraftRule({"find": "below", "label": "Invoice: no", "pattern": r"\d{4}'\w", "max_gap": "12mm"}, "stands\nbelow 'x'")
    draft = DraftFile(
        notes=["Drafted."],
        id="vendors/quay",
        vendor={"name": "Quay & Sons", "address": "1 Quay\nSaltmouth"},
        identify={"any": ["Quay & Sons", {"regex": r"quay\.example"}]},
        locale="en-GB",
        currency="GBP",
        fields={"number": [rule]},
        suggestions={"date": DraftRule({"label": "Date"}, "found here")},
        lines={"columns": {"description": "Item", "amount": "Total"}, "row": "amount"},
        examples=[{"document": "a b.pdf", "expect": {"number": "0042"}}],
    )
    file, issues = compile_text(draft.to_yaml())
    assert (issues, file is not None) == ([], True)
    assert file is not None
    rules = file.rule_set
    (number,) = rules.rules["number"]
    assert (number.labels, number.find, number.pattern, str(number.max_gap)) == (("Invoice: no",), ("below",), r"\d{4}'\w", "Length(value=12.0, unit='mm')")
    assert (rules.id, rules.vendor["seller_address"], rules.currency, rules.locales) == ("vendors/quay", "1 Quay\nSaltmouth", "GBP", ("en-GB",))
    assert rules.identify is not None
    assert [(clue.kind, clue.text) for clue in rules.identify.any] == [("text", "Quay & Sons"), ("regex", r"quay\.example")]
    assert rules.examples[0].expect == {"number": "0042"}
    assert list(rules.rules) == ["number"]
