"""Regexes of rule files run under a time limit that names the rule."""

from __future__ import annotations

import pytest
import regex

from extractor.errors import RuleTimeout
from extractor.rules.patterns import find_all, matches_whole, replace_all, value_span

HOSTILE = r"(?:(?:a|aa)+)+$(?<=b)"
TEXT = "a" * 400 + "!"


@pytest.mark.parametrize(
    "call",
    [
        lambda: find_all(HOSTILE, TEXT, "acme/number", seconds=0.05),
        lambda: matches_whole(HOSTILE, TEXT, "acme/number", seconds=0.05),
        lambda: replace_all(HOSTILE, "", TEXT, "acme/number", seconds=0.05),
    ],
    ids=["find_all", "matches_whole", "replace_all"],
)
def test_a_regex_that_overruns_is_named(call):
    with pytest.raises(RuleTimeout, match="'acme/number'"):
        call()


def test_the_time_limit_holds_for_all_matches_together():
    with pytest.raises(RuleTimeout):
        find_all(r"x|(?:(?:a|aa)+)+(?<=b)", "x" + TEXT, "demo", seconds=0.05)


def test_line_anchors_hold_at_every_line():
    assert [match.group() for match in find_all(r"^\w+$", "one\ntwo three\nfour", "demo")] == ["one", "four"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"No (?P<value>\d+) of (?P<other>\d+)", "17"),
        (r"No (\d+)", "17"),
        (r"No (\d+) of (\d+)", "No 17 of 20"),
        (r"No (?P<other>\d+)", "No 17"),
        (r"No \d+", "No 17"),
    ],
)
def test_the_value_is_the_group_of_that_name_or_the_only_one_or_the_match(pattern, expected):
    text = "No 17 of 20"
    start, end = value_span(regex.search(pattern, text))
    assert text[start:end] == expected


def test_replacements_may_refer_to_groups():
    assert replace_all(r"(\d+)/(\d+)", r"\2-\1", "17/2024", "demo") == "2024-17"


def test_a_pattern_must_match_the_whole_text():
    assert matches_whole(r"\d+", "4711", "demo")
    assert not matches_whole(r"\d+", "4711 x", "demo")
