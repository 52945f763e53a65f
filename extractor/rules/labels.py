"""Owns finding labels on a page: tolerant of OCR errors, white space and case; the longest label wins.

All labels of a rule set compete for the same print, those of other fields, table headers and decoys included. That is
why `Total excl. VAT` never counts as `Total`, and why a rule author writes labels plainly.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import regex

from extractor.layout import Line, PageLayout, Span

_KEPT = frozenset("#%°$€£&")
# Characters that OCR takes for one another, brought to one of them.
_CONFUSED = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "5": "s", "8": "b"})
ERROR_COST = 3
"""How many characters longer a label must be for each of its errors to win over another one in the same print."""
LONGEST_PREFIX = 3
"""A label of so many characters that a dash joins to a figure is the beginning of a number: `OC-4711`."""
MOST_ERRORS = 3
"""How many characters of a label may be wrong, however long it is."""
_GRAM = 3
_JOINED = regex.compile(r"-\w*\d")
_NUMBER = regex.compile(r"\d{2}|[-/.,]\d|\d[.,'’]\d|(?<![\w|!])\d(?![\w|!])")
_GOES_ON = regex.compile(r"\d|[-/]\w")
_PRINTS_ON = regex.compile(r"\p{Sc}|(?:[A-Z]{1,3}|RM)?\s*\d")


def fold(text: str) -> tuple[str, list[int]]:
    """What counts of a text when labels are compared, and where each character of it stood.

    >>> fold("Invoice-No.: É1")
    ('lnvolcenoel', [0, 1, 2, 3, 4, 5, 6, 8, 9, 13, 14])
    """
    folded, positions = [], []
    for position, character in enumerate(text):
        for part in _folded(character):
            folded.append(part)
            positions.append(position)
    return "".join(folded), positions


def folded_text(text: str) -> str:
    """What counts of a text, as `fold` has it, where nobody asks for positions: many times faster.

    >>> folded_text("Invoice-No.: É1")
    'lnvolcenoel'
    """
    plain = _BEYOND_ASCII.sub(lambda found: "".join(map(_folded, found.group())), text)
    return plain.encode("utf-8", "surrogatepass").translate(_ASCII, _DROPPED).decode("utf-8", "surrogatepass")  # bytes above ASCII stay as they are


@lru_cache(maxsize=50_000)
def folded_label(label: str) -> str:
    """The folded form of a label, kept: rule files hold thousands of them, and each is compared on every page."""
    return folded_text(label)


@lru_cache(maxsize=4096)
def _folded(character: str) -> str:
    parts = unicodedata.normalize("NFKD", character).casefold()
    return "".join(part for part in parts if part.isalnum() or part in _KEPT or part in "|!").translate(_CONFUSED)


_ASCII = bytes(ord(_folded(chr(code)) or " ") if code < 128 else code for code in range(256))
_DROPPED = bytes(code for code in range(128) if not _folded(chr(code)))
_BEYOND_ASCII = regex.compile(r"[^\x00-\x7f]+")


def allowed_errors(length: int) -> int:
    """How many characters of a label of this length may be wrong, missing or added.

    >>> [allowed_errors(n) for n in (4, 5, 10, 20)]
    [0, 1, 2, 3]
    """
    return 0 if length < 5 else 1 if length < 10 else 2 if length < 18 else MOST_ERRORS


@dataclass(frozen=True, slots=True)
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
        self._short = {label for label in self._owners if len(label) < _GRAM}
        self._grams: dict[str, set[tuple[str, int]]] = defaultdict(set)
        for label in self._owners:
            for offset in range(min(_GRAM + 1, len(label) - _GRAM + 1)):
                self._grams[label[offset : offset + _GRAM]].add((label, offset))

    def find(self, page: PageLayout) -> list[LabelHit]:
        """All labels on a page in reading order; where two overlap, only the longer one."""
        return [hit for line in page.lines for segment in line.segment_spans for hit in self._in_segment(page, line, segment)]

    def _in_segment(self, page: PageLayout, line: Line, segment: Span) -> list[LabelHit]:
        text = line.text[segment.start : segment.end]
        folded, positions = fold(text)
        hits: list[tuple[int, int, int, str]] = []
        for start in range(len(folded)):
            if (start == 0 or positions[start] != positions[start - 1]) and _starts_word(text, positions[start]):
                found = ((label, positions[start], positions[end - 1] + 1, end, errors) for label, end, errors in self._at(folded, start))
                hits.extend((start, end, errors, label) for label, first, last, end, errors in found if self._is_word(label, text, first, last, errors))
        kept: list[tuple[int, int, int, str]] = []
        for hit in sorted(hits, key=lambda hit: (ERROR_COST * hit[2] - (hit[1] - hit[0]), hit[2], hit[0])):
            if all(hit[1] <= other[0] or hit[0] >= other[1] for other in kept):
                kept.append(hit)
        return [self._hit(page, line, segment, positions, hit) for hit in sorted(kept)]

    def _is_word(self, label: str, text: str, start: int, end: int, errors: int) -> bool:
        """Whether what was found is a word of its own. Digits in it must be letters that OCR misread, not part of a number.

        A short or misread one is not, where it runs into a number: `PO-7788` is a number.
        """
        if not _ends_word(text, end) or ((errors or len(label) < _GRAM) and text[end - 1].isalnum() and _GOES_ON.match(text, end)):
            return False
        written = self._written[label]
        if end - start <= LONGEST_PREFIX and _JOINED.match(text, end):
            return False
        number = None if any(c.isdigit() for c in written) else _NUMBER.search(text, start)
        return number is None or number.start() >= end

    def _hit(self, page: PageLayout, line: Line, segment: Span, positions: list[int], found: tuple[int, int, int, str]) -> LabelHit:
        start, end, errors, label = found
        span = Span(segment.start + positions[start], segment.start + positions[end - 1] + 1)
        return LabelHit(self._written[label], frozenset(self._owners[label]), page, line, span, errors)

    def _at(self, folded: str, start: int) -> Iterable[tuple[str, int, int]]:
        """(label, end, errors) of each label that the text from `start` on begins with."""
        candidates = {label for label in self._short if folded.startswith(label, start)}
        for shift in range(_GRAM + 1):
            gram = folded[start + shift : start + shift + _GRAM]
            candidates.update(label for label, offset in self._grams.get(gram, ()) if abs(offset - shift) <= 1)
        for label in candidates:
            if folded.startswith(label, start):
                yield label, start + len(label), 0
            elif allowed_errors(len(label)) and any(part in folded[start : start + len(label) + allowed_errors(len(label))] for part in _parts(label)):
                match = _fuzzy(label).match(folded, start)
                if match is not None and match.end() > start:
                    yield label, match.end(), sum(match.fuzzy_counts)


@lru_cache(maxsize=50_000)
def _fuzzy(label: str) -> regex.Pattern[str]:
    return regex.compile(f"(?e)(?:{regex.escape(label)}){{e<={allowed_errors(len(label))}}}")


@lru_cache(maxsize=50_000)
def _parts(label: str) -> tuple[str, ...]:
    """One part more than the label may have errors: at least one of them is intact, which is a cheap test before the costly search."""
    count = allowed_errors(len(label)) + 1
    size = -(-len(label) // count)
    return tuple(label[i : i + size] for i in range(0, len(label), size))


def _starts_word(text: str, position: int) -> bool:
    if position == 0 or not text[position - 1].isalnum():
        return True
    before, here = text[position - 1], text[position]
    return (before.islower() and here.isupper()) or (before.isdigit() and here.isalpha())


def _ends_word(text: str, position: int) -> bool:
    """Whether a label may end here: before white space, punctuation, a number, or a new word that OCR glued to it."""
    if position >= len(text) or not text[position].isalpha():
        return True
    glued = text[position - 1].islower() and text[position].isupper()
    return glued or _PRINTS_ON.match(text, position) is not None
