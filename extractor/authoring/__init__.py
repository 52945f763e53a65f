"""The rule author's bench: rule files are drafted, run on their examples, explained and proven against noise."""

from __future__ import annotations

from extractor.authoring.examples import Case, CaseResult, FieldCheck, State, load_cases, run_case
from extractor.authoring.runs import run_cases

__all__ = ["Case", "CaseResult", "FieldCheck", "State", "load_cases", "run_case", "run_cases"]
