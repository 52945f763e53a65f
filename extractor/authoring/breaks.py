r"""Owns where a regex gives up on a text: how much of it a match could follow, and what it would go on with there.

Both are told by partial matches of the `regex` module: a text that a match could begin with, if more came behind it.
"""

from __future__ import annotations

import string
import time
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from extractor.rules.patterns import compiled

SECONDS = 0.3
"""Time limit of one search for the place where a regex breaks off."""
FOLLOWED = 4
"""A regex that follows fewer characters of a page is at its beginning anywhere."""
REACH = 200
"""How far from its beginning a match is followed."""
SHOWN = 24
"""So many characters of what comes behind a break are told."""

_SIGNS = " -/.,:;#_+()&%€$"
_GROUPS = (("a digit", string.digits), ("a capital", string.ascii_uppercase), ("a small letter", string.ascii_lowercase))
_STARTS = regex.compile(r"^|(?<![\p{L}\p{N}])[\p{L}\p{N}]|(?<=\s)\S|[^\S\n]+(?=\S)", regex.MULTILINE)


@dataclass(frozen=True, slots=True)
class Break:
    """Where a regex gives up. start: where in the text it begins. taken: what it follows; rest: what comes behind that.

    takes: what it would go on with, in words; empty where that is anything. is_match: whether what it follows is a match by itself.
    """

    start: int
    taken: str
    rest: str
    takes: tuple[str, ...]
    is_match: bool

    @property
    def text(self) -> str:
        """In words, with the regex as subject.

        >>> break_in("RE-[0-9]{4}", "RE-17").text, break_in("[A-Z]{2}-[0-9]+", "RE/17").text
        ("follows all of 'RE-17' and asks for a digit behind it", "follows 'RE' and breaks off before '/17', where it takes '-'")
        """
        rest = self.rest.split("\n")[0][:SHOWN]
        wanted = " or ".join(self.takes)
        if self.is_match:
            why = "no value is part of a longer word or number" if rest[:1].isalnum() else "it must be all there is"
            return f"takes '{self.taken}', but '{rest}' goes on behind it, and {why}"
        if not self.taken:
            return f"does not even begin with '{rest}'" + (f"; it begins with {wanted}" if wanted else "")
        if not rest:
            return f"follows all of '{self.taken}' and " + (f"asks for {wanted} behind it" if wanted else "does not find its end behind it")
        return f"follows '{self.taken}' and breaks off before '{rest}'" + (f", where it takes {wanted}" if wanted else "")


def break_in(pattern: str, value: str) -> Break | None:
    """Where a regex that should match a value gives up, from the word on that it follows furthest; None where that takes too long."""
    try:
        starts = dict.fromkeys([0, *(match.start() for match in regex.finditer(r"\b\w", value))])
        return max((_break_at(pattern, value, start, len(value)) for start in starts), key=lambda found: len(found.taken))
    except TimeoutError:
        return None


def break_on_page(pattern: str, text: str) -> Break | None:
    """Where a regex comes furthest in the text of a page; None where it comes nowhere, or would follow anything.

    >>> found = break_on_page("Invoice No (RE-[0-9]+)", "Hello\\nInvoice No RF-17 of May")
    >>> found.taken, found.rest, found.takes
    ('Invoice No R', 'F-17 of May', ("'E'",))
    """
    until = time.monotonic() + SECONDS
    best = None
    try:
        if _follows(pattern, "\x01" * FOLLOWED, 0, FOLLOWED):
            return None
        for match in _STARTS.finditer(text):
            end = min(len(text), match.start() + REACH)
            needed = match.start() + max(FOLLOWED, len(best.taken) + 1 if best else 0)
            if needed <= end and _follows(pattern, text, match.start(), needed):
                best = _break_at(pattern, text, match.start(), end)
            if time.monotonic() > until:
                break
    except TimeoutError:
        return None
    return best


def _break_at(pattern: str, text: str, start: int, end: int) -> Break:
    """The break of a match that begins at `start`, the text read as if it ended at `end`."""
    low, high = start, end
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _follows(pattern, text, start, middle) else (low, middle - 1)
    is_match = low < end and compiled(pattern).fullmatch(text, start, low, timeout=SECONDS) is not None
    return Break(start, text[start:low], text[low:end], tuple(_takes(pattern, text[:low], start)), is_match)


def _follows(pattern: str, text: str, start: int, end: int) -> bool:
    """Whether a match from `start` on could go on beyond `end`, or end there."""
    return compiled(pattern).fullmatch(text, start, end, partial=True, timeout=SECONDS) is not None


def _takes(pattern: str, before: str, start: int) -> Iterator[str]:
    """The characters with which a regex goes on behind a text, in words; none where every one of them would do."""
    fitting = {sign for sign in string.ascii_letters + string.digits + _SIGNS if _follows(pattern, before + sign, start, len(before) + 1)}
    if len(fitting) == len(string.ascii_letters + string.digits + _SIGNS):
        return
    for name, characters in _GROUPS:
        found = [character for character in characters if character in fitting]
        yield from [name] if len(found) == len(characters) else (f"'{character}'" for character in found[:3])
    yield from ("a space" if sign == " " else f"'{sign}'" for sign in _SIGNS if sign in fitting)
