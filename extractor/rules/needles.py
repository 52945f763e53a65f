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
LONGEST_PART = 6
"""Bytes of a needle that is chosen: longer ones are hardly rarer, and each length is one more look-up at every place of a page."""
WIDTHS = (1, 2, 4, 8, 16)
"""Within how many bytes before or after a needle pairs are compared, too."""
SHIFT = 58
SPREAD = 0x9E3779B97F4A7C15
"""Multiplier that spreads numbers over their upper bits (D. Knuth, The Art of Computer Programming, vol. 3, section 6.4)."""
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_ALL_BITS = (1 << 64) - 1
_LETTER_WORTH = 9
"""How many times rarer a needle gets with each further byte, as far as choosing between needles goes."""


class Surroundings(NamedTuple):
    """What stands on one side of a needle. next, far: the 8 bytes next to it and the 8 beyond as numbers, zeros where the clue has none.

    pairs: a bit of 64 for each two bytes in a row (see `pair_bit`). reach: the number of the width (see `WIDTHS`) within which
    they stand on a page in spite of errors. errors: how many there may be.
    """

    next: int
    far: int
    pairs: int
    reach: int
    errors: int


class Needle(NamedTuple):
    """Bytes that stand on a page. key: the bytes as a number, the first one lowest; length: how many.

    before, after: what stands around them in the clue.
    """

    key: int
    length: int
    before: Surroundings
    after: Surroundings


def pair_bit(pair: int) -> int:
    """The bit, of 64, that stands for two bytes in a row. pair: the bytes as a number, the first one lower."""
    return 1 << (((pair * SPREAD) & _ALL_BITS) >> SHIFT)


def data_of(text: str) -> bytes:
    """A folded text, one byte a character, so that an error is one byte's. Characters beyond ASCII share the upper half.

    A dotless `ı` counts as `i`, which regexes that ignore case take it for.
    """
    return text.encode("ascii") if text.isascii() else _BEYOND_ASCII.sub(_byte, text).encode("latin-1")


def _byte(found: re.Match[str]) -> str:
    return "l" if found.group() == "ı" else chr(0x80 | ord(found.group()) % 0x7F)


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

    def _cost(self, part: bytes) -> float:
        """How often a part is met by chance, in units of their own: by its length, and by the files that have it as well."""
        return (self._files[_number(part)] + 1) * float(_LETTER_WORTH) ** -len(part)


def _needle(data: bytes, start: int, end: int, before: int, after: int) -> Needle:
    """The needle from start to end of a text, with so many errors before and after it."""
    first, last = max(0, start - WIDTHS[-1] + before), min(end + WIDTHS[-1] - after, len(data))  # what is inserted on the page moves the rest away
    left, right = data[max(0, start - 16) : start].rjust(16, b"\0"), data[end : end + 16]
    ahead = Surroundings(_number(left[8:]), _number(left[:8]), _pairs(data, range(first, start)), _reach(start - first, before), before)
    behind = Surroundings(_number(right[:8]), _number(right[8:]), _pairs(data, range(end - 1, last - 1)), _reach(last - end, after), after)
    return Needle(_number(data[start:end]), end - start, ahead, behind)


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _pairs(data: bytes, starts: Iterable[int]) -> int:
    """The bits of the pairs that start there; one of them reaches into the needle."""
    bits = 0
    for start in starts:
        bits |= pair_bit(_number(data[start : start + 2]))
    return bits


def _reach(length: int, errors: int) -> int:
    return next(number for number, width in enumerate(WIDTHS) if width >= min(length + errors, WIDTHS[-1]))
