"""What does not add up is said, also where dropping a printed value would make it add up."""

from __future__ import annotations

from decimal import Decimal

from extractor.resolve import FieldStatus, Origin

from .candidates import candidate, resolved


def test_a_printed_net_amount_is_not_left_aside_without_a_word() -> None:
    fields = resolved(net=[candidate("net", "1,000.00", 0.55)], tax=[candidate("tax", "200.00", 0.9)], total=[candidate("total", "1,350.00", 0.95)]).fields
    assert any(fields[name].status is FieldStatus.CONFLICT for name in ("net", "tax", "total"))


def test_a_derived_value_beside_a_plausible_printed_one_is_a_conflict() -> None:
    net = resolved(net=[candidate("net", "1,000.00", 0.42)], tax=[candidate("tax", "200.00", 0.9)], total=[candidate("total", "1,350.00", 0.95)]).fields["net"]
    assert net.status is FieldStatus.CONFLICT
    if net.origin is Origin.DERIVED:
        assert net.alternatives[0].value == Decimal("1000.00")


def test_rates_that_make_up_the_total_give_net_and_tax() -> None:
    found = resolved(total="24.23", tax_rows=["A 7 %  17.33  1.21", "B 19 %  4.78  0.91"])
    assert (str(found.invoice.net), str(found.invoice.tax)) == ("22.11", "2.12")
    assert found.fields["tax"].origin is Origin.DERIVED
    assert [str(line.amount) for line in found.invoice.taxes] == ["0.91", "1.21"]


def test_rates_that_do_not_make_up_the_total_give_nothing() -> None:
    found = resolved(total="30.00", tax_rows=["A 7 %  17.33  1.21", "B 19 %  4.78  0.91"])
    assert (found.invoice.net, found.invoice.tax, found.invoice.taxes) == (None, None, [])
