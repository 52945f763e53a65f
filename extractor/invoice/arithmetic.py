"""Owns what an invoice's amounts must add up to: the calculation rules of EN 16931 (BR-CO-10 to BR-CO-17).

Rules are checked where all their amounts are there; printed documents are given the freedom that they take:

- Lines may be printed net or gross: their sum may support the net amount or the total.
- A discount may be printed with or without its minus; so may what was paid already.
- A credit note may have all its amounts negative: the equations hold as they are.
- A total may include the rounding that is printed beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from extractor.invoice.currencies import currency_exponent
from extractor.invoice.fields import Invoice

__all__ = ["ArithmeticFinding", "adds_up", "check_arithmetic", "currency_exponent", "half_step", "is_product", "tax_of", "tolerance"]

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class ArithmeticFinding:
    """The outcome of one rule. rule: its EN 16931 id; expected: what the other amounts imply (the nearest where several are allowed);
    actual: what the invoice says; fields: the names of the amounts that took part, `taxes[0].amount` for rows."""

    rule: str
    holds: bool
    expected: Decimal
    actual: Decimal
    fields: tuple[str, ...]


def tolerance(currency: str | None, terms: int = 1) -> Decimal:
    """How far a printed sum of `terms` rounded amounts may be off: half of the currency's smallest unit for each, and for the sum.

    >>> tolerance("EUR"), tolerance("EUR", 3), tolerance("JPY")
    (Decimal('0.010'), Decimal('0.020'), Decimal('1.0'))
    """
    return Decimal(5).scaleb(-currency_exponent(currency) - 1) * (terms + 1)


def adds_up(parts: Iterable[Decimal], whole: Decimal, allowed: Decimal = Decimal("0.01")) -> bool:
    """Whether the parts sum up to the whole, to within `allowed`.

    >>> adds_up([Decimal("10.00"), Decimal("1.90")], Decimal("11.90"))
    True
    """
    return abs(sum(parts, ZERO) - whole) <= allowed


def half_step(value: Decimal) -> Decimal:
    """Half of the last decimal that is printed; numbers without decimals are taken for exact to half a hundredth.

    >>> half_step(Decimal("0.333")), half_step(Decimal(10))
    (Decimal('0.0005'), Decimal('0.005'))
    """
    exponent = value.as_tuple().exponent
    return Decimal(5).scaleb(exponent - 1) if isinstance(exponent, int) and exponent < 0 else Decimal("0.005")


def is_product(quantity: Decimal, price: Decimal, amount: Decimal) -> bool:
    """Whether the amount is the product, as far as the printed decimals of the price and the amount can say. Signs do not count.

    >>> is_product(Decimal(3), Decimal("0.333"), Decimal("1.00")), is_product(Decimal(2), Decimal(3), Decimal(5))
    (True, False)
    """
    return abs(abs(quantity * price) - abs(amount)) <= abs(quantity) * half_step(price) + Decimal("0.01")


def tax_of(base: Decimal, rate: Decimal, currency: str | None = None) -> Decimal:
    """The tax on `base` at `rate` percent, rounded half up to the currency's smallest unit (BR-CO-17).

    >>> tax_of(Decimal("100.50"), Decimal("19"))
    Decimal('19.10')
    """
    return (base * rate / 100).quantize(Decimal(1).scaleb(-currency_exponent(currency)), rounding=ROUND_HALF_UP)


def check_arithmetic(invoice: Invoice) -> list[ArithmeticFinding]:
    """The outcome of every rule that can be checked on the amounts that are there, in the order of their ids."""
    checks = (_lines_sum, _net_of_lines, _sum_of_taxes, _total_with_tax, _amount_due)
    findings = [finding for check in checks if (finding := check(invoice))]
    return findings + _taxes_of_rates(invoice)


def _finding(rule: str, actual: Decimal, allowed: Sequence[Decimal], off_by: Decimal, fields: Iterable[str]) -> ArithmeticFinding:
    """The finding that compares `actual` with the nearest of the allowed values."""
    expected = min(allowed, key=lambda value: abs(value - actual))
    return ArithmeticFinding(rule, abs(expected - actual) <= off_by, expected, actual, tuple(fields))


def _line_amounts(invoice: Invoice) -> list[Decimal] | None:
    amounts = [line.amount for line in invoice.lines if line.amount is not None]
    return amounts if amounts and len(amounts) == len(invoice.lines) else None


def _targets(invoice: Invoice) -> dict[str, Decimal]:
    return {name: value for name, value in (("net", invoice.net), ("total", invoice.total)) if value is not None}


def _lines_sum(invoice: Invoice) -> ArithmeticFinding | None:
    """BR-CO-10: the lines sum up to the line total; with nothing allowed or charged on the document that is `net` (or `total`, where lines are gross)."""
    amounts, targets = _line_amounts(invoice), _targets(invoice)
    if amounts is None or not targets or invoice.discount or invoice.shipping:
        return None
    fields = [f"lines[{index}].amount" for index in range(len(amounts))]
    return _finding("BR-CO-10", sum(amounts, ZERO), list(targets.values()), tolerance(invoice.currency, len(amounts)), [*fields, *targets])


def _net_of_lines(invoice: Invoice) -> ArithmeticFinding | None:
    """BR-CO-13: net = lines - allowances + charges. What is allowed or charged may be among the lines already."""
    amounts, targets = _line_amounts(invoice), _targets(invoice)
    if amounts is None or not targets or not (invoice.discount or invoice.shipping):
        return None
    lines, discount, shipping = sum(amounts, ZERO), invoice.discount or ZERO, invoice.shipping or ZERO
    implied = [lines + less + more for less in (-discount, -abs(discount), ZERO) for more in (shipping, ZERO)]
    pairs = [(value, target) for target in targets.values() for value in implied]
    expected, actual = min(pairs, key=lambda pair: abs(pair[0] - pair[1]))
    names = [name for name in ("discount", "shipping") if getattr(invoice, name)]
    fields = [*(f"lines[{index}].amount" for index in range(len(amounts))), *names, *targets]
    return _finding("BR-CO-13", actual, [expected], tolerance(invoice.currency, len(amounts) + len(names)), fields)


def _sum_of_taxes(invoice: Invoice) -> ArithmeticFinding | None:
    """BR-CO-14: tax = sum of the taxes of each rate."""
    amounts = [row.amount for row in invoice.taxes if row.amount is not None]
    if invoice.tax is None or not amounts or len(amounts) != len(invoice.taxes):
        return None
    fields = ["tax", *(f"taxes[{index}].amount" for index in range(len(amounts)))]
    return _finding("BR-CO-14", invoice.tax, [sum(amounts, ZERO)], tolerance(invoice.currency, len(amounts)), fields)


def _total_with_tax(invoice: Invoice) -> ArithmeticFinding | None:
    """BR-CO-15: total = net + tax."""
    if invoice.total is None or invoice.net is None or invoice.tax is None:
        return None
    implied = [invoice.net + invoice.tax]
    if invoice.rounding:
        implied.append(implied[0] + invoice.rounding)
    names = ("total", "net", "tax", "rounding") if invoice.rounding else ("total", "net", "tax")
    return _finding("BR-CO-15", invoice.total, implied, tolerance(invoice.currency), names)


def _amount_due(invoice: Invoice) -> ArithmeticFinding | None:
    """BR-CO-16: amount_due = total - prepaid + rounding. Nothing due where no prepaid amount is printed: it has been paid in full."""
    if invoice.amount_due is None or invoice.total is None or (not invoice.amount_due and invoice.prepaid is None):
        return None
    prepaid, rounding = invoice.prepaid or ZERO, invoice.rounding or ZERO
    paid = [invoice.total - prepaid, invoice.total + prepaid] if prepaid < 0 else [invoice.total - prepaid]
    implied = [value + more for value in paid for more in dict.fromkeys((rounding, ZERO))]
    names = [name for name in ("prepaid", "rounding") if getattr(invoice, name)]
    return _finding("BR-CO-16", invoice.amount_due, implied, tolerance(invoice.currency), ("amount_due", "total", *names))


def _taxes_of_rates(invoice: Invoice) -> list[ArithmeticFinding]:
    """BR-CO-17: the tax of each rate = base x rate / 100, rounded."""
    found = []
    for index, row in enumerate(invoice.taxes):
        if row.amount is not None and row.base is not None and row.rate is not None:
            fields = [f"taxes[{index}].{name}" for name in ("amount", "base", "rate")]
            found.append(_finding("BR-CO-17", row.amount, [tax_of(row.base, row.rate, invoice.currency)], tolerance(invoice.currency), fields))
    return found
