"""Dates are read in the document's order, chosen together, and called ambiguous where nothing tells day from month."""

from __future__ import annotations

import datetime

import pytest

from extractor.resolve import FieldStatus, Findings, Origin, resolve
from extractor.rules.model import RuleSet

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


def test_of_two_dates_in_running_text_the_first_on_the_page_is_meant() -> None:
    top, bottom = candidate("date", "15.11.2024", 0.9), candidate("date", "14.11.2024", 0.9, ocr=1.0)
    field = resolved(date=[bottom, top]).fields["date"]
    assert (field.value, field.status) == (datetime.date(2024, 11, 15), FieldStatus.OK)


def test_two_dates_that_go_equally_well_with_the_due_date_are_ambiguous() -> None:
    dates = [candidate("date", text, 0.7, label="Date") for text in ("14.11.2024", "15.11.2024")]
    fields = resolved(date=dates, due_date="15.12.2024").fields
    assert fields["date"].status is FieldStatus.AMBIGUOUS
    assert fields["due_date"].status is FieldStatus.OK


def test_terms_of_payment_give_the_due_date_and_say_so() -> None:
    found = resolved(date="15.01.2025", payment_terms="14 days net")
    due = found.fields["due_date"]
    assert (due.value, due.origin, due.status) == (datetime.date(2025, 1, 29), Origin.DERIVED, FieldStatus.OK)
    assert due.text == "from date and payment_terms"
    assert found.invoice.payment_terms == "14 days net"


def test_terms_decide_between_printed_due_dates() -> None:
    found = resolved(date="15.01.2025", due_date=[("25.01.2025", 0.85), ("14.02.2025", 0.8)], payment_terms="3% discount within 10 days, 30 days net")
    assert (found.invoice.due_date, found.fields["due_date"].support) == (datetime.date(2025, 2, 14), 1.0)


def test_a_printed_due_date_counts_before_terms_that_differ() -> None:
    due = resolved(date="15.01.2025", due_date="20.03.2025", payment_terms="30 days").fields["due_date"]
    agreed = resolved(date="15.01.2025", due_date="14.02.2025", payment_terms="30 days").fields["due_date"]
    assert (due.value, due.origin) == (datetime.date(2025, 3, 20), Origin.READ)
    assert due.confidence < agreed.confidence


def test_terms_settle_the_order_of_day_and_month() -> None:
    found = resolved(locale="en", date="03/04/2025", due_date="02/05/2025", payment_terms="30 days")
    assert (found.invoice.date, found.invoice.due_date) == (datetime.date(2025, 4, 3), datetime.date(2025, 5, 2))


def test_a_delivery_date_is_no_due_date() -> None:
    found = resolved(date="15.01.2025", delivery_date="20.01.2025").invoice
    assert (found.due_date, found.delivery_date) == (None, datetime.date(2025, 1, 20))


@pytest.mark.parametrize(("other", "expected"), [("17/04/2025", APRIL), ("04/17/2025", MARCH)])
def test_one_date_settles_the_order_of_all(other: str, expected: datetime.date) -> None:
    candidates = [candidate("date", "03/04/2025")]
    settled = resolve(Findings(candidates, dates=[other]), RuleSet("t", locales=("en",))).fields["date"]
    assert (settled.value, settled.status) == (expected, FieldStatus.OK)
    by_field = resolved(locale="en", date="03/04/2025", delivery_date=other).fields["date"]
    assert (by_field.value, by_field.status) == (expected, FieldStatus.OK)


def test_dates_of_both_orders_leave_it_open() -> None:
    field = resolved(locale="en", date="03/04/2025", delivery_date="17/04/2025", period_end="04/17/2025").fields["date"]
    assert field.status is FieldStatus.AMBIGUOUS


def test_the_sellers_country_settles_the_order_where_no_currency_is_printed() -> None:
    field = resolved(locale="en", date="03/04/2025", seller_vat_id="DE136695976").fields["date"]
    assert (field.value, field.status) == (APRIL, FieldStatus.OK)
