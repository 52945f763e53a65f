"""Owns what the equations of EN 16931 say of chosen amounts: net + tax = total (BR-CO-15), total - prepaid + rounding =
amount due (BR-CO-16), lines - discount + shipping = net (BR-CO-10, BR-CO-13), taxes = tax (BR-CO-14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the options. lines: sum of the line items; taxes: sum of the per-rate taxes; None: unknown.

    tolerance: by which printed totals may differ. line_tolerance: by which the sum of lines may, each of them rounded.
    """

    lines: Decimal | None
    taxes: Decimal | None
    tolerance: Decimal
    line_tolerance: Decimal


def support_of(values: Mapping[str, Decimal], context: Context) -> dict[str, float]:
    """For each amount that an equation speaks of: 1 where all hold, 0 where none does, else the share that holds."""
    verdicts: dict[str, list[bool]] = {}
    for names, holds in _equations(values, context):
        for name in names:
            verdicts.setdefault(name, []).append(holds)
    return {name: sum(found) / len(found) for name, found in verdicts.items()}


Equation = tuple[tuple[str, ...], bool]


def _equations(values: Mapping[str, Decimal], context: Context) -> Iterable[Equation]:
    yield from _balance(values, context)
    yield from _due(values, context)
    if context.taxes is not None and "tax" in values:
        yield ("tax",), abs(values["tax"] - context.taxes) <= context.tolerance
    yield from _lines(values, context)


def _balance(values: Mapping[str, Decimal], context: Context) -> Iterable[Equation]:
    if {"net", "tax", "total"} <= values.keys():
        difference = values["total"] - values["net"] - values["tax"]
        rounded = any(abs(difference - more) <= context.tolerance for more in (ZERO, values.get("rounding", ZERO)))
        yield ("net", "tax", "total"), rounded
    elif {"net", "total"} <= values.keys() and context.taxes is not None and abs(values["net"] + context.taxes - values["total"]) <= context.tolerance:
        yield ("net", "total"), True  # where it does not hold, the rates may be those of something else


def _due(values: Mapping[str, Decimal], context: Context) -> Iterable[Equation]:
    if not {"total", "amount_due"} <= values.keys():
        return
    if is_paid_in_full(values["amount_due"], "prepaid" in values):
        return
    expected = values["total"] - values.get("prepaid", ZERO).copy_sign(values["total"]) + values.get("rounding", ZERO)
    names = tuple(name for name in ("total", "amount_due", "prepaid", "rounding") if name in values)
    yield names, abs(values["amount_due"] - expected) <= context.tolerance


def is_paid_in_full(amount_due: Decimal, prepaid: bool) -> bool:
    """Whether nothing is left to pay and what was paid is not printed: that says nothing of the total.

    >>> is_paid_in_full(Decimal("0.00"), prepaid=False), is_paid_in_full(Decimal("0.00"), prepaid=True)
    (True, False)
    """
    return not amount_due and not prepaid


def _lines(values: Mapping[str, Decimal], context: Context) -> Iterable[Equation]:
    """Line amounts may be net or gross: what they confirm, they confirm; where they confirm neither, they speak against the net.

    Where no net amount is printed, the total less its tax is one.
    """
    if context.lines is None or not ("net" in values or "total" in values):
        return
    expected = context.lines - values.get("discount", ZERO).copy_sign(context.lines) + values.get("shipping", ZERO)
    sums = (expected, context.lines)
    held = [name for name in ("net", "total") if name in values and any(abs(values[name] - s) <= context.line_tolerance for s in sums)]
    if not held and "net" not in values and "tax" in values:
        before_tax = values["total"] - values["tax"]
        held = ["total", "tax"] if any(abs(before_tax - s) <= context.line_tolerance for s in sums) else []
    if held:
        yield tuple(held), True
    else:
        yield ("net" if "net" in values else "total",), False
