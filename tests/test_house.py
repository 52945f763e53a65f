"""The habits of the house: short functions, modules of a readable length, imports that point one way."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from papers import ROOT

FILES = sorted((ROOT / "extractor").rglob("*.py"))
LONGEST_FUNCTION, NINE_OF_TEN, LONGEST_MODULE, LONGEST_LINE = 60, 25, 400, 160


def functions() -> Iterator[tuple[str, int]]:
    """Name and number of lines of every function and method, decorators not counted."""
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_function_is_longer_than_a_screen() -> None:
    assert [name for name, lines in functions() if lines > LONGEST_FUNCTION] == []


def test_nine_of_ten_functions_are_short() -> None:
    lengths = sorted(lines for _, lines in functions())
    assert len(lengths) > 100
    assert lengths[int(len(lengths) * 0.9)] <= NINE_OF_TEN


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_can_be_read_in_one_go(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_MODULE
    assert [number for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE] == []


def test_imports_point_one_way() -> None:
    command = shutil.which("lint-imports", path=str(Path(sys.executable).parent)) or shutil.which("lint-imports")
    if command is None:
        pytest.skip("import-linter is not installed (extra `lint`)")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["utils.py", "helpers.py", "common.py", "misc.py", "manager.py"])
def test_no_module_is_named_after_nothing(name: str) -> None:
    assert [path for path in FILES if path.name == name] == []
