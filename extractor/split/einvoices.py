"""Owns telling which of the invoices in a file an e-invoice that travels with the file belongs to."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.layout import lay_out
from extractor.layout.printed import Printed
from extractor.ocr import OcrResult
from extractor.witnesses import Witness


def einvoices_apart(invoices: Sequence[OcrResult], einvoices: Sequence[Witness]) -> list[tuple[Witness, ...]]:
    """For each invoice, by its pages, the e-invoices that are its own: the first on whose pages their number is printed.

    One whose number stands nowhere goes to the first invoice, where it is heard and contradicted, so that it is not lost.
    """
    if len(invoices) == 1:
        return [tuple(einvoices)]
    found: list[list[Witness]] = [[] for _ in invoices]
    prints = [Printed(lay_out(pages)) for pages in invoices] if einvoices else []
    for einvoice in einvoices:
        number = einvoice.stated.get("number")
        mine = (index for index, printed in enumerate(prints) if number is not None and printed.find("identifier", number.value))
        found[next(mine, 0)].append(einvoice)
    return [tuple(own) for own in found]
