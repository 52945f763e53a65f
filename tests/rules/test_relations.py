"""Where a value stands as seen from its label: the same print in every direction, at every resolution."""

from __future__ import annotations

import pytest
from layout.pages import Print, layout

from extractor.rules.match import Matcher
from extractor.rules.model import RELATIONS, Length, Rule, RuleSet
from extractor.rules.relations import RELATION_TABLE

LABEL = Print(250, 300, "Reference")
AROUND = {
    "right_of": Print(330, 300, "R-1"),
    "left_of": Print(170, 300, "L-2"),
    "above": Print(250, 282, "A-3"),
    "below": Print(250, 318, "B-4"),
}


def values(find: tuple[str, ...], *prints: Print, max_gap: Length | None = None, dpi: float = 144, kind: str = "identifier") -> list[str]:
    """The texts that a rule for the label `Reference` finds, best first."""
    rule = Rule("r", "number", kind, labels=("Reference",), find=find, max_gap=max_gap, strict=True)
    found = Matcher(RuleSet("t", rules={"number": (rule,)})).match(layout([LABEL, *prints], dpi=dpi)).candidates
    return [candidate.text for candidate in sorted(found, key=lambda candidate: -candidate.fit)]


@pytest.mark.parametrize("relation", list(AROUND))
def test_each_relation_finds_its_own_side_only(relation):
    assert values((relation,), *AROUND.values()) == [AROUND[relation].text]


def test_same_line_looks_on_both_sides():
    assert set(values(("same_line",), *AROUND.values())) == {"R-1", "L-2"}


def test_within_ends_at_a_wide_gap():
    assert values(("within",), Print(300, 300, "W-5"), AROUND["right_of"]) == ["W-5"]
    assert values(("within",), AROUND["right_of"]) == []


def test_the_order_of_find_is_the_order_of_preference():
    assert values(("below", "right_of"), *AROUND.values()) == ["B-4", "R-1"]
    assert values(("right_of", "below"), *AROUND.values()) == ["R-1", "B-4"]


def test_below_takes_what_shares_a_column_with_the_label():
    right_aligned = Print(LABEL.box.right, 318, "1234567890123-4", right=True)
    assert values(("below",), right_aligned, Print(60, 318, "F-9")) == ["1234567890123-4"]


def test_nearer_values_below_come_first():
    assert values(("below",), Print(250, 318, "B-1"), Print(250, 332, "B-2")) == ["B-1", "B-2"]


def test_below_ends_after_a_few_lines():
    assert values(("below",), Print(250, 400, "B-4")) == []
    assert values(("below",), Print(250, 400, "B-4"), max_gap=Length(150, "pt")) == ["B-4"]


@pytest.mark.parametrize("dpi", [72, 100, 144, 300])
@pytest.mark.parametrize(
    ("relation", "value", "near", "far"),
    [
        ("right_of", Print(LABEL.box.right + 60, 300, "V-1"), 55, 65),
        ("left_of", Print(LABEL.x - 60, 300, "V-1", right=True), 55, 65),
        ("below", Print(250, 340, "V-1"), 27, 33),
        ("above", Print(250, 260, "V-1"), 27, 33),
    ],
)
def test_the_largest_gap_means_the_same_in_every_unit_at_every_resolution(dpi, relation, value, near, far):
    side = 842 if relation in ("below", "above") else 595
    for unit, points in (("pt", 1), ("mm", 72 / 25.4), ("fraction", side)):
        assert values((relation,), value, max_gap=Length(near / points, unit), dpi=dpi) == []
        assert values((relation,), value, max_gap=Length(far / points, unit), dpi=dpi) == ["V-1"]


@pytest.mark.parametrize("between", [":", " : ", " - ", ".:", "# ", " = ", " | ", "....."])
def test_what_separates_label_and_value_is_passed_over(between):
    rule = Rule("r", "number", "text", labels=("Reference",), find=("right_of",))
    found = Matcher(RuleSet("t", rules={"number": (rule,)})).match(layout([Print(60, 60, f"Reference{between}V 1")])).candidates
    assert [candidate.text for candidate in found] == ["V 1"]


def test_a_minus_before_a_figure_is_part_of_it():
    rule = Rule("r", "discount", "amount", labels=("Discount",), find=("right_of",))
    found = Matcher(RuleSet("t", rules={"discount": (rule,)})).match(layout([Print(60, 60, "Discount: -12.50")])).candidates
    assert [candidate.text for candidate in found] == ["-12.50"]


def test_every_relation_that_rules_may_name_has_its_function():
    assert tuple(RELATION_TABLE) == RELATIONS
