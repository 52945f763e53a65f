"""Date texts and their readings; dates in running lines; what Babel formats is read back."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.errors import ExtractorError
from extractor.invoice.dates import find_dates, read_dates
from extractor.invoice.locales import date_order, month_names

TODAY = datetime.date(2026, 6, 15)

# text, locale, readings in order
CASES: list[tuple[str, str, str]] = [
    ("03/04/2025", "", "2025-04-03 2025-03-04"),
    ("03/04/2025", "en-US", "2025-03-04 2025-04-03"),
    ("03/04/2025", "en-GB", "2025-04-03 2025-03-04"),
    ("03/04/2025", "en", "2025-04-03 2025-03-04"),
    ("13/04/2025", "en-US", "2025-04-13"),
    ("04/13/2025", "en-GB", "2025-04-13"),
    ("03.04.2025", "", "2025-04-03"),
    ("03.04.2025", "en-US", "2025-04-03 2025-03-04"),
    ("03-04-2025", "nl", "2025-04-03 2025-03-04"),
    ("05/05/2025", "", "2025-05-05"),
    ("2025-12-01", "", "2025-12-01"),
    ("2025/12/01", "en-US", "2025-12-01"),
    ("2025.12.01", "", "2025-12-01"),
    ("2025. 12. 1.", "hu", "2025-12-01"),
    ("2018-3-5", "", "2018-03-05"),
    ("1.12.25", "", "2025-12-01"),
    ("01-12-2025", "", "2025-12-01 2025-01-12"),
    ("25-12-01", "sv", "2025-12-01 2001-12-25 "),
    ("31/12/99", "", "1999-12-31"),
    ("99-12-31", "", "1999-12-31"),
    ("31.12.46", "", "2046-12-31"),
    ("20251201", "", "2025-12-01"),
    ("01122025", "", "2025-12-01 2025-01-12"),
    ("01 12 2025", "", "2025-12-01 2025-01-12"),
    ("1. Dezember 2025", "", "2025-12-01"),
    ("1.Dezember 2025", "de", "2025-12-01"),
    ("3 März 2025", "", "2025-03-03"),
    ("3. Maerz 2025", "", ""),
    ("3 Mrz 25", "", "2025-03-03"),
    ("December 1st, 2025", "", "2025-12-01"),
    ("1st December 2025", "", "2025-12-01"),
    ("1stDecember2025", "", "2025-12-01"),
    ("December 1, 2025", "", "2025-12-01"),
    ("Dec1,2025", "", "2025-12-01"),
    ("Dec. 22nd 2025", "", "2025-12-22"),
    ("1 déc. 2025", "", "2025-12-01"),
    ("1er décembre 2025", "fr", "2025-12-01"),
    ("1 aout 2025", "", "2025-08-01"),
    ("01-DEC-2025", "", "2025-12-01"),
    ("5-Sep-18", "", "2018-09-05"),
    ("30 Sept 2025", "", "2025-09-30"),
    ("01Dec2025", "", "2025-12-01"),
    ("1 Dec '25", "", "2025-12-01"),
    ("1 grudnia 2025", "", "2025-12-01"),
    ("1 lip 2025", "", "2025-07-01"),
    ("1. července 2025", "", "2025-07-01"),
    ("1. června 2025", "", "2025-06-01"),
    ("1 de diciembre de 2025", "", "2025-12-01"),
    ("1dediciembrede2025", "", "2025-12-01"),
    ("1º de dezembro de 2025", "pt", "2025-12-01"),
    ("1 dicembre 2025", "", "2025-12-01"),
    ("5 mei 2025", "", "2025-05-05"),
    ("1. maj 2025", "", "2025-05-01"),
    ("1. joulukuuta 2025", "fi", "2025-12-01"),
    ("2025. december 1.", "", "2025-12-01"),
    ("1 Aralık 2025", "tr", "2025-12-01"),
    ("2025年12月1日", "", "2025-12-01"),
    ("Mo., 01.12.2025", "", "2025-12-01"),
    ("Mon 01/12/2025", "", "2025-12-01 2025-01-12"),
    ("Monday, December 1, 2025", "", "2025-12-01"),
    ("lundi 1 décembre 2025", "", "2025-12-01"),
    ("14/03/2018 18:32", "", "2018-03-14"),
    ("14/03/2018 18:32:05", "", "2018-03-14"),
    ("14/03/2018 6:32 PM", "", "2018-03-14"),
    ("14/03/2018 06:32:05 p.m.", "", "2018-03-14"),
    ("14/03/201818:32", "", "2018-03-14"),
    ("14/03/1818:32", "", "2018-03-14"),
    ("18:32 14/03/2018", "", "2018-03-14"),
    ("14.03.2018 um 18.32 Uhr", "", "2018-03-14"),
    ("2025-12-01T10:00:00Z", "", "2025-12-01"),
    ("2025-12-01T10:00:00+01:00", "", "2025-12-01"),
    ("05 MAR 2018 18:32", "", "2018-03-05"),
    ("14 /03/ 2018", "", "2018-03-14"),
    ("14. 03. 2018", "", "2018-03-14"),
    ("1 4/03/2018", "", "2018-03-14"),
    ("O1.12.2O25", "", "2025-12-01"),
    ("l4/03/2018", "", "2018-03-14"),
    ("I4-O3-20l8", "", "2018-03-14"),
    ("O1 0ct 2O25", "", "2025-10-01"),
    ("1. Dezernber 2025", "", "2025-12-01"),
    ("Decenber 1, 2025", "", "2025-12-01"),
    ("12 N0v 2025", "", "2025-11-12"),
    ("01.12.2025.", "hr", "2025-12-01"),
    ("(01.12.2025)", "", "2025-12-01"),
    ("01,12.2025", "", "2025-12-01 2025-01-12"),
    ("٠١/١٢/٢٠٢٥", "", "2025-12-01 2025-01-12"),
    ("29.02.2024", "", "2024-02-29"),
    ("29.02.2025", "", ""),
    ("31.02.2025", "", ""),
    ("31. April 2025", "", ""),
    ("00.12.2025", "", ""),
    ("32/01/2025", "", ""),
    ("13/13/2025", "", ""),
    ("1.12.1985", "", ""),
    ("1.12.2101", "", ""),
    ("1. Dezember 1889", "", ""),
    ("", "", ""),
    ("Total", "", ""),
    ("12 2025", "", ""),
    ("1.250,00", "", ""),
    ("12:30", "", ""),
    ("12 Stk 2025", "", ""),
    ("March 2025", "", ""),
    ("INV 01-12-2025", "", ""),
    ("192.168.10.12", "", ""),
    ("1 Foo 2025", "", ""),
    ("²/²/2025", "", ""),
    ("9" * 300, "", ""),
]


@pytest.mark.parametrize(("text", "locale", "expected"), CASES)
def test_reads_a_date(text: str, locale: str, expected: str) -> None:
    readings = read_dates(text, locales=[locale] if locale else [], today=TODAY)
    assert [date.isoformat() for date in readings] == expected.split()


def test_the_pivot_moves_with_today() -> None:
    assert read_dates("01.12.46", today=datetime.date(2026, 1, 1))[0].year == 2046
    assert read_dates("01.12.47", today=datetime.date(2026, 1, 1)) == ()
    assert read_dates("01.12.95", today=datetime.date(2080, 1, 1))[0].year == 2095


def test_an_unknown_locale_is_named() -> None:
    with pytest.raises(ExtractorError, match="'xx-YY'"):
        read_dates("01/02/2025", locales=["xx-YY"])


def test_orders_come_from_cldr() -> None:
    orders = {name: date_order(name) for name in ("en-US", "en-GB", "de", "sv", "hu", "ja", "en")}
    assert orders == {"en-US": "MDY", "en-GB": "DMY", "de": "DMY", "sv": "YMD", "hu": "YMD", "ja": "YMD", "en": None}


def test_a_name_that_languages_share_is_ordered_by_locale() -> None:
    assert month_names(("hr",))["listopada"] == (10, 11)
    assert month_names(())["listopada"] == (11,)
    assert [date.month for date in read_dates("3. listopada 2025", locales="hr")] == [10, 11]


LANGUAGES = ["en-US", "en-GB", "de-DE", "de-AT", "fr-FR", "es-ES", "it-IT", "nl-NL", "pt-BR", "pt-PT", "pl-PL", "cs-CZ", "da-DK", "sv-SE", "nb-NO", "fi-FI"]
DATES = st.dates(min_value=datetime.date(1990, 1, 1), max_value=datetime.date(2099, 12, 31))


@given(DATES, st.sampled_from(LANGUAGES), st.sampled_from(["medium", "long", "full", "d MMM y", "dd MMMM yyyy", "ddMMMyyyy", "MMM d, y"]))
@settings(max_examples=600, deadline=None)
def test_reads_back_what_babel_formats(date: datetime.date, locale: str, pattern: str) -> None:
    text = format_date(date, pattern, locale=locale.replace("-", "_"))
    assert read_dates(text, locales=[locale])[:1] == (date,), text


@given(DATES, st.sampled_from(LANGUAGES))
@settings(max_examples=300, deadline=None)
def test_reads_back_short_dates(date: datetime.date, locale: str) -> None:
    text = format_date(date, "short", locale=locale.replace("-", "_"))
    today = min(max(date, datetime.date(2000, 1, 1)), datetime.date(2079, 1, 1))
    assert read_dates(text, locales=[locale], today=today)[:1] == (date,), text


@given(DATES, st.sampled_from(["de-DE", "en-GB", "en-US", "fr-FR", "es-ES", "pl-PL"]), st.sampled_from(["medium", "long", "d.M.y", "y-MM-dd"]))
@settings(max_examples=300, deadline=None)
def test_finds_what_babel_formats(date: datetime.date, locale: str, pattern: str) -> None:
    text = format_date(date, pattern, locale=locale.replace("-", "_"))
    line = f"No. 4711 / {text}, due"
    found = [line[start:end] for start, end in find_dates(line, [locale])]
    assert [read_dates(span, locales=[locale])[0] for span in found] == [date], (line, found)


@given(st.one_of(st.text(max_size=70), st.text(alphabet="0123456789./- :OlDecJan'T,", max_size=40)))
@settings(max_examples=800, deadline=None)
def test_any_text_is_taken(text: str) -> None:
    assert all(1990 <= date.year <= 2100 for date in read_dates(text))
    spans = find_dates(text)
    assert all(read_dates(text[start:end]) for start, end in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


LINES = [
    ("Invoice 4711 of 1. Dezember 2025, due 31/12/2025 18:00", ["1. Dezember 2025", "31/12/2025"]),
    ("Invoice Date December 1, 2025 Due Date January 15, 2026", ["December 1, 2025", "January 15, 2026"]),
    ("Date:14/03/201818:32", ["14/03/2018"]),
    ("DATE14/03/2018", ["14/03/2018"]),
    ("01.12.2025-31.12.2025", ["01.12.2025", "31.12.2025"]),
    ("2025-12-01/2025-12-31", ["2025-12-01", "2025-12-31"]),
    ("01.12.2025 - 31.12.2025", ["01.12.2025", "31.12.2025"]),
    ("from 1 to 31 December 2025", ["31 December 2025"]),
    ("15. 12. 2025", ["15. 12. 2025"]),
    ("am 3.4.25, 5 Stk", ["3.4.25"]),
    ("Date 20251201 x", ["20251201"]),
    ("l4/03/2018 x", ["l4/03/2018"]),
    ("IBAN DE89 3704 0044 0532 0130 00", []),
    ("Tel 03-12-345678", []),
    ("Total 1.234,56 12.50", []),
    ("v 1.2.3 192.168.10.12", []),
    ("INV-01-12-2025", []),
    ("31.02.2025", []),
]


@pytest.mark.parametrize(("line", "expected"), LINES)
def test_finds_dates_in_a_line(line: str, expected: list[str]) -> None:
    assert [line[start:end] for start, end in find_dates(line)] == expected
