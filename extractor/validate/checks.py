"""Owns the checks of an invoice beyond its schema: arithmetic (BR-CO), identifiers, dates, and how sure the values are."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence

from dateutil.relativedelta import relativedelta

from extractor.invoice.arithmetic import check_arithmetic
from extractor.invoice.fields import Invoice
from extractor.invoice.identifiers import is_valid_iban, normalize_bic, normalize_vat_id
from extractor.issues import Issue, Level
from extractor.resolve import FieldStatus, FieldValue, Origin, Thresholds
from extractor.resolve.reconcile import PRINTED

FUTURE = relativedelta(years=1)
"""An invoice dated further ahead than this is misread or wrong."""


def check_arithmetic_rules(invoice: Invoice) -> Iterator[Issue]:
    """What does not add up, by the calculation rules of EN 16931 (ids `BR-CO-10` to `BR-CO-17`)."""
    for finding in check_arithmetic(invoice):
        if not finding.holds:
            names = dict.fromkeys(name.split("[")[0] for name in finding.fields)
            message = f"{' and '.join(names)} do not add up: expected {finding.expected}, found {finding.actual} ({finding.rule})"
            yield Issue(finding.rule, Level.WARNING, message, field=finding.fields[-1] if finding.fields else None)


def check_identifiers(invoice: Invoice) -> Iterator[Issue]:
    """IBAN, BIC and VAT identifiers that cannot be right."""
    if invoice.iban is not None and not is_valid_iban(invoice.iban):
        yield Issue("iban-checksum", Level.WARNING, f"{invoice.iban} is no valid IBAN (ISO 13616 check digits)", field="iban")
    if invoice.bic is not None and normalize_bic(invoice.bic) is None:
        yield Issue("bic-format", Level.WARNING, f"{invoice.bic} is no valid BIC (ISO 9362)", field="bic")
    for name in ("seller_vat_id", "buyer_vat_id"):
        value = getattr(invoice, name)
        if value is not None and normalize_vat_id(value) is None:
            yield Issue("vat-id-checksum", Level.INFO, f"{value} is no VAT identifier with valid check digits", field=name)


def check_dates(invoice: Invoice, today: datetime.date) -> Iterator[Issue]:
    """Dates that do not go together, or lie far in the future."""
    if invoice.date and invoice.due_date and invoice.due_date < invoice.date:
        yield Issue("due-before-issue", Level.WARNING, f"due on {invoice.due_date}, before it was issued on {invoice.date}", field="due_date")
    if invoice.period_start and invoice.period_end and invoice.period_end < invoice.period_start:
        yield Issue("period-order", Level.WARNING, f"the billing period ends on {invoice.period_end}, before it starts", field="period_end")
    if invoice.date and invoice.date > today and invoice.date > today + FUTURE:
        yield Issue("date-in-future", Level.WARNING, f"issued on {invoice.date}, more than a year ahead", field="date")


def check_fields(fields: Mapping[str, FieldValue], thresholds: Thresholds) -> Iterator[Issue]:
    """Values that are doubtful: not confident, of two readings, contradicted, or only derived."""
    for name, value in fields.items():
        told = _doubt(value)
        if told is not None:
            contradicted = value.status is FieldStatus.CONFLICT and bool(value.claims)
            level = Level.WARNING if contradicted or thresholds.matters(name) else Level.INFO
            yield Issue(told[0], level, f"{name}: {told[1]}", field=name, page=value.page)


def _doubt(value: FieldValue) -> tuple[str, str] | None:
    if value.status is FieldStatus.LOW_CONFIDENCE:
        return "low-confidence", f"{value.text!r} was read with confidence {value.confidence:.2f}"
    if value.status is FieldStatus.AMBIGUOUS:
        others = ", ".join(str(alternative.value) for alternative in value.alternatives[:3])
        return "ambiguous", f"{value.text!r} was read as {value.value}; as good: {others}"
    if value.status is FieldStatus.CONFLICT:
        return "conflict", _contradiction(value)
    return None


def _contradiction(value: FieldValue) -> str:
    """Who says what, where e-invoices or codes take part."""
    if not value.claims:
        return f"{value.value} ({value.text!r}) is contradicted by other values"
    sayings = [f"{claim.value} ({claim.witness}, {claim.where})" for claim in value.claims]
    printed = next((other for other in value.alternatives if other.reason == PRINTED), None)
    if printed is not None:
        sayings.append(f"{printed.value} (printed on page {printed.page})")
    elif value.origin is not Origin.STATED:
        sayings.append(f"{value.value} (printed on page {value.page})")
    return " against ".join(sayings)


def check_vendor(invoice: Invoice, vendor: Mapping[str, str], other_ibans: Sequence[str] = ()) -> Iterator[Issue]:
    """Where to pay that differs from what the vendor's rule file states: a new account, a misreading, or fraud."""
    ibans = [iban for iban in (vendor.get("iban"), *other_ibans) if iban is not None]
    if invoice.iban is not None and ibans and invoice.iban not in {_compact(iban) for iban in ibans}:
        message = f"{invoice.iban} is to be paid to, the vendor's rule file states {' and '.join(ibans)}"
        yield Issue("vendor-iban-differs", Level.WARNING, message, field="iban")
    bic = vendor.get("bic")
    own_bank = not other_ibans or invoice.iban == _compact(vendor.get("iban", ""))
    if invoice.bic is not None and bic is not None and own_bank and invoice.bic != _compact(bic):
        yield Issue("vendor-bic-differs", Level.WARNING, f"the bank is {invoice.bic}, the vendor's rule file states {bic}", field="bic")


def _compact(text: str) -> str:
    return "".join(text.split()).upper()
