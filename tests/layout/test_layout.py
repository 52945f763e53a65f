"""The same print gives the same lines and the same text, whatever engine cut it into regions and however the page lies."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.geometry import Box
from extractor.layout import lay_out, lay_out_page
from extractor.ocr.result import OcrPage, OcrRegion, OcrResult

from .pages import Print, joined, ocr_page, page_layout, table, turned, words

INVOICE = [
    Print(60, 50, "Muster & Söhne GmbH", size=16),
    Print(60, 72, "Hauptstraße 12, 10115 Berlin", size=8),
    Print(60, 120, "Invoice No:"),
    Print(115, 120, "RE-2024-0117"),
    Print(330, 120, "Date:"),
    Print(360, 120, "17.03.2024"),
    Print(60, 140, "Customer:"),
    Print(111, 140, "4711"),
    *table(
        200,
        [
            ["Description", "Qty", "Unit price", "Amount"],
            ["Blue widget, large", "2", "10.00", "20.00"],
            ["Green widget", "1", "5.50", "5.50"],
            ["Assembly on site", "3", "40.00", "120.00"],
        ],
        [60, 320, 420, 520],
        right_from=1,
    ),
    Print(330, 290, "Total"),
    Print(520, 290, "145.50", right=True),
    Print(60, 700, "Payable within 14 days", size=8),
]
TEXT = """Muster & Söhne GmbH
Hauptstraße 12, 10115 Berlin
Invoice No: RE-2024-0117  Date: 17.03.2024
Customer: 4711
Description  Qty  Unit price  Amount
Blue widget, large  2  10.00  20.00
Green widget  1  5.50  5.50
Assembly on site  3  40.00  120.00
Total  145.50
Payable within 14 days"""
WHITE_SPACE = re.compile(r"\s+")


def squeezed(text: str) -> list[str]:
    return [WHITE_SPACE.sub(" ", line) for line in text.splitlines()]


def test_line_fragments_words_and_joined_regions_give_the_same_text():
    cuts = {"fragments": INVOICE, "words": words(INVOICE), "joined": joined(INVOICE, gap=6)}
    assert {name: page_layout(cut).text for name, cut in cuts.items()} == dict.fromkeys(cuts, TEXT)


def test_one_region_for_each_row_gives_the_same_lines():
    assert squeezed(page_layout(joined(INVOICE, gap=1000)).text) == squeezed(TEXT)


def test_the_order_of_regions_does_not_matter():
    assert page_layout(list(reversed(words(INVOICE)))).text == TEXT


@st.composite
def jitters(draw):
    """Boxes off by up to a tenth of their height, and higher or lower than the print by as much, each by itself."""
    shares = st.floats(-0.1, 0.1)

    def moved(box: Box) -> Box:
        dx, dy, grown = draw(shares) * box.height, draw(shares) * box.height, draw(shares) * box.height
        return Box(box.x + dx, box.y + dy, box.width, box.height + grown)

    return moved


@settings(max_examples=30, deadline=None)
@given(jitter=jitters(), cut=st.sampled_from([INVOICE, words(INVOICE), joined(INVOICE, gap=6)]))
def test_imprecise_boxes_give_the_same_text(jitter, cut):
    assert lay_out_page(ocr_page(cut, jitter=jitter)).text == TEXT


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["Total", "12,50", "Invoice No 7", "Ümläut & Co", "-3", "x"]), min_size=1, max_size=6), st.randoms())
def test_rows_of_any_words_read_the_same_in_any_cut(texts, random):
    prints = [Print(60 + 110 * (i % 3), 60 + 20 * (i // 3), text) for i, text in enumerate(texts)]
    rows = [texts[i : i + 3] for i in range(0, len(texts), 3)]
    expected = "\n".join("  ".join(row) for row in rows)
    shuffled = words(prints)
    random.shuffle(shuffled)
    assert page_layout(prints).text == page_layout(shuffled).text == expected


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [-3.0, -0.7, 0.0, 1.5, 3.0])
@pytest.mark.parametrize("cut", [INVOICE, words(INVOICE)], ids=["fragments", "words"])
def test_turned_and_skewed_pages_give_the_same_text(rotation, skew, cut):
    assert lay_out_page(turned(ocr_page(cut), rotation, skew)).text == TEXT


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [-3.0, 0.0, 3.0])
def test_the_bounds_of_a_word_on_a_turned_page_are_where_the_page_shows_it(rotation, skew):
    page = turned(ocr_page(words(INVOICE)), rotation, skew)
    found = lay_out_page(page)
    shown = {region.text: region.bounds for region in page.regions}
    for text in ("RE-2024-0117", "145.50", "Hauptstraße"):
        line = next(line for line in found.lines if text in line.text)
        start = line.text.index(text)
        bounds = found.bounds(line.box_of(start, start + len(text)))
        for side in ("x", "y", "right", "bottom"):
            assert getattr(bounds, side) == pytest.approx(getattr(shown[text], side), abs=0.5), (text, side)


def test_every_character_lies_in_the_box_of_its_word():
    for cut in (INVOICE, joined(INVOICE, gap=1000)):
        page = page_layout(cut)
        for line in page.lines:
            for word in line.words:
                for i in range(len(word.text)):
                    part = word.part(i, i + 1)
                    assert word.box.x - 0.01 <= part.x <= part.right <= word.box.right + 0.01
                    assert (part.y, part.height) == (word.box.y, word.box.height)


def test_a_place_in_the_text_of_a_page_is_found_on_its_line():
    page = page_layout(INVOICE)
    for match in re.finditer(r"\S+", page.text):
        [(line, span)] = page.locate(*match.span())
        assert line.text[span.start : span.end] == match.group()
        assert [word.text for word, _, _ in line.words_in(span.start, span.end)] == [match.group()]


def test_a_place_that_spans_lines_gives_all_of_them():
    page = page_layout(INVOICE)
    start, end = page.text.index("Green"), page.text.index("site") + 4
    assert ["".join(line.text[s.start : s.end]) for line, s in page.locate(start, end)] == ["Green widget  1  5.50  5.50", "Assembly on site"]


def test_confidence_of_characters_is_the_lowest_of_their_words():
    regions = [OcrRegion("Total", 99.0, Box(10, 10, 50, 20)), OcrRegion("12.50", 40.0, Box(70, 10, 50, 20)), OcrRegion("EUR", None, Box(130, 10, 30, 20))]
    [line] = lay_out_page(OcrPage(1, 400, 400, tuple(regions))).lines
    assert line.confidence_of(0, 5) == pytest.approx(0.99)
    assert line.confidence_of(0, len(line.text)) == pytest.approx(0.4)
    assert line.confidence_of(line.text.index("EUR"), len(line.text)) is None


def test_a_page_without_text_has_no_lines():
    for regions in ((), (OcrRegion("  ", 90.0, Box(1, 1, 10, 10)), OcrRegion("", None, Box(1, 1, 10, 10)))):
        page = lay_out_page(OcrPage(1, 400, 600, regions))
        assert (page.lines, page.text) == ((), "")
        assert page.line_height > 0
    assert lay_out(OcrResult((), "test")).text == ""


def test_regions_without_size_are_kept():
    regions = tuple(
        OcrRegion(text, 90.0, Box(10, y, width, height)) for text, y, width, height in (("one", 10, 0, 0), ("two", 50, 0, 20), ("three", 90, 60, 0))
    )
    for skew in (0.0, 2.0):
        page = lay_out_page(OcrPage(1, 400, 400, regions, skew=skew))
        assert sorted(page.text.split()) == ["one", "three", "two"]
        assert all(line.box_of(0, 2).is_finite() for line in page.lines)


def test_regions_without_size_on_one_spot_are_all_kept():
    regions = tuple(OcrRegion(text, 90.0, Box(10, 10, 0, 0)) for text in ("a", "b", "c"))
    assert sorted(lay_out_page(OcrPage(1, 400, 400, regions)).text.split()) == ["a", "b", "c"]


def test_typographic_spaces_and_decomposed_letters_are_made_plain():
    page = page_layout([Print(60, 60, "1 250,00 € u\u0308ber a\u00adb\u200bc")])
    assert page.text == "1 250,00 € über abc"


def test_thousands_of_regions_are_all_read():
    prints = [Print(10 + 10 * (i % 50), 10 + 8 * (i // 50), f"{i:04d}"[-2:], size=5) for i in range(5000)]
    page = page_layout(prints)
    assert sum(len(line.words) for line in page.lines) == 5000
    assert len(page.lines) == 100


def test_pages_of_a_document_are_apart():
    result = OcrResult((ocr_page([Print(60, 60, "one")]), ocr_page([Print(60, 60, "two")], number=2)), "test")
    assert lay_out(result).text == "one\ftwo"


@pytest.mark.parametrize(("gap", "text"), [(0.3, "Total 12.00"), (0.7, "Total 12.00"), (1.4, "Total  12.00"), (5, "Total  12.00")])
@pytest.mark.parametrize("size", [6, 10, 24])
def test_a_gap_wider_than_the_print_is_high_parts_segments(gap, text, size):
    label = Print(60, 60, "Total", size=size)
    assert page_layout([label, Print(label.box.right + gap * size, 60, "12.00", size=size)]).text == text
