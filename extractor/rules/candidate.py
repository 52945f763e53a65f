"""Owns `Candidate`: one possible value of one field, with where it stands and which rule found it."""

from __future__ import annotations

from extractor.geometry import Box
from extractor.invoice.writing import Writing
from extractor.record import record


@record
class Candidate:
    """One possible value, not yet read as a number or a date.

    text: as printed. page: from 1, None for a constant. bounds, label_bounds: page pixels. rule_id: what found it.
    fit: 0 to 1, how well it answers the rule (rule's weight included). ocr: 0 to 1, None where the engine gives none.
    context: the print around it on its line, for what stands beside a value (a tax rate, a currency).
    writing: how the rule says that it is written; None: by locale.
    """

    field: str
    kind: str
    text: str
    rule_id: str
    fit: float
    page: int | None = None
    bounds: Box | None = None
    label: str | None = None
    label_bounds: Box | None = None
    ocr: float | None = None
    context: str = ""
    inherited: bool = False
    writing: Writing | None = None
