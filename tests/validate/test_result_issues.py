"""The list of findings about results names all that the code gives, so that rule authors can rely on it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import extractor
from extractor.issues import RESULT_ISSUES, STATUSES
from extractor.store.changed import IBAN_CHANGED
from extractor.validate import Status

PACKAGE = Path(extractor.__file__).parent
PLACES = ("pipeline.py", "needed", "split", "rules/match.py", "rules/blocks.py", "resolve", "validate", "invoice", "witnesses/codes")
"""Where findings about results are made; elsewhere they are about rule files, examples and feeds."""
OF_EINVOICES = ("witnesses/einvoice/reading.py", "witnesses/einvoice/statements.py")
VERDICT = PACKAGE / "validate/einvoice.py"
"""What is found wrong with an e-invoice itself has a list of its own."""
OF_THE_STORE = {IBAN_CHANGED}
"""What only those find who know other documents."""


def _literals(tree: ast.AST) -> Iterator[str]:
    """First parts of issues, and of the doubts and arithmetic findings that become issues, as far as they are written out."""
    for node in ast.walk(tree):
        name = node.func if isinstance(node, ast.Call) else None
        made = (isinstance(name, ast.Name) and name.id in ("Issue", "_finding")) or (isinstance(name, ast.Attribute) and name.attr == "doubt")
        if isinstance(node, ast.Call) and made and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant):
                yield first.value
        if isinstance(node, ast.FunctionDef) and node.name == "_doubt":
            yield from (item.value.elts[0].value for item in ast.walk(node) if isinstance(item, ast.Return) and isinstance(item.value, ast.Tuple))  # type: ignore[attr-defined]


def test_all_findings_about_results_are_listed() -> None:
    files = [path for place in (*PLACES, *OF_EINVOICES) for path in ([PACKAGE / place] if place.endswith(".py") else (PACKAGE / place).rglob("*.py"))]
    found = {issue_id for path in files if path != VERDICT for issue_id in _literals(ast.parse(path.read_text(encoding="utf-8")))}
    assert found | OF_THE_STORE == set(RESULT_ISSUES)


def test_statuses_are_those_of_results() -> None:
    assert tuple(status.value for status in Status) == STATUSES
