r"""Owns what all matches of a regex contain, as far as that shows without knowing all of a regex's language.

What it does not know for certain it gives up on: a regex without literals is merely tried on every page. White space and
punctuation count for nothing in folded texts (see `labels.fold`), so that `ACME\s+Supplies` is one run of letters.
"""

from __future__ import annotations

import re

from extractor.rules.labels import folded_text

_FLAGS = re.compile(r"\(\?[ims]+\)")
_ATOM = re.compile(
    r"""(?P<anchor> \^ | \$ | \\[bBAZ] )
    | (?P<space> \\[sntrfv] )
    | (?P<class> \\[dDwWS] | \. )
    | (?P<set> \[ \^? \]? (?: \\[^\w\[\]] | \\[dDwWsS] | [^\]\\\[] )* \] )
    | (?P<open> \( (?: \?: | \?P<\w+> )? (?!\?) )
    | (?P<close> \) )
    | (?P<either> \| )
    | (?P<letter> \\[^\w\s] | [^\\\[\](){}*+?|^$.] )""",
    re.VERBOSE,
)
_REPEAT = re.compile(r"(?P<least> [*?] | \+ | \{ (?P<count> \d* ) (?:,\d*)? \} ) [?+]?", re.VERBOSE)
_BLANK_SET = re.compile(r"\[ -? (?: \\s | \\?[^\w\s\\^-] | \\- | [ ] )* -? \]", re.VERBOSE)


_ANYTHING = [""] * 2
"""The runs of what may be anything: none, and what stands before is apart from what stands behind."""


class _Unclear(Exception):
    """The regex says something that is not read here."""


def required_texts(pattern: str) -> list[str] | None:
    r"""Folded texts one of which is in the folded text of whatever the regex matches; None where that cannot be told.

    >>> required_texts(r"(?i)acme[-.]supplies\.example"), required_texts(r"ACME\s+(?:Ltd|Limited)?"), required_texts(r"Foo\d|Bar+")
    (['acmesuppllesexample'], ['acme'], ['foo', 'bar'])
    >>> required_texts(r"\d{8}"), required_texts(r"(?<=No )x")
    (None, None)
    """
    flags = _FLAGS.match(pattern)
    try:
        branches = _Reader(pattern, flags.end() if flags else 0).branches()
    except _Unclear:
        return None
    texts = [max(runs, key=len) for runs in branches]
    return texts if all(texts) else None


class _Reader:
    """Reads a regex from a position on, atom by atom."""

    def __init__(self, pattern: str, position: int) -> None:
        self._pattern = pattern
        self._position = position

    def branches(self) -> list[list[str]]:
        """The runs of characters that each branch of the whole regex contains. Raises _Unclear."""
        found = self._branches()
        if self._position < len(self._pattern):
            raise _Unclear
        return found

    def _branches(self) -> list[list[str]]:
        found = [self._sequence()]
        while self._pattern.startswith("|", self._position):
            self._position += 1
            found.append(self._sequence())
        return found

    def _sequence(self) -> list[str]:
        """The runs of one branch, up to `|`, `)` or the end."""
        runs = [""]
        while self._position < len(self._pattern) and self._pattern[self._position] not in "|)":
            atom = _ATOM.match(self._pattern, self._position)
            if atom is None:
                raise _Unclear
            self._position = atom.end()
            inner = self._group() if atom.lastgroup == "open" else _runs(atom)
            least, once = (1, True) if atom.lastgroup == "anchor" else self._repeat()
            if inner == [""]:
                continue  # white space, punctuation and anchors: nothing of them is left in a folded text
            if least:
                runs = [*runs[:-1], runs[-1] + inner[0], *inner[1:]]
            if not (least and once):
                runs.append("")
        return runs

    def _group(self) -> list[str]:
        found = self._branches()
        if not self._pattern.startswith(")", self._position):
            raise _Unclear
        self._position += 1
        return found[0] if len(found) == 1 else _ANYTHING

    def _repeat(self) -> tuple[int, bool]:
        """How often the atom before stands there at least (0 or more), and whether exactly once."""
        repeat = _REPEAT.match(self._pattern, self._position)
        if repeat is None:
            return 1, True
        self._position = repeat.end()
        if repeat["least"] == "{}":
            raise _Unclear
        return (int(repeat["count"] or 0), False) if repeat["least"].startswith("{") else (int(repeat["least"] == "+"), False)


def _runs(atom: re.Match[str]) -> list[str]:
    """The runs of an atom that is no group."""
    if atom.lastgroup == "letter":
        return [folded_text(atom.group()[-1])]
    return _ANYTHING if atom.lastgroup == "class" or (atom.lastgroup == "set" and not _BLANK_SET.fullmatch(atom.group())) else [""]
