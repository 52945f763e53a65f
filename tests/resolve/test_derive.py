"""What chosen amounts imply: several rates, subtotals before a discount, totals that are only printed as due; never passed off as read."""

from __future__ import annotations

import pytest

from extractor.resolve import FieldStatus, Origin
from extractor.rules.candidate import Candidate
from extractor.rules.model import RuleSet

from .candidates import amounts, candidate, resolved, row


def test_a_tax_that_the_rates_give_is_no_conflict_with_the_tax_of_one_of_them() -> None:
    rates = ["19 %  198.00  37.62", "7 %  275.00  19.25"]
    tax = resolved(net="473.00", tax=[("37.62", 0.9), ("19.25", 0.85)], total="529.87", tax_rows=rates).fields["tax"]
    assert (str(tax.value), tax.status, tax.origin, tax.support) == ("56.87", FieldStatus.OK, Origin.DERIVED, 1.0)


def test_a_cash_discount_that_its_rate_confirms_does_not_drop_the_taxes() -> None:
    rates = ["VAT 19 %  100.00  19.00", "2 % cash discount on  119.00  2.38"]
    found = resolved(net="100.00", tax="19.00", total="119.00", tax_rows=rates)
    assert [(str(line.rate), str(line.base), str(line.amount)) for line in found.invoice.taxes] == [("19", "100.00", "19.00")]
    assert {found.fields[name].status for name in ("net", "tax", "total")} == {FieldStatus.OK}


def test_a_lone_amount_that_its_rate_could_not_raise_is_no_tax() -> None:
    found = resolved(total="27.10", tax=candidate("tax", "13.68", 0.7, context="VAT 6 %  13.68"), tax_rows=["VAT 6 %  13.68"])
    assert found.invoice.taxes == []


def test_net_amounts_that_are_printed_by_rate_are_summed() -> None:
    zero, six = "Total 0 % supplies  12.60", "Total 6 % supplies (excl. GST)  13.68"
    net = [candidate("net", "12.60", 0.9, context=zero), candidate("net", "13.68", 0.8, context=six)]
    found = resolved(net=net, tax=[("0.82", 0.8), ("13.68", 0.7)], total="27.10", tax_rows=[zero, six])
    assert amounts(found, "net", "tax", "total") == {"net": "26.28", "tax": "0.82", "total": "27.10"}
    assert (found.fields["net"].origin, found.fields["net"].status) == (Origin.DERIVED, FieldStatus.OK)


def test_the_net_amount_follows_from_a_subtotal_before_discount_and_charges() -> None:
    found = resolved(net="1000.00", discount="-100.00", shipping="20.00", tax="184.00", total="1104.00")
    net = found.fields["net"]
    assert (str(net.value), net.origin, net.status) == ("920.00", Origin.DERIVED, FieldStatus.OK)
    assert str(net.alternatives[0].value) == "1000.00"
    assert {found.fields[name].support for name in ("tax", "discount", "shipping", "total")} == {1.0}


def test_an_amount_that_counts_twice_proves_no_subtotal() -> None:
    ten = candidate("discount", "10.00", 0.8)
    same = candidate("tax", "10.00", 0.8, bounds=ten.bounds)
    assert resolved(net="990.00", discount=ten, tax=same, total="990.00").fields["net"].origin is Origin.READ


def test_an_amount_due_stands_for_a_total_that_is_not_printed() -> None:
    found = resolved(net="100.00", tax="19.00", amount_due="119.00")
    assert (str(found.invoice.total), found.fields["total"].origin) == ("119.00", Origin.DERIVED)
    assert {found.fields[name].support for name in ("net", "tax", "amount_due", "total")} == {1.0}


def test_nothing_left_to_pay_without_a_printed_payment_is_no_conflict() -> None:
    fields = resolved(net="100.00", tax="19.00", total="119.00", amount_due="0.00").fields
    assert {fields[name].status for name in ("total", "amount_due")} == {FieldStatus.OK}
    assert str(fields["amount_due"].value) == "0.00"


def test_a_balance_that_the_total_does_not_explain_is_a_conflict() -> None:
    assert resolved(net="100.00", tax="19.00", total="119.00", amount_due="619.00").fields["amount_due"].status is FieldStatus.CONFLICT


def test_a_payment_that_does_not_fit_is_left_out() -> None:
    found = resolved(total="119.00", prepaid="119.00", amount_due="119.00")
    assert (found.invoice.prepaid, found.fields["amount_due"].status) == (None, FieldStatus.OK)


@pytest.mark.parametrize("printed", ["-5.00", "5.00", "(5.00)", "5.00-"])
@pytest.mark.parametrize("field", ["discount", "prepaid"])
def test_the_sign_of_a_discount_and_a_payment_does_not_matter(field: str, printed: str) -> None:
    found = resolved(**{field: printed}, total="119.00")
    assert str(getattr(found.invoice, field)) == "5.00"
    assert found.fields[field].text == printed


def test_lines_that_contradict_the_net_amount_are_a_conflict() -> None:
    items = [row(description="a", amount="60.00"), row(description="b", amount="30.00")]
    assert resolved(rows=items, net="100.00").fields["net"].status is FieldStatus.CONFLICT
    assert resolved(rows=items, net="90.00").fields["net"].status is FieldStatus.OK


def test_a_total_may_be_rounded_to_coins() -> None:
    found = resolved(net="39.16", tax="2.36", total="41.52", rounding="-0.02", amount_due="41.50")
    assert amounts(found, "total", "rounding", "amount_due") == {"total": "41.52", "rounding": "-0.02", "amount_due": "41.50"}
    assert {found.fields[name].status for name in ("total", "rounding", "amount_due")} == {FieldStatus.OK}


def test_the_total_after_rounding_is_no_rounding() -> None:
    assert resolved(total="13.58", rounding=[("13.60", 0.9), ("0.02", 0.7)], amount_due="13.60").invoice.rounding is not None
    assert str(resolved(total="13.58", rounding=[("13.60", 0.9), ("0.02", 0.7)]).invoice.rounding) == "0.02"


def test_a_bare_whole_number_among_cents_is_no_amount_due() -> None:
    assert resolved(net="135.00", tax="25.65", total="160.65", amount_due="30").invoice.amount_due is None
    assert str(resolved(net="135", tax="25", total="160", amount_due="160").invoice.amount_due) == "160"


def test_a_print_that_another_field_claims_is_no_shipping() -> None:
    total: Candidate = candidate("total", "100.00", 0.95)
    found = resolved(total=total, shipping=candidate("shipping", "100.00", 0.6, bounds=total.bounds))
    assert found.invoice.shipping is None


def test_two_totals_with_which_everything_fits_are_ambiguous() -> None:
    found = resolved(net=[("100.00", 0.9), ("200.00", 0.9)], tax=[("19.00", 0.9), ("38.00", 0.9)], total=[("119.00", 0.9), ("238.00", 0.9)])
    assert found.fields["total"].status is FieldStatus.AMBIGUOUS
    assert {str(found.invoice.total), str(found.fields["total"].alternatives[0].value)} == {"119.00", "238.00"}


def test_of_two_totals_the_one_before_rounding_is_meant() -> None:
    found = resolved(net="5,104.50", tax="382.33", total=[("5,486.85", 0.95), ("5,486.83", 0.85)], rounding="0.02", amount_due="5,486.85")
    assert amounts(found, "total", "amount_due") == {"total": "5486.83", "amount_due": "5486.85"}
    assert found.fields["total"].status is FieldStatus.OK


def test_what_is_left_to_pay_follows_from_the_total_where_nothing_is_printed() -> None:
    found = resolved(net="100.00", tax="19.00", total="119.00", prepaid="-19.00")
    assert (str(found.invoice.amount_due), found.fields["amount_due"].origin) == ("100.00", Origin.DERIVED)


def test_a_receipt_is_paid() -> None:
    assert resolved(rule_set=RuleSet("t", kind="receipt"), total="9.50").invoice.amount_due is None
