"""Owns the joint choice of all amounts: the assignment in which evidence and arithmetic agree best.

Every amount field has a few options, "none" among them. An assignment scores the sum of its options' evidence plus what
the arithmetic of EN 16931 says of it: net + tax = total (BR-CO-15), total - prepaid + rounding = amount due (BR-CO-16),
lines - discount + shipping = net (BR-CO-10, BR-CO-13), taxes = tax (BR-CO-14). The amount due depends on the total
alone, discount and shipping on the net alone, so both are solved once for each value of it and the search stays small.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from extractor.resolve.options import Option

MAX_OPTIONS = {"total": 10, "net": 10, "tax": 10, "amount_due": 6, "prepaid": 3, "rounding": 3, "discount": 4, "shipping": 4}
"""How many values of each field take part, best first."""
COST = 0.2
"""What an option must be worth to be taken rather than left out."""
AGREES, CONTRADICTS = 0.6, 0.3
"""What an equation adds where it holds, and takes away where it does not."""
LARGEST_TAX = Decimal("0.35")
"""Tax above this share of the net is not plausible."""

Assignment = dict[str, Option]
Choice = Option | None


@dataclass(frozen=True, slots=True)
class Context:
    """What is known beside the options. lines: sum of the line items; taxes: sum of the per-rate taxes; None: unknown.

    tolerance: by which printed totals may differ. line_tolerance: by which the sum of lines may, each of them rounded.
    """

    lines: Decimal | None
    taxes: Decimal | None
    tolerance: Decimal
    line_tolerance: Decimal


@dataclass(frozen=True, slots=True)
class Solution:
    """The best assignment, its score, and for each amount what the equations say of it (see `support_of`)."""

    chosen: Assignment
    score: float
    support: Mapping[str, float]


def solve(options: Mapping[str, Sequence[Option]], context: Context) -> Solution:
    """Chooses all amounts together. options: by field, best first."""
    top = {name: list(options.get(name, ())[:count]) for name, count in MAX_OPTIONS.items()}
    due = {id(total): _best_due(total, top, context) for total in _choices(top, "total")}
    net_side = {id(net): _best_adjustment(net, top, context) for net in _choices(top, "net")}
    best: tuple[float, Assignment] = (float("-inf"), {})
    for total, net, tax in product(_choices(top, "total"), _choices(top, "net"), _choices(top, "tax")):
        due_score, due_part = due[id(total)]
        net_score, net_part = net_side[id(net)]
        score = _worth(total) + _worth(net) + _worth(tax) + due_score + net_score + _balance(net, tax, total, context)
        if score > best[0]:
            best = (score, _taken({"total": total, "net": net, "tax": tax}) | due_part | net_part)
    chosen = best[1]
    return Solution(chosen, best[0], support_of(_independent(chosen), context))


def _independent(chosen: Assignment) -> dict[str, Decimal]:
    """The chosen values, without an amount due that is the very print that gives the total: it confirms nothing."""
    values = {name: option.value for name, option in chosen.items()}
    due, total = chosen.get("amount_due"), chosen.get("total")
    if due and total and due.best.candidate.bounds == total.best.candidate.bounds:
        del values["amount_due"]
    return values


def _choices(top: Mapping[str, Sequence[Option]], name: str) -> list[Choice]:
    return [*top.get(name, ()), None]


def _taken(choices: Mapping[str, Choice]) -> Assignment:
    return {name: option for name, option in choices.items() if option is not None}


def _worth(option: Choice) -> float:
    return 0.0 if option is None else option.score - COST


def _judge(difference: Decimal, tolerance: Decimal) -> float:
    return AGREES if abs(difference) <= tolerance else -CONTRADICTS


def _balance(net: Choice, tax: Choice, total: Choice, context: Context) -> float:
    score = 0.0
    if net and total and tax:
        score += _judge(net.value + tax.value - total.value, context.tolerance)
        if tax.value and net.value == total.value:
            score -= AGREES
    elif net and total and context.taxes is not None and abs(net.value + context.taxes - total.value) <= context.tolerance:
        score += AGREES  # several rates, whose sum is not printed
    elif net and total and abs(net.value) > abs(total.value) + context.tolerance:
        score -= CONTRADICTS
    if tax and total and total.value and abs(tax.value) > LARGEST_TAX * abs(total.value):
        score -= CONTRADICTS
    if tax and context.taxes is not None:
        score += _judge(tax.value - context.taxes, context.tolerance) / 2
    if total and context.lines is not None and not net:
        score += AGREES / 2 if abs(total.value - context.lines) <= context.line_tolerance else 0.0
    return score


def _best_due(total: Choice, top: Mapping[str, Sequence[Option]], context: Context) -> tuple[float, Assignment]:
    """The amount due, prepaid and rounding that go best with a total."""
    best: tuple[float, Assignment] = (float("-inf"), {})
    for due, prepaid, rounding in product(*(_choices(top, name) for name in ("amount_due", "prepaid", "rounding"))):
        score = _worth(due) + _worth(prepaid) + _worth(rounding)
        if total and due:
            expected = total.value - abs(prepaid.value if prepaid else 0) + (rounding.value if rounding else 0)
            score += _judge(due.value - expected, context.tolerance) * (0.7 if prepaid or rounding else 0.5)
        elif prepaid or rounding:
            score -= COST  # nothing confirms them
        if score > best[0]:
            best = (score, _taken({"amount_due": due, "prepaid": prepaid, "rounding": rounding}))
    return best


def _best_adjustment(net: Choice, top: Mapping[str, Sequence[Option]], context: Context) -> tuple[float, Assignment]:
    """The discount and shipping that go best with a net amount."""
    best: tuple[float, Assignment] = (float("-inf"), {})
    for discount, shipping in product(_choices(top, "discount"), _choices(top, "shipping")):
        score = _worth(discount) + _worth(shipping)
        if net and context.lines is not None:
            expected = context.lines - abs(discount.value if discount else 0) + (shipping.value if shipping else 0)
            score += AGREES if abs(net.value - expected) <= context.line_tolerance else 0.0
        if score > best[0]:
            best = (score, _taken({"discount": discount, "shipping": shipping}))
    return best


def support_of(values: Mapping[str, Decimal], context: Context) -> dict[str, float]:
    """For each amount that an equation speaks of: 1 where all hold, 0 where none does, else the share that holds."""
    verdicts: dict[str, list[bool]] = {}
    for names, holds in _equations(values, context):
        for name in names:
            verdicts.setdefault(name, []).append(holds)
    return {name: sum(found) / len(found) for name, found in verdicts.items()}


def _equations(values: Mapping[str, Decimal], context: Context) -> Iterable[tuple[tuple[str, ...], bool]]:
    zero = Decimal(0)
    if {"net", "tax", "total"} <= values.keys():
        difference = values["total"] - values["net"] - values["tax"]
        yield ("net", "tax", "total"), any(abs(difference - more) <= context.tolerance for more in (zero, values.get("rounding", zero)))
    elif {"net", "total"} <= values.keys() and context.taxes is not None and abs(values["net"] + context.taxes - values["total"]) <= context.tolerance:
        yield ("net", "total"), True  # where it does not hold, the rates may be those of something else
    if {"total", "amount_due"} <= values.keys():
        expected = values["total"] - abs(values.get("prepaid", zero)) + values.get("rounding", zero)
        names = tuple(name for name in ("total", "amount_due", "prepaid", "rounding") if name in values)
        yield names, abs(values["amount_due"] - expected) <= context.tolerance
    if context.taxes is not None and "tax" in values:
        yield ("tax",), abs(values["tax"] - context.taxes) <= context.tolerance
    if context.lines is not None and ("net" in values or "total" in values):
        expected = context.lines - abs(values.get("discount", zero)) + values.get("shipping", zero)
        sums = (expected, context.lines)
        held = [name for name in ("net", "total") if name in values and any(abs(values[name] - s) <= context.line_tolerance for s in sums)]
        if held:  # line amounts may be net or gross: what they confirm, they confirm; the other is none of their business
            yield tuple(held), True
