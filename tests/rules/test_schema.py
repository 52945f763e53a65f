"""The JSON Schema of rule files: as shipped, valid, explained, and in agreement with the reader."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from extractor.invoice.fields import FIELDS, LINE_FIELDS
from extractor.rules import keys
from extractor.rules.schema import rules_schema, schema_text
from extractor.rules.source import Mapping, Node, Scalar, parse
from extractor.shipped import shipped_rules_dir, shipped_schema

from .test_compile import FULL, WRONG

SCHEMA = rules_schema()
BEYOND = {
    "duplicate-id", "bad-regex", "no-value-group", "duplicate-key", "alias", "tag", "syntax"
}  # fmt: skip
"""Findings that no JSON Schema can make."""


def plain(node: Node) -> Any:
    """The tree as JSON would hold it."""
    if isinstance(node, Scalar):
        return node.value if isinstance(node.value, str | int | bool | None) else float(node.value)
    if isinstance(node, Mapping):
        return {entry.key: plain(entry.node) for entry in node.entries}
    return [plain(item) for item in node.items]


def errors(text: str) -> list[str]:
    root = parse(text).root
    assert root is not None
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(plain(root))]


def test_the_shipped_schema_is_the_generated_one() -> None:
    path = Path(__file__).parents[2] / "schemas" / "rules-v1.schema.json"
    assert path.read_text(encoding="utf-8") == schema_text(), "run: python -m extractor.rules.schema schemas/rules-v1.schema.json"
    assert shipped_schema("rules-v1") == SCHEMA


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_shipped_rule_files_satisfy_the_schema() -> None:
    files = sorted(shipped_rules_dir().rglob("*.yaml"))
    assert len(files) >= 4
    for path in files:
        assert errors(path.read_text(encoding="utf-8")) == [], path


def test_a_full_file_satisfies_the_schema() -> None:
    assert errors(FULL) == []


@pytest.mark.parametrize(("text", "issue_id"), [(row[0], row[1]) for row in WRONG if row[0] and row[1] not in BEYOND])
def test_wrong_files_do_not(text: str, issue_id: str) -> None:
    known_to_the_reader_only = ["xx-XX", "XQQ", "' : '", "row: quantity", "[a, "]
    if any(part in text for part in known_to_the_reader_only):
        assert errors(text) == []
    else:
        assert errors(text) != []


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield schema
        for part in schema.values():
            yield from objects(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from objects(part)


def test_every_key_is_explained() -> None:
    found = list(objects(SCHEMA))
    assert len(found) > 10
    for schema in found:
        for name, part in schema["properties"].items():
            assert part.get("description"), name


def test_every_field_and_column_is_known() -> None:
    assert list(SCHEMA["properties"]["fields"]["properties"]) == list(FIELDS)
    assert list(SCHEMA["properties"]["lines"]["anyOf"][0]["properties"]["columns"]["properties"]) == list(LINE_FIELDS)


def test_operators_are_pinned() -> None:
    names = "id label of under find max_gap end strict pattern not unless kinds regex barcode view between group locale decimal date_format block zone"
    names += " print_size page value sum lines skip until join replace weight"
    assert [key.name for key in keys.RULE_KEYS] == names.split()
    top = "format id vendor extends identify locale currency kind priority view normalize replace decimal date_format"
    top += " fields lines taxes blocks required extra decoys examples"
    assert [key.name for key in keys.FILE_KEYS] == top.split()


def test_the_module_prints_and_writes_it(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "extractor.rules.schema"]
    assert json.loads(subprocess.run(command, capture_output=True, check=True).stdout) == SCHEMA
    subprocess.run([*command, str(tmp_path / "s.json")], check=True)
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == schema_text()
