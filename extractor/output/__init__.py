"""Stage "write": a result -> JSON, CSV, and lines of a feed."""

from __future__ import annotations

from extractor.output.fields_csv import FieldsCsv
from extractor.output.result import ExtractionResult, RuleSource

__all__ = ["ExtractionResult", "FieldsCsv", "RuleSource"]
