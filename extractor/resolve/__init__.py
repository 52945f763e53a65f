"""Stage "resolve": candidates of all fields -> one invoice, every value with its evidence.

Amounts are chosen together (`amounts`), dates are (`dates`), every other field by itself (`choice`).
What e-invoices and codes state is heard at last (`reconcile`).
"""

from __future__ import annotations

from extractor.resolve.evidence import Alternative, Claim, FieldStatus, FieldValue, Origin
from extractor.resolve.reconcile import EInvoice, reconcile
from extractor.resolve.resolution import Findings, Resolution, resolve
from extractor.resolve.thresholds import Thresholds

__all__ = [
    "Alternative",
    "Claim",
    "EInvoice",
    "FieldStatus",
    "FieldValue",
    "Findings",
    "Origin",
    "Resolution",
    "Thresholds",
    "reconcile",
    "resolve",
]
