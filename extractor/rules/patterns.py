"""Owns how regexes of rule files run: compiled once, each call under a time limit."""

from __future__ import annotations

from functools import lru_cache

import regex

from extractor.errors import RuleTimeout

SECONDS = 0.5
"""Time limit of one regex on one text."""


@lru_cache(maxsize=20_000)
def compiled(pattern: str) -> regex.Pattern[str]:
    """The pattern as the `regex` module compiles it; `^` and `$` match at every line."""
    return regex.compile(pattern, regex.MULTILINE)


def find_all(pattern: str, text: str, owner: str, seconds: float = SECONDS) -> list[regex.Match[str]]:
    """All matches of `pattern` in `text`. Raises RuleTimeout that names `owner`.

    >>> [match.group() for match in find_all("[0-9]+", "a 12 b 3", "demo")]
    ['12', '3']
    """
    try:
        return list(compiled(pattern).finditer(text, timeout=seconds))
    except TimeoutError:
        raise _overrun(owner, seconds) from None


def find_first(pattern: str, text: str, owner: str, seconds: float = SECONDS) -> regex.Match[str] | None:
    """The first match of `pattern` in `text`. Raises RuleTimeout that names `owner`."""
    try:
        return compiled(pattern).search(text, timeout=seconds)
    except TimeoutError:
        raise _overrun(owner, seconds) from None


def matches_whole(pattern: str, text: str, owner: str, seconds: float = SECONDS) -> bool:
    """Whether `pattern` matches `text` from end to end. Raises RuleTimeout that names `owner`."""
    try:
        return compiled(pattern).fullmatch(text, timeout=seconds) is not None
    except TimeoutError:
        raise _overrun(owner, seconds) from None


def replace_all(pattern: str, replacement: str, text: str, owner: str, seconds: float = SECONDS) -> str:
    """`text` with every match of `pattern` replaced. Raises RuleTimeout that names `owner`."""
    try:
        return compiled(pattern).sub(replacement, text, timeout=seconds)
    except TimeoutError:
        raise _overrun(owner, seconds) from None


def value_span(match: regex.Match[str]) -> tuple[int, int]:
    """Where the value stands in a match: its group `value`, else its only group, else all of it.

    >>> value_span(regex.search("No (?P<value>[0-9]+)", "No 17"))
    (3, 5)
    """
    groups = match.re.groupindex
    if "value" in groups:
        return match.span("value")
    return match.span(1) if match.re.groups == 1 and not groups else match.span()


def _overrun(owner: str, seconds: float) -> RuleTimeout:
    return RuleTimeout(f"the regex of rule {owner!r} ran longer than {seconds:g} s and was stopped")
