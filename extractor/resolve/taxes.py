"""Owns the taxes of each rate: which lines of print state a rate, its base and its tax."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations, permutations

from extractor.invoice.amounts import find_amounts, read_amounts, read_percent
from extractor.invoice.fields import TaxLine
from extractor.rules.taxes import PERCENT

MAX_RATES = 8
"""Of more rates than these only all together are looked at."""


def tax_lines(rows: Iterable[str], labelled: Collection[str], locales: Sequence[str], tolerance: Decimal) -> list[TaxLine]:
    """The tax of each rate, highest rate first; of one rate the first line counts.

    rows: lines of print with one percentage. labelled: those that a label of the field `tax` stands on: there a lone
    amount is the tax; elsewhere only a base and a tax that the rate confirms are taken.
    """
    found: dict[Decimal, TaxLine] = {}
    for text in rows:
        rate = read_percent(PERCENT.findall(text)[0])
        line = None if rate is None else _tax_line(_shortest(rate), text, locales, tolerance)
        if line is not None and (line.base is not None or text in labelled):
            known = found.get(line.rate or Decimal(0))
            if known is None or (known.base is None and line.base is not None):
                found[line.rate or Decimal(0)] = line
    return [found[rate] for rate in sorted(found, reverse=True)]


def _shortest(rate: Decimal) -> Decimal:
    """The rate without trailing zeros behind its mark, and without an exponent.

    >>> _shortest(Decimal("20.0")), _shortest(Decimal("5.50"))
    (Decimal('20'), Decimal('5.5'))
    """
    whole = rate.to_integral_value()
    return whole if whole == rate else rate.normalize()


def _tax_line(rate: Decimal, text: str, locales: Sequence[str], tolerance: Decimal) -> TaxLine | None:
    """Base and tax among the amounts of a line: the pair that the rate confirms, else the one amount as the tax."""
    text = PERCENT.sub(lambda match: " " * len(match.group()), text)
    amounts = [readings[0].value for start, end in find_amounts(text) if (readings := read_amounts(text[start:end], locales=locales))]
    for base, tax in permutations(amounts, 2):
        if abs(base * rate / 100 - tax) <= tolerance and base != tax:
            return TaxLine(rate=rate, base=base, amount=tax)
    return TaxLine(rate=rate, amount=amounts[0]) if len(amounts) == 1 else None


def consistent(lines: Sequence[TaxLine], totals: Collection[Decimal], tolerance: Decimal) -> list[TaxLine]:
    """The rates that make up one of the totals, base and tax together; all of them where none do.

    A percentage of a cash discount (`2 % of 119.00`) is confirmed by its rate as a tax is, but adds up with nothing. A lone
    amount that its rate could not raise on any of the totals is no tax, but what the tax is raised on.
    """
    largest = max((abs(total) for total in totals), default=None)
    likely = [line for line in lines if line.base is not None or largest is None or _is_raised_on(line, largest, tolerance)]
    return next(_subsets(likely, lambda found: any(abs(_gross(found) - total) <= tolerance for total in totals) and _all_based(found)), likely)


def adding_up(lines: Sequence[TaxLine], tax: Decimal, net: Decimal | None, tolerance: Decimal) -> list[TaxLine]:
    """The rates whose taxes make up the tax, and whose bases make up the net amount, as far as that is known; else none."""

    def adds_up(found: Sequence[TaxLine]) -> bool:
        return abs(_sum(found, "amount") - tax) <= tolerance

    def fits(found: Sequence[TaxLine]) -> bool:
        return adds_up(found) and _all_based(found) and net is not None and abs(_sum(found, "base") - net) <= tolerance

    return next(_subsets(lines, fits), None) or next(_subsets(lines, adds_up), [])


def _subsets(lines: Sequence[TaxLine], holds: Callable[[Sequence[TaxLine]], bool]) -> Iterator[list[TaxLine]]:
    sizes = range(len(lines), 0, -1) if len(lines) <= MAX_RATES else (len(lines),)
    return (list(found) for size in sizes for found in combinations(lines, size) if holds(found))


def _is_raised_on(line: TaxLine, largest: Decimal, tolerance: Decimal) -> bool:
    """Whether the rate raises the amount on no more than the largest total."""
    if line.amount is None or line.rate is None:
        return True
    return (abs(line.amount) - tolerance) * (100 + line.rate) <= largest * line.rate


def _all_based(lines: Sequence[TaxLine]) -> bool:
    return all(line.base is not None for line in lines)


def _gross(lines: Sequence[TaxLine]) -> Decimal:
    return _sum(lines, "base") + _sum(lines, "amount")


def _sum(lines: Sequence[TaxLine], name: str) -> Decimal:
    return sum((getattr(line, name) or Decimal(0) for line in lines), Decimal(0))
