"""Thresholds: which confidence is doubtful, and which doubts ask for review."""

from __future__ import annotations

import pytest

from extractor.resolve import Thresholds


def test_one_number_holds_for_all_fields():
    assert {Thresholds.of(0.9)[name] for name in ("total", "seller_address", "extra.meter")} == {0.9}


def test_a_field_can_have_its_own_and_matters_then():
    given = Thresholds.of({"*": 0.7, "buyer_name": 0.95})
    assert (given["buyer_name"], given["total"]) == (0.95, 0.7)
    assert given.matters("buyer_name")
    assert not Thresholds.of(0.95).matters("buyer_name")


def test_what_decides_the_payment_always_matters():
    assert all(Thresholds().matters(name) for name in ("number", "seller_name", "date", "total", "iban", "currency", "seller_vat_id"))


@pytest.mark.parametrize("given", [1.5, -0.1, float("nan"), {"total": 2}, {"totl": 0.5}])
def test_what_cannot_be_meant_is_refused(given):
    with pytest.raises(ValueError, match="min_confidence"):
        Thresholds.of(given)
