"""Owns the check that nothing is missing which a rule file says every document of its vendor has."""

from __future__ import annotations

from collections.abc import Sequence

from extractor.invoice.fields import Invoice
from extractor.issues import Issue, Level


def missing_required(invoice: Invoice, required: Sequence[str]) -> list[Issue]:
    """One error for each name under `required` (a field, `lines`, `taxes`, `extra.name`) that has no value."""
    return [
        Issue("missing-required", Level.ERROR, f"'{name}' was not found, and the rule file says that no document lacks it", field=name)
        for name in required
        if _value(invoice, name) in (None, [])
    ]


def _value(invoice: Invoice, name: str) -> object:
    own = name.removeprefix("extra.")
    return invoice.extra.get(own) if own != name else getattr(invoice, name)
