"""Owns shapes: a kind of value paired with its JSON Schema, and how shapes are put together to lists and mappings.

Pairing the two keeps the schema that editors use and the reader from drifting apart. A reader returns None where the
node is wrong, after adding its findings; a mapping that is partly wrong is read as far as it is right.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from extractor.invoice.fields import Field
from extractor.issues import Issue, Level, Place
from extractor.rules import source
from extractor.rules.source import Entry, Node, Scalar, type_name
from extractor.rules.synonyms import FIELD_NAMES, KEY_MEANINGS

T = TypeVar("T")
Found: TypeAlias = list[Issue]

_OWN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")

SCHEMA_DEFS: dict[str, Mapping[str, Any]] = {}
"""Parts of the schema that stand in many places, under `$defs`."""

KEY_HOMES: dict[str, dict[str, str]] = {}
"""Key -> the mappings that have it, by what it means there, for messages about a key that stands in the wrong one."""


@dataclass(frozen=True, slots=True)
class Shape(Generic[T]):
    """A kind of value. schema: its JSON Schema; read: a node's value, or None with one finding added."""

    schema: Mapping[str, Any]
    read: Callable[[Node, Found], T | None]


def report(found: Found, place: Place, issue_id: str, message: str, level: Level = Level.ERROR) -> None:
    """Adds one finding."""
    found.append(Issue(issue_id, level, message, place=place))


def suggestion(name: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown name: the nearest known one, or all where there are few.

    >>> suggestion("typ", ["type", "regex"]), suggestion("x", ["first", "last"])
    ("; did you mean 'type'?", '; known: first, last')
    """
    names = list(known)
    near = difflib.get_close_matches(name, names, 1, 0.6) or difflib.get_close_matches(name.casefold().replace("-", "_"), names, 1, 0.6)
    if near:
        return f"; did you mean '{near[0]}'?"
    return f"; known: {', '.join(names)}" if len(names) <= 12 else ""


def whereabouts(name: str, what: str, known: Iterable[str], homes: Mapping[str, Mapping[str, str]] = KEY_HOMES) -> str:
    """The end of a message about a key that a mapping does not have: the nearest one that it has, or where the key belongs.

    >>> shape = mapping((Key("shade", Shape({}, read_text), "A shade"),), "colour")
    >>> whereabouts("shade", "rule file", ["id", "fields"]), whereabouts("filds", "rule file", ["id", "fields"])
    ('; it is a key of: colour', "; did you mean 'fields'?")
    """
    names = list(known)
    if (meant := FIELD_NAMES.get(name)) in names:
        return f"; did you mean '{meant}'?"
    if difflib.get_close_matches(name, names, 1, 0.8):
        return suggestion(name, names)
    if others := [home for home in homes.get(name, {}).values() if home != what]:
        return f"; it is a key of: {', '.join(dict.fromkeys(others))}"
    meaning = KEY_MEANINGS.get(name)
    return f"; {meaning}" if meaning else suggestion(name, names)


def wrong_type(found: Found, node: Node, wanted: str) -> None:
    """Adds the finding that a node is of the wrong type."""
    hint = f"; quote it: '{node.text}'" if isinstance(node, Scalar) and wanted == "text" and node.value is not None and not isinstance(node.value, str) else ""
    report(found, node.place, "wrong-type", f"this must be {wanted}, but is {type_name(node)}{hint}")


def read_text(node: Node, found: Found) -> str | None:
    """Text with something in it.

    >>> from extractor.rules.source import parse
    >>> read_text(parse("Invoice No").root, [])
    'Invoice No'
    >>> read_text(parse("2024").root, found := []), found[0].message
    (None, "this must be text, but is a number; quote it: '2024'")
    """
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        wrong_type(found, node, "text")
        return None
    if not node.value.strip():
        report(found, node.place, "empty-text", "this text is empty; write something or remove it")
        return None
    return node.value


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a mapping: what it means and what its value looks like. absent: id of the finding where a required key is missing."""

    name: str
    shape: Shape[Any]
    description: str
    required: bool = False
    absent: str = "missing-key"


@dataclass(frozen=True, slots=True)
class Row:
    """A mapping that was read. values: of the keys that were right; entries: all known keys with their places."""

    values: Mapping[str, Any]
    entries: Mapping[str, Entry]
    place: Place

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a key, or `default` where it is absent or wrong."""
        return self.values.get(name, default)

    def place_of(self, name: str) -> Place:
        """Where the value of a key stands; the mapping's own place where the key is absent."""
        return self.entries[name].node.place if name in self.entries else self.place


def choice(names: Sequence[str], issue_id: str, what: str) -> Shape[str]:
    """One of some names.

    >>> relation = choice(["right_of", "below"], "bad-relation", "relation")
    >>> relation.read(source.parse("rigth_of").root, found := []), found[0].message
    (None, "unknown relation 'rigth_of'; did you mean 'right_of'?")
    """

    def read(node: Node, found: Found) -> str | None:
        text = read_text(node, found)
        if text is None or text in names:
            return text
        report(found, node.place, issue_id, f"unknown {what} '{text}'{suggestion(text, names)}")
        return None

    return Shape({"enum": list(names)}, read)


def name_of(pattern: re.Pattern[str], what: str) -> Shape[str]:
    """Text of a fixed form.

    >>> name_of(re.compile("[a-z]+"), "name").read(source.parse("a b").root, found := []), found[0].id
    (None, 'bad-name')
    """

    def read(node: Node, found: Found) -> str | None:
        text = read_text(node, found)
        if text is None or pattern.fullmatch(text):
            return text
        report(found, node.place, "bad-name", f"'{text}' is no {what}; it must match {pattern.pattern}")
        return None

    return Shape({"type": "string", "pattern": f"^{pattern.pattern}$"}, read)


def one_or_many(shape: Shape[T]) -> Shape[tuple[T, ...]]:
    """A list, or its only element without the brackets.

    >>> texts = one_or_many(Shape({"type": "string"}, read_text))
    >>> texts.read(source.parse("Total").root, []), texts.read(source.parse("[Net, Gross]").root, [])
    (('Total',), ('Net', 'Gross'))
    """

    def read(node: Node, found: Found) -> tuple[T, ...] | None:
        items = node.items if isinstance(node, source.Sequence) else (node,)
        if not items:
            report(found, node.place, "empty-list", "this list is empty; fill it or remove it")
        results = [shape.read(item, found) for item in items]
        return tuple(result for result in results if result is not None) or None

    return Shape({"anyOf": [shape.schema, {"type": "array", "items": shape.schema, "minItems": 1}]}, read)


def mapping(keys: Sequence[Key], what: str, rules: Mapping[str, Any] | None = None, homes: dict[str, dict[str, str]] = KEY_HOMES) -> Shape[Row]:
    """A mapping with the keys of a table. rules: what the schema says beyond them. homes: where its keys are noted, by kind of file."""
    table = {key.name: key for key in keys}
    for key in keys:
        homes.setdefault(key.name, {}).setdefault(key.description, what)

    def read(node: Node, found: Found) -> Row | None:
        if not isinstance(node, source.Mapping):
            wrong_type(found, node, f"a mapping ({what})")
            return None
        entries = {entry.key: entry for entry in node.entries if entry.key in table}
        for entry in node.entries:
            if entry.key not in table:
                report(found, entry.place, "unknown-key", f"unknown key '{entry.key}'{whereabouts(entry.key, what, table, homes)}")
        for key in keys:
            if key.required and key.name not in entries:
                report(found, node.place, key.absent, f"{what} needs the key '{key.name}': {key.description}")
        results = {name: table[name].shape.read(entry.node, found) for name, entry in entries.items()}
        return Row({name: result for name, result in results.items() if result is not None}, entries, node.place)

    properties = {key.name: dict(key.shape.schema) | {"description": key.description} for key in keys}
    required = [key.name for key in keys if key.required]
    schema = {"type": "object", "properties": properties, "additionalProperties": False} | ({"required": required} if required else {})
    return Shape(schema | dict(rules or {}), read)


def named(known: Mapping[str, str], shape: Shape[T], issue_id: str, what: str) -> Shape[dict[str, T]]:
    """A mapping from some of the known names, each with its description, to values of one shape."""

    def read(node: Node, found: Found) -> dict[str, T] | None:
        if not isinstance(node, source.Mapping):
            wrong_type(found, node, f"a mapping ({what} names and what belongs to them)")
            return None
        results = {}
        for entry in node.entries:
            if entry.key not in known:
                report(found, entry.place, issue_id, f"unknown {what} '{entry.key}'{whereabouts(entry.key, what, known)}")
            elif (result := shape.read(entry.node, found)) is not None:
                results[entry.key] = result
        return results

    properties = {name: dict(shape.schema) | {"description": description} for name, description in known.items()}
    return Shape({"type": "object", "properties": properties, "additionalProperties": False}, read)


def by_name(shape: Shape[T], what: str) -> Shape[dict[str, T]]:
    """A mapping from names that the file makes up to values of one shape.

    >>> by_name(Shape({"type": "string"}, read_text), "table").read(source.parse("stops: x").root, [])
    {'stops': 'x'}
    """

    def read(node: Node, found: Found) -> dict[str, T] | None:
        if not isinstance(node, source.Mapping):
            wrong_type(found, node, f"a mapping ({what} names and what belongs to them)")
            return None
        results = {}
        for entry in node.entries:
            if not _OWN_NAME.fullmatch(entry.key):
                report(found, entry.place, "bad-name", f"'{entry.key}' is no name of a {what}; use letters, digits and _")
            elif (result := shape.read(entry.node, found)) is not None:
                results[entry.key] = result
        return results

    return Shape({"type": "object", "propertyNames": {"pattern": f"^{_OWN_NAME.pattern}$"}, "additionalProperties": shape.schema}, read)


def described(table: Mapping[str, Field]) -> dict[str, str]:
    """The names of some fields, each with what the schema says of it."""
    return {field.name: f"{field.description} ({field.term}), {field.kind}" for field in table.values()}


def define(name: str, shape: Shape[T]) -> Shape[T]:
    """The same shape, whose schema stands under `$defs` and is referred to."""
    SCHEMA_DEFS[name] = shape.schema
    return Shape({"$ref": f"#/$defs/{name}"}, shape.read)
