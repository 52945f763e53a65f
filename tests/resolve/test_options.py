"""What a printed text can mean as a value of its kind, and how likely each meaning is."""

from __future__ import annotations

import datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.invoice.fields import FIELDS, LINE_FIELDS
from extractor.resolve.options import options, readings
from extractor.rules.candidate import Candidate

from .candidates import candidate, place


def read(kind: str, text: str, *locales: str) -> list[object]:
    return [reading.value for reading in readings(Candidate("f", kind, text, "r", 0.9), locales)]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("amount", "1.234,56 €", [Decimal("1234.56")]),
        ("amount", "1.250", [Decimal(1250), Decimal("1.250")]),
        ("amount", "free", []),
        ("date", "17.03.2024", [datetime.date(2024, 3, 17)]),
        ("date", "soon", []),
        ("quantity", "2 pcs", [Decimal(2)]),
        ("percent", "19,0 %", [Decimal("19.0")]),
        ("percent", "many", []),
        ("text", "  Ann Smith ", ["Ann Smith"]),
        ("text", "   ", []),
        ("identifier", " RE 2024-7: ", ["RE 2024-7"]),
        ("identifier", "---", []),
        ("iban", "DE89 3704 0044 0532 0130 00", ["DE89370400440532013000"]),
        ("bic", "COBADEFFXXX", ["COBADEFFXXX"]),
        ("vat_id", "DE 136 695 976", ["DE136695976"]),
        ("kind", "Credit note", ["credit_note"]),
        ("kind", "Letter", []),
        ("currency", "EUR", ["EUR"]),
        ("currency", "xyz", []),
    ],
)
def test_each_kind_is_read_in_its_way(kind, text, expected):
    assert read(kind, text) == expected


def test_less_plausible_readings_count_less():
    found = readings(candidate("total", "1.250"), ())
    assert all(first.fit > second.fit for first, second in pairwise(found))


def test_a_mended_iban_says_so_and_counts_less():
    valid, mended = readings(candidate("iban", "DE89370400440532013000"), ())[0], readings(candidate("iban", "DE8937O40044053201300O"), ())[0]
    assert valid.value == mended.value
    assert (valid.repaired, mended.repaired) == (False, True)
    assert mended.fit < valid.fit


def test_an_identifier_with_a_wrong_checksum_is_kept_and_counts_less():
    for field, right, wrong in (("iban", "DE89370400440532013000", "DE12345678901234567890"), ("seller_vat_id", "DE136695976", "DE136695970")):
        valid, invalid = readings(candidate(field, right), ())[0], readings(candidate(field, wrong), ())[0]
        assert invalid.value == wrong
        assert invalid.fit < valid.fit


def test_places_that_print_the_same_value_are_one_option():
    found = options([candidate("total", "12.00", 0.7), candidate("total", "EUR 12,00", 0.9), candidate("total", "15.00", 0.8)], ("en",))
    assert [(option.value, len(option.readings)) for option in found] == [(Decimal("12.00"), 2), (Decimal("15.00"), 1)]
    assert found[0].best.candidate.text == "EUR 12,00"


def test_further_places_speak_for_a_value_and_the_same_place_does_not():
    where = place()
    once = options([candidate("number", "A-1", 0.8, bounds=where)], ())[0].score
    again = options([candidate("number", "A-1", 0.8, bounds=where), candidate("number", "A-1", 0.7, bounds=where)], ())[0].score
    twice = options([candidate("number", "A-1", 0.8, bounds=where), candidate("number", "A-1", 0.7)], ())[0].score
    assert once == again < twice <= 1


def test_the_own_rules_of_a_file_come_before_inherited_ones():
    [first, second] = options([candidate("number", "A-1", 0.9, inherited=True), candidate("number", "B-2", 0.7)], ())
    assert (first.value, second.value) == ("B-2", "A-1")


def test_what_was_read_badly_counts_less():
    [first, second] = options([candidate("number", "A-1", 0.9, ocr=0.3), candidate("number", "B-2", 0.85, ocr=0.99)], ())
    assert (first.value, second.value) == ("B-2", "A-1")


KINDS = sorted({field.kind for field in (*FIELDS.values(), *LINE_FIELDS.values())})


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(KINDS),
    st.text(max_size=40) | st.from_regex(r"[A-Z€$]{0,3} ?-?[0-9., '/]{1,20}[%A-Z]{0,3}", fullmatch=True),
    st.sampled_from([(), ("de",), ("en-US",)]),
)
def test_any_text_is_read_or_refused(kind, text, locales):
    for reading in readings(Candidate("f", kind, text, "r", 0.9), locales):
        assert reading.value is not None
        assert not isinstance(reading.value, float)
        assert 0 < reading.fit <= 0.9
