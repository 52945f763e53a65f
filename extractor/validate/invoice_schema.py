"""Owns the JSON Schema of an invoice, made from the table of fields. `python -m extractor.validate.invoice_schema` prints it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from extractor.invoice.fields import DOCUMENT_KINDS, FIELDS, LINE_FIELDS, TAX_FIELDS, Field

REQUIRED = ("kind", "date", "currency", "total")
"""What every document must have; all kinds but receipts and payment slips need a `number` as well."""

_DECIMAL = {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$"}
_NON_EMPTY = {"type": "string", "minLength": 1}
_KINDS: dict[str, dict[str, Any]] = {
    "text": _NON_EMPTY,
    "name": _NON_EMPTY,
    "identifier": _NON_EMPTY,
    "address": _NON_EMPTY,
    "date": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "format": "date"},
    "kind": {"enum": list(DOCUMENT_KINDS)},
    "amount": _DECIMAL,
    "quantity": _DECIMAL,
    "percent": _DECIMAL,
    "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    "iban": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"},
    "bic": {"type": "string", "pattern": "^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$"},
    "vat_id": {"type": "string", "pattern": "^[A-Z0-9]{5,20}$"},
}


def invoice_schema() -> dict[str, Any]:
    """The schema (2020-12) that `ExtractionResult.invoice` satisfies when the result is not invalid."""
    properties = _properties(FIELDS) | {
        "taxes": {"type": "array", "description": "BG-23: the tax of each rate", "items": _row(TAX_FIELDS)},
        "lines": {"type": "array", "description": "BG-25: the lines of the invoice", "items": _row(LINE_FIELDS)},
        "extra": {"type": "object", "description": "Fields that a rule file declares"},
        "source": {
            "type": "object",
            "description": "In a feed: the document that the invoice was read from",
            "properties": {
                "path": {"type": "string"},
                "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "pages": {"type": "array", "description": "Pages of the file, where it holds more", "items": {"type": "integer", "minimum": 1}},
                "invoice": {"type": "integer", "description": "Which invoice of the file it is, from 1", "minimum": 1},
                "invoices": {"type": "integer", "description": "How many invoices the file holds", "minimum": 1},
            },
            "required": ["path", "sha256"],
        },
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://invoice-extractor.example/schemas/invoice-v1.schema.json",
        "title": "Invoice",
        "description": "An invoice as read from a document. Amounts are decimal strings, dates are ISO 8601; a field that was not found is absent.",
        "type": "object",
        "properties": properties,
        "required": list(REQUIRED),
        "if": {"properties": {"kind": {"enum": ["receipt", "payment_slip"]}}, "required": ["kind"]},
        "else": {"required": ["number"]},
        "additionalProperties": False,
    }


def _properties(table: Mapping[str, Field]) -> dict[str, Any]:
    return {name: {"description": f"{field.term}: {field.description}"} | _KINDS[field.kind] for name, field in table.items()}


def _row(table: Mapping[str, Field]) -> dict[str, Any]:
    return {"type": "object", "properties": _properties(table), "additionalProperties": False}


if __name__ == "__main__":
    print(json.dumps(invoice_schema(), indent=2, ensure_ascii=False))
