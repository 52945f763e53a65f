"""Stage "identify": which vendor's rule set a document belongs to, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extractor.errors import AmbiguousVendor, RuleTimeout
from extractor.layout import Layout
from extractor.layout.grid import document_grid
from extractor.rules.distance import fewest_errors
from extractor.rules.labels import MOST_ERRORS, allowed_errors, folded_label, folded_text
from extractor.rules.model import Clue, Identify, RuleSet
from extractor.rules.patterns import find_all
from extractor.rules.worth import ID_WORTH, highest_rank, rank

_APART = "\n" * (MOST_ERRORS + 1)
"""What no folded text holds, more of it than errors are allowed: no text stands across it."""


@dataclass(frozen=True, slots=True)
class Identification:
    """The rule set that applies, how well it fits (characters of clues found), and the clues in words."""

    rule_set: RuleSet
    score: float
    clues: tuple[str, ...]


def identify_vendor(layout: Layout, vendors: Iterable[RuleSet]) -> Identification | None:
    """The vendor file of the highest priority whose clues fit best; None where none fits.

    Raises AmbiguousVendor where two fit equally well.
    """
    best = BestFit(DocumentText(layout))
    for rule_set in vendors:
        if highest_rank(rule_set) >= best.rank:
            best.consider(rule_set)
    return best.found()


class BestFit:
    """The vendor file that fits a document best of those that were considered. rank: what the others have to come up to."""

    def __init__(self, text: DocumentText) -> None:
        self.rank = 0
        self._text = text
        self._found: list[tuple[RuleSet, list[tuple[Clue, int]]]] = []

    def consider(self, rule_set: RuleSet, places: Sequence[int] | None = None) -> None:
        """Looks for the clues of a file. places: of the folded text, around which they would have to stand; None where that may be anywhere."""
        if hits := _hits(rule_set, self._text, places):
            reached = rank(rule_set.priority, sum(worth for _, worth in hits))
            if reached > self.rank:
                self._found.clear()
            if reached >= self.rank:
                self._found.append((rule_set, hits))
                self.rank = reached

    def found(self) -> Identification | None:
        """The file, None where none fits. Raises AmbiguousVendor where two fit equally well."""
        if len(self._found) > 1:
            raise AmbiguousVendor(sorted(rule_set.id for rule_set, _ in self._found))
        return next((_identification(rule_set, hits) for rule_set, hits in self._found), None)


def clue_worths(layout: Layout, rule_sets: Iterable[RuleSet]) -> Iterator[tuple[RuleSet, list[tuple[str, Clue, int]]]]:
    """Every clue of the files: (`all`, `any` or `none`, the clue, its worth in characters, 0 where it is not on the document)."""
    page = DocumentText(layout)
    for rule_set in rule_sets:
        identify = rule_set.identify or Identify()
        groups = (("all", identify.all), ("any", identify.any), ("none", identify.none))
        yield rule_set, [(group, clue, _worth(clue, page, rule_set)) for group, clues in groups for clue in clues]


class DocumentText:
    """A document's text in the forms that clues are looked up in."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.text = "\n".join(page.text for page in layout.pages)
        self.folded = folded_text(self.text)

    def around(self, places: Iterable[int], length: int) -> str:
        """The folded text around some of its places, as far as a text of that length with errors can reach from there."""
        reach = length + MOST_ERRORS
        spans: list[tuple[int, int]] = []
        for place in sorted(places):
            start = spans.pop()[0] if spans and place - reach <= spans[-1][1] else max(0, place - reach)
            spans.append((start, place + reach))
        return _APART.join([self.folded[start:end] for start, end in spans])

    @property
    def grid(self) -> str:
        """The layout view."""
        return document_grid(self.layout).text

    def seen_by(self, rule_set: RuleSet) -> str:
        """The text that the regexes of a file search."""
        return self.grid if rule_set.on_layout else self.text


def _identification(rule_set: RuleSet, hits: Sequence[tuple[Clue, int]]) -> Identification:
    return Identification(rule_set, sum(worth for _, worth in hits), tuple(f"{clue.kind}: {clue.text}" for clue, _ in hits))


def _hits(rule_set: RuleSet, page: DocumentText, places: Sequence[int] | None) -> list[tuple[Clue, int]]:
    """The clues that stand on the page, with their worths; none where the file does not fit."""
    identify = rule_set.identify
    if identify is None or not (identify.all or identify.any):
        return []
    if identify.all and (identify.any or len(identify.all) > 1):
        places = None  # they are those of one of the clues: the others may stand anywhere
    hits = []
    for clue in identify.all:
        if not (worth := _worth(clue, page, rule_set, places)):
            return []
        hits.append((clue, worth))
    if identify.any:
        some = [(clue, worth) for clue in identify.any if (worth := _worth(clue, page, rule_set, places))]
        if not some:
            return []
        hits += some
    return [] if identify.none and any(_worth(clue, page, rule_set) for clue in identify.none) else hits


def _worth(clue: Clue, page: DocumentText, rule_set: RuleSet, places: Sequence[int] | None = None) -> int:
    """How much a clue that stands on the page says; 0 where it does not. places: see `best_fit`."""
    if clue.kind == "regex":
        try:
            found = find_all(clue.text, page.seen_by(rule_set), rule_set.id)
        except RuleTimeout:
            return 0
        return max((len(match.group()) for match in found), default=0)
    folded = folded_label(clue.text)
    if clue.kind in ("vat_id", "iban"):
        return ID_WORTH if folded and folded in page.folded else 0
    return len(folded) if stands_in(folded, page.folded if places is None else page.around(places, len(folded))) else 0


def stands_in(folded: str, text: str) -> bool:
    """Whether a folded text occurs in another, tolerant of OCR errors.

    >>> stands_in(folded_text("ACME Supplies"), folded_text("from ACNE Suppl1es Ltd"))
    True
    """
    if not folded or folded in text:
        return bool(folded)
    if not (errors := allowed_errors(len(folded))):
        return False
    size, start = len(folded) / (errors + 1), 0
    for before in range(errors + 1):
        end = int(size * (before + 1) + 0.5)
        if _stands_around(folded, start, end, text, before, errors):
            return True
        start = end
    return False


def _stands_around(folded: str, start: int, end: int, text: str, before: int, errors: int) -> bool:
    """Whether a text stands where its part from start to end does, with so many errors in the rest, and so many of them before the part.

    before: 0 where the part is the first. Of `k + 1` parts of a text with `k` errors there is one intact before which there are no
    more errors than parts: the first one up to which there are fewer errors than parts.
    """
    part, reach = folded[start:end], len(folded) + errors
    head, tail = folded[:start][::-1], folded[end:]
    place = text.find(part)
    while place >= 0:
        behind = place + len(part)
        left = fewest_errors(head, text[max(0, place - reach) : place][::-1], before) if before else 0
        if left <= before and left + fewest_errors(tail, text[behind : behind + reach], errors - left) <= errors:
            return True
        place = text.find(part, place + 1)
    return False
