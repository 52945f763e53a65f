"""Owns the JSON Schema of policies, made from the tables of keys. `python -m extractor.routing.schema [FILE]` prints or writes it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from extractor.routing import keys
from extractor.rules.schema import as_text

SCHEMA_ID = "https://invoice-extractor.example/schemas/routing-v1.schema.json"


def routing_schema() -> dict[str, Any]:
    """The schema (draft 2020-12), with a description for every key, so that editors complete and explain. It is weaker than the reader.

    >>> routing_schema()["$defs"]["conditions"]["properties"]["pages"]["properties"]["above"]["minimum"]
    0
    """
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Routing policy",
        "description": "Which documents are accepted, which a person looks at, and which are rejected",
    }
    return head | dict(keys.POLICY.schema) | {"$defs": {"conditions": dict(keys.CONDITIONS_SCHEMA)}}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(as_text(routing_schema()), encoding="utf-8")
    else:
        sys.stdout.write(as_text(routing_schema()))
