"""Stage "identify": which vendor's rule set a document belongs to, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex

from extractor.errors import AmbiguousVendor, RuleTimeout
from extractor.layout import Layout
from extractor.layout.grid import document_grid
from extractor.rules.labels import allowed_errors, fold
from extractor.rules.model import Clue, Identify, RuleSet
from extractor.rules.patterns import find_all

ID_WORTH = 40
"""What an identifier of the vendor counts for, in characters of text: ids are unique, names are not."""


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
    page = _PageText(layout)
    found = [match for rule_set in vendors if (match := _fits(rule_set, page)) is not None]
    if not found:
        return None
    best = max(found, key=_standing)
    equal = [match.rule_set.id for match in found if _standing(match) == _standing(best)]
    if len(equal) > 1:
        raise AmbiguousVendor(sorted(equal))
    return best


def _standing(match: Identification) -> tuple[int, float]:
    return match.rule_set.priority, match.score


def clue_worths(layout: Layout, rule_sets: Iterable[RuleSet]) -> Iterator[tuple[RuleSet, list[tuple[str, Clue, float]]]]:
    """Every clue of the files: (`all`, `any` or `none`, the clue, its worth in characters, 0 where it is not on the document)."""
    page = _PageText(layout)
    for rule_set in rule_sets:
        identify = rule_set.identify or Identify()
        groups = (("all", identify.all), ("any", identify.any), ("none", identify.none))
        yield rule_set, [(group, clue, _worth(clue, page, rule_set)) for group, clues in groups for clue in clues]


class _PageText:
    """The document's text in the forms that clues are looked up in."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.text = "\n".join(page.text for page in layout.pages)
        self.folded = fold(self.text)[0]

    def seen_by(self, rule_set: RuleSet) -> str:
        """The text that the regexes of a file search."""
        return document_grid(self.layout).text if rule_set.on_layout else self.text


def _fits(rule_set: RuleSet, page: _PageText) -> Identification | None:
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


def _worth(clue: Clue, page: _PageText, rule_set: RuleSet) -> float:
    """How much a clue that stands on the page says; 0 where it does not."""
    if clue.kind == "regex":
        try:
            found = find_all(clue.text, page.seen_by(rule_set), rule_set.id)
        except RuleTimeout:
            return 0.0
        return max((len(match.group()) for match in found), default=0)
    folded = fold(clue.text)[0]
    if clue.kind in ("vat_id", "iban"):
        return ID_WORTH if folded and folded in page.folded else 0.0
    return len(folded) if stands_in(folded, page.folded) else 0.0


def stands_in(folded: str, text: str) -> bool:
    """Whether a folded text occurs in another, tolerant of OCR errors.

    >>> stands_in(fold("ACME Supplies")[0], fold("from ACNE Suppl1es Ltd")[0])
    True
    """
    if not folded or folded in text:
        return bool(folded)
    errors = allowed_errors(len(folded))
    # With k errors, at least one of k + 1 parts is intact: a cheap test before the costly search.
    size = -(-len(folded) // (errors + 1))
    if not errors or not any(folded[i : i + size] in text for i in range(0, len(folded), size)):
        return False
    return regex.search(f"(?:{regex.escape(folded)}){{e<={errors}}}", text) is not None
