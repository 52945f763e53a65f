"""Owns what must stand on a page, letter for letter, where a clue is on it: needles, by which an index finds the clues.

A text of which `k` characters may be wrong is told by `k + 1` parts that do not overlap: an error spoils one part at most, so
that one of them stands on the page as it is. Of those that do, one has no more errors before it than parts, which leaves the
last `k - i` for what is behind it, `i` being the number of parts before. A regex is told by a run of characters that all its matches contain. All texts are
folded (see `labels.fold`), as clues and pages are when they are compared.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from extractor.rules.labels import allowed_errors, folded_text
from extractor.rules.literals import required_texts
from extractor.rules.model import Clue, Identify

LONGEST = 8
"""Bytes of a needle: as many as one whole number holds."""
LONGEST_PART = 5
"""Bytes of a needle that is chosen: longer ones are hardly rarer, and each length is one more look-up at every place of a page."""
SHORT = 6
"""Texts of so few characters have parts that are on every page: instead of parts, all that one error can make of them is looked for."""
_RUN = re.compile(rb"[^\0]+")
NEAR = 16
"""How many characters before and after a needle are compared as well."""
_EURO, _ITS_BYTE = "€", "\x80"
_BEYOND_BYTES = re.compile(r"[^\x00-\xff]")
_LETTER_WORTH = 14
"""How many times rarer a needle gets with each further byte, as far as choosing between needles goes."""


class Surroundings(NamedTuple):
    """What stands on one side of a needle. letters: the clue's bytes there, the nearest first, `NEAR` at most; errors: how many there may be."""

    letters: bytes
    errors: int


class Needle(NamedTuple):
    """Bytes that stand on a page. key: the bytes as a number, the first one lowest; length: how many.

    before, after: what stands around them in the clue.
    """

    key: int
    length: int
    before: Surroundings
    after: Surroundings


def data_of(text: str) -> bytes:
    """A folded text, one byte a character, so that an error is one byte's. Characters beyond Latin-1 share the upper half.

    A dotless `ı` counts as `i`, which regexes that ignore case take it for.
    """
    try:
        return text.replace(_EURO, _ITS_BYTE).encode("latin-1")
    except UnicodeEncodeError:
        return _BEYOND_BYTES.sub(_byte, text).encode("latin-1")


def _byte(found: re.Match[str]) -> str:
    character = found.group()
    return "l" if character == "ı" else _ITS_BYTE if character == _EURO else chr(0x80 | ord(character) % 0x7F)


class NeedleChooser:
    """Chooses the needles of one rule file after another so that each needle belongs to few files."""

    def __init__(self, taken: Iterable[int] = ()) -> None:
        """taken: keys of needles that files have already."""
        self._files = Counter(taken)

    def needles(self, identify: Identify) -> tuple[list[Needle], list[Needle]] | None:
        """Needles one of which is on every document that the clues fit, by the text that they stand in: of lines, of the regexes.

        None where nothing must stand on such a document; none at all where no document fits.
        """
        every = [self._of_clue(clue) for clue in identify.all]
        some = [self._of_clue(clue) for clue in identify.any]
        choices = [[found] for found in every if found is not None]
        if some and all(found is not None for found in some):
            choices.append([found for found in some if found is not None])
        if not choices:
            return None
        chosen = min(choices, key=lambda each: sum(cost for _, cost, _ in each))
        found = [(kind, needle) for kind, _, needles in chosen for needle in needles]
        self._files.update(needle.key for _, needle in found)
        return [needle for kind, needle in found if kind != "regex"], [needle for kind, needle in found if kind == "regex"]

    def _of_clue(self, clue: Clue) -> tuple[str, float, list[Needle]] | None:
        """Kind of the clue, how often its needles will be met by chance, and the needles; None where nothing is sure to stand there."""
        if clue.kind == "regex":
            texts = required_texts(clue.text)
            if texts is None:
                return None
        else:
            texts = [text] if (text := folded_text(clue.text)) else []
        parts = [part for text in texts for part in self._parts(text, allowed_errors(len(text)) if clue.kind == "text" else 0)]
        return clue.kind, sum(cost for cost, _ in parts), [needle for _, needle in parts]

    def _parts(self, text: str, errors: int) -> Iterator[tuple[float, Needle]]:
        """The cheapest `errors + 1` parts of a text that do not overlap (dynamic programming over its prefixes)."""
        data = data_of(text)
        if errors == 1 and len(data) <= SHORT:
            yield from self._variants(data)
            return
        parts: list[list[tuple[float, tuple[tuple[int, int], ...]] | None]] = [[(0.0, ())] + [None] * (errors + 1) for _ in range(len(data) + 1)]
        for end in range(1, len(data) + 1):
            costs = [(start, self._cost(data[start:end])) for start in range(max(0, end - LONGEST_PART), end)]
            for count in range(1, errors + 2):
                options = [(before[0] + cost, (*before[1], (start, end))) for start, cost in costs if (before := parts[start][count - 1]) is not None]
                if (without := parts[end - 1][count]) is not None:
                    options.append(without)
                parts[end][count] = min(options, default=None)
        best = parts[len(data)][errors + 1]
        assert best is not None  # a text that may have errors has more characters than parts
        for number, (start, end) in enumerate(best[1]):
            yield self._cost(data[start:end]), _needle(data, start, end, number, errors - number)

    def _variants(self, data: bytes) -> Iterator[tuple[float, Needle]]:
        """A needle of each way in which a text can stand on a page with one error, and what is around the needle to the letter."""
        for variant in _with_one_error(data):
            cost, start, end = min((self._cost(run.group()), *run.span()) for run in _RUN.finditer(variant))
            yield cost, _needle(variant, start, end, 0, 0)

    def _cost(self, part: bytes) -> float:
        """How often a part is met by chance, in units of their own: by its length, and by the files that have it as well."""
        return (self._files[_number(part)] + 1) * float(_LETTER_WORTH) ** -len(part)


def _with_one_error(data: bytes) -> list[bytes]:
    """What a text looks like with one character wrong, missing or added, zero bytes for any; what another one contains is left out."""
    ends, inner = range(1, len(data) - 1), range(2, len(data) - 1)
    missing, wrong = ([data[:place] + other + data[place + 1 :] for place in ends] for other in (b"", b"\0"))
    return list(dict.fromkeys([data[1:], data[:-1], *missing, *wrong, *(data[:place] + b"\0" + data[place:] for place in inner)]))


def _needle(data: bytes, start: int, end: int, before: int, after: int) -> Needle:
    """The needle from start to end of a text, with so many errors before and after it."""
    left, right = data[max(0, start - NEAR) : start][::-1], data[end : end + NEAR]
    return Needle(_number(data[start:end]), end - start, Surroundings(left, before), Surroundings(right, after))


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")
