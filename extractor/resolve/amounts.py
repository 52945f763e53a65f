"""Owns the joint choice of all amounts: the assignment in which evidence and arithmetic agree best.

Every amount field has options, "none" among them. An assignment scores the sum of its options' evidence plus what the
equations say of it (see `equations`). The best one is found exactly, but not by trying all: the amount due depends on the
total alone, discount and shipping on the net alone, so both are solved once for each value of it; and the last amount of an
equation is looked up by the value that would make it hold, since of all others only the one with the best evidence counts.
Inside, amounts are whole numbers of ten-thousandths.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from extractor.resolve.equations import Context, is_paid_in_full, support_of
from extractor.resolve.options import Option

AMOUNTS = ("total", "net", "tax", "amount_due", "prepaid", "rounding", "discount", "shipping")
"""The header fields that are chosen together."""
COST = 0.2
"""What an option must be worth to be taken rather than left out."""
AGREES, CONTRADICTS = 0.6, 0.3
"""What an equation adds where it holds, and takes away where it does not."""
ROUNDED_AGREES = 0.4
"""What it adds where a total agrees only with its rounding: of two totals the one before rounding is meant."""
DUE_AGREES, DUE_CONTRADICTS = 0.3, 0.4
"""The same for the amount due. It often repeats the total, so that holding says less; what contradicts may be another sum."""
PAID_AGREES, PAID_CONTRADICTS = 0.42, 1.2
"""The same with a prepaid amount or a rounding: labels such as `Paid` stand beside many sums, so that it must fit. One that does
not takes away more than any evidence adds, so that only those that fit need be tried."""
LARGEST_TAX = 0.35
"""Tax above this share of the total is not plausible."""
TIE = 0.05
"""An assignment with another total that scores less by no more than this is as good."""
SCALE = 10_000

Assignment = dict[str, Option]


@dataclass(frozen=True, slots=True)
class Solution:
    """The best assignment, its score, for each amount what the equations say of it (see `support_of`), and the totals of
    other assignments that are as good."""

    chosen: Assignment
    score: float
    support: Mapping[str, float]
    tied: tuple[Option, ...] = ()


class _Choice(NamedTuple):
    """An option, or none, ready for the search. worth: evidence less cost."""

    value: int
    worth: float
    option: Option | None


_NONE = _Choice(0, 0.0, None)
_Part = dict[str, _Choice]


class _ByValue:
    """The choices of one field, to be looked up by value."""

    def __init__(self, choices: Iterable[_Choice]) -> None:
        self._sorted = sorted((choice for choice in choices if choice.option), key=lambda choice: (choice.value, -choice.worth))
        self._values = [choice.value for choice in self._sorted]

    def near(self, value: int, tolerance: int) -> _Choice | None:
        """The choice with the best evidence of those within the tolerance."""
        first = bisect_left(self._values, value - tolerance)
        if first == len(self._values) or self._values[first] > value + tolerance:
            return None
        found = self._sorted[first : bisect_right(self._values, value + tolerance, first)]
        return max(found, key=lambda choice: choice.worth)


def solve(options: Mapping[str, Sequence[Option]], context: Context) -> Solution:
    """Chooses all amounts together. options: by field, best first.

    Where no total is printed but an amount due, and nothing was paid, that one stands for it in the equations.
    """
    choices = {name: _choices(options.get(name, ())) for name in AMOUNTS}
    standing_in = not options.get("total") and not options.get("prepaid")
    if standing_in:
        choices["total"] = [*(due._replace(worth=0.0) for due in choices["amount_due"] if due.option), _NONE]
    score, chosen, tied = _Search(choices, context).best()
    support = support_of(_independent(chosen), context)
    if standing_in and chosen.pop("total", None) is not None and "total" in support and "amount_due" in chosen:
        support["amount_due"] = support["total"]
    return Solution(chosen, score, support, () if standing_in else tied)


def _choices(options: Sequence[Option]) -> list[_Choice]:
    return [*(_Choice(_whole(option.value), option.score - COST, option) for option in options), _NONE]


def _whole(value: Decimal) -> int:
    return int(value * SCALE)


class _Search:
    """One search for the best assignment."""

    def __init__(self, choices: Mapping[str, list[_Choice]], context: Context) -> None:
        self.choices = choices
        self.tolerance, self.line_tolerance = _whole(context.tolerance), _whole(context.line_tolerance)
        self.lines = None if context.lines is None else _whole(context.lines)
        self.taxes = None if context.taxes is None else _whole(context.taxes)
        self.prepaid, self.shipping = _ByValue(choices["prepaid"]), _ByValue(choices["shipping"])
        self.best_of = {name: max(found, key=lambda choice: choice.worth) for name, found in choices.items()}

    def best(self) -> tuple[float, Assignment, tuple[Option, ...]]:
        """The best score and assignment, and the totals of others that are as good.

        A total is left out when even a tax and a net amount that agreed with it could not make it as good as the best.
        """
        net_parts = sorted(((net, *self._net_part(net)) for net in self.choices["net"]), key=lambda part: -part[1])
        most = net_parts[0][1] + max(0.0, self.best_of["tax"].worth + AGREES / 2) + AGREES
        dues = {id(total): [(rounding, *self._due_part(total, rounding)) for rounding in self.choices["rounding"]] for total in self.choices["total"]}
        limits = {id(total): total.worth + max(due[1] for due in dues[id(total)]) + most for total in self.choices["total"]}
        best, chosen, totals = float("-inf"), Assignment(), list[tuple[float, Option]]()
        for total in sorted(self.choices["total"], key=lambda total: -limits[id(total)]):
            if limits[id(total)] < best - TIE:
                break
            score, assignment = self._with_total(total, dues[id(total)], net_parts)
            if total.option is not None:
                totals.append((score, total.option))
            if score > best:
                best, chosen = score, assignment
        own = chosen.get("total")
        tied = tuple(option for score, option in totals if own is not None and option is not own and score >= best - TIE)
        return best, chosen, tied

    def _with_total(
        self, total: _Choice, dues: Sequence[tuple[_Choice, float, _Part]], net_parts: Sequence[tuple[_Choice, float, _Part]]
    ) -> tuple[float, Assignment]:
        taxes = [_Choice(tax.value, self._tax_worth(tax, total), tax.option) for tax in self.choices["tax"]]
        by_value, likeliest = _ByValue(taxes), max(taxes, key=lambda tax: tax.worth)
        best, parts = float("-inf"), _Part()
        for rounding, due_score, due_part in dues:
            for net, net_score, net_part in net_parts:
                for tax in self._tried(net, total, rounding, taxes, by_value, likeliest):
                    score = net_score + tax.worth + due_score + self._balance(net, tax, total, rounding)
                    if score > best:
                        best, parts = score, {"net": net, "tax": tax, "rounding": rounding} | due_part | net_part
        chosen = {"total": total} | parts
        return best + total.worth, {name: choice.option for name, choice in chosen.items() if choice.option is not None}

    def _tried(self, net: _Choice, total: _Choice, rounding: _Choice, taxes: Sequence[_Choice], by_value: _ByValue, likeliest: _Choice) -> Iterator[_Choice]:
        """The taxes of which one is the best beside a net amount and a total."""
        if net.option is not None and total.option is not None and net.value == total.value:
            yield from taxes
            return
        yield from (tax for tax in self._completing(net, total, rounding, by_value) if tax is not None)
        yield likeliest
        yield _NONE

    def _completing(self, net: _Choice, total: _Choice, rounding: _Choice, taxes: _ByValue) -> Iterator[_Choice | None]:
        """The taxes that make up the total with the net amount."""
        if net.option is not None and total.option is not None:
            yield taxes.near(total.value - net.value, self.tolerance)
            if rounding.option is not None:
                yield taxes.near(total.value - net.value - rounding.value, self.tolerance)

    def _tax_worth(self, tax: _Choice, total: _Choice) -> float:
        """What a tax is worth beside a total: some are not plausible, and the taxes of the rates may confirm it."""
        worth = tax.worth
        if tax.option is None:
            return worth
        if total.option is not None and total.value and (abs(tax.value) > LARGEST_TAX * abs(total.value) or tax.value * total.value < 0):
            worth -= CONTRADICTS
        if self.taxes is not None:
            worth += _judge(tax.value - self.taxes, self.tolerance) / 2
        return worth

    def _balance(self, net: _Choice, tax: _Choice, total: _Choice, rounding: _Choice) -> float:
        if total.option is None:
            return 0.0
        if net.option is None:
            sums = (total.value, total.value - tax.value)
            fits = self.lines is not None and any(abs(value - self.lines) <= self.line_tolerance for value in sums)
            return AGREES / 2 if fits else 0.0
        difference = total.value - net.value - tax.value
        if tax.option is not None:
            same = AGREES if tax.value and net.value == total.value else 0.0
            if rounding.option is not None and abs(difference) > self.tolerance >= abs(difference - rounding.value):
                return ROUNDED_AGREES - same
            return _judge(difference, self.tolerance) - same
        if self.taxes is not None and abs(difference - self.taxes) <= self.tolerance:
            return AGREES  # several rates, whose sum is not printed
        return -CONTRADICTS if abs(net.value) > abs(total.value) + self.tolerance else 0.0

    def _due_part(self, total: _Choice, rounding: _Choice) -> tuple[float, _Part]:
        """The amount due and the prepaid amount that go best with a total and its rounding, the rounding's worth included."""
        best: tuple[float, _Part] = (float("-inf"), {})
        implied, sign = total.value + rounding.value, -1 if total.value < 0 else 1
        for due in self.choices["amount_due"]:
            tied = due.option is not None and total.option is not None
            completing = self.prepaid.near(sign * (implied - due.value), self.tolerance) if tied else None
            for prepaid in (completing, _NONE) if tied else (self.best_of["prepaid"], _NONE):
                if prepaid is None:
                    continue
                score = due.worth + prepaid.worth + rounding.worth
                extended = prepaid.option is not None or rounding.option is not None
                if tied:
                    score += self._due_verdict(due, implied, sign * prepaid.value, extended, prepaid.option is not None)
                elif extended:  # nothing confirms them, or a print that could is left aside
                    left_aside = total.option is not None and prepaid.option is not None and len(self.choices["amount_due"]) > 1
                    score -= PAID_CONTRADICTS if left_aside else COST
                if score > best[0]:
                    best = (score, {"amount_due": due, "prepaid": prepaid})
        return best

    def _due_verdict(self, due: _Choice, implied: int, paid: int, extended: bool, prepaid: bool) -> float:
        if is_paid_in_full(Decimal(due.value), prepaid):
            return 0.0
        agrees, contradicts = (PAID_AGREES, PAID_CONTRADICTS) if extended else (DUE_AGREES, DUE_CONTRADICTS)
        return agrees if abs(due.value - implied + paid) <= self.tolerance else -contradicts

    def _net_part(self, net: _Choice) -> tuple[float, _Part]:
        """The discount and shipping that go best with a net amount, the net's worth included."""
        discount, shipping = self.best_of["discount"], self.best_of["shipping"]
        best: tuple[float, _Part] = (net.worth + discount.worth + shipping.worth, {"discount": discount, "shipping": shipping})
        if net.option is None or self.lines is None:
            return best
        sign = -1 if self.lines < 0 else 1
        for less in self.choices["discount"]:
            implied = net.value - self.lines + sign * less.value
            for more in (self.shipping.near(implied, self.line_tolerance), _NONE):
                if more is not None and abs(implied - more.value) <= self.line_tolerance:
                    score = net.worth + less.worth + more.worth + AGREES
                    if score > best[0]:
                        best = (score, {"discount": less, "shipping": more})
        return best


def _judge(difference: int, tolerance: int) -> float:
    return AGREES if abs(difference) <= tolerance else -CONTRADICTS


def _independent(chosen: Assignment) -> dict[str, Decimal]:
    """The chosen values, without an amount due that is the very print that gives the total: it confirms nothing."""
    values = {name: option.value for name, option in chosen.items()}
    due, total = chosen.get("amount_due"), chosen.get("total")
    if due and total and due.best.candidate.bounds == total.best.candidate.bounds:
        del values["amount_due"]
    return values
