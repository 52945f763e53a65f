"""Owns how a drafted rule file is written: keys in the order of the house, quotes where YAML needs them, short comments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]
"""A mapping of a rule file: texts, lists and rows by key."""

RULE_ORDER = ("label", "under", "regex", "find", "max_gap", "pattern", "page", "zone")
_PLAIN = re.compile(r"[^\W\d_](?:[\w .&/()+-]*[\w.)])?|\d{4}-\d\d-\d\d|\d+(?:\.\d+)?(?:mm|%)|[a-z]+/[\w/-]+")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


@dataclass(frozen=True, slots=True)
class DraftRule:
    """A rule as it is written. row: its keys and values. why: why it is as it is, for the author. doubt: what of several is tried later."""

    row: Row
    why: str
    doubt: int = 0


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A rule file to be. identify, vendor, lines: their keys and values. notes: for its head. open: field -> what to look at."""

    notes: Sequence[str] = ()
    id: str | None = None
    vendor: Row = field(default_factory=dict)
    extends: Sequence[str] = ()
    identify: Row = field(default_factory=dict)
    locale: str | None = None
    currency: str | None = None
    kind: str | None = None
    fields: Mapping[str, Sequence[DraftRule]] = field(default_factory=dict)
    suggestions: Mapping[str, DraftRule] = field(default_factory=dict)
    lines: Row = field(default_factory=dict)
    examples: Sequence[Row] = ()

    def to_yaml(self) -> str:
        """The text of the file."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield from (f"# {_on_one_line(note)}" for note in self.notes)
        yield "format: 1"
        head = {"id": self.id, "vendor": self.vendor, "extends": list(self.extends), "identify": self.identify}
        settings = {"locale": self.locale, "currency": self.currency, "kind": self.kind}
        for key, value in (head | settings).items():
            if value:
                yield from _entry(key, value, 0)
        if self.fields or self.suggestions:
            yield from ("", "fields:" if self.fields else "# fields:")
            yield from self._field_lines()
        if self.lines:
            yield from ("", *_entry("lines", self.lines, 0))
        if self.examples:
            yield from ("", "examples:")
            for example in self.examples:
                yield from (f"  {line}" for line in example_lines(example))

    def _field_lines(self) -> Iterator[str]:
        for name, rules in self.fields.items():
            yield f"  {name}:"
            for rule in rules:
                yield from _rule_lines(rule)
        for name, rule in self.suggestions.items():
            yield f"  # {name}:"
            yield from (f"  # {line[2:]}" for line in _rule_lines(rule))


def example_lines(example: Row) -> Iterator[str]:
    """An example as an item of a list."""
    (first, value), *rest = example.items()
    yield f"- {first}: {scalar(value)}"
    yield from (f"  {key}: {_flow(value)}" for key, value in rest)


def _rule_lines(rule: DraftRule) -> Iterator[str]:
    yield f"    # {_on_one_line(rule.why)}"
    rows = [(key, rule.row[key]) for key in RULE_ORDER if key in rule.row]
    for i, (key, value) in enumerate(rows):
        quoted = _quoted(value) if key in ("pattern", "regex") else _flow(value)
        yield f"    {'  ' if i else '- '}{key}: {quoted}"


def _on_one_line(comment: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in comment).split())


def _entry(key: str, value: Any, indent: int) -> Iterator[str]:
    pad = "  " * indent
    if isinstance(value, str) and "\n" in value:
        yield f"{pad}{key}: |-"
        yield from (f"{pad}  {line}" for line in value.split("\n"))
    elif isinstance(value, Mapping):
        yield f"{pad}{key}:"
        for name, inner in value.items():
            yield from _entry(name, inner, indent + 1)
    else:
        yield f"{pad}{key}: {_flow(value)}"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, str):
        return scalar(value)
    return "[" + ", ".join(_flow(item) for item in value) + "]" if isinstance(value, Sequence) else "null" if value is None else str(value)


def scalar(text: str) -> str:
    """A text as a YAML scalar, plain where that is safe.

    >>> scalar("Invoice No"), scalar("Total: net"), scalar("no"), scalar("it's #1")
    ('Invoice No', "'Total: net'", "'no'", "'it''s #1'")
    """
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else _quoted(text)


def _quoted(text: str) -> str:
    if not text.isprintable():
        return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text).replace("\\U0000000a", "\\n") + '"'
    return "'" + text.replace("'", "''") + "'"
