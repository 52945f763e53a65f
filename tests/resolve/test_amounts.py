"""Amounts are chosen together: what adds up wins, what does not is said, what is implied is marked."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations, permutations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from extractor.resolve import FieldStatus, Origin

from .candidates import amounts, candidate, place, resolved, row


def test_the_sum_decides_between_candidates():
    found = resolved(net="100.00", tax="19.00", total=[("100.00", 0.95), ("119.00", 0.8), ("19.00", 0.9)])
    assert amounts(found, "net", "tax", "total") == {"net": "100.00", "tax": "19.00", "total": "119.00"}
    total = found.fields["total"]
    assert (total.status, total.support) == (FieldStatus.OK, 1.0)
    assert {(str(other.value), other.reason) for other in total.alternatives} == {
        ("100.00", "the other amounts speak against it"),
        ("19.00", "the other amounts speak against it"),
    }


def test_every_amount_may_be_the_second_best():
    found = resolved(net=[("119.00", 0.9), ("100.00", 0.8)], tax=[("100.00", 0.9), ("19.00", 0.8)], total=[("19.00", 0.9), ("119.00", 0.8)])
    assert amounts(found, "net", "tax", "total") == {"net": "100.00", "tax": "19.00", "total": "119.00"}


def test_amounts_that_contradict_each_other_are_a_conflict():
    found = resolved(net="100.00", tax="19.00", total="125.00")
    assert {found.fields[name].status for name in ("net", "tax", "total") if found.fields[name].value is not None} == {FieldStatus.CONFLICT}
    assert str(found.invoice.total) == "125.00"


def test_rounding_to_the_smallest_unit_is_no_contradiction():
    found = resolved(net="100.01", tax="19.00", total="119.00")
    assert found.fields["total"].status == FieldStatus.OK
    assert resolved(net="100.05", tax="19.00", total="119.00").fields["total"].status == FieldStatus.CONFLICT


def test_support_raises_confidence_and_contradiction_lowers_it():
    alone = resolved(total="119.00").fields["total"]
    supported = resolved(net="100.00", tax="19.00", total="119.00").fields["total"]
    contradicted = resolved(net="100.00", tax="19.00", total="125.00").fields["total"]
    assert contradicted.confidence < alone.confidence < supported.confidence
    assert (alone.support, supported.support, contradicted.support) == (None, 1.0, 0.0)


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({"net": "100.00", "total": "119.00"}, "tax", "19.00"),
        ({"tax": "19.00", "total": "119.00"}, "net", "100.00"),
        ({"net": "100.00", "tax": "19.00"}, "total", "119.00"),
        ({"amount_due": "69.00", "prepaid": "50.00"}, "total", "119.00"),
    ],
)
def test_what_the_page_does_not_show_is_derived_and_said_to_be(given, name, value):
    found = resolved(**given)
    field = found.fields[name]
    assert (str(field.value), field.origin, field.page, field.bounds, field.rule_id) == (value, Origin.DERIVED, None, None, None)
    assert 0 < field.confidence < min(found.fields[source].confidence for source in given)
    assert all(found.fields[source].origin == Origin.READ for source in given)


def test_nothing_is_derived_from_a_single_amount():
    found = resolved(total="119.00")
    assert amounts(found, "net", "tax", "total") == {"net": None, "tax": None, "total": "119.00"}
    assert found.fields["net"].status == FieldStatus.MISSING


@pytest.mark.parametrize("text", ["1.250", "1,250"])
def test_an_ambiguous_mark_is_read_as_the_other_amounts_demand(text):
    thousands = resolved(locale=None, net=text, tax="237.50", total="1487.50")
    assert thousands.invoice.net == Decimal(1250)
    decimals = resolved(locale=None, net=text, tax="0.24", total="1.49")
    assert decimals.invoice.net == Decimal("1.250")


def test_an_ambiguous_mark_that_nothing_decides_keeps_its_other_reading():
    total = resolved(locale=None, total="1.250").fields["total"]
    assert total.value == Decimal(1250)
    assert [(other.value, other.reason) for other in total.alternatives] == [(Decimal("1.250"), "another reading of the same print")]


def test_amount_due_follows_from_what_was_paid_and_rounded():
    found = resolved(net="100.00", tax="19.00", total="119.00", prepaid="50.00", rounding="0.05", amount_due=[("119.00", 0.9), ("69.05", 0.8)])
    assert amounts(found, "prepaid", "rounding", "amount_due") == {"prepaid": "50.00", "rounding": "0.05", "amount_due": "69.05"}
    assert found.fields["amount_due"].status == FieldStatus.OK


@pytest.mark.parametrize("prepaid", ["50.00", "-50.00"])
def test_what_was_paid_may_be_printed_with_a_minus(prepaid):
    found = resolved(total="119.00", prepaid=prepaid, amount_due="69.00")
    assert found.fields["amount_due"].support == 1.0


def test_a_paid_amount_that_nothing_confirms_is_left_out():
    found = resolved(net="100.00", tax="19.00", total="119.00", prepaid=("17.00", 0.3))
    assert found.invoice.prepaid is None


def test_the_print_of_the_total_does_not_confirm_itself_as_amount_due():
    same = place()
    found = resolved(total=candidate("total", "119.00", bounds=same), amount_due=candidate("amount_due", "119.00", bounds=same))
    assert found.fields["total"].support is None


@pytest.mark.parametrize(("net", "tax", "total"), [("-100.00", "-19.00", "-119.00"), ("(100.00)", "(19.00)", "(119.00)"), ("100.00-", "19.00-", "119.00-")])
def test_a_credit_note_has_negative_amounts_that_add_up(net, tax, total):
    found = resolved(net=net, tax=tax, total=[(total, 0.8), ("19.00", 0.85)])
    assert amounts(found, "net", "tax", "total") == {"net": "-100.00", "tax": "-19.00", "total": "-119.00"}
    assert found.fields["total"].support == 1.0


def test_the_lines_decide_what_is_net():
    items = [row(description="a", amount="60.00"), row(description="b", amount="40.00")]
    found = resolved(rows=items, net=[("90.00", 0.9), ("100.00", 0.85)])
    assert str(found.invoice.net) == "100.00"
    assert found.fields["net"].support == 1.0


def test_gross_lines_support_the_total():
    found = resolved(rows=[row(description="a", amount="119.00")], total=[("19.00", 0.9), ("119.00", 0.85)])
    assert str(found.invoice.total) == "119.00"


@pytest.mark.parametrize("discount", ["10.00", "-10.00"])
def test_discount_and_shipping_stand_between_lines_and_net(discount):
    items = [row(description="a", amount="60.00"), row(description="b", amount="40.00")]
    found = resolved(rows=items, discount=discount, shipping="5.00", net=[("100.00", 0.8), ("95.00", 0.8)], tax="19.00", total="114.00")
    assert str(found.invoice.net) == "95.00"
    assert {name: found.fields[name].support for name in ("net", "total")} == {"net": 1.0, "total": 1.0}


def test_the_sum_of_the_rates_decides_what_is_tax():
    found = resolved(tax=[("100.00", 0.9), ("26.00", 0.85)], tax_rows=["19 %  100.00  19.00", "7 %  100.00  7.00"])
    assert str(found.invoice.tax) == "26.00"
    assert found.fields["tax"].support == 1.0


def test_tax_above_every_rate_is_not_plausible():
    found = resolved(tax=[("95.00", 0.9), ("19.00", 0.8)], total="119.00")
    assert str(found.invoice.tax) == "19.00"


def test_tax_free_invoices_add_up():
    found = resolved(net="100.00", tax="0.00", total="100.00")
    assert (found.invoice.tax, found.fields["total"].support) == (Decimal("0.00"), 1.0)


def test_amounts_of_a_currency_without_decimals():
    found = resolved(currency="JPY", net="¥1,000", tax="¥100", total="¥1,100")
    assert amounts(found, "net", "tax", "total") == {"net": "1000", "tax": "100", "total": "1100"}
    assert found.fields["total"].support == 1.0


MONEY = st.decimals("10", "99999", places=2)


@settings(max_examples=60, deadline=None)
@given(MONEY, st.decimals("0.05", "0.25", places=2), st.lists(MONEY, max_size=4))
def test_the_amounts_that_add_up_are_found_among_noise(net, share, noise):
    tax = (net * share).quantize(Decimal("0.01"))
    truth = (net, tax, net + tax)
    values = (*truth, *noise)
    assume(all(abs(a - b) > Decimal("0.05") for a, b in combinations(values, 2)))
    assume(all(abs(a + b - c) > Decimal("0.05") for a, b, c in permutations(values, 3) if {a, b, c} != set(truth)))
    given = {name: [(str(value), 0.8), *((str(other), 0.82) for other in noise)] for name, value in zip(("net", "tax", "total"), truth, strict=True)}
    found = resolved(**given).invoice
    assert (found.net, found.tax, found.total) == truth


def test_many_candidates_of_every_field_come_to_an_end():
    names = ("net", "tax", "total", "amount_due", "prepaid", "rounding", "discount", "shipping")
    noise = {name: [(f"{i + 2 * k}.{k:02d}", 0.9 - i / 100) for i in range(30)] for k, name in enumerate(names)}
    items = [row(description=f"item {i}", quantity="2", unit_price="1.250", amount="2.50") for i in range(200)]
    found = resolved(rows=items, **noise)
    assert len(found.invoice.lines) == 200
    assert found.invoice.total is not None


def test_the_tax_of_one_of_several_rates_is_not_the_tax():
    rates = ["VAT 19 %  100.00  19.00", "VAT 7 %  100.00  7.00"]
    found = resolved(net="200.00", tax=[("19.00", 0.9), ("7.00", 0.9)], total="226.00", tax_rows=rates)
    assert (str(found.invoice.tax), found.fields["tax"].origin) == ("26.00", Origin.DERIVED)
    assert [str(line.amount) for line in found.invoice.taxes] == ["19.00", "7.00"]
    assert {found.fields[name].support for name in ("net", "total")} == {1.0}


def test_a_rate_that_is_no_tax_does_not_hide_the_tax():
    found = resolved(net="100.00", tax="19.00", total="119.00", tax_rows=["VAT 19 %  100.00  19.00", "2 % discount on  119.00  2.38"])
    assert (str(found.invoice.tax), found.fields["total"].status) == ("19.00", FieldStatus.OK)


def test_a_total_may_hold_the_rounding_that_is_printed_beside_it():
    found = resolved(net="100.00", tax="19.03", total="119.05", rounding="0.02")
    assert found.fields["total"].status == FieldStatus.OK


def test_lines_confirm_a_total_less_its_tax_where_no_net_amount_is_printed():
    found = resolved(total="106.00", tax="6.00", rows=[row(amount="60.00"), row(amount="40.00")])
    assert [found.fields[name].status for name in ("total", "tax")] == [FieldStatus.OK, FieldStatus.OK]
    assert found.fields["total"].support == 1.0
