"""Where a vendor's documents print what their file asks for."""

from __future__ import annotations

from extractor.geometry import Box
from extractor.needed.places import KEPT, Known, Place, Places, places_on, wanted_of
from extractor.ocr.result import OcrPage

TITLE, LABEL, VALUE, PROSE = Box(100, 50, 300, 20), Box(100, 800, 80, 20), Box(440, 800, 60, 20), Box(100, 840, 400, 20)


def places(*boxes: Box, page: OcrPage | None = None, pages: int = 1) -> list[Place]:
    return places_on(page or OcrPage(1, 600, 1000), boxes, pages)


def known(*marks: Place, depth: float = 2.0) -> Known:
    return Known(marks, (), {}, 1, depth)


def test_a_place_is_the_same_at_another_resolution_and_on_a_turned_page() -> None:
    once, twice = places(TITLE, LABEL), places(TITLE.scaled(2), LABEL.scaled(2), page=OcrPage(1, 1200, 2000))
    turned = places(*(Box(600 - b.right, 1000 - b.bottom, b.width, b.height) for b in (TITLE, LABEL)), page=OcrPage(1, 600, 1000, rotation=180))
    assert once == twice == turned


def test_print_near_the_end_is_found_where_a_longer_document_ends() -> None:
    learned = places(TITLE, LABEL, VALUE, PROSE)
    longer = places(TITLE, Box(100, 800, 380, 20), *(box.moved(0, 160) for box in (LABEL, VALUE, PROSE)))
    assert list(wanted_of(longer, [known(learned[1], learned[2])], anywhere=False)) == [2, 3]


def test_a_longer_value_at_the_same_right_edge_is_found_and_prose_is_not() -> None:
    learned = places(TITLE, LABEL, VALUE, PROSE)
    other = places(TITLE, LABEL, Box(400, 800, 100, 20), PROSE)
    assert list(wanted_of(other, [known(learned[2])], anywhere=False)) == [2]


def test_print_that_moved_is_found_by_its_edges_alone() -> None:
    learned = places(TITLE, LABEL, VALUE, PROSE)
    moved = places(TITLE, LABEL.moved(0, -300), VALUE.moved(0, -300), PROSE)
    assert list(wanted_of(moved, [known(learned[1])], anywhere=False)) == []
    assert list(wanted_of(moved, [known(learned[1])], anywhere=True)) == [1]


def test_all_print_of_a_table_is_wanted_however_many_rows_it_has() -> None:
    rows = [Box(100, 300 + 40 * row, 200, 20) for row in range(3)]
    first, *_, last = places(TITLE, *rows, VALUE)[1:4]
    band = Known((), ((first, last),), {}, 1, 2.0)
    more = [Box(100, 300 + 40 * row, 200, 20) for row in range(8)]
    assert list(wanted_of(places(TITLE, *more, VALUE.moved(0, 200)), [band], anywhere=False)) == list(range(1, 9))


def test_only_the_latest_readings_of_a_vendor_are_kept() -> None:
    kept = Places()
    for number in range(KEPT + 2):
        kept.learn(("acme", "1"), known(depth=number))
    assert [one.depth for one in kept.of(("acme", "1"))] == [float(number) for number in range(2, KEPT + 2)]
    assert kept.of(("acme", "edited")) == ()
