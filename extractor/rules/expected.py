"""Owns what an example expects: values of fields, rows of tables, and what the result as a whole is said to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from extractor.invoice.fields import FIELDS, LINE_FIELDS, TAX_FIELDS
from extractor.issues import RESULT_ISSUES, STATUSES
from extractor.rules import source
from extractor.rules.shapes import Found, Shape, choice, described, report, suggestion, whereabouts, wrong_type
from extractor.rules.source import Node, Scalar

STATUS, ISSUES = "status", "issues"
"""What is expected of a result beside its fields."""
_ROWS: Mapping[str, Mapping[str, Any]] = {"lines": LINE_FIELDS, "taxes": TAX_FIELDS}
_PLAIN: Mapping[str, Any] = {"type": ["string", "number", "boolean", "null"]}
_STATUS = choice(STATUSES, "unknown-status", "status")
_ISSUE = choice(tuple(RESULT_ISSUES), "unknown-issue", "issue")


@dataclass(frozen=True, slots=True)
class Expected:
    """What must come out of an example.

    fields: field -> text as written, None for "must be missing", a list of rows for `lines` and `taxes`.
    status: of the result. issues: ids of all its warnings and errors, sorted. None: nothing is said about it.
    """

    fields: Mapping[str, Any] = field(default_factory=dict)
    status: str | None = None
    issues: tuple[str, ...] | None = None


def read_expected(node: Node, found: Found) -> Expected | None:
    """What stands under `expect`.

    >>> read_expected(source.parse("{number: '007', total: 1250.00, date: 2025-12-01, iban: null}").root, []).fields
    {'number': '007', 'total': '1250.00', 'date': '2025-12-01', 'iban': None}
    >>> read_expected(source.parse("{status: review, issues: [vendor-iban-differs]}").root, [])
    Expected(fields={}, status='review', issues=('vendor-iban-differs',))
    """
    if not isinstance(node, source.Mapping):
        wrong_type(found, node, "a mapping (field names and expected values)")
        return None
    entries = {entry.key: entry.node for entry in node.entries}
    status = _STATUS.read(entries[STATUS], found) if STATUS in entries else None
    issues = _read_issues(entries[ISSUES], found) if ISSUES in entries else None
    if status is not None and issues is not None and (status == "valid") is bool(issues):
        message = f"a result with {'findings that ask' if issues else 'no finding that asks'} for a person is not '{status}'"
        report(found, entries[STATUS].place, "conflicting-keys", message)
    return Expected(dict(_read_fields(node, found)), status, issues)


def _read_fields(node: source.Mapping, found: Found) -> Iterator[tuple[str, Any]]:
    for entry in node.entries:
        if entry.key in _ROWS:
            yield entry.key, _read_rows(entry.node, _ROWS[entry.key], found)
        elif entry.key in FIELDS or entry.key.startswith("extra."):
            yield entry.key, _read_value(entry.node, found)
        elif entry.key not in (STATUS, ISSUES):
            message = f"unknown field '{entry.key}'{whereabouts(entry.key, 'field', [*FIELDS, *_ROWS, STATUS, ISSUES])}"
            report(found, entry.place, "unknown-field", message)


def _read_issues(node: Node, found: Found) -> tuple[str, ...]:
    items = node.items if isinstance(node, source.Sequence) else (node,)
    return tuple(sorted(issue_id for item in items if (issue_id := _ISSUE.read(item, found)) is not None))


def _read_rows(node: Node, columns: Mapping[str, Any], found: Found) -> list[dict[str, str | None]] | None:
    if not isinstance(node, source.Sequence):
        wrong_type(found, node, "a list of rows")
        return None
    rows = []
    for item in node.items:
        if not isinstance(item, source.Mapping):
            wrong_type(found, item, "a mapping (column names and expected values)")
            continue
        rows.append({entry.key: _read_value(entry.node, found) for entry in item.entries if entry.key in columns})
        for entry in item.entries:
            if entry.key not in columns:
                report(found, entry.place, "unknown-column", f"unknown column '{entry.key}'{suggestion(entry.key, columns)}")
    return rows


def _read_value(node: Node, found: Found) -> str | None:
    if not isinstance(node, Scalar):
        wrong_type(found, node, "a single value, or null where the field must be missing")
        return None
    return None if node.value is None else node.text


def _valued(text: str) -> dict[str, Any]:
    return dict(_PLAIN) | {"description": text}


def _rows_schema(name: str, columns: Mapping[str, Any]) -> dict[str, Any]:
    row = {"type": "object", "properties": {column: _valued(text) for column, text in described(columns).items()}, "additionalProperties": False}
    return {"description": f"The rows of {name}, in order", "type": "array", "items": row}


_RESULT: Mapping[str, Any] = {
    STATUS: {"description": "Status of the result", **_STATUS.schema},
    ISSUES: {
        "description": "Ids of all warnings and errors of the result; an empty list where there must be none",
        "anyOf": [_ISSUE.schema, {"type": "array", "items": _ISSUE.schema}],
    },
}
EXPECTED = Shape(
    {
        "type": "object",
        "properties": {name: _valued(text) for name, text in described(FIELDS).items()}
        | {name: _rows_schema(name, columns) for name, columns in _ROWS.items()}
        | dict(_RESULT),
        "patternProperties": {r"^extra\.": dict(_PLAIN)},
        "additionalProperties": False,
    },
    read_expected,
)
