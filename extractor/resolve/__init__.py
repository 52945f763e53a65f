"""Stage "resolve": candidates of all fields -> one invoice, every value with its evidence.

Amounts are chosen together (`amounts`), dates are (`dates`), every other field by itself (`choice`).
"""

from __future__ import annotations

from extractor.resolve.evidence import Alternative, FieldStatus, FieldValue, Origin
from extractor.resolve.resolution import Findings, Resolution, resolve
from extractor.resolve.thresholds import Thresholds

__all__ = ["Alternative", "FieldStatus", "FieldValue", "Findings", "Origin", "Resolution", "Thresholds", "resolve"]
