"""Values stand where the result says: there is ink in their boxes, and the boxes lie on what the generator printed there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from PIL.Image import Image
from pixels import ink, load, to_pixels

from extractor import ExtractionResult, Extractor
from extractor.geometry import Box

from .documents import DOCUMENTS, MIN_INK, MIN_OVERLAP, FixtureDocument

ACME = [document for document in DOCUMENTS if document.folder.name == "acme-supplies"]
OTHERS = [document for document in DOCUMENTS if document not in ACME]
VALUES = {"number": "12345", "date": "2025-12-01", "total": "1250.00", "currency": "USD"}
PRINTED_ON = {"currency": "total"}
"""Fields that stand in the print of another one: the dollar sign is part of the total."""
PRINTED_TWICE = {"enzian-geraetebau": {"buyer_name", "buyer_address", "iban", "payment_reference"}}
"""What a QR bill says in its receipt and in its payment part; `truth.json` knows one of the places."""


def test_there_are_seven_forms() -> None:
    assert len(ACME) == 7


@pytest.mark.parametrize("document", ACME, ids=str)
def test_acme_values_lie_on_their_print(document: FixtureDocument, rules: str, books: dict[str, Extractor]) -> None:
    result = books[rules].interpret(document.replayed())
    found = result.invoice.to_dict()
    assert {name: found[name] for name in VALUES} == VALUES
    assert str(result.status) == "valid"
    places = list(boxes(result, document, VALUES))
    assert [name for name, *_ in places] == list(VALUES)
    for name, page, box, printed in places:
        assert lies_on_print(page, box, printed), name


@pytest.mark.parametrize("document", OTHERS, ids=str)
def test_other_values_lie_on_their_print(document: FixtureDocument, books: dict[str, Extractor]) -> None:
    names = document.truth["printed"].keys() - PRINTED_TWICE.get(document.folder.name, set())
    places = list(boxes(books["vendor"].interpret(document.replayed()), document, names))
    assert len(places) >= 6
    for name, page, box, printed in places:
        assert lies_on_print(page, box, printed), name


def test_a_box_beside_the_print_is_found_out() -> None:
    document = next(document for document in ACME if document.entry["file"] == "clean/page-1.png")
    page = load(document.path)[0]
    printed = to_pixels(Box(*document.truth["printed"]["total"]["bounds_pt"]), page, document.entry)
    assert lies_on_print(page, printed, printed)
    assert not lies_on_print(page, printed.moved(printed.width, 0), printed)
    assert not lies_on_print(page, printed.moved(0, printed.height), printed)


def boxes(result: ExtractionResult, document: FixtureDocument, names: Iterable[str]) -> Iterator[tuple[str, Image, Box, Box]]:
    """Field, page, the box of its value and the place where it was printed; what a rule file states has no box."""
    pages = load(document.path, result.ocr.pages[0].dpi)
    for name in names:
        value = result.fields[name]
        if value.bounds is not None and value.page is not None:
            page, read = pages[value.page - 1], result.ocr.pages[value.page - 1]
            assert page.size == (read.width, read.height)
            place = Box(*document.truth["printed"][PRINTED_ON.get(name, name)]["bounds_pt"])
            yield name, page, value.bounds, to_pixels(place, page, document.entry, read.dpi)


def lies_on_print(page: Image, box: Box, printed: Box) -> bool:
    """Whether there is ink in a box, and the box and the printed place share enough, each the other's middle included."""
    common = box.intersection(printed).area
    overlap = common / (box.area + printed.area - common)
    return ink(page, box) >= MIN_INK and overlap >= MIN_OVERLAP and _holds_middle(box, printed) and _holds_middle(printed, box)


def _holds_middle(box: Box, other: Box) -> bool:
    return box.x <= other.center_x <= box.right and box.y <= other.center_y <= box.bottom
