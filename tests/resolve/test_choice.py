"""The choice of one value and the verdict on it: status, confidence in three parts, and what lost."""

from __future__ import annotations

import pytest

from extractor.resolve import FieldStatus, Origin

from .candidates import candidate, place, resolved


def test_the_best_candidate_is_chosen_and_the_others_are_shown():
    field = resolved(number=[("A-1", 0.5), ("B-2", 0.9), ("C-3", 0.7)]).fields["number"]
    assert (field.value, field.status, field.rule_id, field.page) == ("B-2", FieldStatus.OK, "number-rule", 1)
    assert [(other.value, other.reason) for other in field.alternatives] == [("C-3", "the rule fits it less well"), ("A-1", "the rule fits it less well")]


def test_two_that_are_as_good_are_ambiguous_and_both_shown():
    field = resolved(number=[("A-1", 0.9), ("B-2", 0.9)]).fields["number"]
    assert field.status == FieldStatus.AMBIGUOUS
    assert {field.value, field.alternatives[0].value} == {"A-1", "B-2"}


def test_the_same_print_read_shorter_is_no_rival():
    number = [candidate("number", "RE 2024-7", 0.9, context="No RE 2024-7"), candidate("number", "2024-7", 0.88, context="No RE 2024-7")]
    assert resolved(number=number).fields["number"].status == FieldStatus.OK


def test_no_candidate_is_missing():
    found = resolved()
    assert found.fields["number"].status == FieldStatus.MISSING
    assert (found.invoice.number, found.fields["number"].confidence, found.fields["number"].alternatives) == (None, 0.0, ())


def test_candidates_that_cannot_be_read_are_missing():
    found = resolved(total="free", date="soon", seller_name="  ")
    assert {found.fields[name].status for name in ("total", "date", "seller_name")} == {FieldStatus.MISSING}


@pytest.mark.parametrize(("ocr", "fit"), [(0.3, 0.95), (0.98, 0.2)])
def test_bad_reading_or_a_poor_fit_gives_low_confidence(ocr, fit):
    field = resolved(number=candidate("number", "A-1", fit, ocr=ocr)).fields["number"]
    assert field.status == FieldStatus.LOW_CONFIDENCE
    assert field.confidence < 0.8
    assert (field.ocr, field.rule, field.support) == (ocr, pytest.approx(fit), None)


def test_further_places_raise_the_confidence():
    once, twice = (resolved(number=given).fields["number"].confidence for given in ([("A-1", 0.8)], [("A-1", 0.8), ("A-1", 0.8)]))
    assert twice > once


def test_an_unknown_ocr_confidence_is_not_taken_for_certainty():
    unknown, certain = (resolved(number=candidate("number", "A-1", ocr=ocr)).fields["number"].confidence for ocr in (None, 1.0))
    assert unknown < certain


def test_a_constant_of_the_rule_file_is_called_one():
    field = resolved(seller_name=candidate("seller_name", "ACME Ltd", 1.0, page=None, ocr=None)).fields["seller_name"]
    assert (field.origin, field.status, field.confidence, field.bounds) == (Origin.CONSTANT, FieldStatus.OK, 1.0, None)


def test_a_mended_value_is_called_repaired_and_keeps_what_was_read():
    field = resolved(iban="DE8937O40044053201300O").fields["iban"]
    assert (field.value, field.text, field.origin) == ("DE89370400440532013000", "DE8937O40044053201300O", Origin.REPAIRED)


def test_a_value_with_its_evidence_as_json():
    where, label = place(), place()
    row = resolved(total=candidate("total", "12.00", bounds=where, label="Total", label_bounds=label)).fields["total"].to_dict()
    assert (row["value"], row["text"], row["origin"], row["status"], row["label"]) == ("12.00", "12.00", "read", "ok", "Total")
    assert (row["bounds"], row["label_bounds"]) == (where.to_dict(), label.to_dict())
    assert set(row["confidence_parts"]) == {"ocr", "rule", "support", "rival"}


def test_the_json_of_a_missing_field_has_no_place():
    row = resolved().fields["number"].to_dict()
    assert (row["value"], row["status"], row["alternatives"]) == (None, "missing", [])
    assert not {"page", "bounds", "label", "rule"} & set(row)
