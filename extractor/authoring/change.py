"""Owns what a counterfactual is made of: one operator of a rule relaxed, and what to say of the value that this finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from extractor.authoring.trial import Trial
from extractor.rules.candidate import Candidate

Told = tuple[str, str]
"""A message, and the remedy as rule text."""


@dataclass(frozen=True, slots=True)
class Change:
    """One operator. relax: trials with it relaxed, the smallest relaxation first; tell: what it took, from the trial that found a value."""

    cause: str
    relax: Callable[[Trial], Iterator[Trial]]
    tell: Callable[[Trial, Trial, Candidate], Told]


def finds(trial: Trial, wanted: Candidate) -> bool:
    """Whether a trial finds something at the place of a candidate."""
    return any((candidate.page, candidate.bounds) == (wanted.page, wanted.bounds) for candidate in trial.candidates())
