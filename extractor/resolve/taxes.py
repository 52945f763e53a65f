"""Owns the taxes of each rate: which lines of print state a rate, its base and its tax."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import permutations

import regex

from extractor.invoice.amounts import find_amounts, read_amounts, read_percent
from extractor.invoice.fields import TaxLine
from extractor.rules.candidate import Candidate

_PERCENT = regex.compile(r"\d{1,2}(?:[.,]\d{1,3})?\s?%")


def tax_lines(candidates: Iterable[Candidate], locales: Sequence[str], tolerance: Decimal) -> list[TaxLine]:
    """The tax of each rate, from the lines of print that tax candidates stand on; of one rate the first line counts."""
    found: dict[Decimal, TaxLine] = {}
    for candidate in candidates:
        percents = _PERCENT.findall(candidate.context)
        rate = read_percent(percents[0]) if len(percents) == 1 else None
        if rate is not None and rate not in found:
            line = _tax_line(rate, candidate.context, locales, tolerance)
            if line is not None:
                found[rate] = line
    return [found[rate] for rate in sorted(found, reverse=True)]


def _tax_line(rate: Decimal, text: str, locales: Sequence[str], tolerance: Decimal) -> TaxLine | None:
    """Base and tax among the amounts of a line: the pair that the rate confirms, else the one amount as the tax."""
    text = _PERCENT.sub(lambda match: " " * len(match.group()), text)
    amounts = [readings[0].value for start, end in find_amounts(text) if (readings := read_amounts(text[start:end], locales=locales))]
    for base, tax in permutations(amounts, 2):
        if abs(base * rate / 100 - tax) <= tolerance and base != tax:
            return TaxLine(rate=rate, base=base, amount=tax)
    return TaxLine(rate=rate, amount=amounts[0]) if len(amounts) == 1 else None
