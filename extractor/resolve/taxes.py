"""Owns the taxes of each rate: which lines of print state a rate, its base and its tax."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from itertools import permutations

from extractor.invoice.amounts import find_amounts, read_amounts, read_percent
from extractor.invoice.fields import TaxLine
from extractor.rules.taxes import PERCENT


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
