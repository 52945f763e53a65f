"""Owns where values of each kind stand in a piece of text: one finder per kind of field, in one table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import regex

from extractor.invoice import amounts, dates, identifiers
from extractor.invoice.names import name_span

Spans = list[tuple[int, int]]

MIN_VAT_DIGITS = 5
"""What has fewer digits is words in capitals, not a misread VAT identifier."""
MIN_IBAN = 15
"""The shortest account; VAT identifiers are shorter."""

_TOKEN = regex.compile(r"[\p{L}\p{N}#](?:[\p{L}\p{N}/._\-#+*&]*[\p{L}\p{N}])?")
_BIC = regex.compile(r"\b[A-Z]{4}\s?[A-Z]{2}\s?[A-Z0-9]{2}\s?(?:[A-Z0-9]{3})?\b")
_VAT_ID = regex.compile(r"\b[A-Z]{2}[\s.]?(?=[A-Z]{0,2}[\s.-]?\d)[A-Z0-9](?:[\s.\-]?[A-Z0-9]){6,13}\b")
_IBAN = regex.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{1,4}){4,8}(?!\w)")
_PERCENT = regex.compile(r"\d{1,2}(?:[.,]\d{1,3})?\s?%")
_CURRENCY = regex.compile(r"\b[A-Z]{3}\b|[A-Z]{0,3}\p{Sc}|\bRM\b|\bFr\.")
COUNT_DIGITS = 2
"""So many digits alone, with words behind them, are a count or a code."""
_WORD = regex.compile(r"\p{Ll}{2}")
_PART_OF_LAW = regex.compile(
    r"(?i)(?:§|\b(?:nr|no|n°|artt?|arts|ust|abs|par|sec|pkt)\.?|\b(?:art[íi]culos?|articol[oi]|artigos?|articles?|artyku\p{L}+|comm[ai]|section|paragraph))\s*$"
)
_NUMBER = regex.compile(r"[-\u2212]?\d[\d.,' \u2019]*")
_MORE_DIGITS = regex.compile(r"(?: \d{2,6}(?![\w.,/-]\w))+(?!\w)")
_YEAR_AND_COUNT = regex.compile(r"\b\d{1,4} [/-] \d{1,6}(?![\p{L}\d]|[.,/-]\d)")
_TERM_OF_NORM = regex.compile(r"B[TG]-\d{1,3}")
"""Forms made of e-invoices print the name of each field's term in EN 16931 beside its label: `Invoice number (BT-1)`."""
_MASKED = regex.compile(r"[ .-]?[*•]")
MIN_GROUPED = 9
"""Figures printed in groups of two and more belong together where they have at least this many digits in all, or all groups have three."""


def find_values(text: str, kind: str, locales: Sequence[str]) -> Spans:
    """Where values of a kind stand in a text, best or first ones first.

    >>> find_values("INV 2024-7 of today", "identifier", ())
    [(0, 10), (4, 10)]
    >>> find_values("  anything at all ", "text", ())
    [(2, 17)]
    """
    return _FINDERS[kind](text, locales)


def _amounts(text: str, locales: Sequence[str]) -> Spans:
    """Amounts from right to left: a line of figures ends with the one that its label means.

    A number of digits alone is none in a sentence, behind the word for a part of a law, or where it counts or numbers
    what follows (`9 - free of charge`, `30 days`).

    >>> _amounts("500 EUR", ()), _amounts("exempt by art. 20", ()), _amounts("paid within 30 days", ())
    ([(0, 7)], [], [])
    """
    found = amounts.find_amounts(text, bare_integers=True)
    return sorted((span for span in found if not (text[slice(*span)].isdigit() and _is_count(text, *span))), reverse=True)


def _is_count(text: str, start: int, end: int) -> bool:
    if _WORD.search(text, end) is None:
        return _PART_OF_LAW.search(text, 0, start) is not None
    return end - start <= COUNT_DIGITS or _WORD.search(text, 0, start) is not None or _PART_OF_LAW.search(text, 0, start) is not None


def _dates(text: str, locales: Sequence[str]) -> Spans:
    return list(dates.find_dates(text, locales))


def _identifiers(text: str, locales: Sequence[str]) -> Spans:
    """Tokens with a digit; a short word in capitals before one may belong to it, as in `RE 2024-7`, and groups of digits after it, as in `51 824 753 556`."""
    tokens = [match.span() for match in _TOKEN.finditer(text)]
    spans: Spans = []
    for i, (first, end) in enumerate(tokens):
        if not any(c.isdigit() for c in text[first:end]) or _TERM_OF_NORM.fullmatch(text, first, end):
            continue
        before = tokens[i - 1] if i else (0, 0)
        start = before[0] if before[1] + 1 == first and regex.fullmatch(r"\p{Lu}{1,4}", text[slice(*before)]) else first
        grouped = _end_of_groups(text, start, end)
        spans += dict.fromkeys([(start, grouped), (start, end), (first, end)])
    return spans


def _end_of_groups(text: str, start: int, end: int) -> int:
    """Where groups of digits end that go on after a token, or the count after a year (`2024 / 17`); its own end where none do."""
    counted = _YEAR_AND_COUNT.match(text, max(start, text.rfind(" ", start, end) + 1))
    if counted is not None:
        return counted.end()
    more = _MORE_DIGITS.match(text, end) if text[end - 1].isdigit() else None
    if more is None:
        return end
    digits, shortest = sum(c.isdigit() for c in text[start : more.end()]), min(len(group) for group in more.group().split())
    return more.end() if digits >= MIN_GROUPED or shortest >= 3 else end


def _whole(text: str, locales: Sequence[str]) -> Spans:
    stripped = text.strip()
    start = len(text) - len(text.lstrip())
    return [(start, start + len(stripped))] if stripped else []


def _names(text: str, locales: Sequence[str]) -> Spans:
    span = name_span(text)
    return [] if span is None else [span]


def _ibans(text: str, locales: Sequence[str]) -> Spans:
    """Those of the length that their country has; elsewhere whatever has the form of one, since a misread one must not get lost.

    One whose last digits are masked (`ES00 1234 56** ****`) is none.
    """
    found = identifiers.find_ibans(text, repair=True, checked=False) or [match.span() for match in _IBAN.finditer(text)]
    return [span for span in found if not _MASKED.match(text, span[1])]


def _vat_ids(text: str, locales: Sequence[str]) -> Spans:
    """Valid ones first; elsewhere whatever has the form of one, since a misread one must not get lost. Accounts look like them."""
    valid = [(start, end) for start, end, _ in identifiers.find_vat_ids(text)]
    formed = [match.span() for match in _VAT_ID.finditer(text) if sum(c.isdigit() for c in match[0]) >= MIN_VAT_DIGITS]
    taken = valid + [match.span() for match in _IBAN.finditer(text) if sum(c.isalnum() for c in match[0]) >= MIN_IBAN]
    return valid + [(start, end) for start, end in formed if all(end <= first or start >= last for first, last in taken)]


def _pattern(pattern: regex.Pattern[str]) -> Callable[[str, Sequence[str]], Spans]:
    return lambda text, locales: [match.span() for match in pattern.finditer(text)]


_FINDERS: dict[str, Callable[[str, Sequence[str]], Spans]] = {
    "amount": _amounts,
    "date": _dates,
    "identifier": _identifiers,
    "text": _whole,
    "name": _names,
    "address": _whole,
    "kind": _whole,
    "percent": _pattern(_PERCENT),
    "quantity": _pattern(_NUMBER),
    "currency": _pattern(_CURRENCY),
    "iban": _ibans,
    "bic": _pattern(_BIC),
    "vat_id": _vat_ids,
}
