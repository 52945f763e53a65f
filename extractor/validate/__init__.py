"""Stage "validate": an invoice and its evidence -> issues and a status."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from extractor.issues import Issue, Level
from extractor.resolve import Resolution, Thresholds
from extractor.validate.checks import check_arithmetic_rules, check_dates, check_fields, check_identifiers, check_vendor
from extractor.validate.identity import check_identity
from extractor.validate.required import missing_required
from extractor.validate.schema import InvoiceSchema, SchemaSource

__all__ = ["InvoiceSchema", "SchemaSource", "Status", "missing_required", "status_of", "validate"]


class Status(StrEnum):
    """valid: no finding asks for attention. review: a person should look. invalid: the schema or a rule is violated."""

    VALID = "valid"
    REVIEW = "review"
    INVALID = "invalid"


def validate(
    resolution: Resolution,
    schema: InvoiceSchema,
    vendor: Mapping[str, str] | None = None,
    thresholds: Thresholds | None = None,
    today: datetime.date | None = None,
    other_ibans: Sequence[str] = (),
) -> list[Issue]:
    """All findings about an invoice; none of them is raised.

    vendor, other_ibans: what the rule file states of the vendor, by field, and its further accounts. thresholds: they say of which
    fields a doubt asks for review.
    """
    invoice = resolution.invoice
    return [
        *schema.issues(invoice.to_dict()),
        *check_fields(resolution.fields, thresholds or Thresholds()),
        *check_arithmetic_rules(invoice),
        *check_identifiers(invoice),
        *check_identity(invoice),
        *check_dates(invoice, today or datetime.date.today()),
        *check_vendor(invoice, vendor or {}, other_ibans),
    ]


def status_of(issues: Iterable[Issue]) -> Status:
    """The status that follows from some issues.

    >>> status_of([Issue("x", Level.INFO, "told")]), status_of([Issue("x", Level.WARNING, "asked")])
    (<Status.VALID: 'valid'>, <Status.REVIEW: 'review'>)
    """
    levels = {issue.level for issue in issues}
    return Status.INVALID if Level.ERROR in levels else Status.REVIEW if Level.WARNING in levels else Status.VALID
