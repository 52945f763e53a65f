"""Where values of each kind stand in a piece of print."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.invoice.fields import FIELDS, LINE_FIELDS
from extractor.rules.finders import find_values


def found(text: str, kind: str, *locales: str) -> list[str]:
    return [text[start:end] for start, end in find_values(text, kind, locales)]


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("amount", "19 % of 100.00 is 19.00", "19.00"),
        ("amount", "1.234,56 €", "1.234,56 €"),
        ("amount", "-12.50", "-12.50"),
        ("amount", "250", "250"),
        ("date", "Berlin, 17.03.2024", "17.03.2024"),
        ("date", "1. Dezember 2025", "1. Dezember 2025"),
        ("identifier", "of order RE-2024/17.", "RE-2024/17"),
        ("identifier", "RE 2024-7", "RE 2024-7"),
        ("identifier", "51 824 753 556", "51 824 753 556"),
        ("identifier", "21 00000 00003 13947 14300 09017", "21 00000 00003 13947 14300 09017"),
        ("identifier", "RE 2024 118 of 2024", "RE 2024 118"),
        ("identifier", "2024 / 17", "2024 / 17"),
        ("identifier", "4711 / 10.10.2024", "4711"),
        ("identifier", "4711 88", "4711"),
        ("identifier", "4711 100,00", "4711"),
        ("percent", "plus 19,0 % MwSt", "19,0 %"),
        ("quantity", "2,5 kg", "2,5"),
        ("currency", "in EUR", "EUR"),
        ("currency", "12,50 €", "€"),
        ("bic", "BIC COBADEFFXXX", "COBADEFFXXX"),
        ("vat_id", "USt-IdNr. DE 136695976", "DE 136695976"),
        ("vat_id", "VAT GB 980 7806 84", "GB 980 7806 84"),
        ("iban", "IBAN DE89 3704 0044 0532 0130 00 at", "DE89 3704 0044 0532 0130 00"),
        ("text", "  Ann Smith ", "Ann Smith"),
    ],
)
def test_the_best_value_comes_first(kind, text, expected):
    values = found(text, kind)
    assert values
    assert values[0].strip() == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Exento de IVA según art. 20 Ley 37/1992", []),
        ("art. 20", []),
        ("gemäß § 19 UStG", []),
        ("to be paid within 30 days", []),
        ("to be paid within 30 days: 45,00", ["45,00"]),
        ("por un total de 500", ["500"]),
        ("500 netos", ["500"]),
        ("9 - sin portes", []),
        ("30 días", []),
        ("500 EUR por la obra", ["500 EUR"]),
    ],
)
def test_digits_alone_within_words_are_no_amount(text, expected):
    assert found(text, "amount") == expected


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("amount", "no figures"),
        ("amount", "17.03.2024"),
        ("date", "12.50"),
        ("identifier", "only words"),
        ("percent", "19"),
        ("bic", "Sparkasse"),
        ("vat_id", "DE"),
        ("iban", "DE"),
        ("text", "   "),
        ("quantity", "none"),
        ("currency", "12.50"),
    ],
)
def test_print_without_a_value_gives_none(kind, text):
    assert found(text, kind) == []


def test_every_kind_of_field_has_a_finder():
    for kind in {field.kind for field in (*FIELDS.values(), *LINE_FIELDS.values())}:
        assert isinstance(find_values("x 1", kind, ()), list), kind


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60), st.sampled_from(["amount", "date", "identifier", "text", "percent", "quantity", "currency", "iban", "bic", "vat_id"]))
def test_spans_lie_on_the_text(text, kind):
    for start, end in find_values(text, kind, ()):
        assert 0 <= start < end <= len(text)


def test_a_misread_vat_id_is_not_lost():
    assert found("DE 13669597O of us", "vat_id")[0].startswith("DE 13669597O")


def test_a_valid_vat_id_ends_before_the_words_after_it():
    assert found("VAT ID DE 136 695 976 HRB 12345", "vat_id") == ["DE 136 695 976"]


@pytest.mark.parametrize("text", ["30 days", "under § 19 UStG", "art. 293 B", "within 14 Tagen"])
def test_a_whole_number_that_counts_something_is_no_amount(text):
    assert found(text, "amount") == []


@pytest.mark.parametrize("text", ["990 EUR", "CHF 1200", "500 Euro", "250"])
def test_a_whole_number_with_a_currency_or_alone_is_an_amount(text):
    assert found(text, "amount") == [text]
