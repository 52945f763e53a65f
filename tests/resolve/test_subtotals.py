"""A sum that a discount or a charge still changes is not the net amount."""

from __future__ import annotations

import pytest

from extractor.resolve import FieldStatus, Origin

from .candidates import amounts, resolved


@pytest.mark.parametrize(
    ("printed", "net"),
    [
        ({"net": "40.00", "shipping": "4.00", "tax": "8.80", "total": "52.80"}, "44.00"),
        ({"net": "40.00", "discount": "5.00", "tax": "7.00", "total": "42.00"}, "35.00"),
        ({"net": "40.00", "discount": "-5.00", "shipping": "2.00", "tax": "7.40", "total": "44.40"}, "37.00"),
    ],
)
def test_the_net_amount_follows_from_total_and_tax(printed, net):
    found = resolved(**printed)
    assert amounts(found, "net", "total") == {"net": net, "total": printed["total"]}
    assert (found.fields["net"].origin, found.fields["net"].status) == (Origin.DERIVED, FieldStatus.OK)


def test_a_charge_is_no_tax():
    found = resolved(net="40.00", shipping="4.00", total="44.00")
    assert amounts(found, "tax", "shipping", "total") == {"tax": None, "shipping": "4.00", "total": "44.00"}


def test_a_net_amount_that_the_tax_leads_to_the_total_stays():
    found = resolved(net=["40.00", "44.00"], shipping="4.00", tax="8.80", total="52.80")
    assert found.fields["net"].origin == Origin.READ
    assert amounts(found, "net") == {"net": "44.00"}


def test_a_charge_that_does_not_lead_to_the_total_leaves_the_contradiction():
    found = resolved(net="40.00", shipping="3.00", tax="8.80", total="52.80")
    assert found.fields["total"].status == FieldStatus.CONFLICT
