"""The result as JSON and its issues as an exception, where the caller wants one."""

from __future__ import annotations

import json

import pytest
from papers import invoice_pdf

from extractor import ExtractionResult, Extractor
from extractor.errors import InvalidInvoice
from extractor.invoice.fields import FIELDS
from extractor.validate import Status


@pytest.fixture(scope="module")
def good(extractor: Extractor) -> ExtractionResult:
    return extractor.extract(invoice_pdf())


@pytest.fixture(scope="module")
def invalid(extractor: Extractor) -> ExtractionResult:
    return extractor.extract(invoice_pdf(lines=["Nothing that an invoice says, only a sentence on a page."]))


def test_the_json_form_has_everything_but_the_ocr_regions(good: ExtractionResult) -> None:
    row = json.loads(good.to_json())
    assert set(row) == {"source", "status", "invoice", "issues", "rules", "fields"}
    assert row["status"] == "valid"
    assert row["source"]["sha256"] == good.sha256
    assert len(row["source"]["sha256"]) == 64
    assert row["invoice"]["total"] == "1200.00"
    assert row["invoice"]["date"] == "2025-03-14"
    assert row["rules"]["id"] == good.rules.id


def test_no_number_of_the_invoice_is_a_float(good: ExtractionResult) -> None:
    def walk(value: object) -> None:
        assert not isinstance(value, float)
        for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(part)

    walk(json.loads(good.to_json())["invoice"])


def test_every_value_is_explained(good: ExtractionResult) -> None:
    for name in ("number", "date", "total"):
        row = good.to_dict()["fields"][name]
        assert row["text"]
        assert row["page"] == 1
        assert row["rule"]
        assert set(row["bounds"]) == {"x", "y", "width", "height"}
        assert 0 < row["confidence"] <= 1


def test_header_fields_that_were_not_found_are_there_as_missing(good: ExtractionResult) -> None:
    rows = good.to_dict()["fields"]
    assert set(FIELDS) <= set(rows)
    assert rows["iban"]["status"] == "missing"
    assert rows["iban"]["value"] is None
    assert "iban" not in good.to_dict()["invoice"]


def test_json_on_one_line_says_the_same(good: ExtractionResult) -> None:
    assert "\n" not in good.to_json(indent=None)
    assert json.loads(good.to_json(indent=None)) == json.loads(good.to_json()) == good.to_dict()


def test_a_valid_result_raises_nothing(good: ExtractionResult) -> None:
    assert good.status is Status.VALID
    good.raise_for_issues()


def test_review_raises_nothing(extractor: Extractor) -> None:
    doubtful = extractor.extract(invoice_pdf(due="2025-01-01"))
    assert doubtful.status is Status.REVIEW
    doubtful.raise_for_issues()


def test_an_invalid_result_raises_with_itself(invalid: ExtractionResult) -> None:
    with pytest.raises(InvalidInvoice, match="total was not found") as caught:
        invalid.raise_for_issues()
    assert caught.value.result is invalid
    assert caught.value.exit_code == 3


def test_an_invalid_invoice_is_data(invalid: ExtractionResult) -> None:
    assert invalid.status is Status.INVALID
    assert invalid.ocr.text
    assert {issue.field for issue in invalid.issues if issue.id == "missing-field"} >= {"date", "currency", "total"}
