"""The checks beyond the schema: what each finds, how bad it is, and that it is silent where nothing is wrong."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from extractor.invoice.fields import Invoice, InvoiceLine, TaxLine
from extractor.issues import Issue, Level
from extractor.resolve import Alternative, FieldStatus, FieldValue, Resolution, Thresholds
from extractor.validate import InvoiceSchema, Status, status_of, validate
from extractor.validate.checks import check_arithmetic_rules, check_dates, check_fields, check_identifiers, check_vendor

TODAY = datetime.date(2025, 6, 1)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def names(issues: object) -> list[tuple[str, Level, str | None]]:
    return [(issue.id, issue.level, issue.field) for issue in issues]  # type: ignore[attr-defined]


def test_amounts_that_add_up_are_no_issue() -> None:
    invoice = Invoice(net=Decimal("100.00"), tax=Decimal("19.00"), total=Decimal("119.00"), taxes=[TaxLine(Decimal(19), Decimal("100.00"), Decimal("19.00"))])
    assert list(check_arithmetic_rules(invoice)) == []


@pytest.mark.parametrize(
    ("invoice", "rule"),
    [
        (Invoice(net=Decimal("100.00"), tax=Decimal("19.00"), total=Decimal("120.00")), "BR-CO-15"),
        (Invoice(total=Decimal("119.00"), prepaid=Decimal("19.00"), amount_due=Decimal("119.00")), "BR-CO-16"),
        (Invoice(tax=Decimal("19.00"), taxes=[TaxLine(Decimal(19), Decimal("50.00"), Decimal("9.50"))]), "BR-CO-14"),
        (Invoice(net=Decimal("100.00"), lines=[InvoiceLine(amount=Decimal("40.00")), InvoiceLine(amount=Decimal("40.00"))]), "BR-CO-10"),
        (Invoice(net=Decimal("75.00"), discount=Decimal("10.00"), lines=[InvoiceLine(amount=Decimal("80.00"))]), "BR-CO-13"),
        (Invoice(taxes=[TaxLine(Decimal(20), Decimal("100.00"), Decimal("25.00"))]), "BR-CO-17"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_amounts_that_do_not_add_up_are_named_with_the_rule(invoice: Invoice, rule: str) -> None:
    found = list(check_arithmetic_rules(invoice))
    assert rule in [issue.id for issue in found], found
    assert all(issue.level is Level.WARNING and "do not add up: expected" in issue.message for issue in found)


def test_identifiers_with_wrong_check_digits() -> None:
    invoice = Invoice(iban="DE89370400440532013001", bic="NOPE", seller_vat_id="DE000000000")
    assert names(check_identifiers(invoice)) == [
        ("iban-checksum", Level.WARNING, "iban"),
        ("bic-format", Level.WARNING, "bic"),
        ("vat-id-checksum", Level.INFO, "seller_vat_id"),
    ]


def test_right_identifiers_are_no_issue() -> None:
    assert list(check_identifiers(Invoice(iban="DE89370400440532013000", bic="COBADEFFXXX"))) == []
    assert list(check_identifiers(Invoice())) == []


@pytest.mark.parametrize(
    ("invoice", "issue"),
    [
        (Invoice(date=day("2025-03-14"), due_date=day("2025-03-13")), "due-before-issue"),
        (Invoice(period_start=day("2025-03-01"), period_end=day("2025-02-28")), "period-order"),
        (Invoice(date=day("2026-06-02")), "date-in-future"),
    ],
)
def test_dates_that_do_not_go_together(invoice: Invoice, issue: str) -> None:
    assert [found.id for found in check_dates(invoice, TODAY)] == [issue]


def test_dates_that_go_together() -> None:
    same = day("2025-03-14")
    assert list(check_dates(Invoice(date=same, due_date=same, period_start=same, period_end=same), TODAY)) == []
    assert list(check_dates(Invoice(date=day("2026-06-01")), TODAY)) == []


def test_an_account_that_is_not_the_one_of_the_vendor() -> None:
    vendor = {"iban": "DE89 3704 0044 0532 0130 00", "bic": "COBADEFFXXX", "seller_name": "Somebody"}
    assert list(check_vendor(Invoice(iban="DE89370400440532013000", bic="COBADEFFXXX"), vendor)) == []
    assert list(check_vendor(Invoice(), vendor)) == []
    changed = Invoice(iban="GB33BUKB20201555555555", seller_name="Somebody else")
    assert names(check_vendor(changed, vendor)) == [("vendor-iban-differs", Level.WARNING, "iban")]
    assert names(check_vendor(changed, vendor, ["GB33 BUKB 2020 1555 5555 55"])) == []
    assert names(check_vendor(Invoice(iban="DE89370400440532013000", bic="BNPAFRPPXXX"), vendor, ["GB33BUKB20201555555555"])) == [
        ("vendor-bic-differs", Level.WARNING, "bic")
    ]


@pytest.mark.parametrize(
    ("name", "status", "expected"),
    [
        ("total", FieldStatus.LOW_CONFIDENCE, ("low-confidence", Level.WARNING)),
        ("seller_name", FieldStatus.LOW_CONFIDENCE, ("low-confidence", Level.WARNING)),
        ("buyer_name", FieldStatus.LOW_CONFIDENCE, ("low-confidence", Level.INFO)),
        ("number", FieldStatus.AMBIGUOUS, ("ambiguous", Level.WARNING)),
        ("date", FieldStatus.CONFLICT, ("conflict", Level.WARNING)),
        ("lines[0].amount", FieldStatus.LOW_CONFIDENCE, ("low-confidence", Level.INFO)),
        ("total", FieldStatus.OK, None),
        ("total", FieldStatus.MISSING, None),
    ],
)
def test_how_bad_a_doubtful_field_is(name: str, status: FieldStatus, expected: tuple[str, Level] | None) -> None:
    value = FieldValue(name, "12", status, text="12", page=2, alternatives=(Alternative("13", "13", "other", 0.5, "as good"),))
    found = list(check_fields({name: value}, Thresholds()))
    assert [(issue.id, issue.level) for issue in found] == ([expected] if expected else [])
    assert all(issue.field == name and issue.page == 2 and name in issue.message for issue in found)


def test_both_readings_of_an_ambiguous_value_are_told() -> None:
    value = FieldValue("date", day("2025-04-03"), FieldStatus.AMBIGUOUS, "03/04/2025", alternatives=(Alternative(day("2025-03-04"), "", "x", 0.5, ""),))
    (issue,) = check_fields({"date": value}, Thresholds())
    assert "2025-04-03" in issue.message
    assert "2025-03-04" in issue.message


def test_all_checks_are_part_of_validating() -> None:
    invoice = Invoice(net=Decimal(1), tax=Decimal(1), total=Decimal(3), iban="DE00", date=day("2025-03-14"), due_date=day("2025-03-13"))
    fields = {"number": FieldValue("number", "7", FieldStatus.LOW_CONFIDENCE)}
    found = {issue.id for issue in validate(Resolution(invoice, fields), InvoiceSchema(), {"iban": "DE89370400440532013000"}, today=TODAY)}
    assert found >= {"missing-field", "schema", "BR-CO-15", "iban-checksum", "due-before-issue", "low-confidence", "vendor-iban-differs"}


@pytest.mark.parametrize(
    ("levels", "status"),
    [
        ([], Status.VALID),
        ([Level.INFO], Status.VALID),
        ([Level.INFO, Level.WARNING], Status.REVIEW),
        ([Level.WARNING, Level.ERROR, Level.INFO], Status.INVALID),
    ],
)
def test_the_worst_finding_decides_the_status(levels: list[Level], status: Status) -> None:
    assert status_of(Issue("x", level, "told") for level in levels) is status
