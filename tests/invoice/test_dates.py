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

from .hard_cases import DATES as HARD_DATES
from .hard_cases import name_of

TODAY = datetime.date(2026, 6, 15)


@pytest.mark.parametrize(("text", "locale", "expected"), HARD_DATES, ids=map(name_of, HARD_DATES))
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


# fmt: off
LANGUAGES = [
    "en-US", "en-GB", "en-IN", "en-AU", "en-ZA", "de-DE", "de-AT", "de-CH", "fr-FR", "fr-CH", "fr-CA", "fr-BE", "es-ES", "es-MX", "es-AR", "it-IT", "it-CH",
    "nl-NL", "nl-BE", "pt-BR", "pt-PT", "pl-PL", "cs-CZ", "da-DK", "sv-SE", "nb-NO", "fi-FI", "hu-HU", "sk-SK", "ro-RO", "hr-HR", "sl-SI", "et-EE", "lv-LV",
    "lt-LT", "tr-TR", "el-GR", "is-IS", "id-ID", "ca-ES", "af-ZA",
]
# fmt: on
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


def test_no_date_is_read_into_the_middle_of_a_period():
    line = "Service for May 1 - May 31, 2023"
    assert [line[start:end] for start, end in find_dates(line, "en")] == ["May 31, 2023"]
