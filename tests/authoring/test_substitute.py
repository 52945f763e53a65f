"""Other values of the same shape: printed in all their places, expected likewise, and still adding up."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mill import PAGE, write_rules

from extractor import Extractor
from extractor.authoring.scene import PrintedValue, Scene, scene_of
from extractor.authoring.substitute import MONEY, longer_or_shorter, multiplied, other_length, other_number, printed_date, same_shape
from extractor.geometry import Box
from extractor.ocr.result import OcrRegion
from extractor.ocr.typed import typed_pages

EXPECT = {"number": "WM-20417", "date": "2025-03-14", "due_date": "2025-04-13", "net": "1000.00", "tax": "200.00", "total": "1200.00", "iban": None}


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    page = typed_pages(PAGE + "Please give WM-20417 with your payment; WM-204170 is another.\n")
    with Extractor(rules=write_rules(tmp_path_factory.mktemp("rules")), cache=None) as extractor:
        return scene_of(extractor.interpret(page), EXPECT, {})


@given(seed=st.integers(0, 10_000))
def test_numbers_and_amounts_are_replaced_in_all_their_places(scene: Scene, seed: int) -> None:
    changed = same_shape(Random(seed), scene)
    assert changed is not None
    number, text = changed.expect["number"], changed.ocr.text
    assert re.fullmatch(r"WM-2\d{4}", number)
    assert len(re.findall(rf"\b{number}\b", text)) == 2
    assert "WM-204170 is another" in text
    assert "VAT 20%" in text
    net, tax, total = (Decimal(changed.expect[name]) for name in ("net", "tax", "total"))
    assert net + tax == total != Decimal(1200)
    assert f"{net:,}" in text
    assert f"{total:,}" in text
    days = [datetime.date.fromisoformat(changed.expect[name]) for name in ("date", "due_date")]
    assert days[1] - days[0] == datetime.timedelta(30)
    assert f"Invoice date: {days[0]:%d/%m/%Y}" in text
    assert changed.expect["iban"] is None


@given(seed=st.integers(0, 10_000))
def test_other_lengths_are_expected_as_printed(scene: Scene, seed: int) -> None:
    changed = other_length(Random(seed), scene)
    assert changed is not None
    assert changed.expect.get("number") in changed.ocr.text
    assert len(changed.expect["number"]) in (7, 9)
    assert Decimal(changed.expect["net"]) + Decimal(changed.expect["tax"]) == Decimal(changed.expect["total"])


def test_a_page_without_values_has_nothing_to_replace() -> None:
    assert same_shape(Random(1), Scene(typed_pages("Nothing to see"), {})) is None


@given(st.text("AB-/ 0123456789", min_size=1), st.integers(0, 99))
def test_other_numbers_have_the_shape_of_the_old_ones(text: str, seed: int) -> None:
    assert re.sub(r"\d", "9", other_number(Random(seed), text)) == re.sub(r"\d", "9", text)
    if re.search(r"\d", text):
        assert abs(len(longer_or_shorter(Random(seed), text)) - len(text)) == 1


@pytest.mark.parametrize("form", ["%d.%m.%Y", "%Y-%m-%d", "%m/%d/%y", "%d/%m/%Y"])
@given(old=st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 1, 1)), new=st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 1, 1)))
def test_a_date_is_printed_in_the_form_of_the_old_one_or_not_at_all(form: str, old: datetime.date, new: datetime.date) -> None:
    printed = printed_date(old.strftime(form), old, new)
    assert printed == new.strftime(form) or (printed is None and len({old.day, old.month, old.year % 100}) < 3)


@pytest.mark.parametrize(
    ("text", "factor", "expected"),
    [("1'250.00", "4", "5'000.00"), ("-12,50", "2", "-25,00"), ("0.05", "9", "0.45"), ("999.00", "2", "1998.00"), ("1 250,00", "0.2", "250,00")],
)
def test_amounts_keep_their_notation(text: str, factor: str, expected: str) -> None:
    match = MONEY.search(text)
    assert match is not None
    assert match.group() == text
    assert multiplied(match, Decimal(factor)) == expected


@pytest.mark.parametrize("text", ["19.00 %", "12.03.2025", "1.234", "10:30.00", "v1.25", "2025-03.14"])
def test_what_is_no_amount_stays(text: str) -> None:
    assert MONEY.search(text) is None


def test_what_tells_the_vendor_stays(tmp_path: Path) -> None:
    with Extractor(rules=write_rules(tmp_path), cache=None) as extractor:
        scene = scene_of(extractor.interpret(typed_pages(PAGE)), EXPECT, {}, fixed=("No. WM-20417",))
    changed = same_shape(Random(1), scene)
    assert changed is not None
    assert changed.expect["number"] == "WM-20417"


def test_values_that_an_engine_cut_into_words_are_replaced_whole(tmp_path: Path) -> None:
    page = typed_pages(PAGE.replace("14/03/2025", "14 March 2025").replace("13/04/2025", "13 April 2025"))
    words = [part for region in page.pages[0].regions for part in cut_into_words(region)]
    page = replace(page, pages=(replace(page.pages[0], regions=tuple(words)),))
    with Extractor(rules=write_rules(tmp_path), cache=None) as extractor:
        scene = scene_of(extractor.interpret(page), EXPECT, {})
    for seed in range(20):
        changed = same_shape(Random(seed), scene)
        assert changed is not None
        assert f"{datetime.date.fromisoformat(changed.expect['date']):%d %B %Y}" in [region.text for region in changed.ocr.regions]


def test_amounts_in_a_form_that_is_not_known_stay_with_all_others() -> None:
    scene = Scene(typed_pages("Fee 12 pounds\nTotal 12.00"), {"total": "12.00"}, (PrintedValue("total", "amount", "12", Decimal(12), 1, Box(80, 80, 200, 22)),))
    assert same_shape(Random(1), scene) is None


def cut_into_words(region: OcrRegion) -> list[OcrRegion]:
    """Regions of one word each, as a text layer has them."""
    box, letter = region.bounds, region.bounds.width / len(region.text)
    found = re.finditer(r"\S+", region.text)
    return [replace(region, text=m.group(), bounds=Box(box.x + m.start() * letter, box.y, len(m.group()) * letter, box.height)) for m in found]
