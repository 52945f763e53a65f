"""Cases: what counts as a match, what cannot be read, and where expectations come from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractor import Extractor
from extractor.authoring import Case, State, load_cases, run_case, run_cases
from extractor.authoring.examples import compare
from extractor.ocr.typed import typed_pages

PAGE = "Invoice number  4711\nInvoice date  1 May 2025\nTotal  EUR 9.50\n"


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor()


@pytest.mark.parametrize(
    ("expected", "found", "state"),
    [("7", "7", State.MATCH), ("7", "8", State.DIFFER), ("7", None, State.MISSING), (None, "8", State.UNEXPECTED), (None, None, State.MATCH)],
)
def test_states_of_a_field(expected: str | None, found: str | None, state: State) -> None:
    (check,) = compare({"number": expected}, {"number": found} if found else {})
    assert check.state is state


def test_rows_are_compared_by_the_columns_that_are_stated() -> None:
    found = {"lines": [{"amount": "1.00", "description": "a"}, {"amount": "2.00"}]}
    checks = compare({"lines": [{"amount": "1.00"}]}, found)
    assert [(check.field, check.state) for check in checks] == [("lines[0].amount", State.MATCH), ("lines[1]", State.UNEXPECTED)]
    assert compare({"lines": [{}, {}, {"amount": "3.00"}]}, found)[-1].state is State.MISSING


def test_a_golden_states_some_fields(tmp_path: Path, extractor: Extractor) -> None:
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "a.expected.json").write_text('{"number": "4711", "total": 9.50, "iban": null}', encoding="utf-8")
    (case,) = load_cases([], [tmp_path])
    result = run_case(extractor, case)
    assert [check.field for check in result.checks] == ["number", "total", "iban"]
    assert result.passed, result.differences


ACCOUNT = "Invoice number  4711\nInvoice date  1 May 2025\nTotal  EUR 9.50\nIBAN  GB82 WEST 1234 5698 7654 3"


@pytest.mark.parametrize(
    ("digit", "expect", "states"),
    [
        (2, {"status": "review", "issues": ("low-confidence",)}, [State.MATCH, State.MATCH]),
        (2, {"status": "valid", "issues": ()}, [State.DIFFER, State.UNEXPECTED]),
        (3, {"issues": ("low-confidence", "iban-checksum")}, [State.MATCH]),
        (3, {"status": "invalid", "issues": ("low-confidence",)}, [State.DIFFER, State.DIFFER]),
    ],
)
def test_status_and_issues_are_checked(digit: int, expect: dict[str, object], states: list[State], extractor: Extractor) -> None:
    result = run_case(extractor, Case("account", expect, text=f"{ACCOUNT}{digit}"))
    assert [check.state for check in result.checks] == states, result.found
    assert compare({"issues": ["conflict"]}, {"issues": []})[0].state is State.MISSING


@pytest.mark.parametrize("golden", ["{", "[]", '{"totl": "1"}'])
def test_a_golden_that_is_none_is_a_failure(golden: str, tmp_path: Path, extractor: Extractor) -> None:
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "a.expected.json").write_text(golden, encoding="utf-8")
    result = run_case(extractor, load_cases([], [tmp_path])[0])
    assert not result.passed
    assert "a.expected.json" in (result.error or "")


def test_a_document_that_cannot_be_read_is_a_failure(tmp_path: Path, extractor: Extractor) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4 broken")
    (tmp_path / "a.expected.json").write_text(json.dumps({"number": "1"}), encoding="utf-8")
    (tmp_path / "gone.expected.json").write_text("{}", encoding="utf-8")
    results = [run_case(extractor, case) for case in load_cases([], [tmp_path])]
    assert [result.passed for result in results] == [False, False]
    assert all(result.error for result in results)


def test_several_processes_find_what_one_finds(extractor: Extractor) -> None:
    cases = [Case(f"case {number}", {"number": "4711"}, text=PAGE) for number in range(3)]
    results = list(run_cases(extractor, cases, {}, jobs=2))
    assert sorted(result.case.name for result in results if result.passed) == [case.name for case in cases]


def test_columns_of_a_text_stand_where_they_are_typed() -> None:
    first, second = typed_pages("a\n\f    b c   d").pages
    assert [region.text for region in second.regions] == ["b c", "d"]
    assert second.regions[0].bounds.x > first.regions[0].bounds.x
