"""What a page says of its place in a document, in the languages of the rules."""

from __future__ import annotations

import pytest

from extractor.geometry import Box
from extractor.layout import PageLayout, lay_out
from extractor.ocr import OcrPage, OcrRegion, OcrResult
from extractor.split.numbering import PageNumber, page_numbers


def page(*texts: str, y: float = 1000) -> PageLayout:
    """A page of 1654 x 2339 pixels with each text on a line of its own, from `y` on."""
    regions = tuple(OcrRegion(text, 99.0, Box(100, y + 60 * row, 14 * len(text), 30)) for row, text in enumerate(texts))
    return lay_out(OcrResult((OcrPage(1, 1654, 2339, regions),), "test")).pages[0]


@pytest.mark.parametrize(
    ("text", "number", "of"),
    [
        ("Page 1 of 3", 1, 3),
        ("PAGE: 2/3", 2, 3),
        ("Seite 1 von 3", 1, 3),
        ("Seite 1von 3", 1, 3),
        ("Rechnung 4711 Seite 2/2", 2, 2),
        ("Page 1 sur 3", 1, 3),
        ("Pág. 2 de 4", 2, 4),
        ("Pagina 1 di 2", 1, 2),
        ("Pagina 2 van 2", 2, 2),
        ("Strona 1 z 2", 1, 2),
        ("FOLHA 1/2", 1, 2),
        ("Blatt 2", 2, None),
        ("- Seite 3 -", 3, None),
        ("S. 1/2", 1, 2),
        ("1 of 2", 1, 2),
    ],
)
def test_a_page_says_its_number(text: str, number: int, of: int | None) -> None:
    assert page_numbers(page("Something else", text)) == (PageNumber(number, of),)


@pytest.mark.parametrize(
    "text",
    [
        "Continued on page 2",
        "Fortsetzung auf Seite 2",
        "see page 2 of 3",
        "Folio 12",
        "Page 12.50",
        "Seitenschneider 3",
        "1/2",  # in the middle of a page it may be anything
        "Page 4 of 3",
        "Page 0 of 3",
        "Webpage 3 of 4",
    ],
)
def test_what_only_looks_like_a_number_of_a_page(text: str) -> None:
    assert page_numbers(page(text)) == ()


def test_a_bare_number_counts_at_the_edge() -> None:
    assert page_numbers(page("2 / 3", y=2300)) == (PageNumber(2, 3),)
    assert page_numbers(page("2 / 3", y=20)) == (PageNumber(2, 3),)


def test_the_clearest_comes_first_and_no_number_twice() -> None:
    assert page_numbers(page("Page 2", "Page 2 of 5", "Page 7")) == (PageNumber(2, 5), PageNumber(7))
