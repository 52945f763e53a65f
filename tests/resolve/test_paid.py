"""Tests of payments that no label names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractor.resolve import FieldStatus, Findings, Resolution, resolve
from extractor.rules.model import RuleSet

from .candidates import candidate


def _resolved(due: str, *printed: str) -> Resolution:
    header = [candidate("net", "100.00"), candidate("tax", "20.00"), candidate("total", "120.00"), candidate("amount_due", due)]
    figures = [candidate("prepaid", text, 0.5) for text in printed]
    return resolve(Findings(header, amounts=figures), RuleSet("t", locales=("en-GB",)))


def test_the_amount_that_leads_from_the_total_to_the_amount_due_was_paid():
    found = _resolved("77.50", "12.00", "42.50")
    assert found.invoice.prepaid == Decimal("42.50")
    assert {found.fields[name].status for name in ("total", "amount_due", "prepaid")} == {FieldStatus.OK}


@pytest.mark.parametrize(("due", "printed"), [("77.50", "42.60"), ("100.00", "20.00"), ("162.50", "42.50"), ("20.00", "100.00")])
def test_an_amount_that_does_not_fit_or_is_explained_otherwise_is_no_payment(due, printed):
    found = _resolved(due, printed)
    assert found.invoice.prepaid is None
    assert found.fields["amount_due"].status is FieldStatus.CONFLICT
