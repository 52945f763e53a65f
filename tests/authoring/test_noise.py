"""Noise keeps pages well-formed, is the same for the same seed, and touches what it says that it touches."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from extractor.authoring.noise import KINDS, _rows, new_lines
from extractor.authoring.scene import PrintedValue, Scene
from extractor.geometry import Box
from extractor.ocr.result import OcrPage, OcrRegion, OcrResult
from extractor.ocr.typed import typed_pages
from extractor.shipped import shipped_schema

SCHEMA = Draft202012Validator(shipped_schema("ocr-v1"))
GEOMETRY = ("shift", "margins", "print-scale", "resolution", "skew", "jitter", "new-lines")
WORDS = ("confusions", "accents", "dropped-spaces", "added-spaces", "missing-lines")

texts = st.text("abcdeéñrnlOIS0158 .,:/-€", min_size=1, max_size=30)
regions = st.builds(
    OcrRegion,
    texts,
    st.none() | st.floats(0, 100),
    st.builds(Box, st.integers(0, 700), st.integers(0, 900), st.integers(1, 300), st.integers(1, 40)).filter(lambda box: box.right <= 1000),
)
pages = st.builds(OcrPage, st.just(1), st.just(1000), st.just(1000), st.lists(regions, max_size=12).map(tuple), st.just(120.0))


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    page = draw(pages)
    values = [
        PrintedValue(f"extra.{index}", "identifier", region.text, region.text, 1, region.bounds)
        for index, region in enumerate(page.regions)
        if draw(st.booleans())
    ]
    return Scene(OcrResult((page,), "made"), {value.name: value.text for value in values}, tuple(values))


@pytest.mark.parametrize("kind", KINDS)
@given(scene=scenes(), seed=st.integers(0, 1000))
def test_every_noise_keeps_results_well_formed_and_obeys_its_seed(kind: str, scene: Scene, seed: int) -> None:
    changed = KINDS[kind].change(Random(seed), scene)
    assert changed == KINDS[kind].change(Random(seed), scene)
    if changed is None:
        return
    SCHEMA.validate(json.loads(changed.ocr.to_json()))
    assert len(OcrResult.from_json(changed.ocr.to_json()).pages) == len(scene.ocr.pages)
    assert all(region.bounds.is_finite() for region in changed.ocr.regions)
    if kind in GEOMETRY:
        assert [region.text for region in changed.ocr.regions] == [region.text for region in scene.ocr.regions]
        for page in changed.ocr.pages:
            edge = max(page.width, page.height) + 0.01
            assert all(r.bounds.x >= -0.01 and r.bounds.right <= edge and r.bounds.y >= -0.01 and r.bounds.bottom <= edge for r in page.regions)
    if not kind.startswith("other"):
        assert changed.expect == scene.expect


@pytest.mark.parametrize("kind", WORDS)
def test_what_is_said_to_stay_out_of_values_does(kind: str) -> None:
    ocr = typed_pages("Bollard & Söhne\nInvoice number: B-508 15\nSome other line of print\nfor nothing at all\nThank you for your order")
    value = PrintedValue("number", "identifier", "B-508 15", "B-508 15", 1, Box(272, 112, 96, 22), "Invoice number", Box(80, 112, 168, 22))
    for seed in range(40):
        changed = KINDS[kind].change(Random(seed), Scene(ocr, {}, (value,)))
        assert changed is not None
        assert "B-508 15" in changed.ocr.text.replace("\n", " ")
        assert changed.ocr != ocr


def test_split_regions_are_joined_again() -> None:
    ocr = typed_pages("Bollard & Sons of Weirbridge\nInvoice number: 508")
    scenes = [changed for seed in range(20) if (changed := KINDS["split-regions"].change(Random(seed), Scene(ocr, {})))]
    assert scenes
    for scene in scenes:
        assert len(list(scene.ocr.regions)) > 2
        assert scene.ocr.text.split() == ocr.text.split()
        joined = [changed.ocr.text for seed in range(20) if (changed := KINDS["joined-regions"].change(Random(seed), scene))]
        assert ocr.text in joined


def test_value_confusions_touch_values_alone() -> None:
    ocr = typed_pages("Invoice number: 508")
    value = PrintedValue("number", "identifier", "508", "508", 1, Box(272, 80, 36, 22))
    texts = {KINDS["value-confusions"].change(Random(seed), Scene(ocr, {}, (value,))).ocr.text for seed in range(20)}  # type: ignore[union-attr]
    assert all(text.startswith("Invoice number: ") for text in texts)
    assert "Invoice number: 508" not in texts


def test_the_vendor_is_not_among_missing_lines() -> None:
    ocr = typed_pages("Bollard & Sons\nSome line\nAnother line\nA third")
    words = [replace(ocr.pages[0].regions[0], text=text, bounds=Box(x, 80, 90, 22)) for text, x in (("& Sons", 200), ("Bollard", 80))]
    ocr = replace(ocr, pages=(replace(ocr.pages[0], regions=(*words, *ocr.pages[0].regions[1:])),))
    for seed in range(30):
        changed = KINDS["missing-lines"].change(Random(seed), Scene(ocr, {}, fixed=("BOLLARD & SONS",)))
        assert changed is not None
        assert {"Bollard", "& Sons"} <= {region.text for region in changed.ocr.regions}


def test_new_lines_part_no_value_from_its_label() -> None:
    ocr = typed_pages("Bollard & Sons\nInvoice number\nB-508\nSome line\nAnother line")
    value = PrintedValue("number", "identifier", "B-508", "B-508", 1, Box(80, 144, 60, 22), "Invoice number", Box(80, 112, 168, 22))
    for seed in range(20):
        changed = new_lines(Random(seed), Scene(ocr, {}, (value,)))
        assert changed is not None
        label, number = (region.bounds for region in changed.ocr.regions if region.text in ("Invoice number", "B-508"))
        assert number.y - label.y == 32
    assert new_lines(Random(1), Scene(typed_pages("Bollard"), {})) is None


def test_a_row_is_what_stands_side_by_side() -> None:
    page = OcrPage(1, 500, 500, (OcrRegion("a", None, Box(0, 0, 10, 10)), OcrRegion("b", None, Box(50, 3, 10, 10)), OcrRegion("c", None, Box(0, 30, 10, 10))))
    assert [[region.text for region in row] for row in _rows(page)] == [["a", "b"], ["c"]]
