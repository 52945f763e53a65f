"""What a file does to the layout view, and that each character of it still knows its print."""

from __future__ import annotations

import pytest

from extractor.errors import RuleTimeout
from extractor.layout import Layout, lay_out
from extractor.ocr.typed import typed_pages
from extractor.rules.model import Length, TextView, Zone
from extractor.rules.views import SearchText, search_text


def view(text: str, **keys: tuple) -> tuple[SearchText, Layout]:
    layout = lay_out(typed_pages(text))
    return search_text(layout, TextView(**keys)), layout


def printed(text: SearchText, part: str) -> str:
    start = text.text.index(part)
    return " ".join(line.text[span.start : span.end] for _, line, span in text.locate(start, start + len(part)))


@pytest.mark.parametrize(
    ("normalize", "expected"),
    [
        (("no_spaces",), "Fälligam1.Mai"),
        (("no_accents",), "Fallig am  1. Mai"),
        (("lowercase",), "fällig am  1. mai"),
        (("no_spaces", "no_accents", "lowercase"), "falligam1.mai"),
    ],
)
def test_normalizing(normalize: tuple[str, ...], expected: str) -> None:
    text, _ = view("Fällig am  1. Mai", normalize=normalize)
    assert text.text == expected + "\n"
    assert printed(text, expected[-3:]) == "Mai"


def test_replacing_keeps_the_place_of_what_is_around_and_of_what_is_put_in() -> None:
    text, _ = view("Sum 12,50 EUR", replace=((r"Sum", "Grand total"), (r"(\d+),(\d+)", r"\1.\2")))
    assert text.text == "Grand total 12.50 EUR\n"
    assert (printed(text, "EUR"), printed(text, "12.50"), printed(text, "Grand total")) == ("EUR", "12,50", "Sum")


def test_replacing_can_join_lines() -> None:
    text, _ = view("No\n   17", replace=((r"\n\s+", " "),))
    assert text.text == "No 17\n"
    assert printed(text, "17") == "17"


def test_taking_everything_out_leaves_nothing() -> None:
    text, _ = view("abc", replace=((r"[\s\S]+", ""), ("x*", "")))
    assert text.text == ""


def test_a_zone_is_laid_out_by_itself() -> None:
    layout = lay_out(typed_pages("left" + " " * 70 + "right"))
    zone = Zone(left=Length(0.5, "fraction"))
    assert search_text(layout, TextView(), zone).text == "right\n"


def test_a_page_can_be_chosen() -> None:
    layout = lay_out(typed_pages("one\n\ftwo"))
    assert search_text(layout, TextView(), None, "last").text == "two\n"
    assert search_text(layout, TextView(), None, 1).text == "one\n"


def test_a_replacement_that_overruns_is_stopped() -> None:
    layout = lay_out(typed_pages("a" * 60))
    with pytest.raises(RuleTimeout):
        search_text(layout, TextView(replace=((r"(?:(?:a|aa)+)+$(?<=b)", ""),)))
