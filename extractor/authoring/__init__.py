"""The rule author's bench: running examples and goldens, and saying which rules they exercise."""

from __future__ import annotations

from extractor.authoring.examples import Case, CaseResult, FieldCheck, State, load_cases, run_case
from extractor.authoring.runs import run_cases

__all__ = ["Case", "CaseResult", "FieldCheck", "State", "load_cases", "run_case", "run_cases"]
