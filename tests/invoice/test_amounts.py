"""Amount texts and their readings; amounts in running lines; what Babel formats is read back."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from babel.numbers import format_currency, format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import ExtractorError
from extractor.invoice.amounts import currency_of, find_amounts, has_amount, read_amounts, read_percent, read_quantity

from .hard_cases import AMOUNTS, name_of

NO_AMOUNTS = [
    "",
    " ",
    "-",
    "--",
    "abc",
    "*A",
    "19 %",
    "19%",
    "1.5 % ",
    "12.34,56",
    "1,23,45",
    "01.12.2025",
    "12:30",
    "1/2",
    "B12",
    "5l",
    "12.50 kg",
    "12 Stk",
    "1 2 3",
    "12.30 each",
    "DE89 3704 0044 0532 0130 00",
    "1234567890123456789",
    "1e5",
    "Infinity",
    "NaN",
    "1_000",
    "²",
    "①",
    "12.30 12.30",
    "9" * 500,
    "1." * 200,
]


@pytest.mark.parametrize(("text", "locale", "expected", "currency"), AMOUNTS, ids=map(name_of, AMOUNTS))
def test_reads_an_amount(text: str, locale: str, expected: str, currency: str | None) -> None:
    readings = read_amounts(text, locales=[locale] if locale else [])
    assert [f"{reading.value:f}{'!' if reading.repaired else ''}" for reading in readings] == expected.split()
    assert (readings[0].currency if readings else None) == currency


@pytest.mark.parametrize("text", NO_AMOUNTS)
def test_reads_nothing_into_other_texts(text: str) -> None:
    assert read_amounts(text) == ()


def test_names_tax_codes_and_all_currencies() -> None:
    assert [read_amounts(text)[0].tax_code for text in ("12.30 A", "4.50 SR", "4.50 *A", "12,30 1", "12.30")] == ["A", "SR", "A", "1", None]
    assert {"USD", "CAD", "AUD"} <= set(read_amounts("$5.00")[0].currencies)
    assert currency_of("kr")[:3] == ("SEK", "NOK", "DKK")
    assert currency_of("kr", locales=["da"])[0] == "DKK"
    assert currency_of("Total") == ()


def test_an_unknown_locale_is_named() -> None:
    with pytest.raises(ExtractorError, match="'klingon'"):
        read_amounts("1.250", locales=["klingon"])


# fmt: off
LOCALES = [
    "en-US", "en-GB", "en-IN", "en-CA", "de-DE", "de-AT", "de-CH", "fr-FR", "fr-CH", "es-ES", "es-MX", "it-IT", "nl-NL", "pt-BR", "pt-PT", "pl-PL", "cs-CZ",
    "da-DK", "sv-SE", "nb-NO", "fi-FI", "hu-HU", "ro-RO", "hr-HR", "sk-SK", "sl-SI", "et-EE", "lv-LV", "lt-LT", "tr-TR", "el-GR", "ja-JP", "ms-MY", "hi-IN",
    "en-AU", "en-NZ", "en-ZA", "en-IE", "en-SG", "fr-BE", "fr-CA", "fr-LU", "nl-BE", "it-CH", "de-LI", "es-AR", "es-CO", "es-CL", "uk-UA", "is-IS", "ko-KR",
    "zh-CN", "id-ID", "vi-VN", "th-TH", "ca-ES", "gl-ES", "mt-MT", "ga-IE", "nn-NO", "af-ZA",
]
# fmt: on
MONEY = st.decimals(min_value=-99_999_999, max_value=99_999_999, places=2, allow_nan=False, allow_infinity=False)


@given(MONEY, st.sampled_from(LOCALES), st.sampled_from(["EUR", "USD", "GBP", "CHF", "PLN", "SEK", "INR", "MYR", "CZK", "DKK"]))
@settings(max_examples=600, deadline=None)
def test_reads_back_what_babel_formats_as_currency(value: Decimal, locale: str, currency: str) -> None:
    text = format_currency(value, currency, locale=locale.replace("-", "_"))
    readings = read_amounts(text, locales=[locale])
    assert readings, text
    assert (readings[0].value, readings[0].repaired) == (value, False), text
    assert currency in readings[0].currencies, text


@given(MONEY, st.sampled_from(LOCALES))
@settings(max_examples=400, deadline=None)
def test_reads_back_what_babel_formats_as_decimal(value: Decimal, locale: str) -> None:
    text = format_decimal(value, format="#,##0.00", locale=locale.replace("-", "_"))
    for locales in ([locale], []):
        assert [reading.value for reading in read_amounts(text, locales=locales)] == [value], text


@given(MONEY.filter(bool), st.sampled_from(LOCALES), st.sampled_from(["EUR", "USD", "CHF"]))
@settings(max_examples=300, deadline=None)
def test_finds_what_babel_formats(value: Decimal, locale: str, currency: str) -> None:
    text = format_currency(abs(value), currency, locale=locale.replace("-", "_"))
    line = f"Total: {text} ok"
    found = [line[start:end] for start, end in find_amounts(line, locales=[locale])]
    assert [reading.value for span in found for reading in read_amounts(span, locales=[locale])[:1]] == [abs(value)], (line, found)


@given(st.text(max_size=80))
@settings(max_examples=500, deadline=None)
def test_any_text_is_taken(text: str) -> None:
    for reading in read_amounts(text):
        assert reading.value.is_finite()
    read_percent(text)
    read_quantity(text)
    spans = find_amounts(text) + find_amounts(text, bare_integers=True)
    assert all(0 <= start < end <= len(text) and read_amounts(text[start:end]) for start, end in spans)


NUMBERLIKE = st.text(alphabet="0123456789.,' -()$€OlSCRx%/:", max_size=40)


@given(NUMBERLIKE)
@settings(max_examples=500, deadline=None)
def test_spans_are_readable_and_apart(text: str) -> None:
    spans = find_amounts(text)
    assert has_amount(text) is bool(spans)
    assert all(read_amounts(text[start:end]) for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert has_amount(text) is bool(spans)


LINES = [
    ("19 % MwSt  1.234,56 €  234,56", ["1.234,56 €", "234,56"]),
    ("Total RM12.30", ["RM12.30"]),
    ("Total(RM)12.30", ["12.30"]),
    ("Pay $1,250.00.", ["$1,250.00"]),
    ("Total12.30", ["12.30"]),
    ("Date 01.12.2025 12:30 Uhr", []),
    ("am 15.12. geliefert", []),
    ("15. 12. 2025", []),
    ("12.2025", []),
    ("um 18.32 Uhr", []),
    ("Tel. 0800 123.45.67 +49 30 1234.567", []),
    ("IBAN DE89 3704 0044 0532 0130 00", []),
    ("v1.25 A1.50 192.168.10.12 1.2.3", []),
    ("19,0% 7.7 % 8o/o", []),
    ("1.50kg 12.30A", ["12.30"]),
    ("2 x 12.50 25.00 SR", ["12.50", "25.00"]),
    ("10,00 € 12,00 €", ["10,00 €", "12,00 €"]),
    ("€ 10,00 € 12,00", ["€ 10,00", "€ 12,00"]),
    ("Rabatt -12,50 (3.00) 4.00-", ["-12,50", "(3.00)", "4.00-"]),
    ("Summe: 25.-", ["25.-"]),
    ("Rabatt  - 100,00 EUR", ["- 100,00 EUR"]),
    ("- 100,00", ["- 100,00"]),
    ("Betrag: - 100,00  20,00 -", ["- 100,00", "20,00 -"]),
    ("Gesamt - 100,00", ["100,00"]),
    ("10,00 - 20,00", ["10,00", "20,00"]),
    ("10,00  -  20,00", ["10,00", "20,00"]),
    ("Total 1.234,- EUR", ["1.234,- EUR"]),
    ("5 € 10 EUR USD 1250", ["5 €", "10 EUR", "USD 1250"]),
    ("1 234 567,89 2 500,00", ["1 234 567,89", "2 500,00"]),
    ("12 345 €", ["12 345 €"]),
    ("No. 12 345 678 / 4711", []),
    ("€ 1 . 2 3 4 , 5 6 x", ["€ 1 . 2 3 4 , 5 6"]),
    ("1,250 .00", ["1,250 .00"]),
    ("Total 1O.50", ["1O.50"]),
    ("BALANCE 1,234.56CR", ["1,234.56CR"]),
    ("10.00-5.00", []),
    ("CHF 1'234.50 1'000.00", ["CHF 1'234.50", "1'000.00"]),
    ("Subtotal 1,250", ["1,250"]),
    ("Total Rs.1,500/- only", ["Rs.1,500/-"]),
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_finds_amounts_in_a_line(line: str, expected: list[str]) -> None:
    assert [line[start:end] for start, end in find_amounts(line)] == expected


def test_finds_bare_integers_when_asked() -> None:
    line = "Pos 1 3 Stk 12.50 2025-12-01 INV-2025 5kg DE89 3704 0044 0532 0130 00"
    assert [line[start:end] for start, end in find_amounts(line, bare_integers=True)] == ["1", "3", "12.50"]


def test_spaces_group_only_where_a_locale_says_so() -> None:
    line = "2 500,00"
    assert [line[start:end] for start, end in find_amounts(line, locales="de")] == ["500,00"]
    assert [line[start:end] for start, end in find_amounts(line, locales=["de", "fr"])] == ["2 500,00"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("19 %", "19"),
        ("19%", "19"),
        ("19,0 % MwSt", "19.0"),
        ("8.875%", "8.875"),
        ("8,875 %", "8.875"),
        ("-2 %", "-2"),
        ("%18", "18"),
        ("7 o/o", "7"),
        ("(7.7%)", "7.7"),
        ("7", "7"),
        ("19,00", "19.00"),
        ("0", "0"),
    ],
)
def test_reads_percentages(text: str, expected: str) -> None:
    assert str(read_percent(text)) == expected


@pytest.mark.parametrize("text", ["", "abc", "1250", "12,50 €", "7 % 19 %", "150 %", "1.234,56"])
def test_reads_no_percentage(text: str) -> None:
    assert read_percent(text) is None


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        ("2", "", "2"),
        ("2 x", "", "2"),
        ("x2", "", "2"),
        ("2x", "", "2"),
        ("1,000 Stk", "de", "1.000 1000"),
        ("1,000", "en", "1000 1.000"),
        ("1,000", "", "1.000 1000"),
        ("12.5 kg", "", "12.5"),
        ("1.234,5 m²", "", "1234.5"),
        ("-3", "", "-3"),
        ("3-", "", "-3"),
        ("8 Std.", "", "8"),
        ("5 m2", "", "5"),
        ("12,50 €", "", ""),
        ("19 %", "", ""),
        ("Stk", "", ""),
        ("2 von 3", "", ""),
    ],
)
def test_reads_quantities(text: str, locale: str, expected: str) -> None:
    assert [f"{value:f}" for value in read_quantity(text, [locale] if locale else [])] == expected.split()
