"""Owns how results of cases are told: as lines for people, as JSON, and as JUnit XML for build servers."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import regex

from extractor.authoring.examples import CaseResult, FieldCheck
from extractor.errors import OutputError

_FORBIDDEN = regex.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
"""What XML 1.0 cannot hold."""


def lines_of(result: CaseResult) -> Iterator[str]:
    """A failed case in lines: its name and place, then one line a difference; nothing for one that passed."""
    if result.passed:
        return
    place = f"  ({result.case.place})" if result.case.place else ""
    yield f"FAIL {result.case.name}{place}"
    if result.error is not None:
        yield f"     {result.error}"
    width = max((len(check.field) for check in result.differences), default=0)
    yield from (f"     {check.field:{width}}  {_difference(check)}" for check in result.differences)


def _difference(check: FieldCheck) -> str:
    return f"{check.state:10}  expected {check.expected!r}  found {check.found!r}"


def to_dict(result: CaseResult) -> dict[str, Any]:
    """The JSON form of a result."""
    row: dict[str, Any] = {"name": result.case.name, "passed": result.passed, "seconds": round(result.seconds, 3)}
    if result.case.place is not None:
        row["place"] = str(result.case.place)
    if result.error is not None:
        row["error"] = result.error
    checks = [{"field": check.field, "state": str(check.state), "expected": check.expected, "found": check.found} for check in result.checks]
    return row | {"checks": checks}


def write_junit(path: Path, results: Sequence[CaseResult]) -> None:
    """Writes JUnit XML: a test case each, differences as failures, what cannot be read as errors. Raises OutputError."""
    errors = sum(result.error is not None for result in results)
    failures = sum(not result.passed for result in results) - errors
    counts = {"tests": str(len(results)), "failures": str(failures), "errors": str(errors), "time": f"{sum(result.seconds for result in results):.3f}"}
    suites = ET.Element("testsuites")
    suite = ET.SubElement(suites, "testsuite", {"name": "extractor rules test", **counts})
    for result in results:
        _add_case(suite, result)
    try:
        ET.ElementTree(suites).write(path, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error


def _add_case(suite: ET.Element, result: CaseResult) -> None:
    owner = result.case.rule_id or "goldens"
    case = ET.SubElement(suite, "testcase", {"classname": _clean(owner), "name": _clean(result.case.name), "time": f"{result.seconds:.3f}"})
    if not result.passed:
        first, *rest = lines_of(result)
        message = rest[0].strip() if rest else first
        ET.SubElement(case, "error" if result.error is not None else "failure", {"message": _clean(message)}).text = _clean("\n".join([first, *rest]))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
