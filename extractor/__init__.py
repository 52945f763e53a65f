"""Invoice fields with evidence from scans, photos and PDFs.

    from extractor import extract_invoice
    result = extract_invoice("invoice.png")
    result.invoice.total, result.fields["total"].bounds, result.status

Names are imported when they are first used, so that importing this package stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from extractor._version import __version__

if TYPE_CHECKING:
    from extractor.batch import Outcome, extract_many
    from extractor.document.model import Limits
    from extractor.errors import ExtractorError
    from extractor.invoice.fields import Invoice, InvoiceLine, TaxLine
    from extractor.issues import Issue, Level
    from extractor.output.result import ExtractionResult
    from extractor.pipeline import Extractor, extract_invoice
    from extractor.resolve.evidence import FieldStatus, FieldValue
    from extractor.validate import Status

__all__ = [
    "ExtractionResult",
    "Extractor",
    "ExtractorError",
    "FieldStatus",
    "FieldValue",
    "Invoice",
    "InvoiceLine",
    "Issue",
    "Level",
    "Limits",
    "Outcome",
    "Status",
    "TaxLine",
    "__version__",
    "extract_invoice",
    "extract_many",
]

_HOMES = {
    "batch": ("Outcome", "extract_many"),
    "document.model": ("Limits",),
    "errors": ("ExtractorError",),
    "invoice.fields": ("Invoice", "InvoiceLine", "TaxLine"),
    "issues": ("Issue", "Level"),
    "output.result": ("ExtractionResult",),
    "pipeline": ("Extractor", "extract_invoice"),
    "resolve.evidence": ("FieldStatus", "FieldValue"),
    "validate": ("Status",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
