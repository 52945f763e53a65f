"""The lines of postal addresses around the world."""

from __future__ import annotations

import pytest

from extractor.invoice.addresses import is_place, is_street


@pytest.mark.parametrize(
    "text",
    [
        "99988 Nebelhausen",
        "D-99988 Nebelhausen",
        "A - 1234 Steinmatt",
        "75999 SAINT-OLIM, FR",
        "9988 XZ Nieuwdorp",
        "99-999 Mglisko",
        "9999-123 Vila Nova",
        "Fogtown, OR 97999",
        "Fogtown OR, 97999-1234",
        "Nadipur - 599999",
        "Tidewater NSW 2999",
        "Lake Mist, ON M9Z 9Z9",
        "ZZ99 4QX",
        "ZZ1 1AA Thistledown",
        "D99 XA00 Ballymist",
    ],
)
def test_a_town_with_its_postcode_is_a_place(text: str) -> None:
    assert is_place(text)


@pytest.mark.parametrize("text", ["12 Mill Lane", "1. Stock", "Amber Kettle Ltd", "HRA 18230", "CON-54321", "25 pieces", "12.03.2025", "12345", "IBAN DE12"])
def test_other_lines_are_no_places(text: str) -> None:
    assert not is_place(text)


@pytest.mark.parametrize(("text", "street"), [("Nebelgasse 4", True), ("P.O. Box", True), ("Suite B", True), ("Via del Molo", True), ("Amber Kettle", False)])
def test_streets(text: str, street: bool) -> None:
    assert is_street(text) is street
