"""Owns the way of a regex from invoice2data, which compiles with `re`, to rule files, which compile with the `regex` module.

What differs: rule files let `^` and `$` match at every line; the `regex` module takes `{e}`, `{i}`, `{d}`, `{s}` for fuzzy
matching. A field's regex may have one group, which rule files call `value`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping

import regex

from extractor.rules.patterns import compiled

_FLAGS = re.compile(r"\(\?[aiLmsux]+\)")
_FUZZY = re.compile(r"(?<!\\)\{(?=[idse](?:[<=}+,]|$))")
_ANCHOR = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?P<anchor>[\^$])", re.DOTALL)
_NAMED = re.compile(r"\(\?P<(\w+)>")


class BadRegex(Exception):
    """A regex that invoice2data cannot run either, or that means nothing to it."""


def carried_regex(text: str, *, by_line: bool = False) -> str:
    """The same regex for a rule file. by_line: it only ever sees one line. Raises BadRegex.

    >>> carried_regex("^Total (\\\\d+)$"), carried_regex("^Total", by_line=True), carried_regex("(?i)end$")
    ('(?-m:^Total (\\\\d+)$)', '^Total', '(?i)(?-m:end$)')
    """
    _compile(text)
    flags = match.group() if (match := _FLAGS.match(text)) else ""
    body = _FUZZY.sub(r"\\{", text[len(flags) :])
    anchored = any(found["anchor"] for found in _ANCHOR.finditer(body))
    result = flags + (f"(?-m:{body})" if anchored and not by_line and "m" not in flags else body)
    if not result.strip():
        result = "".join(f"\\x{ord(character):02x}" for character in result)  # a rule file has no regex of spaces alone
    try:
        compiled(result)
    except regex.error as error:
        raise BadRegex(f"the regex module does not take it: {error}") from None
    return result


def field_regex(text: str) -> str:
    """The regex of a field, whose one group (or all of it) is the value. Raises BadRegex.

    >>> field_regex("No (?P<number>[0-9]+)")
    'No (?P<value>[0-9]+)'
    """
    pattern = _compile(text)
    if pattern.groups > 1:
        raise BadRegex(f"it has {pattern.groups} groups, and invoice2data takes no value from a regex with more than one; write (?:...) for the others")
    return carried_regex(renamed(text, dict.fromkeys(pattern.groupindex, "value")))


def renamed(text: str, names: Mapping[str, str | None]) -> str:
    """The regex with its groups renamed; a group whose new name is None keeps its parentheses alone.

    >>> renamed("(?P<a>x)(?P<b>y)(?P<c>z)", {"a": "code", "b": None})
    '(?P<code>x)(y)(?P<c>z)'
    """
    text = _NAMED.sub(lambda match: "(" if (name := names.get(match[1], match[1])) is None else f"(?P<{name}>", text)
    return re.sub(r"\(\?P=(\w+)\)", lambda match: f"(?P={names.get(match[1]) or match[1]})", text)


def group_names(text: str) -> tuple[str, ...]:
    """The named groups of a regex, in order. Raises BadRegex."""
    return tuple(_compile(text).groupindex)


def replacement_fits(pattern: str, replacement: str) -> bool:
    """Whether a replacement names only groups that its regex has."""
    try:
        re._parser.parse_template(replacement, re.compile(pattern))  # type: ignore[attr-defined]
    except (re.error, IndexError):
        return False
    return True


def _compile(text: str) -> re.Pattern[str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise BadRegex(f"this regex is not valid: {error}") from None
