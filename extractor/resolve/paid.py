"""Owns what was paid before where no label says so, as in a table of payments: what lies between the total and the amount due is printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from extractor.invoice.fields import TaxLine
from extractor.resolve.chooser import Chooser
from extractor.resolve.lines import ResolvedLines
from extractor.resolve.options import options
from extractor.rules.candidate import Candidate

PARTS = ("net", "tax", "total", "amount_due")
"""Fields whose amounts say nothing of a payment, wherever they are printed."""


def take_payment(chooser: Chooser, printed: Iterable[Candidate], taxes: Sequence[TaxLine], lines: ResolvedLines, locales: Sequence[str]) -> None:
    """Takes an amount as paid that leads from the total to an amount due that is less.

    printed: all amounts of the document outside its rows. It must be none that another field, a tax or a line item
    explains, and the total must be sure without it: it is the total of a net amount and a tax.
    """
    total, due, net, tax = (chooser.value(name) for name in ("total", "amount_due", "net", "tax"))
    if total is None or due is None or net is None or tax is None or net + tax != total or not 0 < due < total:
        return
    if chooser.value("prepaid") is not None or chooser.value("rounding"):
        return
    paid = total - due
    if paid in _explained(chooser, taxes, lines):
        return
    places = {(field.page, field.bounds) for field in chooser.fields.values()}
    others = [candidate for candidate in printed if (candidate.page, candidate.bounds) not in places]
    found = next((option for option in options(others, locales) if option.value == paid), None)
    if found is not None:
        chooser.take("prepaid", found, 1.0)
        for name in ("total", "amount_due"):
            chosen = next((option for option in chooser.found.get(name, ()) if option.value == chooser.value(name)), None)
            chooser.take(name, chosen, 1.0)


def _explained(chooser: Chooser, taxes: Sequence[TaxLine], lines: ResolvedLines) -> set[Decimal | None]:
    known = {chooser.value(name) for name in PARTS}
    known |= {amount for tax in taxes for amount in (tax.base, tax.amount)}
    return known | {line.amount for line in lines.lines}
