"""Owns how dates are printed, read, and found in a running line.

`03/04/2025` is the third of April or the fourth of March: where a text has several readings, all are given, the likeliest first.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from extractor.invoice.characters import CONFUSED_DIGITS, as_digits, plain
from extractor.invoice.locales import as_names, date_order
from extractor.invoice.month_dates import WORD, confused_words, is_passed_over, read_named_month

FIRST_YEAR, LAST_YEAR = 1990, 2100
"""Dates outside these years are no dates of invoices."""

YEARS_AHEAD = 20
"""Years of two digits are read as at most this far ahead of today, else as of the century before."""

MAX_LENGTH = 60
"""Longer texts are no dates."""

_HALF_DAY = r"(?: ?[ap]\.? ?m\.?| ?Uhr| ?hrs?| ?h)"
_ZONE = r"(?: ?(?:Z|UTC|GMT))?(?: ?[+-]\d\d:?\d\d)?"
_CLOCK = rf"\d{{1,2}} ?[:h] ?[0-5]\d(?: ?: ?[0-5]\d(?:[.,]\d+)?)?{_HALF_DAY}?{_ZONE}"
_TIME_AFTER = re.compile(
    rf"(?:[ ,T]+(?:(?:at|um|à|kl\.?|om|às|alle|-|\() ?)?|(?<=[./-]\d\d)|(?<=[./-]\d{{4}}))(?:{_CLOCK}|\d{{1,2}}\.[0-5]\d ?Uhr)\)?$", re.IGNORECASE
)
_TIME_BEFORE = re.compile(rf"^{_CLOCK}[ ,]+", re.IGNORECASE)
_NUMERIC = re.compile(r"(?:(?P<word>[^\W\d_]{2,12})\.?,? ?)?'?(\d{1,4}) ?([./,-]| ) ?(\d{1,2}) ?([./,-]| ) ?'?(\d{1,4})[.,]?")
_COMPACT = re.compile(r"(?:(\d{2})(\d{2})(\d{4})|(\d{4})(\d{2})(\d{2}))")
_CJK = re.compile(r"(\d{4}) ?[年년] ?(\d{1,2}) ?[月월] ?(\d{1,2}) ?[日일]?(?: ?\(?(?:星期.|[月火水木金土日]曜日|[월화수목금토일]요일)\)?)?")
_ISO_WEEK = re.compile(r"(?:19|20)\d{2}-?W\d{2}(?:-?[1-7])?")
_ONLY_DIGITS_AND_MARKS = re.compile(rf"[\d{re.escape(CONFUSED_DIGITS)} ./,:-]+")


def read_dates(text: str, *, locales: str | Sequence[str] = (), today: datetime.date | None = None) -> tuple[datetime.date, ...]:
    """All readings of one date text, the likeliest first; empty where it is none, or is impossible (31.02.), or before 1990.

    Weekdays before and times after the date are passed over. locales: of the document, the likeliest first; they order the
    readings of numeric dates (day first where nothing is known) and add their month names. today: what years of two digits
    are read against. Raises ExtractorError where a locale is unknown.

    >>> [str(date) for date in read_dates("03/04/2025")], [str(date) for date in read_dates("03/04/2025", locales="en-US")]
    (['2025-04-03', '2025-03-04'], ['2025-03-04', '2025-04-03'])
    >>> [str(date) for date in read_dates("Mo., 1. Dezember 2025 um 18:32 Uhr")]
    ['2025-12-01']
    """
    return _read_dates(text, as_names(locales), today or datetime.date.today())


@lru_cache(maxsize=8192)
def _read_dates(text: str, locales: tuple[str, ...], today: datetime.date) -> tuple[datetime.date, ...]:
    if len(text) > MAX_LENGTH or sum(map(str.isdigit, text)) < 2:
        return ()
    text = " ".join(plain(text).strip(" ,;:()[]*").split())
    readings = _read_clean(text, locales, today)
    if readings:
        return readings
    for form in _confused_forms(text, locales):
        readings = _read_clean(form, locales, today)
        if readings:
            return readings
    return ()


def _read_clean(text: str, locales: tuple[str, ...], today: datetime.date) -> tuple[datetime.date, ...]:
    if ":" in text or "h" in text or "Uhr" in text:
        text = _TIME_BEFORE.sub("", _TIME_AFTER.sub("", text))
    numeric = _NUMERIC.fullmatch(text)
    if numeric:
        word, first, mark, second, other_mark, third = numeric.groups()
        if word and not is_passed_over(word, locales):
            return ()
        return _numeric_dates(first, second, third, mark if mark == other_mark else "", locales, today)
    compact = _COMPACT.fullmatch(text)
    if compact:
        year_first = _numeric_dates(text[:4], text[4:6], text[6:], "", locales, today)
        return year_first or _numeric_dates(text[:2], text[2:4], text[4:], "", locales, today)
    cjk = _CJK.fullmatch(text)
    if cjk:
        return _dates([(cjk[1], cjk[2], cjk[3])], today)
    return _dates(read_named_month(text, locales), today) or _iso_week_date(text)


def _iso_week_date(text: str) -> tuple[datetime.date, ...]:
    """A week date of ISO 8601, as some systems print delivery weeks.

    >>> _iso_week_date("2025-W49-1"), _iso_week_date("2025-W60")
    ((datetime.date(2025, 12, 1),), ())
    """
    if _ISO_WEEK.fullmatch(text) is None:
        return ()
    from dateutil.parser import isoparser

    try:
        return (isoparser().parse_isodate(text),)
    except ValueError:
        return ()


def _numeric_dates(first: str, second: str, third: str, mark: str, locales: tuple[str, ...], today: datetime.date) -> tuple[datetime.date, ...]:
    if len(first) == 4:
        return _dates([(first, second, third)], today) if len(third) <= 2 else ()
    if len(third) not in (2, 4) or len(first) > 2 or (len(third) == 2 and not mark):
        return ()
    orders = [order for order in map(date_order, locales) if order]
    known = [*orders, *(("DMY",) if mark == "." else ("DMY", "MDY"))]
    if mark == ".":
        known.sort(key="MDY".__eq__)  # nobody writes the month first before a full stop, unless the locale allows nothing else
    parts = {"DMY": (third, second, first), "MDY": (third, first, second), "YMD": (first, second, third)}
    if len(third) == 4:
        parts.pop("YMD")
    readings = _dates([parts[order] for order in dict.fromkeys(known) if order in parts], today)
    return readings or _dates([parts[order] for order in ("MDY", "YMD") if order in parts], today)[:1]


def _dates(parts: list[tuple[str, str, str]], today: datetime.date) -> tuple[datetime.date, ...]:
    """The possible dates among (year, month, day), in order, each once."""
    found: dict[datetime.date, None] = {}
    for year, month, day in parts:
        try:
            date = datetime.date(_year(year, today), int(month), int(day))
        except ValueError:
            continue
        if FIRST_YEAR <= date.year <= LAST_YEAR:
            found[date] = None
    return tuple(found)


def _year(digits: str, today: datetime.date) -> int:
    if len(digits) != 2:
        return int(digits)
    year = today.year - today.year % 100 + int(digits)
    return year - 100 if year > today.year + YEARS_AHEAD else year


def _confused_forms(text: str, locales: tuple[str, ...]) -> Iterator[str]:
    """What the text may have been before OCR put in spaces or mistook characters."""
    if _ONLY_DIGITS_AND_MARKS.fullmatch(text):
        letters = sum(map(str.isalpha, text))
        closed = text.replace(" ", "")
        if letters:
            if letters <= sum(map(str.isdigit, text)):
                yield as_digits(text)
                yield as_digits(closed)
        elif closed != text and sum(closed.count(mark) for mark in "./-") == 2:
            yield closed
    else:
        yield from confused_words(text, locales)


_NUMERIC_SPAN = re.compile(
    r"(?:(?<=\d{4}-)|(?<=-\d\d/)|(?<!(?<![^\W\d_])[OolI])(?<!\d[.,/:-])(?<!\w[-/])(?<!\d [./-])(?<!\d))"
    r"(?:\d{4} ?[./-] ?\d{1,2} ?[./-] ?\d{1,2}|\d{1,2} ?(?P<mark>[./-]) ?\d{1,2} ?(?P=mark) ?(?:\d{4}|'?\d{2}))"
    r"(?:(?=\d{1,2}:[0-5]\d)|(?!\d)(?!\.\d)(?!/\d(?!\d{3}-))(?!-\d(?!\d?[./-])))"
)
_COMPACT_SPAN = re.compile(r"(?<![\w./,-])(?:19|20)\d{6}(?![\w/-]|[.,]\d)")
_ORDINAL = r"(?:st|nd|rd|th|er|º|ª|°)?"
_OF = r"(?:(?:de|del|of|d|den) ?)?"
_NAMED_SPAN = re.compile(
    rf"(?<!\d)(?<!\d[.,/-])(?:\d{{1,2}}{_ORDINAL}[ .,/-]{{0,3}}{_OF}{WORD}\.?[ .,/-]{{0,3}}{_OF}'?(?:\d{{4}}|\d{{2}})"
    rf"|(?<![^\W_]){WORD}\.?[ .-]?\d{{1,2}}{_ORDINAL}[ ,.-]{{1,3}}'?\d{{4}}"
    rf"|\d{{4}}\.?[ .-]{{0,2}}{WORD}\.?[ -]{{0,2}}\d{{1,2}}\.?)(?:(?!\d)|(?=\d{{1,2}}:\d\d))(?![.,/]\d)"
)
_MISREAD_SPAN = re.compile(r"(?<![\w./-])(?:[\dOolI]{1,2}([./-])[\dOolI]{1,2}\1(?:[\dOolI]{4}|[\dOolI]{2})|[\dOolI]{4}-[\dOolI]{2}-[\dOolI]{2})(?![\w/-]|\.\w)")


def find_dates(text: str, locales: str | Sequence[str] = ()) -> list[tuple[int, int]]:
    """Where dates stand in a running line, as (start, end), from left to right and without overlap; weekday and time stay outside.

    >>> line = "Invoice 4711 of 1. Dezember 2025, due 31/12/2025 18:00"
    >>> [line[start:end] for start, end in find_dates(line)]
    ['1. Dezember 2025', '31/12/2025']
    """
    line, names = plain(text), as_names(locales)
    spans: list[tuple[int, int]] = []
    for pattern in (_NUMERIC_SPAN, _NAMED_SPAN, _CJK, _COMPACT_SPAN, _MISREAD_SPAN):
        for start, end in _matches(pattern, line):
            taken = any(start < other_end and other_start < end for other_start, other_end in spans)
            if not taken and read_dates(line[start:end], locales=names):
                spans.append((start, end))
    return sorted(spans)


def _matches(pattern: re.Pattern[str], line: str) -> Iterator[tuple[int, int]]:
    """All matches, overlapping ones too: the word before a date may look like the month of another."""
    match = pattern.search(line)
    while match:
        yield match.span()
        match = pattern.search(line, match.start() + 1)
