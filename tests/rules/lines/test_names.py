"""Names and notes: a wrapped line goes on with the name, one that was broken before its end does not."""

from __future__ import annotations

import pytest
from layout.pages import Print, layout, table

from .tables import HEAD, X, cells

LONG = "Widget with a thread of stainless steel and"


def description(*prints: Print, unit: str = "2") -> str:
    """The name that comes of some print below a header, with the figures beside the first line."""
    page = [*table(200, [HEAD], X, right_from=1), *prints, *table(214, [["", unit, "10.00", "20.00"]], X, right_from=1)]
    [[text]] = cells(layout(page), "description")
    assert text is not None
    return text


def below(*texts: str, pitch: float = 12) -> list[Print]:
    return [Print(60, 214 + pitch * i, text) for i, text in enumerate(texts)]


def test_a_wrapped_name_is_one():
    assert description(*below(LONG, "a hexagonal head")) == f"{LONG}\na hexagonal head"


def test_a_line_broken_before_its_end_begins_a_note():
    assert description(*below("Widget", "as agreed by telephone on Monday", "with our Mr Smith")) == "Widget"


@pytest.mark.parametrize("note", ["GTIN: 4000000000006", "GTIN:4000000000006", "4000000000006", "Period 01.02.2025 - 28.02.2025", "Order no.: 17"])
def test_notes_are_told_by_what_they_are(note):
    assert description(*below(LONG, note)) == LONG


def test_smaller_print_is_a_note():
    assert description(Print(60, 214, LONG), Print(60, 226, "manufactured according to the standard", size=6)) == LONG


def test_indented_print_is_a_note():
    assert description(Print(60, 214, LONG), Print(80, 226, "manufactured according to standards")) == LONG


def test_print_after_a_gap_is_a_note():
    assert description(*below(LONG, "manufactured according to the standard", pitch=20)) == LONG


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AB-1200 - Steel bolts", "Steel bolts"),
        ("[AB1200] Steel bolts", "Steel bolts"),
        ("Steel bolts (kg)", "Steel bolts"),
        ("Steel bolts (1 kg)", "Steel bolts"),
        ("Steel bolts (blue)", "Steel bolts (blue)"),
        ("Steel bolts - blue", "Steel bolts - blue"),
        ("Door - 3 hinges", "Door - 3 hinges"),
    ],
)
def test_numbers_and_units_are_no_part_of_a_name(text, expected):
    assert description(Print(60, 214, text), unit="2 kg") == expected


def test_the_number_before_a_name_is_its_code():
    page = table(200, [HEAD, ["AB-1200 - Steel bolts", "2", "10.00", "20.00"]], X, right_from=1)
    assert cells(layout(page), "code", "description") == [["AB-1200", "Steel bolts"]]
