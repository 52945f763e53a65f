"""Owns the amounts of the header: chosen together, then completed by what they imply and the page does not show."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, product

from extractor.invoice.arithmetic import tolerance
from extractor.invoice.fields import TaxLine
from extractor.resolve.amounts import AMOUNTS, Solution, solve
from extractor.resolve.choice import alternative
from extractor.resolve.chooser import Chooser
from extractor.resolve.equations import ZERO, Context, support_of
from extractor.resolve.evidence import FieldStatus
from extractor.resolve.lines import ResolvedLines
from extractor.resolve.options import Option
from extractor.resolve.repairs import EQUATION, repaired
from extractor.resolve.taxes import adding_up, consistent

MANY = 8
"""How many options of each field are tried for a net amount that is printed by rate."""
HIGHEST_RATE = Decimal("0.3")
"""No tax on sales is more than this share of the net amount."""
FEW = 3
"""How many options of each field are tried for a net amount that is not printed."""


def resolve_amounts(chooser: Chooser, rates: Sequence[TaxLine], lines: ResolvedLines, currency: str | None, stating: Collection[str] = ()) -> list[TaxLine]:
    """Chooses and derives all amounts; gives the taxes of each rate back where they add up to the tax.

    stating: lines of print with a percentage.
    """
    once = tolerance(currency)
    totals = [option.value for name in ("total", "amount_due") for option in chooser.found.get(name, ()) if option.best.doubt == 1.0]
    taxes = consistent(rates, totals, tolerance(currency, terms=max(1, 2 * len(rates))))
    amounts = [line.amount for line in taxes if line.amount is not None]
    allowed = tolerance(currency, terms=max(1, len(amounts)))
    context = Context(lines.total, sum(amounts, ZERO) if amounts else None, allowed, tolerance(currency, terms=max(1, len(lines.lines))))
    solution = solve({name: chooser.found.get(name, ()) for name in AMOUNTS}, context)
    for name, option in solution.chosen.items():
        chooser.take(name, option, solution.support.get(name))
    _mark_tied(chooser, solution)
    _repair(chooser, solution, context)
    _derive_total(chooser)
    _take_taxed_total(chooser, taxes, once)
    _derive_from_rates(chooser, taxes, allowed)
    _derive_from_bases(chooser, stating, once)
    _derive_from_subtotal(chooser, once)
    _derive_from_gross(chooser, taxes, once)
    _derive_from_two(chooser, taxes, allowed)
    return _taxes_of(chooser, taxes, allowed)


def derive_amount_due(chooser: Chooser) -> None:
    """What is left to pay (BR-CO-16) where the page prints nothing that could be it."""
    total = chooser.value("total")
    if total is not None and not chooser.found.get("amount_due"):
        prepaid, rounding = (Decimal(chooser.value(name) or 0) for name in ("prepaid", "rounding"))
        chooser.derive("amount_due", total - prepaid.copy_sign(total) + rounding, ("total",), support=chooser.fields["total"].support)


def _repair(chooser: Chooser, solution: Solution, context: Context) -> None:
    """Mends one misread digit. Where nothing but the equation asks for it, a person should look."""
    found = repaired(solution.chosen, context)
    if found is None:
        return
    name, option = found
    values = {other: Decimal(chosen.value) for other, chosen in solution.chosen.items()} | {name: option.value}
    for other, support in support_of(values, context).items():
        chooser.take(other, option if other == name else solution.chosen[other], support)
    alone = support_of({other: value for other, value in values.items() if other == name or other not in EQUATION}, context)
    if not alone.get(name):
        chooser.mark(name, FieldStatus.LOW_CONFIDENCE)


def _mark_tied(chooser: Chooser, solution: Solution) -> None:
    """Another total with which everything fits as well makes the total ambiguous."""
    if not solution.tied or chooser.fields["total"].status is not FieldStatus.OK:
        return
    total = solution.chosen["total"]
    others = tuple(replace(alternative(option, total, None), reason="the other amounts go with it as well") for option in solution.tied)
    field = chooser.fields["total"]
    known = {other.value for other in others}
    rest = tuple(other for other in field.alternatives if other.value not in known)
    chooser.fields["total"] = replace(field, status=FieldStatus.AMBIGUOUS, alternatives=(*others, *rest)[: len(field.alternatives)])


def _taxes_of(chooser: Chooser, taxes: Sequence[TaxLine], allowed: Decimal) -> list[TaxLine]:
    tax, net = chooser.value("tax"), chooser.value("net")
    if tax is None:
        return []
    found = adding_up(taxes, tax, net, allowed)
    if len(found) == 1 and found[0].base is None and net is not None and _is_tax_of(found[0], net, allowed):
        return [replace(found[0], base=net)]
    return found


def _is_tax_of(line: TaxLine, base: Decimal, allowed: Decimal) -> bool:
    return line.rate is not None and line.amount is not None and abs(base * line.rate / 100 - line.amount) <= allowed


def _derive_from_rates(chooser: Chooser, taxes: Sequence[TaxLine], allowed: Decimal) -> None:
    """Net and tax of a document that prints them only by rate, as receipts do, where bases and taxes make up its total."""
    total = chooser.value("total")
    if total is None or not taxes or "net" in chooser.fields or "tax" in chooser.fields or any(line.base is None for line in taxes):
        return
    net, tax = _sum_of(taxes, "base"), _sum_of(taxes, "amount")
    if abs(net + tax - total) <= allowed:
        chooser.derive("net", net, ("total",), explained=_parts(taxes, total), support=1.0)
        chooser.derive("tax", tax, ("total",), explained=_parts(taxes, total), support=1.0)


def _parts(taxes: Sequence[TaxLine], total: Decimal) -> set[Decimal]:
    """What may be printed beside labels of net and tax without being either: the amounts of each rate, and a subtotal with tax."""
    return {total} | {amount for line in taxes for amount in (line.base, line.amount) if amount is not None}


def _derive_from_bases(chooser: Chooser, stating: Collection[str], allowed: Decimal) -> None:
    """The net amount where only what each rate is raised on is printed, as `Total 0 % supplies` and `Total 6 % supplies`."""
    total, chosen_tax, chosen_net = (chooser.value(name) for name in ("total", "tax", "net"))
    if total is None or (chosen_net is not None and abs(chosen_net + (chosen_tax or ZERO) - total) <= allowed):
        return
    bases = [option for option in chooser.found.get("net", ()) if any(reading.candidate.context in stating for reading in option.readings)]
    for one, other in combinations(bases[:MANY], 2):
        for tax in chooser.found.get("tax", ())[:MANY]:
            if abs(one.value + other.value + tax.value - total) <= allowed and _are_apart(one, other, tax):
                return _take_bases(chooser, (one, other), tax)


def _take_bases(chooser: Chooser, bases: Sequence[Option], tax: Option) -> None:
    for name in ("net", "tax"):
        chooser.fields.pop(name, None)
    chooser.take("tax", tax, 1.0)
    printed = {option.value for option in chooser.found["net"]}
    chooser.derive("net", sum((base.value for base in bases), ZERO), ("total", "tax"), explained=printed, support=1.0)


def _derive_from_subtotal(chooser: Chooser, allowed: Decimal) -> None:
    """The net amount where only a subtotal before the document's discount and charges is printed: subtotal 100, discount 10, tax 9, total 99."""
    total, chosen_tax, chosen_net = (chooser.value(name) for name in ("total", "tax", "net"))
    if total is None or (chosen_net is not None and abs(chosen_net + (chosen_tax or ZERO) - total) <= allowed):
        return
    for net, tax, less, more in product(*(_few(chooser, name) for name in ("net", "tax", "discount", "shipping"))):
        adjusted = _value(net) - _value(less) + _value(more)
        if net and tax and adjusted != net.value and abs(adjusted + tax.value - total) <= allowed and _are_apart(net, tax, less, more):
            chosen = {"total": _of_value(chooser, "total", total), "tax": tax, "discount": less, "shipping": more}
            return _take_adjusted(chooser, net, chosen)


def _derive_from_gross(chooser: Chooser, taxes: Sequence[TaxLine], allowed: Decimal) -> None:
    """The net amount where the subtotal contains the tax: subtotal 107, shipping 10.70, total 117.70, with 7 % = 7.70 in it."""
    total, subtotal = chooser.value("total"), _of_value(chooser, "net", chooser.value("net") or ZERO)
    if not total or subtotal is None:
        return
    contained = [line.amount for line in taxes if line.amount and line.rate and abs(total * line.rate / (100 + line.rate) - line.amount) <= allowed]
    tax = _of_value(chooser, "tax", contained[0]) if len(contained) == 1 else None
    for less, more in product(_few(chooser, "discount"), _few(chooser, "shipping")):
        if tax is not None and abs(subtotal.value - abs(_value(less)) + _value(more) - total) <= allowed:
            return _take_adjusted(chooser, subtotal, {"total": _of_value(chooser, "total", total), "tax": tax, "discount": less, "shipping": more})


def _few(chooser: Chooser, name: str) -> list[Option | None]:
    found: list[Option | None] = list(chooser.found.get(name, ())[:FEW])
    return found if name in ("net", "tax") else [*found, None]


def _are_apart(*found: Option | None) -> bool:
    """Whether each option is another print: an amount that counts twice proves nothing."""
    places = [(option.best.candidate.page, option.best.candidate.bounds) for option in found if option is not None]
    return len(set(places)) == len(places)


def _of_value(chooser: Chooser, name: str, value: Decimal) -> Option | None:
    return next((option for option in chooser.found.get(name, ()) if option.value == value), None)


def _value(option: Option | None) -> Decimal:
    return ZERO if option is None else Decimal(option.value)


def _take_adjusted(chooser: Chooser, subtotal: Option, others: dict[str, Option | None]) -> None:
    chooser.fields.pop("net", None)
    for name, option in others.items():
        if option is not None or name != "total":
            chooser.fields.pop(name, None)
        chooser.take(name, option, 1.0)
    chooser.derive("net", chooser.value("total") - chooser.value("tax"), ("total", "tax"), explained={subtotal.value}, support=1.0)


def _take_taxed_total(chooser: Chooser, taxes: Sequence[TaxLine], allowed: Decimal) -> None:
    """Of two totals, one with its tax and one without, the one with it: total 100, 7 % VAT 7, total 107."""
    totals = chooser.found.get("total", ())[:MANY]
    if chooser.value("net") is not None or len(taxes) != 1 or not taxes[0].amount or not taxes[0].rate:
        return
    rate, amount = taxes[0].rate, taxes[0].amount
    pairs = ((one, other) for one, other in product(totals, totals) if abs(one.value + amount - other.value) <= allowed)
    net, total = next(((one, other) for one, other in pairs if abs(one.value * rate / 100 - amount) <= allowed), (None, None))
    tax = _of_value(chooser, "tax", amount)
    if net is not None and tax is not None:
        _take_adjusted(chooser, net, {"total": total, "tax": tax})


def _derive_total(chooser: Chooser) -> None:
    """The total where only what is left to pay is printed."""
    due = chooser.value("amount_due")
    if due and chooser.value("total") is None:
        chooser.derive("total", due + (chooser.value("prepaid") or ZERO).copy_sign(due), ("amount_due",), support=chooser.fields["amount_due"].support)


def _derive_from_two(chooser: Chooser, taxes: Sequence[TaxLine], allowed: Decimal) -> None:
    """What other amounts imply of the total, the net amount or the tax, where the page does not show it."""
    net, tax, total = (chooser.value(name) for name in ("net", "tax", "total"))
    if total is None and net is not None and tax is not None:
        chooser.derive("total", net + tax, ("net", "tax"))
    elif tax is None and net is not None and total is not None and abs(net - total) > allowed and not _is_adjusted(chooser, net, total, allowed):
        _derive_tax(chooser, total - net, taxes, allowed)
    elif net is None and tax is not None and total is not None:
        raised = _based(taxes, tax, allowed) and abs(_sum_of(taxes, "base") - total + tax) <= allowed
        chooser.derive("net", total - tax, ("total", "tax"), explained=_parts(taxes, total), support=1.0 if raised else None)


def _is_adjusted(chooser: Chooser, net: Decimal, total: Decimal, allowed: Decimal) -> bool:
    """Whether a discount or charges lead from the net amount to the total, which leaves no tax to derive."""
    discount, shipping = (Decimal(chooser.value(name) or 0) for name in ("discount", "shipping"))
    return abs(net - abs(discount) + shipping - total) <= allowed


def _derive_tax(chooser: Chooser, tax: Decimal, taxes: Sequence[TaxLine], allowed: Decimal) -> None:
    if _based(taxes, tax, allowed):
        chooser.derive("tax", tax, ("total", "net"), explained=_parts(taxes, tax), support=1.0)
    elif tax / (chooser.value("total") - tax) <= HIGHEST_RATE:
        chooser.derive("tax", tax, ("total", "net"))
    else:
        chooser.mark("net", FieldStatus.LOW_CONFIDENCE)


def _based(taxes: Sequence[TaxLine], tax: Decimal, allowed: Decimal) -> bool:
    """Whether the rates give the tax."""
    return bool(taxes) and abs(_sum_of(taxes, "amount") - tax) <= allowed


def _sum_of(taxes: Sequence[TaxLine], name: str) -> Decimal:
    return sum((getattr(line, name) or ZERO for line in taxes), ZERO)
