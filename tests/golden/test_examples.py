"""The examples in the shipped vendor files hold: on documents as recorded, and on texts set as a page."""

from __future__ import annotations

import pytest

from extractor import Extractor
from extractor.authoring import Case, load_cases, run_case
from extractor.rules import RuleBook
from extractor.rules.check import check_paths
from extractor.shipped import shipped_rules_dir

from .documents import DOCUMENTS

VENDORS = RuleBook.load().vendors
CASES = load_cases(VENDORS, [])


def test_every_fixture_has_a_vendor_file_with_examples() -> None:
    assert {rule_set.id.removeprefix("vendors/") for rule_set in VENDORS} == {document.folder.name for document in DOCUMENTS}
    assert all(any(example.document for example in rule_set.examples) for rule_set in VENDORS)
    assert all(any(value is None for example in rule_set.examples if example.text for value in example.expect.values()) for rule_set in VENDORS)


def test_vendor_files_are_without_findings() -> None:
    assert check_paths([shipped_rules_dir() / "vendors"]) == []


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_examples_hold(case: Case, books: dict[str, Extractor]) -> None:
    result = run_case(books["vendor"], case)
    assert result.passed, result.error or result.differences
