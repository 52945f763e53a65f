"""Tests of telling the seller's VAT identifier from the buyer's."""

from __future__ import annotations

from extractor.resolve import FieldStatus

from .candidates import resolved

ONE, OTHER = "DE136695976", "ATU13585627"


def test_an_identifier_is_chosen_for_one_party_only():
    found = resolved(seller_vat_id=[(ONE, 0.95), (OTHER, 0.9)], buyer_vat_id=[(ONE, 0.9)])
    assert (found.invoice.seller_vat_id, found.invoice.buyer_vat_id) == (OTHER, ONE)
    assert found.fields["seller_vat_id"].status is FieldStatus.OK


def test_an_only_identifier_goes_to_the_party_that_it_fits_best():
    found = resolved(seller_vat_id=[(ONE, 0.4)], buyer_vat_id=[(ONE, 0.9)])
    assert (found.invoice.seller_vat_id, found.invoice.buyer_vat_id) == (None, ONE)


def test_identifiers_without_a_rival_stay():
    found = resolved(seller_vat_id=[(ONE, 0.9)], buyer_vat_id=[(OTHER, 0.9)])
    assert (found.invoice.seller_vat_id, found.invoice.buyer_vat_id) == (ONE, OTHER)
