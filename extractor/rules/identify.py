"""Stage "identify": which vendor's rule set a document belongs to, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractor.errors import AmbiguousVendor, RuleTimeout
from extractor.layout import Layout
from extractor.layout.grid import document_grid
from extractor.rules.distance import fewest_errors
from extractor.rules.labels import allowed_errors, folded_label, folded_text
from extractor.rules.model import Clue, Identify, RuleSet
from extractor.rules.patterns import find_all
from extractor.rules.worth import ID_WORTH, highest_rank, rank


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
    return best_fit(DocumentText(layout), ((highest_rank(rule_set), rule_set) for rule_set in vendors))


def best_fit(text: DocumentText, vendors: Iterable[tuple[int, RuleSet]]) -> Identification | None:
    """As `identify_vendor`. vendors: each with its highest rank; those that cannot come up to one that fits are not looked at."""
    found: list[Identification] = []
    best = 0
    for highest, rule_set in vendors:
        if highest >= best and (match := _fits(rule_set, text)) is not None:
            reached = rank(rule_set.priority, int(match.score))
            found = [*found, match] if found and reached == best else [match] if reached >= best else found
            best = max(best, reached)
    if len(found) > 1:
        raise AmbiguousVendor(sorted(match.rule_set.id for match in found))
    return found[0] if found else None


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

    @property
    def grid(self) -> str:
        """The layout view."""
        return document_grid(self.layout).text

    def seen_by(self, rule_set: RuleSet) -> str:
        """The text that the regexes of a file search."""
        return self.grid if rule_set.on_layout else self.text


def _fits(rule_set: RuleSet, page: DocumentText) -> Identification | None:
    identify = rule_set.identify
    if identify is None or not (identify.all or identify.any):
        return None
    every = [(clue, _worth(clue, page, rule_set)) for clue in identify.all]
    some = [(clue, _worth(clue, page, rule_set)) for clue in identify.any]
    if any(not worth for _, worth in every) or (some and not any(worth for _, worth in some)):
        return None
    if any(_worth(clue, page, rule_set) for clue in identify.none):
        return None
    hits = [(clue, worth) for clue, worth in [*every, *some] if worth]
    return Identification(rule_set, sum(worth for _, worth in hits), tuple(f"{clue.kind}: {clue.text}" for clue, _ in hits))


def _worth(clue: Clue, page: DocumentText, rule_set: RuleSet) -> int:
    """How much a clue that stands on the page says; 0 where it does not."""
    if clue.kind == "regex":
        try:
            found = find_all(clue.text, page.seen_by(rule_set), rule_set.id)
        except RuleTimeout:
            return 0
        return max((len(match.group()) for match in found), default=0)
    folded = folded_label(clue.text)
    if clue.kind in ("vat_id", "iban"):
        return ID_WORTH if folded and folded in page.folded else 0
    return len(folded) if stands_in(folded, page.folded) else 0


def stands_in(folded: str, text: str) -> bool:
    """Whether a folded text occurs in another, tolerant of OCR errors.

    >>> stands_in(folded_text("ACME Supplies"), folded_text("from ACNE Suppl1es Ltd"))
    True
    """
    if not folded or folded in text:
        return bool(folded)
    errors = allowed_errors(len(folded))
    # With k errors, at least one of k + 1 parts is intact: where one stands, the rest is compared.
    size = -(-len(folded) // (errors + 1))
    return errors > 0 and any(_stands_around(folded, start, start + size, text, errors) for start in range(0, len(folded), size))


def _stands_around(folded: str, start: int, end: int, text: str, errors: int) -> bool:
    """Whether a text stands where its part from start to end does, with so many errors in the rest."""
    part, reach = folded[start:end], len(folded) + errors
    before, after = folded[:start][::-1], folded[end:]
    place = text.find(part)
    while place >= 0:
        behind = place + len(part)
        left = fewest_errors(before, text[max(0, place - reach) : place][::-1], errors)
        if left <= errors and left + fewest_errors(after, text[behind : behind + reach], errors - left) <= errors:
            return True
        place = text.find(part, place + 1)
    return False
