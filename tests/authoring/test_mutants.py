"""The shipped vendor files: their examples hold, exercise every rule, and notice when an operator is altered."""

from __future__ import annotations

import pytest

from extractor import Extractor
from extractor.authoring import load_cases, run_case
from extractor.authoring.coverage import gaps

from .mutants import Mutant, mutants, survives
from .survivors import SURVIVORS

EXTRACTOR = Extractor()
VENDORS = EXTRACTOR.book.vendors
MUTANTS = [mutant for rule_set in VENDORS for mutant in mutants(rule_set)]
SAMPLE = 8
"""Of so many mutants one is tried in every run; all of them in a slow one."""


@pytest.mark.parametrize("rule_set", VENDORS, ids=lambda rule_set: rule_set.id)
def test_examples_hold_and_exercise_every_rule(rule_set: object) -> None:
    found = next(other for other in VENDORS if other is rule_set)
    results = [run_case(EXTRACTOR, case, usage=True) for case in load_cases([found], [])]
    assert [result.case.name for result in results if not result.passed] == []
    assert gaps(found, [result.usage for result in results if result.usage]) == []


def _check(mutant: Mutant) -> None:
    assert survives(EXTRACTOR, mutant) is (mutant.name in SURVIVORS), mutant.name


def test_a_sample_of_mutants_is_noticed() -> None:
    for mutant in MUTANTS[::SAMPLE]:
        _check(mutant)


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_mutant_is_noticed_or_listed(mutant: Mutant) -> None:
    _check(mutant)


def test_nothing_is_listed_that_is_no_mutant() -> None:
    assert SURVIVORS.keys() <= {mutant.name for mutant in MUTANTS}
