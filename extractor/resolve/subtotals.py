"""Owns telling the sum of the lines from the net amount: what discounts and charges still change is not the net amount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product

from extractor.resolve.options import Option

ZERO = Decimal(0)


def without_subtotals(found: Mapping[str, Sequence[Option]], allowed: Decimal) -> list[Option]:
    """The options of `net` without those from which only a discount or a charge leads to the total.

    Many documents print `Subtotal`, then a service charge or a discount, then tax and total; the net amount (BT-109) is
    printed nowhere on them. Options that reach the total by the tax alone say that the document is none of these.
    allowed: by which printed totals may differ.
    """
    net = list(found.get("net", ()))
    totals = [option.value for option in found.get("total", ())]
    taxes = _values(found, "tax")
    changes = [charge - discount for charge, discount in product(_values(found, "shipping"), _values(found, "discount"))]
    if any(_reaches(option.value, (ZERO,), taxes, totals, allowed) for option in net):
        return net
    changes = [change for change in changes if abs(change) > allowed]
    return [option for option in net if not _reaches(option.value, changes, taxes, totals, allowed)]


def _values(found: Mapping[str, Sequence[Option]], name: str) -> list[Decimal]:
    """The sizes that a field may have, nothing among them: discounts are printed with and without a minus."""
    return [ZERO, *(abs(option.value) if name == "discount" else option.value for option in found.get(name, ()))]


def _reaches(net: Decimal, changes: Sequence[Decimal], taxes: Sequence[Decimal], totals: Sequence[Decimal], allowed: Decimal) -> bool:
    return any(abs(net + change + tax - total) <= allowed for change, tax, total in product(changes, taxes, totals))
