"""Owns golden results: what a document gave when somebody last looked, and the comparison with what it gives now.

`fixtures/<folder>/expected.json` holds, for each document and each book of rules (`vendor`, `generic`), the status, the
issues as `id field`, and the invoice: `"truth"` where it says what `truth.json` says, else only in what it differs from
it, path -> value, null where the result lacks what is true.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from extractor import ExtractionResult

EXPECTED = "expected.json"
TRUTH = "truth"


class State(StrEnum):
    """match: as expected. differ: another value. missing: expected, but not there. unexpected: there, but not expected."""

    MATCH = "match"
    DIFFER = "differ"
    MISSING = "missing"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True)
class Comparison:
    """One value of a result. path: `total`, `lines[0].amount`; expected, actual: None where there is none."""

    path: str
    state: State
    expected: Any = None
    actual: Any = None

    def __str__(self) -> str:
        return f"{self.path}: {self.state}, expected {self.expected!r}, found {self.actual!r}"


def compare(expected: Any, actual: Any) -> list[Comparison]:
    """Every single value of two JSON values, by path, with its state."""
    wanted, found = dict(_flat(expected)), dict(_flat(actual))
    return [Comparison(path, _state(path, wanted, found), wanted.get(path), found.get(path)) for path in {**wanted, **found}]


def differences(expected: Any, actual: Any) -> list[Comparison]:
    """What of `compare` is no match."""
    return [comparison for comparison in compare(expected, actual) if comparison.state is not State.MATCH]


def changes_of(expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[Comparison]:
    """The differences of two outcomes; an issue is there or not, wherever in the list it stands."""
    return differences(*({**one, "issues": dict.fromkeys(one.get("issues", ()), True)} for one in (expected, found)))


def _state(path: str, wanted: Mapping[str, Any], found: Mapping[str, Any]) -> State:
    if path not in found:
        return State.MISSING
    if path not in wanted:
        return State.UNEXPECTED
    return State.MATCH if wanted[path] == found[path] else State.DIFFER


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _flat(part, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _flat(part, f"{path}[{index}]")
    else:
        yield path, value


def outcome(result: ExtractionResult, truth: Mapping[str, Any]) -> dict[str, Any]:
    """What of a result is kept: status, issues, and in what the invoice differs from the truth."""
    issues = sorted(f"{issue.id} {issue.field or ''}".strip() for issue in result.issues)
    invoice = {found.path: found.actual for found in differences(invoice_of(truth), result.invoice.to_dict())}
    return {"status": str(result.status), "issues": issues, "invoice": invoice or TRUTH}


def invoice_of(truth: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a `truth.json`."""
    return {name: value for name, value in truth.items() if name not in ("documents", "printed")}


def read_expected(folder: Path) -> dict[str, Any]:
    """The golden results of a folder: document -> rules -> outcome; empty where there are none yet."""
    path = folder / EXPECTED
    expected: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return expected


def update_expected(folder: Path, document: str, rules: str, found: Mapping[str, Any]) -> list[Comparison]:
    """Writes one outcome into the golden file; gives what changed. A file without a change is left alone."""
    expected = read_expected(folder)
    changes = changes_of(expected.get(document, {}).get(rules, {}), found)
    if changes:
        expected.setdefault(document, {})[rules] = dict(found)
        (folder / EXPECTED).write_text(json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return changes
