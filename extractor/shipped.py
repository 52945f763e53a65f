"""Owns where the files that ship with the package are: rule files and JSON Schemas, in a checkout and in a wheel alike."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from extractor.errors import ExtractorError


def shipped_rules_dir() -> Path:
    """The folder of the rule files that ship. Raises ExtractorError where the installation lacks it."""
    return _shipped("rules")


def shipped_schema(name: str) -> dict[str, Any]:
    """A JSON Schema that ships, by its file name without `.schema.json` (`rules-v1`). Raises ExtractorError where there is none.

    >>> shipped_schema("rules-v1")["$schema"]
    'https://json-schema.org/draft/2020-12/schema'
    """
    path = _shipped("schemas") / f"{name}.schema.json"
    if not path.is_file():
        known = ", ".join(sorted(file.name.removesuffix(".schema.json") for file in path.parent.glob("*.schema.json")))
        raise ExtractorError(f"no JSON Schema named {name!r} ships with this package; known: {known}")
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return schema


def _shipped(name: str) -> Path:
    package = Path(__file__).parent
    for folder in (package / "_shipped" / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise ExtractorError(f"the folder {name!r} that ships with this package is missing; reinstall invoice-extractor")
