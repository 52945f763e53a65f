"""Owns finding labels on a page: tolerant of OCR errors, white space and case; the longest label wins.

All labels of a rule set compete for the same print, those of other fields, table headers and decoys included. That is
why `Total excl. VAT` never counts as `Total`, and why a rule author writes labels plainly.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache, reduce
from itertools import pairwise
from operator import or_

import regex

from extractor.layout import Line, PageLayout, Span
from extractor.record import record

_KEPT = frozenset("#%°$€£&")
# Characters that OCR takes for one another, brought to one of them.
_CONFUSED = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "5": "s", "8": "b"})
ERROR_COST = 3
"""How many characters longer a label must be for each of its errors to win over another one in the same print."""
LONGEST_PREFIX = 3
"""A label of so many characters that a dash joins to a figure is the beginning of a number: `OC-4711`."""
WORTH_COMPILING = 32
"""After so many comparisons the regex of a label is compiled."""
MOST_ERRORS = 3
"""How many characters of a label may be wrong, however long it is."""
_GRAM = 3
_PAIR_BITS = 256
_KNOWN_CHARACTERS = 4096
_JOINED = regex.compile(r"-\w*\d")
_NUMBER = regex.compile(r"\d{2}|[-/.,]\d|\d[.,'’]\d|(?<![\w|!])\d(?![\w|!])")
_GOES_ON = regex.compile(r"\d|[-/]\w")
_PRINTS_ON = regex.compile(r"\p{Sc}|(?:[A-Z]{1,3}|RM)?\s*\d")


class _Folding(dict[str, str]):
    """What counts of each character; kept for those of the writings that are in use."""

    def __missing__(self, character: str) -> str:
        parts = unicodedata.normalize("NFKD", character).casefold()
        folded = "".join(part for part in parts if part.isalnum() or part in _KEPT or part in "|!").translate(_CONFUSED)
        if len(self) < _KNOWN_CHARACTERS:
            self[character] = folded
        return folded


_FOLDED = _Folding()
_ASCII = bytes(ord(_FOLDED[chr(code)] or " ") if code < 128 else code for code in range(256))
_DROPPED = bytes(code for code in range(128) if not _FOLDED[chr(code)])
_BEYOND_ASCII = re.compile(r"([^\x00-\x7f])")


def fold(text: str) -> tuple[str, list[int]]:
    """What counts of a text when labels are compared, and where each character of it stood.

    >>> fold("Invoice-No.: É1")
    ('lnvolcenoel', [0, 1, 2, 3, 4, 5, 6, 8, 9, 13, 14])
    """
    folded = [_FOLDED[character] for character in text]
    return "".join(folded), [position for position, parts in enumerate(folded) for _ in parts]


def folded_text(text: str) -> str:
    """What counts of a text, as `fold` has it, where nobody asks for positions: many times faster.

    >>> folded_text("Invoice-No.: É1")
    'lnvolcenoel'
    """
    plain = text
    if not text.isascii():
        parts = _BEYOND_ASCII.split(text)
        parts[1::2] = [_FOLDED[character] for character in parts[1::2]]
        plain = "".join(parts)
    return plain.encode("utf-8", "surrogatepass").translate(_ASCII, _DROPPED).decode("utf-8", "surrogatepass")  # bytes above ASCII stay as they are


@lru_cache(maxsize=50_000)
def folded_label(label: str) -> str:
    """The folded form of a label, kept: rule files hold thousands of them, and each is compared on every page."""
    return folded_text(label)


def allowed_errors(length: int) -> int:
    """How many characters of a label of this length may be wrong, missing or added.

    >>> [allowed_errors(n) for n in (4, 5, 10, 20)]
    [0, 1, 2, 3]
    """
    return 0 if length < 5 else 1 if length < 10 else 2 if length < 18 else MOST_ERRORS


@record
class LabelHit:
    """A label on a page. owners: what it stands for (see `LabelIndex`); errors: edit distance to the label as written."""

    label: str
    owners: frozenset[str]
    page: PageLayout
    line: Line
    span: Span
    errors: int

    @property
    def fit(self) -> float:
        """0 to 1: how well it is read, and whether it leads its segment as labels do, stands within it, or is a remark in brackets."""
        before = self.line.text[self.line.segment_at(self.span.start).start : self.span.start]
        bracketed = before.count("(") > before.count(")")
        leads = not any(c.isalnum() for c in before)
        return max(0.3, 1 - 0.12 * self.errors) * (1.0 if leads else 0.6 if bracketed else 0.85)


Found = tuple[int, int, int, str]
"""A label that begins where a word does: start, end (in the folded text), errors, the folded label."""


@record
class LabelledPrint:
    """A segment of a line with all that may be labels in it. positions: as of `fold`, of `text`, which begins at `segment.start`."""

    page: PageLayout
    line: Line
    segment: Span
    text: str
    positions: Sequence[int]
    found: Sequence[Found]


class LabelSearch:
    """Finds labels in print, whatever they stand for: made once for all rule sets that are tried on the same pages.

    What is cheap to tell sorts out first, so that the costly comparison is left with few: three letters in a row stand near
    the beginning of both, and of the pairs of letters in a label each error takes two at most.
    """

    def __init__(self, labels: Iterable[str]) -> None:
        """labels: folded."""
        self._exact: set[str] = set()
        self._traits: dict[str, tuple[int, int, int]] = {}
        self._grams: dict[str, tuple[set[str], ...]] = {}
        for label in labels:
            errors = allowed_errors(len(label))
            if not errors:
                self._exact.add(label)
                continue
            self._traits[label] = _traits(label)
            for offset in range(min(_GRAM + 1, len(label) - _GRAM + 1)):
                by_shift = self._grams.setdefault(label[offset : offset + _GRAM], tuple(set() for _ in range(_GRAM + 1)))
                for shift in range(max(0, offset - 1), min(_GRAM, offset + 1) + 1):
                    by_shift[shift].add(label)
        self._exact_sizes = sorted({len(label) for label in self._exact})
        self._reach = (0, *(max((len(label) + errors for label, (_, own, _) in self._traits.items() if own == errors), default=0) for errors in (1, 2, 3)))

    def on_pages(self, pages: Iterable[PageLayout]) -> list[LabelledPrint]:
        """The segments in which labels may stand, in reading order."""
        if not self._exact and not self._traits:  # rules that are led by regexes alone have no labels
            return []
        known: dict[str, tuple[Sequence[int], Sequence[Found]]] = {}  # rows of a table repeat what they say
        prints: list[LabelledPrint] = []
        segments = ((page, line, segment) for page in pages for line in page.lines for segment in line.segment_spans)
        for page, line, segment in segments:
            text = line.text[segment.start : segment.end]
            if (read := known.get(text)) is None:
                read = known[text] = self._in_text(text)
            positions, found = read
            if found:
                prints.append(LabelledPrint(page, line, segment, text, positions, found))
        return prints

    def _in_text(self, text: str) -> tuple[Sequence[int], Sequence[Found]]:
        """The positions of the folded text, and all that may be labels in it."""
        folded, positions = fold(text)
        found: list[Found] = []
        pairs: list[int] = []
        for at in _word_starts(text, positions):
            for size in self._exact_sizes:
                label = folded[at : at + size]
                if label in self._exact and len(label) == size:
                    found.append((at, at + size, 0, label))
            if alike := self._alike(folded, at):
                pairs = pairs or _pairs(folded)
                near = self._near(alike, pairs[at:], len(folded) - at)
                found.extend(each for label in near if (each := _comparison(label).begins(folded, at)) is not None)
        return positions, found

    def _alike(self, folded: str, at: int) -> set[str]:
        """The labels that have three letters in a row near their beginning which stand at the same place after `at` in a text, or one beside it."""
        alike: set[str] = set()
        for shift in range(_GRAM + 1):
            start = at + shift
            if (labels := self._grams.get(folded[start : start + _GRAM])) is not None:
                alike |= labels[shift]
        return alike

    def _near(self, alike: Iterable[str], pairs: Sequence[int], left: int) -> list[str]:
        """Those of some labels that a text of `left` characters may begin with. pairs: of its characters."""
        traits = self._traits
        lacking = [~reduce(or_, pairs[: reach - 1], 0) for reach in self._reach[1:]]
        return [label for label in alike if (trait := traits[label])[2] <= left and (trait[0] & lacking[trait[1] - 1]).bit_count() <= 2 * trait[1]]


@lru_cache(maxsize=50_000)
def _traits(label: str) -> tuple[int, int, int]:
    """The pairs of letters of a label, how many errors it may have, and the fewest characters that it can stand on. Vendors share most labels."""
    errors = allowed_errors(len(label))
    return reduce(or_, _pairs(label)), errors, len(label) - errors


def _pairs(folded: str) -> list[int]:
    """Each pair of neighbouring characters as one bit of `_PAIR_BITS`."""
    return [1 << ((37 * ord(first) + ord(second)) % _PAIR_BITS) for first, second in pairwise(folded)]


class LabelIndex:
    """The labels of one rule set. owners: field names, `extra.NAME`, `column.NAME`, `end`, `decoy`."""

    def __init__(self, labels: Mapping[str, Iterable[str]]) -> None:
        """labels: label texts by owner."""
        self._owners: dict[str, set[str]] = defaultdict(set)
        self._written: dict[str, str] = {}
        for owner, texts in labels.items():
            for text in texts:
                folded = folded_label(text)
                if folded:
                    self._owners[folded].add(owner)
                    self._written.setdefault(folded, text)

    @property
    def labels(self) -> Collection[str]:
        """All labels, folded."""
        return self._written.keys()

    @cached_property
    def search(self) -> LabelSearch:
        """A search for these labels alone."""
        return LabelSearch(self.labels)

    def find(self, page: PageLayout) -> list[LabelHit]:
        """All labels on a page in reading order; where two overlap, only the longer one."""
        return self.among(self.search.on_pages([page]))

    def among(self, prints: Iterable[LabelledPrint]) -> list[LabelHit]:
        """The same of what a search for these labels, and perhaps others, has found."""
        return [hit for each in prints for hit in self._best(each)]

    def _best(self, found: LabelledPrint) -> list[LabelHit]:
        own = [each for each in found.found if each[3] in self._owners and self._is_word(found, each)]
        if not own:
            return []
        kept: list[Found] = []
        for start, end, errors, label in sorted(own, key=_standing):
            if all(end <= other[0] or start >= other[1] for other in kept):
                kept.append((start, end, errors, label))
        return [self._hit(found, each) for each in sorted(kept)]

    def _is_word(self, found: LabelledPrint, each: Found) -> bool:
        """Whether what was found is a word of its own. Digits in it must be letters that OCR misread, not part of a number.

        A short or misread one is not, where it runs into a number: `PO-7788` is a number.
        """
        first, last, errors, label = each
        text, start, end = found.text, found.positions[first], found.positions[last - 1] + 1
        if not _ends_word(text, end) or ((errors or len(label) < _GRAM) and text[end - 1].isalnum() and _GOES_ON.match(text, end)):
            return False
        if end - start <= LONGEST_PREFIX and _JOINED.match(text, end):
            return False
        number = None if any(c.isdigit() for c in self._written[label]) else _NUMBER.search(text, start)
        return number is None or number.start() >= end

    def _hit(self, found: LabelledPrint, each: Found) -> LabelHit:
        start, end, errors, label = each
        span = Span(found.segment.start + found.positions[start], found.segment.start + found.positions[end - 1] + 1)
        return LabelHit(self._written[label], frozenset(self._owners[label]), found.page, found.line, span, errors)


def _standing(found: Found) -> tuple[int, int, int, str]:
    """What decides between labels in the same print, the best first."""
    start, end, errors, label = found
    return ERROR_COST * errors - (end - start), errors, start, label


class _Comparison:
    """One label compared with texts, tolerant of errors.

    Most of what comes here is no match, and a regex takes a hundred times as long to compile as to run. So the distance is
    computed first, until the label has been compared so often that its regex pays.
    """

    __slots__ = ("_bits", "_compared", "_label", "_pattern")

    def __init__(self, label: str) -> None:
        self._label = label
        self._compared = 0
        self._pattern: regex.Pattern[str] | None = None
        self._bits: dict[str, int] = {}
        for position, character in enumerate(label):
            self._bits[character] = self._bits.get(character, 0) | 1 << position

    def begins(self, folded: str, start: int) -> Found | None:
        """Where the label ends that a text begins with from `start` on, as it is or with errors; None where it does not."""
        label = self._label
        if folded.startswith(label, start):
            return start, start + len(label), 0, label
        if self._pattern is None:
            self._compared += 1
            if self._compared <= WORTH_COMPILING and not self._is_near(folded[start : start + len(label) + allowed_errors(len(label))]):
                return None
            self._pattern = regex.compile(f"(?e)(?:{regex.escape(label)}){{e<={allowed_errors(len(label))}}}")
        match = self._pattern.match(folded, start)
        return (start, match.end(), sum(match.fuzzy_counts), label) if match is not None and match.end() > start else None

    def _is_near(self, text: str) -> bool:
        """Whether some beginning of a text is within the allowed distance (Levenshtein) of the label.

        Computed a column at a time in the bits of integers: G. Myers, A fast bit-vector algorithm for approximate string
        matching (1999), in the form of H. Hyyrö (2001) for a distance that counts from the beginning.
        """
        size, allowed = len(self._label), allowed_errors(len(self._label))
        full, last = (1 << size) - 1, 1 << (size - 1)
        rising, falling, distance = full, 0, size
        for character in text:
            same = self._bits.get(character, 0)
            diagonal = ((((same & rising) + rising) ^ rising) | same | falling) & full
            up, down = falling | (full & ~(diagonal | rising)), rising & diagonal
            distance += 1 if up & last else -1 if down & last else 0
            if distance <= allowed:
                return True
            up, down = (up << 1) | 1, down << 1
            rising, falling = (down | ~(diagonal | up)) & full, up & diagonal
        return False


_comparison = lru_cache(maxsize=50_000)(_Comparison)


def _word_starts(text: str, positions: Sequence[int]) -> list[int]:
    """Where words begin, in the folded text."""
    found = []
    last = -1
    for at, position in enumerate(positions):  # no calls in here: this is asked for every character of a page
        before, here = text[position - 1] if position else " ", text[position]
        starts = not before.isalnum() or (before.islower() and here.isupper()) or (before.isdigit() and here.isalpha())
        if starts and position != last:
            found.append(at)
        last = position
    return found


def _ends_word(text: str, position: int) -> bool:
    """Whether a label may end here: before white space, punctuation, a number, or a new word that OCR glued to it."""
    if position >= len(text) or not text[position].isalpha():
        return True
    glued = text[position - 1].islower() and text[position].isupper()
    return glued or _PRINTS_ON.match(text, position) is not None
