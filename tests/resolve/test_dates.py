"""Dates are read in the document's order, chosen together, and called ambiguous where nothing tells day from month."""

from __future__ import annotations

import datetime

import pytest

from extractor.resolve import FieldStatus

from .candidates import candidate, place, resolved

MARCH, APRIL = datetime.date(2025, 3, 4), datetime.date(2025, 4, 3)


@pytest.mark.parametrize(("locale", "expected"), [("en-US", MARCH), ("en-GB", APRIL), ("de", APRIL), ("fr", APRIL)])
def test_the_locale_orders_day_and_month(locale, expected):
    field = resolved(locale=locale, date="03/04/2025").fields["date"]
    assert (field.value, field.status) == (expected, FieldStatus.OK)


@pytest.mark.parametrize("locale", ["en", None])
def test_without_a_country_both_dates_are_shown(locale):
    field = resolved(locale=locale, date="03/04/2025").fields["date"]
    assert field.status == FieldStatus.AMBIGUOUS
    assert {field.value, *(other.value for other in field.alternatives)} == {MARCH, APRIL}
    assert [other.reason for other in field.alternatives] == ["another reading of the same print"]


@pytest.mark.parametrize("text", ["17/03/2024", "2024-03-17", "17 March 2024", "17.03.2024"])
def test_dates_with_one_reading_are_not_ambiguous(text):
    field = resolved(locale="en", date=text).fields["date"]
    assert (field.value, field.status) == (datetime.date(2024, 3, 17), FieldStatus.OK)


@pytest.mark.parametrize(("currency", "expected"), [("USD", MARCH), ("GBP", APRIL), ("MYR", APRIL), ("EUR", APRIL)])
def test_the_currency_tells_the_country_of_english(currency, expected):
    field = resolved(locale="en", date="03/04/2025", total=f"{currency} 12.00").fields["date"]
    assert (field.value, field.status) == (expected, FieldStatus.OK)


def test_nobody_pays_before_the_invoice_is_written():
    found = resolved(date=[("31.03.2024", 0.9), ("01.03.2024", 0.8)], due_date="15.03.2024").invoice
    assert (found.date, found.due_date) == (datetime.date(2024, 3, 1), datetime.date(2024, 3, 15))


def test_the_due_date_settles_the_order_of_the_date():
    found = resolved(locale="en-US", date="04/03/2025", due_date="18 March 2025").invoice
    assert found.date == datetime.date(2025, 3, 4)


def test_a_due_date_before_the_date_is_a_conflict():
    found = resolved(date="31.03.2024", due_date="15.03.2024")
    assert {found.fields[name].status for name in ("date", "due_date")} == {FieldStatus.CONFLICT}


def test_a_due_date_soon_after_supports_both():
    alone, both = resolved(date="01.03.2024"), resolved(date="01.03.2024", due_date="15.03.2024")
    assert both.fields["date"].confidence > alone.fields["date"].confidence
    assert both.fields["date"].support > 0.5


def test_a_due_date_in_the_far_future_is_doubtful():
    assert resolved(date="01.03.2024", due_date="01.03.2029").fields["due_date"].status == FieldStatus.CONFLICT


def test_payment_on_the_day_of_the_invoice_is_no_conflict():
    assert resolved(date="01.03.2024", due_date="01.03.2024").fields["due_date"].status == FieldStatus.OK


def test_other_dates_take_the_reading_that_is_near_the_date():
    found = resolved(locale=None, date="2 March 2025", delivery_date="03/02/2025").invoice
    assert found.delivery_date == datetime.date(2025, 3, 2)


def test_a_due_date_alone_is_taken():
    found = resolved(due_date="15.03.2024")
    assert found.invoice.due_date == datetime.date(2024, 3, 15)
    assert found.fields["date"].status == FieldStatus.MISSING


def test_impossible_dates_are_no_values():
    assert resolved(date="31.02.2024").fields["date"].status == FieldStatus.MISSING


def test_many_dates_come_to_an_end():
    many = [(f"{1 + i % 28:02d}.{1 + i % 12:02d}.2024", 0.9 - i / 100) for i in range(30)]
    found = resolved(date=many, due_date=many, delivery_date=many, period_start=many, period_end=many).invoice
    assert found.due_date >= found.date


def test_a_print_belongs_to_the_field_that_it_fits_best() -> None:
    where = place()
    delivery = [candidate("delivery_date", "07.05.2017", 0.98, bounds=where)]
    borrowed = candidate("date", "07.05.2017", 0.7, bounds=where)
    fields = resolved(date=[borrowed, candidate("date", "09.05.2017", 0.65)], delivery_date=delivery).fields
    assert (fields["date"].value, fields["date"].status) == (datetime.date(2017, 5, 9), FieldStatus.OK)
    alone = resolved(date=[borrowed], delivery_date=delivery).fields
    assert (alone["date"].value, alone["date"].status) == (datetime.date(2017, 5, 7), FieldStatus.LOW_CONFIDENCE)
    assert alone["delivery_date"].status is FieldStatus.OK


def test_two_dates_that_go_equally_well_with_the_due_date_are_ambiguous() -> None:
    fields = resolved(date=[("14.11.2024", 0.7), ("15.11.2024", 0.7)], due_date="15.12.2024").fields
    assert fields["date"].status is FieldStatus.AMBIGUOUS
    assert fields["due_date"].status is FieldStatus.OK
