"""An invoice's number is no other number, unless its own label says so."""

from __future__ import annotations

import pytest

from extractor.resolve import FieldStatus

from .candidates import candidate, resolved


@pytest.mark.parametrize("other", ["customer_number", "purchase_order", "preceding_invoice"])
def test_the_number_of_something_else_is_not_taken(other: str) -> None:
    found = resolved(number=[("K-4711", 0.7), ("R-2025-8", 0.6)], **{other: ("K-4711", 0.9)})
    assert (found.invoice.number, getattr(found.invoice, other)) == ("R-2025-8", "K-4711")


def test_a_number_that_its_own_label_names_better_is_taken() -> None:
    found = resolved(number=[("4711", 0.95), ("R-2025-8", 0.6)], customer_number=("4711", 0.5))
    assert found.invoice.number == "4711"


@pytest.mark.parametrize("text", ["01.12.2025", "DE136695976", "DE89370400440532013000"])
def test_dates_and_identifiers_are_no_numbers(text: str) -> None:
    assert resolved(number=[(text, 0.7), ("R-2025-8", 0.5)]).invoice.number == "R-2025-8"


def test_a_telephone_is_no_number() -> None:
    phone = candidate("number", "0301234567", 0.7, context="Telephone: 0301234567")
    assert resolved(number=[phone, candidate("number", "R-2025-8", 0.5)]).invoice.number == "R-2025-8"


def test_a_date_that_the_label_of_the_number_names_is_taken() -> None:
    labelled = candidate("number", "01-12-2025", 0.9, label="Invoice no")
    assert resolved(number=[labelled, candidate("number", "R-2025-8", 0.5)]).invoice.number == "01-12-2025"


def test_where_there_is_nothing_else_the_number_is_doubtful() -> None:
    field = resolved(number=("K-4711", 0.7), customer_number=("K-4711", 0.9)).fields["number"]
    assert (field.value, field.status) == ("K-4711", FieldStatus.LOW_CONFIDENCE)
