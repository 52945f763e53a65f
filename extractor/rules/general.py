"""Stage "identify" where no vendor is: the general files whose labels stand on the pages, tried together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from extractor.layout import Layout
from extractor.rules.identify import Identification
from extractor.rules.labels import LabelHit, LabelSearch
from extractor.rules.match import Matcher
from extractor.rules.model import RuleSet

GENERAL_SHARE = 0.6
"""General files take part that explain at least this share of the labels that the best one explains."""
ERROR_SHARE = 0.3
"""What each error in a label takes from what it explains: two misread words of another language explain nothing."""

RECEIPT = "receipt"
ROLL_COLUMNS, SHEET_COLUMNS = 48, 56
"""Print of at most so many columns stands on a roll, of at least so many on a sheet."""
PAPER_LINES = 8
"""Fewer lines than these show nothing of the paper."""
ON_ROLLS, ON_SHEETS = 6, -10
"""What that counts for files for receipts, in characters of labels: no more than one label."""

KEPT_JOINED = 16
"""So many joined rule sets are kept for the documents to come: a feed is in few languages."""


class GeneralRules:
    """The general rule sets made ready for any number of documents. Their labels, many of which they share, are looked for in one pass."""

    def __init__(self, rule_sets: Iterable[RuleSet]) -> None:
        self._matchers = tuple(Matcher(rule_set) for rule_set in rule_sets)
        self._search = LabelSearch(dict.fromkeys(label for matcher in self._matchers for label in matcher.index.labels))
        self._joined = lru_cache(maxsize=KEPT_JOINED)(self._join)

    def is_of(self, rule_sets: Sequence[RuleSet]) -> bool:
        """Whether it was made of just these rule sets."""
        own = [matcher.rule_set for matcher in self._matchers]
        return len(own) == len(rule_sets) and all(one is other for one, other in zip(own, rule_sets, strict=True))

    def fitting(self, layout: Layout) -> tuple[Identification, Matcher, list[LabelHit]] | None:
        """The rule sets whose labels stand on the pages, joined into one, with the labels; None where no label is found.

        The one that explains most leads: its locales come first. Those for another kind of document than the leader's
        take no part.
        """
        if not self._matchers:
            return None
        prints = self._search.on_pages(layout.pages)
        found = [(number, matcher, matcher.index.among(prints)) for number, matcher in enumerate(self._matchers)]
        columns = max((page.columns for page in layout.pages if len(page.lines) >= PAPER_LINES), default=0.0)
        scores = [(explained + _paper(matcher.rule_set, columns), number, matcher, hits) for number, matcher, hits in found if (explained := _explained(hits))]
        scores.sort(key=lambda score: -score[0])
        if not scores:
            return None
        best, _, leader, hits = scores[0]
        chosen = [(number, matcher) for score, number, matcher, _ in scores if score >= GENERAL_SHARE * best and matcher.rule_set.kind == leader.rule_set.kind]
        clues = tuple(f"labels of {matcher.rule_set.id}" for _, matcher in chosen)
        if len(chosen) == 1:
            return Identification(leader.rule_set, best, clues), leader, hits
        joined = self._joined(tuple(number for number, _ in chosen))
        return Identification(joined.rule_set, best, clues), joined, joined.index.among(prints)

    def _join(self, numbers: Sequence[int]) -> Matcher:
        return Matcher(join_rule_sets([self._matchers[number].rule_set for number in numbers]))


def _explained(hits: Iterable[LabelHit]) -> float:
    """How much print the labels explain: characters of different labels, less for those with errors."""
    return sum({hit.label.casefold(): len(hit.label) * max(0.0, 1 - ERROR_SHARE * hit.errors) for hit in hits}.values())


def _paper(rule_set: RuleSet, columns: float) -> int:
    """What the paper says for a file, in characters of labels: receipts are printed on rolls, in 32 to 48 columns, letters in twice as many."""
    if rule_set.kind != RECEIPT or not columns:
        return 0
    return ON_ROLLS if columns <= ROLL_COLUMNS else ON_SHEETS if columns >= SHEET_COLUMNS else 0


def join_rule_sets(rule_sets: Sequence[RuleSet]) -> RuleSet:
    """One rule set that tries the rules of all; what can stand only once comes from the first."""
    first = rule_sets[0]
    if len(rule_sets) == 1:
        return first
    names = dict.fromkeys(name for rule_set in rule_sets for name in rule_set.rules)
    return replace(
        first,
        id="+".join(rule_set.id for rule_set in rule_sets),
        rules={name: tuple(rule for rule_set in rule_sets for rule in rule_set.rules.get(name, ())) for name in names},
        tables=tuple(table for rule_set in rule_sets for table in rule_set.tables),
        locales=tuple(dict.fromkeys(locale for rule_set in rule_sets for locale in rule_set.locales)),
        extra={name: kind for rule_set in reversed(rule_sets) for name, kind in rule_set.extra.items()},
        decoys=tuple(dict.fromkeys(decoy for rule_set in rule_sets for decoy in rule_set.decoys)),
        blocks=tuple(block for rule_set in rule_sets for block in rule_set.blocks),
    )
