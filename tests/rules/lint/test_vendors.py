"""Vendors that can be taken for each other are found as if each were compared with each, without comparing each with each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.issues import Place
from extractor.rules.book import RuleBook
from extractor.rules.lint import vendors
from extractor.rules.model import Clue, Identify, RuleSet

SOME = st.lists(st.sampled_from("abcdefg"), max_size=3).map(lambda names: tuple(Clue("text", f"{name} & sons") for name in names))
IDENTIFIED = st.builds(Identify, SOME, SOME, st.one_of(st.just(()), SOME))


def findings(rule_sets: list[RuleSet]) -> list[tuple[str, str, str]]:
    """Id, message and file of every finding."""
    book = RuleBook({rule_set.id: rule_set for rule_set in rule_sets})
    places = {rule_set.id: Place(rule_set.id, 1, 1) for rule_set in rule_sets}
    return [(issue.id, issue.message, issue.place.file) for issue in vendors.alike_vendors(book, places) if issue.place]


def vendor(number: int, identify: Identify, priority: int = 5) -> RuleSet:
    return RuleSet(f"v{number:03d}", identify=identify, priority=priority, place=Place(f"v{number:03d}", 1, 1))


@given(st.lists(st.tuples(IDENTIFIED, st.sampled_from([5, 5, 5, 7])), max_size=12))
def test_what_is_found_is_what_comparing_each_with_each_finds(identified: list[tuple[Identify, int]]) -> None:
    rule_sets = [vendor(number, *each) for number, each in enumerate(identified)]
    pairwise = []
    for number, second in enumerate(rule_sets):
        pairwise += next(filter(None, (findings([first, second]) for first in rule_sets[:number])), [])
    assert findings(rule_sets) == pairwise


@pytest.mark.parametrize(
    "identify",
    [
        lambda number: Identify(all=(Clue("text", "Franchise Ltd"), Clue("text", f"{number} Elm Lane"))),
        lambda number: Identify(all=(Clue("text", "Franchise Ltd"),), any=(Clue("vat_id", f"DE{number}"), Clue("text", f"{number} Elm Lane"))),
        lambda number: Identify(any=(Clue("text", f"Shop {number}"),), all=(Clue("regex", "Franchise"),)),
    ],
)
def test_a_clue_that_all_share_does_not_have_each_compared_with_each(identify, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[object] = []
    alike = vendors._alike
    monkeypatch.setattr(vendors, "_alike", lambda *pair: compared.append(pair) or alike(*pair))
    assert findings([vendor(number, identify(number)) for number in range(200)]) == []
    assert len(compared) < 200
    twice = [vendor(number, identify(number % 199)) for number in range(200)]
    assert [(issue_id, file) for issue_id, _, file in findings(twice)] == [("same-identify", "v199")]
