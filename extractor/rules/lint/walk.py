"""Owns `Written`, a rule file as its author wrote it, and the ways through it that the checks take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.invoice.fields import FIELDS
from extractor.invoice.writing import Writing
from extractor.issues import Issue, Place
from extractor.rules.lint.findings import FINDINGS
from extractor.rules.model import RuleSet
from extractor.rules.shapes import Row
from extractor.rules.source import Mapping, Scalar, Sequence


@dataclass(frozen=True, slots=True)
class Written:
    """One file under check. lines: its text; row: its keys; rule_set: compiled and with what it extends, None where there are errors."""

    path: Path
    lines: tuple[str, ...]
    row: Row
    rule_set: RuleSet | None


def doubt(issue_id: str, message: str, place: Place) -> Issue:
    """A finding of the level that the table gives it."""
    return Issue(issue_id, FINDINGS[issue_id].level, message, place=place)


def rules_of(row: Row) -> Iterator[tuple[str, str, Row]]:
    """Every rule of a file as (field, kind of value, row)."""
    for name, kind, rows in fields_of(row):
        yield from ((name, kind, rule) for rule in rows)


def fields_of(row: Row) -> Iterator[tuple[str, str, tuple[Row, ...]]]:
    """Every field that a file has rules for as (field, kind of value, rows)."""
    for name, rows in row.get("fields", {}).items():
        yield name, FIELDS[name].kind, rows
    for name, extra in row.get("extra", {}).items():
        yield f"extra.{name}", extra.get("type", "text"), extra.get("rules", (extra,))


def scalars(row: Row, name: str) -> Iterator[Scalar]:
    """The scalars of a key that holds one or many."""
    if name in row.entries:
        node = row.entries[name].node
        yield from (item for item in (node.items if isinstance(node, Sequence) else (node,)) if isinstance(item, Scalar))


def labels_of(rule: Row) -> Iterator[Scalar]:
    """The texts of a rule's labels, those with a weight included."""
    yield from scalars(rule, "label")
    node = rule.entries["label"].node if "label" in rule.entries else None
    for item in node.items if isinstance(node, Sequence) else (node,):
        if isinstance(item, Mapping):
            yield from (entry.node for entry in item.entries if entry.key == "text" and isinstance(entry.node, Scalar))


def texts_of(row: Row, name: str) -> Iterator[tuple[str, Place]]:
    """The texts of a key that holds one or many, each with its own place; none where some of them are wrong.

    What is made of a mapping, as a regex of labels is, no author wrote.
    """
    texts = row.get(name, ())
    texts = (texts,) if isinstance(texts, str) else texts
    nodes = (node.items if isinstance(node := row.entries[name].node, Sequence) else (node,)) if name in row.entries else ()
    if len(nodes) == len(texts):
        yield from ((text, node.place) for text, node in zip(texts, nodes, strict=True) if isinstance(node, Scalar))


def blocks_of(row: Row) -> Iterator[tuple[str, Row]]:
    """Every block of a file as (table, row)."""
    for name, blocks in row.get("blocks", {}).items():
        yield from ((name, block) for block in blocks)


def writing_of(row: Row, rule: Row) -> Writing:
    """How the numbers and dates of a rule are written: as it says, or else as its file does."""
    return Writing(rule.get("decimal", row.get("decimal")), rule.get("date_format", row.get("date_format", ())))


def view_of(row: Row, rule: Row) -> str:
    """Which text the regex of a rule searches: as it says, or else as its file does."""
    view: str = rule.get("view", row.get("view", "lines"))
    return view


def plain(value: Any) -> Any:
    """Rows and tuples as plain mappings and lists, so that two can be compared."""
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return {key: plain(item) for key, item in value.values.items()} if isinstance(value, Row) else value
