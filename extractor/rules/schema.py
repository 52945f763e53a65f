"""Owns the JSON Schema of rule files, made from the tables of keys. `python -m extractor.rules.schema [FILE]` prints or writes it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from extractor.rules import keys
from extractor.rules.shapes import SCHEMA_DEFS

SCHEMA_ID = "https://invoice-extractor.example/schemas/rules-v1.schema.json"


def rules_schema() -> dict[str, Any]:
    """The schema (draft 2020-12), with a description for every key and field, so that editors complete and explain.

    It is weaker than the reader, which also compiles regexes, checks identifiers, and follows `extends`.

    >>> rules_schema()["properties"]["currency"]["pattern"]
    '^[A-Z]{3}$'
    """
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Rule file",
        "description": "How to find the fields of one vendor's, or one language's, invoices",
    }
    return head | dict(keys.FILE.schema) | {"$defs": dict(SCHEMA_DEFS)}


def schema_text() -> str:
    """The schema as it ships."""
    return as_text(rules_schema())


def as_text(schema: dict[str, Any]) -> str:
    """A schema as it ships: indented JSON with a line break at the end."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(schema_text(), encoding="utf-8")
    else:
        sys.stdout.write(schema_text())
