"""Owns rules led by a regex: where they search, and how several matches become one value."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import regex

from extractor.errors import RuleTimeout
from extractor.geometry import union
from extractor.invoice.dates import read_dates
from extractor.invoice.writing import Writing
from extractor.layout import Layout, PageLayout
from extractor.rules.candidate import Candidate
from extractor.rules.model import Rule
from extractor.rules.patterns import find_all, find_first, replace_all, value_span
from extractor.rules.views import Part, SearchText, allows_page, page_text, search_text, zone_fit

MAX_SECONDS = 5.0
"""Time limit of a regex that is searched line by line, on all lines together."""


def search(rule: Rule, layout: Layout, locales: Sequence[str] = ()) -> list[Candidate]:
    """The candidates of a rule that is led by regexes. Raises RuleTimeout."""
    if rule.view is None:
        return search_pages([(rule, page) for page in layout.pages if allows_page(rule.page, page, layout.pages)], locales)
    return _combined([(rule, search_text(layout, rule.view, rule.zone, rule.page))], locales)


def search_pages(pages: Sequence[tuple[Rule, PageLayout]], locales: Sequence[str] = ()) -> list[Candidate]:
    """The same line by line on some pages, each with the rule as it is there. Raises RuleTimeout."""
    return _combined([(rule, page_text(page)) for rule, page in pages], locales)


def _combined(texts: Sequence[tuple[Rule, SearchText]], locales: Sequence[str]) -> list[Candidate]:
    found = [rewritten(rule.replace, candidate) for rule, text in texts for pattern in rule.regex for candidate in _matches(rule, pattern, text)]
    combine = _GROUPS.get(texts[0][0].group or "") if texts else None
    return combine(texts[0][0], found, tuple(locales)) if combine and found else found


def _matches(rule: Rule, pattern: str, text: SearchText) -> Iterator[Candidate]:
    for offset, match in _found(rule, pattern, text.text):
        start, end = value_span(match)
        parts = text.locate(start + offset, end + offset)
        if start < end and parts:
            page = parts[0][0]
            box = union(line.box_of(span.start, span.end) for each, line, span in parts if each is page)
            inside = 1.0 if rule.view is not None else zone_fit(rule.zone, page, box, strict=rule.strict)
            if inside:
                found = candidate_of(rule, match.string[start:end], parts)
                yield found if inside == 1.0 else replace(found, fit=found.fit * inside)


def _found(rule: Rule, pattern: str, text: str) -> Iterator[tuple[int, regex.Match[str]]]:
    """Matches, each with where the text that it was found in begins."""
    if rule.between is None:
        yield from ((0, match) for match in find_all(pattern, text, rule.id))
        return
    start = find_first(rule.between[0], text, rule.id)
    end = find_first(rule.between[1], text[start.end() :], rule.id) if start else None
    if start is None or end is None:
        return
    offset = start.end()
    until = time.monotonic() + MAX_SECONDS
    for line in text[offset : offset + end.start()].split("\n"):
        match = find_first(pattern, line, rule.id)
        if time.monotonic() > until:
            raise RuleTimeout(f"the regex of rule {rule.id!r} ran longer than {MAX_SECONDS:g} s on all lines and was stopped")
        if match:
            yield offset, match
        offset += len(line) + 1


def candidate_of(rule: Rule, text: str, parts: Sequence[Part]) -> Candidate:
    """A candidate for a text that was found, with the first of its pages as its place."""
    page = parts[0][0]
    known = [c for _, line, span in parts if (c := line.confidence_of(span.start, span.end)) is not None]
    return Candidate(
        field=rule.field,
        kind=rule.kind,
        text=(rule.value or text).strip(),
        rule_id=rule.id,
        fit=rule.weight,
        page=page.number,
        bounds=page.bounds(union([line.box_of(span.start, span.end) for each, line, span in parts if each is page])),
        ocr=min(known, default=None),
        context=parts[0][1].text,
        inherited=rule.inherited,
        writing=rule.writing,
    )


def rewritten(pairs: Sequence[tuple[str, str]], candidate: Candidate) -> Candidate:
    """The candidate with the replacements done in its text. Raises RuleTimeout."""
    text = candidate.text
    for pattern, replacement in pairs:
        text = replace_all(pattern, replacement, text, candidate.rule_id)
    return candidate if text == candidate.text else replace(candidate, text=text)


Combine = Callable[[Rule, list[Candidate], tuple[str, ...]], list[Candidate]]


def _join(rule: Rule, found: list[Candidate], locales: tuple[str, ...]) -> list[Candidate]:
    return [_merged(found, rule.join.join(candidate.text for candidate in found), rule.writing)]


def _sum(rule: Rule, found: list[Candidate], locales: tuple[str, ...]) -> list[Candidate]:
    values = [(value, candidate) for candidate in found if isinstance(value := _value(candidate, locales), Decimal)]
    total = sum((value for value, _ in values), Decimal(0))
    return [_merged([candidate for _, candidate in values], f"{total:f}", Writing("."))] if values else []


def _extreme(choose: Callable[..., Any]) -> Combine:
    def combine(rule: Rule, found: list[Candidate], locales: tuple[str, ...]) -> list[Candidate]:
        values = [(value, candidate) for candidate in found if (value := _value(candidate, locales)) is not None]
        return [choose(values, key=lambda pair: pair[0])[1]] if values else []

    return combine


def _value(candidate: Candidate, locales: tuple[str, ...]) -> Any:
    """What a candidate is compared and added up by: a date, or a number other than zero."""
    writing = candidate.writing or Writing()
    if candidate.kind == "date":
        return writing.date(candidate.text) or next(iter(read_dates(candidate.text, locales=writing.locales or locales)), None)
    return writing.amount(candidate.text.removesuffix("%"), locales) or None


def _merged(found: Sequence[Candidate], text: str, writing: Writing | None) -> Candidate:
    first = found[0]
    places = [candidate.bounds for candidate in found if candidate.page == first.page and candidate.bounds]
    known = [candidate.ocr for candidate in found if candidate.ocr is not None]
    return replace(first, text=text, bounds=union(places), ocr=min(known, default=None), writing=writing)


_GROUPS: dict[str, Combine] = {
    "first": lambda rule, found, locales: found[:1],
    "last": lambda rule, found, locales: found[-1:],
    "sum": _sum,
    "min": _extreme(min),
    "max": _extreme(max),
    "join": _join,
}
"""How matches become one candidate; `list` keeps all (see `blocks`)."""
