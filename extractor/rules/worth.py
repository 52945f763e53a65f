"""Owns what clues count for when several vendor files fit a document."""

from __future__ import annotations

from extractor.rules.labels import folded_label
from extractor.rules.model import Clue, RuleSet

ID_WORTH = 40
"""What an identifier of the vendor counts for, in characters of text: ids are unique, names are not."""
_SCORES = 1 << 24
"""Scores are below that: more than the characters of any document."""


def rank(priority: int, score: int) -> int:
    """One number by which files are compared: by priority first, by score among equal ones.

    >>> rank(5, 100) < rank(5, 101) < rank(6, 0)
    True
    """
    return priority * _SCORES + min(score, _SCORES - 1)


def highest_rank(rule_set: RuleSet) -> int:
    """The rank of a file on a document that shows all of its clues."""
    clues = (*rule_set.identify.all, *rule_set.identify.any) if rule_set.identify else ()
    return rank(rule_set.priority, sum(map(_highest_worth, clues)))


def _highest_worth(clue: Clue) -> int:
    if clue.kind == "regex":
        return _SCORES  # as long as what it matches
    return len(folded_label(clue.text)) if clue.kind == "text" else ID_WORTH
