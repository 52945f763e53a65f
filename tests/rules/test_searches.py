"""Rules led by a regex: what they search, and how several matches become one value."""

from __future__ import annotations

import pytest

from extractor.layout import lay_out
from extractor.ocr.typed import typed_pages
from extractor.rules.candidate import Candidate
from extractor.rules.compile import compile_text
from extractor.rules.match import Matcher

PAGE = """\
Kestrel Ferry Works
Route          Date          Fare
Saltmouth      03.02.2025    1.200,50
Gull Point     01.02.2025      800,00
Saltmouth      09.02.2025        0,00
End of routes
Saltmouth      01.01.2020    9.999,99
"""


def found(rules: str, text: str = PAGE) -> list[Candidate]:
    file, issues = compile_text(f"format: 1\n{rules}")
    assert issues == []
    assert file is not None
    return list(Matcher(file.rule_set).match(lay_out(typed_pages(text))).candidates)


def texts(rules: str, text: str = PAGE) -> list[str]:
    return [candidate.text for candidate in found(rules, text)]


FARES = r"regex: '[A-Z][a-z]+ .*\d{4}\s+(\d\S+)', between: {start: 'Route.*', end: End}, view: layout, decimal: ','"


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("", ["1.200,50", "800,00", "0,00"]),
        (", group: first", ["1.200,50"]),
        (", group: last", ["0,00"]),
        (", group: sum", ["2000.50"]),
        (", group: min", ["800,00"]),
        (", group: max", ["1.200,50"]),
        (", group: join", ["1.200,50 800,00 0,00"]),
        (", group: join, join: ' + '", ["1.200,50 + 800,00 + 0,00"]),
    ],
)
def test_groups(group: str, expected: list[str]) -> None:
    assert texts(f"fields: {{total: {{{FARES}{group}}}}}") == expected


@pytest.mark.parametrize(("group", "expected"), [("min", "01.02.2025"), ("max", "09.02.2025")])
def test_dates_are_compared_as_dates(group: str, expected: str) -> None:
    rule = r"regex: '\d\d\.\d\d\.2025', date_format: '%d.%m.%Y'"
    assert texts(f"fields: {{date: {{{rule}, group: {group}}}}}") == [expected]


def test_a_sum_has_bounds_around_all_its_parts() -> None:
    (candidate,) = found(f"fields: {{total: {{{FARES}, group: sum}}}}")
    assert candidate.bounds is not None
    assert (candidate.bounds.y, candidate.bounds.height) == (144, 54)


def test_regexes_are_tried_in_their_order() -> None:
    assert texts("fields: {number: {regex: [Gull Point, Kestrel], group: first}}") == ["Gull Point"]


def test_a_list_is_no_candidate() -> None:
    assert texts("extra: {stops: {type: text, regex: 'Saltmouth|Gull Point', group: list}}") == []


def test_between_searches_each_line_once_and_nothing_outside() -> None:
    rule = r"{regex: '\d', between: {start: Route, end: End}, view: layout}"
    assert texts(f"fields: {{number: {rule}}}") == ["0", "0", "0"]
    assert texts(r"fields: {number: {regex: '\d', between: {start: Nowhere, end: End}}}") == []


def test_the_layout_view_keeps_columns_where_the_lines_of_the_page_do_not() -> None:
    assert texts("fields: {number: {regex: 'Gull Point {5}(?P<value>01)', view: layout}}") == ["01"]
    assert texts("fields: {number: {regex: 'Gull Point {5}(?P<value>01)'}}") == []
    assert texts("view: layout\nfields: {number: {regex: 'Gull Point {5}(?P<value>01)', view: lines}}") == []
    assert texts("view: layout\nfields: {number: {regex: 'Gull Point {5}(?P<value>01)'}}") == ["01"]


def test_replacements_come_before_the_sum() -> None:
    rule = r"{regex: '\d\d:\d\d', group: sum, decimal: '.', replace: {regex: ':', with: '.'}}"
    assert texts(f"fields: {{total: {rule}}}", "10:20\n11:30\n") == ["21.50"]


def test_a_constant_stands_where_the_regex_does() -> None:
    (candidate,) = found("fields: {kind: {regex: Kestrel, value: receipt, view: layout}}")
    assert (candidate.text, candidate.page) == ("receipt", 1)
