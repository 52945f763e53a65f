"""What became of a field is told apart, and how far a value stands from its rule's limits is measured in millimetres."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from mill import PAGE, write_rules

from extractor import ExtractionResult, Extractor
from extractor.authoring.survival import Fate, Margins, Tally, fates, is_same, margins_of
from extractor.layout import lay_out
from extractor.ocr.typed import typed_pages
from extractor.rules.model import MM_PER_INCH, Length, Rule, Zone
from extractor.rules.views import zone_fit


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> ExtractionResult:
    with Extractor(rules=write_rules(tmp_path_factory.mktemp("rules")), cache=None) as extractor:
        return extractor.interpret(typed_pages(PAGE))


@pytest.mark.parametrize(
    ("expect", "rules", "fate"),
    [
        ({"number": "WM-20417"}, {"number": "number-1"}, Fate.SURVIVED),
        ({"number": "WM-20417"}, {"number": "other"}, Fate.OTHERWISE),
        ({"number": "WM-1"}, {}, Fate.WRONG),
        ({"number": None}, {}, Fate.WRONG),
        ({"total": "1200"}, {}, Fate.SURVIVED),
        ({"iban": "GB82WEST12345698765432"}, {}, Fate.MISSING),
        ({"iban": None}, {"iban": None}, Fate.SURVIVED),
        ({"lines": [{"amount": "1.00"}]}, {}, Fate.MISSING),
        ({"lines": []}, {}, Fate.SURVIVED),
    ],
)
def test_fates(result: ExtractionResult, expect: dict[str, Any], rules: dict[str, str | None], fate: Fate) -> None:
    assert fates(result, expect, rules) == dict.fromkeys(expect, fate)


def test_rates() -> None:
    tally = Tally(survived=5, otherwise=2, missing=2, doubtful=0, wrong=1)
    assert (tally.rate(), tally.rate(missing_allowed=True), tally.rule_rate()) == pytest.approx((0.7, 0.9, 0.5))
    assert Tally().rate() == 1


def test_nine_of_ten_are_not_less_than_nine_tenths() -> None:
    tally = Tally(survived=18, otherwise=1, missing=1)
    assert tally.rule_rate() >= 0.9
    assert Tally(survived=9, doubtful=1).rate() >= 0.9


def test_margins_are_millimetres_to_the_nearest_limit(result: ExtractionResult) -> None:
    page = result.ocr.pages[0]
    found, mm = result.fields["number"], 25.4 / page.dpi
    assert found.bounds is not None
    assert found.label_bounds is not None
    zone = Zone(top=Length(found.bounds.center_y * mm - 3, "mm"), right=Length(0.9, "fraction"))
    rule = Rule("number-1", "number", "identifier", zone=zone, max_gap=Length(20, "mm"))
    margins = margins_of(found, rule, {1: page})
    assert margins.zone == pytest.approx(3)
    assert margins.gap == pytest.approx(20 - (found.bounds.x - found.label_bounds.right) * mm)
    assert margins_of(found, None, {1: page}).zone is None


@pytest.mark.parametrize("strict", [False, True])
def test_the_end_of_soft_limits_is_where_the_matcher_gives_the_value_up(result: ExtractionResult, strict: bool) -> None:
    """The zone's margin against `zone_fit` itself, a tenth of a millimetre before the end and behind it."""
    found, page = result.fields["number"], result.ocr.pages[0]
    assert found.bounds is not None
    mm = MM_PER_INCH / page.dpi
    zone = Zone(top=Length(found.bounds.center_y * mm - 3, "mm"), bottom=Length(0.9, "fraction"))
    margins = margins_of(found, Rule("number-1", "number", "identifier", zone=zone, strict=strict), {1: page})
    assert margins.zone == pytest.approx(3)
    assert margins.zone_end is not None
    assert (margins.zone_end == margins.zone) is strict
    layout = lay_out(result.ocr).pages[0]
    for distance, is_kept in ((margins.zone_end - 0.1, True), (margins.zone_end + 0.1, False)):
        moved = replace(found.bounds, y=found.bounds.y - distance / mm)
        assert (zone_fit(zone, layout, moved, strict=strict) > 0) is is_kept


def test_of_several_margins_the_smaller_counts() -> None:
    assert Margins(3, lead=0.5).narrowed(Margins(2, gap=7)) == Margins(2, gap=7, lead=0.5)


@pytest.mark.parametrize(("found", "wanted", "same"), [("1.50", "1.5", True), ("1.50", "1.51", False), ("007", "7", False), ("A.1", "A.10", False)])
def test_only_amounts_may_differ_in_form(found: str | None, wanted: str, same: bool) -> None:
    assert is_same(found, wanted) is same


@pytest.mark.parametrize(("pattern", "share"), [(r"WM-\d+", 1.0), (r"WM-\d{5}", 0.5), ("WM-20417", 0.0), (r"QX\d+", None)])
def test_a_pattern_is_tried_on_similar_values(result: ExtractionResult, pattern: str, share: float | None) -> None:
    rule = Rule("number-1", "number", "identifier", pattern=pattern)
    assert margins_of(result.fields["number"], rule, {1: result.ocr.pages[0]}).pattern == share
