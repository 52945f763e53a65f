"""Owns the tables of keys of policies: for each key its description and the shape of its value.

The reader, the JSON Schema and the documentation are made from them. A new condition is one function and one row in
`conditions.OPERATORS`, and one row in `CONDITION_KEYS`.
"""

from __future__ import annotations

import re
from typing import Any

from extractor.invoice.fields import DOCUMENT_KINDS, FIELDS
from extractor.issues import RESULT_ISSUES, Level
from extractor.resolve import FieldStatus
from extractor.routing.conditions import EXTRA, AmountTest, Conditions, FieldTest, IssueTest
from extractor.routing.decision import Action
from extractor.routing.ranges import COUNT, HOMES, LIMIT, SHARE, limit_keys, range_of, range_shape
from extractor.rules import source
from extractor.rules.shapes import Found, Key, Row, Shape, choice, mapping, name_of, one_or_many, read_text, report, suggestion, whereabouts, wrong_type
from extractor.rules.source import Node, Scalar
from extractor.rules.values import CURRENCY
from extractor.validate import Status

FORMAT = 1
"""The version of the format, the value of the key `format`."""

_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,62}")
_EXTRA_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_LIMITED_KINDS = frozenset({"amount", "quantity", "percent", "date"})
_TEXTS: Shape[str] = Shape({"type": "string", "minLength": 1}, read_text)


def _keyed(keys: tuple[Key, ...], what: str, rules: dict[str, Any] | None = None) -> Shape[Row]:
    return mapping(keys, what, rules, HOMES)


def _read_format(node: Node, found: Found) -> int | None:
    if isinstance(node, Scalar) and node.value == FORMAT and not isinstance(node.value, bool):
        return FORMAT
    report(found, node.place, "bad-format", f"this program reads policies of format {FORMAT}; write `format: {FORMAT}`")
    return None


def _read_flag(node: Node, found: Found) -> bool | None:
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return node.value
    wrong_type(found, node, "true or false")
    return None


def _read_value(node: Node, found: Found) -> str | None:
    """A value of a field as it is written, numbers included; a glob."""
    if isinstance(node, Scalar) and node.value is not None and not isinstance(node.value, bool) and node.text.strip():
        return node.text
    wrong_type(found, node, "a value")
    return None


_VALUE: Shape[str] = Shape({"type": ["string", "number"]}, _read_value)
_VALUES = one_or_many(_VALUE)

FIELD_KEYS = (
    Key("is", _VALUES, "Its value, or a list of them; `*` stands for any text, case does not count"),
    *limit_keys(LIMIT),
    Key("missing", Shape({"type": "boolean"}, _read_flag), "Whether it has no value"),
    Key("confidence", range_shape(SHARE, "confidence"), "How sure it is, 0 to 1"),
    Key("status", one_or_many(choice(list(FieldStatus), "unknown-status", "status of a field")), "What is said of it: ok, ambiguous ..."),
)
_FIELD = _keyed(FIELD_KEYS, "field", {"minProperties": 1})
FIELD_SCHEMA = {"anyOf": [_VALUES.schema, _FIELD.schema]}


def read_fields(node: Node, found: Found) -> dict[str, FieldTest] | None:
    """What is asked of some fields: a value, a list of values, or a mapping with `FIELD_KEYS`.

    >>> tests = read_fields(source.parse("{currency: [EUR, CHF], total: {above: 5000}}").root, [])
    >>> tests["currency"].values, str(tests["total"].within)
    (('EUR', 'CHF'), 'above 5000')
    """
    if not isinstance(node, source.Mapping):
        wrong_type(found, node, "a mapping (fields and what is asked of them)")
        return None
    tests: dict[str, FieldTest] = {}
    for entry in node.entries:
        own = entry.key.removeprefix(EXTRA)
        if entry.key not in FIELDS and (own == entry.key or not _EXTRA_NAME.fullmatch(own)):
            report(found, entry.place, "unknown-field", f"unknown field '{entry.key}'{whereabouts(entry.key, 'fields', FIELDS, HOMES)}")
        elif (test := _read_field(entry.key, entry.node, found)) is not None:
            tests[entry.key] = test
    return tests or None


def _read_field(name: str, node: Node, found: Found) -> FieldTest | None:
    if not isinstance(node, source.Mapping):
        values = _VALUES.read(node, found)
        return FieldTest(values) if values else None
    row = _FIELD.read(node, found)
    if not node.entries:
        report(found, node.place, "missing-key", f"nothing is asked of '{name}'; known: {', '.join(key.name for key in FIELD_KEYS)}")
    if row is None or not row.values or not _goes_together(name, row, found):
        return None
    limited = any(key.name in row.values for key in limit_keys(LIMIT))
    within = range_of(row, found) if limited else None
    if limited and within is None:
        return None
    return FieldTest(row.get("is", ()), within, row.get("missing"), row.get("confidence"), row.get("status", ()))


def _goes_together(name: str, row: Row, found: Found) -> bool:
    """Whether what is asked of a field can be met."""
    if row.get("missing") is True and len(row.entries) > 1:
        others = [key for key in row.entries if key != "missing"]
        report(found, row.place_of(others[0]), "contradiction", f"a field that is missing has no {others[0]}; keep one of the two")
        return False
    limits = [key.name for key in limit_keys(LIMIT) if key.name in row.values]
    kind = FIELDS[name].kind if name in FIELDS else None
    if limits and kind is not None:
        if kind not in _LIMITED_KINDS:
            report(found, row.place_of(limits[0]), "wrong-type", f"'{name}' is a {kind}, which has no order; use 'is'")
            return False
        wrong = next((limit for limit in limits if hasattr(row.get(limit), "year") != (kind == "date")), None)
        if wrong is not None:
            report(found, row.place_of(wrong), "wrong-type", f"'{name}' is {'a date: write 2025-12-31' if kind == 'date' else 'a number: write 5000.00'}")
            return False
    return True


AMOUNT_KEYS = (*limit_keys(LIMIT), Key("currency", one_or_many(CURRENCY), "Its currency; an invoice in another one does not fit"))
_AMOUNT = _keyed(AMOUNT_KEYS, "amount", {"minProperties": 1})


def _read_amount(node: Node, found: Found) -> AmountTest | None:
    row = _AMOUNT.read(node, found)
    if row is None:
        return None
    dated = next((name for name, value in row.values.items() if hasattr(value, "year")), None)
    if dated is not None:
        report(found, row.place_of(dated), "wrong-type", "the total is a number: write 5000.00")
        return None
    if isinstance(node, source.Mapping) and not node.entries:
        report(found, node.place, "missing-key", f"nothing is asked of the total; known: {', '.join(key.name for key in AMOUNT_KEYS)}")
    within = range_of(row, found)
    return AmountTest(within, row.get("currency", ())) if within is not None and row.values else None


def _read_issue_id(node: Node, found: Found) -> str | None:
    """The id of a finding; an unknown one is a doubt, because rules and engines of others may have their own."""
    text = read_text(node, found)
    if text is not None and text not in RESULT_ISSUES:
        report(found, node.place, "unknown-issue", f"no issue is called '{text}'{suggestion(text, RESULT_ISSUES)}", Level.WARNING)
    return text


_ISSUE_IDS = one_or_many(Shape({"type": "string", "examples": list(RESULT_ISSUES)}, _read_issue_id))
ISSUE_KEYS = (
    Key("id", _ISSUE_IDS, "Which finding"),
    Key("level", one_or_many(choice(list(Level), "unknown-level", "level")), "How bad it is"),
    Key("field", one_or_many(_TEXTS), "What it is about"),
)
_ISSUE = _keyed(ISSUE_KEYS, "issues", {"minProperties": 1})


def _read_issues(node: Node, found: Found) -> IssueTest | None:
    if not isinstance(node, source.Mapping):
        ids = _ISSUE_IDS.read(node, found)
        return IssueTest(ids) if ids else None
    row = _ISSUE.read(node, found)
    if row is None or not row.values:
        return None
    return IssueTest(row.get("id", ()), row.get("level", ()), row.get("field", ()))


def read_conditions(node: Node, found: Found) -> Conditions | None:
    """Conditions that must all hold."""
    row = _CONDITIONS.read(node, found)
    if row is None or len(row.values) < len(row.entries):
        return None
    return Conditions(node.place, dict(row.values), {name: entry.place for name, entry in row.entries.items()})


_BLOCK: Shape[Conditions] = Shape({"$ref": "#/$defs/conditions"}, read_conditions)
CONDITION_KEYS = (
    Key("status", one_or_many(choice(list(Status), "unknown-status", "status")), "Status of the result: valid, review, invalid"),
    Key("kind", one_or_many(choice(DOCUMENT_KINDS, "unknown-kind", "kind of document")), "Kind of document"),
    Key("vendor", one_or_many(_TEXTS), "Id of the vendor's rule set, `*` stands for any text; `none` where no vendor's fitted"),
    Key("amount", Shape(_AMOUNT.schema, _read_amount), "The total; where there is none, this does not hold"),
    Key("confidence", range_shape(SHARE, "confidence"), "Of the least sure header field that was found, 0 to 1"),
    Key(
        "fields",
        Shape(
            {"type": "object", "propertyNames": {"pattern": f"^({'|'.join(FIELDS)}|extra\\.{_EXTRA_NAME.pattern})$"}, "additionalProperties": FIELD_SCHEMA},
            read_fields,
        ),
        "Field -> its value, or what is asked of it; all of them hold",
    ),
    Key("issues", Shape({"anyOf": [_ISSUE_IDS.schema, _ISSUE.schema]}, _read_issues), "There is a finding with one of these ids, or with all of what is asked"),
    Key("pages", range_shape(COUNT, "pages"), "How many pages"),
    Key("any", one_or_many(_BLOCK), "One of these blocks of conditions holds"),
    Key("not", one_or_many(_BLOCK), "None of these blocks of conditions holds"),
)
_CONDITIONS = _keyed(CONDITION_KEYS, "conditions")

ROUTE_KEYS = (
    Key("when", _BLOCK, "Conditions, which must all hold; where absent, the route is for all"),
    Key("then", choice(list(Action), "unknown-action", "action"), "accept, review or reject", required=True),
    Key("tags", one_or_many(name_of(_TAG, "tag")), "Words to find the documents by"),
    Key("why", _TEXTS, "What it is for, in words; it is kept with the document"),
)
_ROUTE = _keyed(ROUTE_KEYS, "route")


def _read_routes(node: Node, found: Found) -> tuple[Row, ...] | None:
    if not isinstance(node, source.Sequence):
        wrong_type(found, node, "a list of routes")
        return None
    if not node.items:
        report(found, node.place, "empty-list", "this list is empty; write a route")
    return tuple(row for item in node.items if (row := _ROUTE.read(item, found)) is not None)


POLICY_KEYS = (
    Key("format", Shape({"const": FORMAT}, _read_format), "Version of the format of policies", required=True, absent="bad-format"),
    Key("routes", Shape({"type": "array", "items": _ROUTE.schema, "minItems": 1}, _read_routes), "Routes; the first that fits decides", required=True),
)
POLICY = _keyed(POLICY_KEYS, "policy")
CONDITIONS_SCHEMA = _CONDITIONS.schema
