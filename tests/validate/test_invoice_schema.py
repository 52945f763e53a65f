"""The shipped JSON Schema, callers' own ones, and how a violation becomes an issue."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extractor.errors import SchemaError
from extractor.invoice.fields import FIELDS
from extractor.issues import Level
from extractor.shipped import shipped_schema
from extractor.validate import InvoiceSchema
from extractor.validate.invoice_schema import invoice_schema

GOOD: dict[str, Any] = {"kind": "invoice", "number": "7", "date": "2025-03-14", "currency": "EUR", "total": "12.00", "taxes": [], "lines": []}


def ids(schema: InvoiceSchema, **changes: Any) -> list[tuple[str, str | None]]:
    invoice = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return [(issue.id, issue.field) for issue in schema.issues(invoice)]


@pytest.fixture(scope="module")
def shipped() -> InvoiceSchema:
    return InvoiceSchema()


def test_the_schema_on_disk_is_the_one_that_the_table_of_fields_gives() -> None:
    assert shipped_schema("invoice-v1") == invoice_schema()


def test_the_schema_knows_every_field() -> None:
    assert set(FIELDS) <= set(invoice_schema()["properties"])


def test_a_whole_invoice_satisfies_the_schema(shipped: InvoiceSchema) -> None:
    assert ids(shipped) == []
    assert ids(shipped, source={"path": "a.pdf", "sha256": "0" * 64}) == []


@pytest.mark.parametrize("name", ["kind", "date", "currency", "total", "number"])
def test_what_is_required_is_missed_by_name(shipped: InvoiceSchema, name: str) -> None:
    assert ids(shipped, **{name: None}) == [("missing-field", name)]


def test_each_field_that_is_missing_is_an_issue_of_its_own(shipped: InvoiceSchema) -> None:
    missing = {issue.field for issue in shipped.issues({"taxes": [], "lines": []})}
    assert missing == {"kind", "date", "currency", "total", "number"}


@pytest.mark.parametrize("kind", ["receipt", "payment_slip"])
def test_a_receipt_needs_no_number(shipped: InvoiceSchema, kind: str) -> None:
    assert ids(shipped, kind=kind, number=None) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("total", "1,200.00"),
        ("total", "NaN"),
        ("total", 12.5),
        ("total", "1e3"),
        ("date", "14.03.2025"),
        ("date", "2025-13-41"),
        ("currency", "euro"),
        ("kind", "letter"),
        ("number", ""),
        ("iban", "GB00 1234"),
        ("lines", [{"amount": "x"}]),
        ("lines", [{"surprise": "1"}]),
        ("nonsense", "1"),
    ],
)
def test_what_is_not_in_its_form_is_an_error(shipped: InvoiceSchema, name: str, value: Any) -> None:
    found = shipped.issues(GOOD | {name: value})
    # a date may violate both its pattern and its format
    assert {(issue.id, issue.level) for issue in found} == {("schema", Level.ERROR)}
    assert found[0].field == (name if name != "nonsense" else None)


def test_a_schema_of_the_caller_replaces_the_shipped_one(tmp_path: Path) -> None:
    path = tmp_path / "own.schema.json"
    path.write_text(json.dumps({"required": ["purchase_order"], "properties": {"currency": {"const": "CHF"}}}), encoding="utf-8")
    for source in (path, str(path), json.loads(path.read_text(encoding="utf-8"))):
        assert ids(InvoiceSchema(source)) == [("missing-field", "purchase_order"), ("schema", "currency")]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        '"text"',
        '{"type": "sort of text"}',
        '{"properties": []}',
        '{"pattern": "("}',
        '{"$schema": 5}',
        '{"required": "total"}',
        "[" * 100_000,
        '{"not": ' * 3_000 + "{}" + "}" * 3_000,
    ],
    ids=lambda text: text[:30] or "empty",
)
def test_a_broken_schema_file_is_a_typed_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "broken.schema.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SchemaError, match=r"JSON Schema"):
        InvoiceSchema(path)


def test_a_schema_file_that_cannot_be_read_is_a_typed_error(tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes(b'{"title": "\xe9"}')
    for path in (tmp_path / "missing.json", tmp_path, tmp_path / "latin", "a\0b"):
        with pytest.raises(SchemaError, match="cannot read the JSON Schema"):
            InvoiceSchema(path)


@pytest.mark.parametrize("reference", ["https://schemas.example/invoice.json", "#/$defs/none", "other.json", "file:///etc/hostname"])
def test_a_reference_to_elsewhere_is_refused_and_not_fetched(reference: str) -> None:
    with pytest.raises(SchemaError, match="does not hold"):
        InvoiceSchema({"$ref": reference}).issues(GOOD)


def test_a_schema_that_refers_to_itself_is_refused() -> None:
    with pytest.raises(SchemaError, match="itself"):
        InvoiceSchema({"$ref": "#"}).issues(GOOD)


@pytest.mark.parametrize("change", [{}, {"total": 1}, {"date": "2025-02-30", "currency": "eur"}, {"lines": [{"amount": "x", "more": 1}, 3]}, {"taxes": {}}])
def test_validators_that_are_kept_find_what_jsonschema_finds(change: dict[str, Any]) -> None:
    kept = InvoiceSchema()
    as_the_library_has_it = InvoiceSchema(dict(kept.schema) | {"$comment": "$ref"})  # where anything may be referred to, nothing is kept
    for _ in range(2):
        assert kept.issues(GOOD | change) == as_the_library_has_it.issues(GOOD | change)
    assert bool(kept.issues(GOOD | change)) is bool(change)


def test_a_reference_within_the_schema_works() -> None:
    schema = InvoiceSchema({"$defs": {"code": {"enum": ["CHF"]}}, "properties": {"currency": {"$ref": "#/$defs/code"}}})
    assert ids(schema) == [("schema", "currency")]


def test_an_unknown_dialect_is_read_as_the_newest_one() -> None:
    assert ids(InvoiceSchema({"$schema": "https://schemas.example/dialect", "required": ["bic"]})) == [("missing-field", "bic")]


@pytest.mark.parametrize(
    ("schema", "allowed"),
    [
        ({}, True),
        ({"required": ["total"]}, True),
        ({"additionalProperties": False}, False),
        ({"additionalProperties": False, "properties": {"source": {}}}, True),
        ({"additionalProperties": False, "patternProperties": {"^s": {}}}, True),
        ({"additionalProperties": {"type": "string"}}, False),
        ({"unevaluatedProperties": False}, False),
        ({"properties": {"source": False}}, False),
        ({"properties": {"source": {"type": "string"}}}, False),
        ({"propertyNames": {"maxLength": 5}}, False),
        ({"allOf": [{"additionalProperties": False}]}, False),
    ],
)
def test_whether_a_schema_allows_a_property(schema: dict[str, Any], allowed: bool) -> None:
    assert InvoiceSchema(schema).allows("source", {"path": "a", "sha256": "0" * 64}) is allowed
