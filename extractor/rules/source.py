"""Owns reading YAML into a plain tree in which every key and value knows its line and column.

The tree is built from PyYAML's events, never by its constructors: scalars follow the core rules of YAML 1.2 (`no` and
`on` are text, dates stay text), and duplicate keys, tags, anchors and aliases are refused. Depth, size and the number
of nodes are bounded while reading, so that no file can cost more than its length.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from extractor.issues import Issue, Level, Place

if TYPE_CHECKING:
    import yaml

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 20
MAX_NODES = 100_000

Value: TypeAlias = str | int | Decimal | bool | None

_WORDS: dict[str, Value] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,40}")
_BASED_INT = re.compile(r"0o[0-7]{1,40}|0x[0-9a-fA-F]{1,40}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,40}|[0-9]{1,40}(?:\.[0-9]{0,40})?)(?:[eE][-+]?[0-9]{1,3})?")
_NOT_PRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value. text: as written, without quotes; value: what it means; place: where it starts."""

    value: Value
    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its value; place: where the key starts."""

    key: str
    node: Node
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in the order of the file; no key stands twice."""

    entries: tuple[Entry, ...]
    place: Place


Node: TypeAlias = Scalar | Sequence | Mapping


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read. root: None where it could not be read at all; issues: what is wrong with it as YAML.

    digest: SHA-256 of its text in UTF-8, in hex; empty where it could not be read.
    """

    root: Node | None
    issues: tuple[Issue, ...] = ()
    digest: str = ""


def read_file(path: str | os.PathLike[str], what: str = "rule file") -> Source:
    """Reads a YAML file (UTF-8, with or without BOM). Never raises for what the file holds: faults are `Source.issues`.

    what: how messages call such a file.
    """
    name = os.fspath(path)
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return _refused("unreadable", f"the file cannot be read: {reason}", Place(name, 1, 1))
    return parse(data, name, what=what)


def parse(data: str | bytes, file: str = "<text>", *, last_counts: bool = False, what: str = "rule file") -> Source:
    """Reads YAML text. file: the name that places and messages carry. last_counts: of a key that stands twice, as well as told, the last counts.

    >>> parse("page: 2").root.entries[0].node
    Scalar(value=2, text='2', place=Place(file='<text>', line=1, column=7))
    >>> print(parse("a: 1\\na: 2", "x.yaml").issues[0])
    x.yaml:2:1: error[duplicate-key] key 'a' stands twice in the same mapping; the first is on line 1
    """
    if len(data) > MAX_BYTES:
        return _refused("too-large", f"a {what} may have {MAX_BYTES // 1024} KiB; split this one", Place(file, 1, 1))
    if isinstance(data, bytes):
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
            return _refused("not-utf8", "the file is not UTF-8 text; save it as UTF-8", Place(file, line, column))
    else:
        text = data.removeprefix("\ufeff")
    if bad := _NOT_PRINTABLE.search(text):
        place = Place(file, text.count("\n", 0, bad.start()) + 1, bad.start() - text.rfind("\n", 0, bad.start()))
        return _refused("syntax", f"character U+{ord(bad.group()):04X} is not allowed in YAML; remove it", place)
    return replace(_Builder(file, last_counts, what).read(text), digest=hashlib.sha256(text.encode()).hexdigest())


def resolve(text: str) -> Value:
    """What an unquoted scalar means by the core schema of YAML 1.2 (section 10.3.2), with two limits.

    Numbers with a fraction are `Decimal`, so that amounts stay exact. Numbers of more than 40 digits, `.inf` and `.nan` stay text.

    >>> resolve("12"), resolve("1250.00"), resolve("true"), resolve("no"), resolve("2025-12-01"), resolve("~")
    (12, Decimal('1250.00'), True, 'no', '2025-12-01', None)
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _BASED_INT.fullmatch(text):
        return int(text, 0)
    return Decimal(text) if _FLOAT.fullmatch(text) else text


def type_name(node: Node) -> str:
    """How messages call a node's type.

    >>> type_name(parse("[1]").root), type_name(parse("x").root), type_name(parse("yes: 1").root)
    ('a list', 'text', 'a mapping')
    """
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a mapping"
    if node.value is None:
        return "empty"
    if isinstance(node.value, bool):
        return "true or false"
    return "text" if isinstance(node.value, str) else "a number"


def _refused(issue_id: str, message: str, place: Place) -> Source:
    return Source(None, (Issue(issue_id, Level.ERROR, message, place=place),))


class _StopReading(Exception):
    """Reading cannot go on."""


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet. A mapping's children are keys and values in turn."""

    is_mapping: bool
    place: Place
    children: list[Node] = field(default_factory=list)


class _Builder:
    """Builds the tree of one file from events, without recursion."""

    def __init__(self, file: str, last_counts: bool, what: str) -> None:
        self.file = file
        self.what = what
        self.last_counts = last_counts
        self.issues: list[Issue] = []
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.nodes = 0

    def read(self, text: str) -> Source:
        import yaml

        try:
            for event in _events(text):
                self._take(event)
        except yaml.MarkedYAMLError as error:
            self._fault("syntax", *self._explained(error, len(text.rstrip())))
        except yaml.YAMLError as error:
            self._fault("syntax", f"this is not valid YAML: {error}", Place(self.file, 1, 1))
        except _StopReading:
            pass
        else:
            return Source(self.root, tuple(self.issues))
        return Source(None, tuple(self.issues))

    def _explained(self, error: yaml.MarkedYAMLError, length: int) -> tuple[str, Place]:
        """What is wrong and where: for something that is never closed, where it began."""
        mark, began = error.problem_mark, error.context_mark
        if began is not None and (mark is None or mark.index >= length):
            mark = began
        what = ", ".join(part for part in (error.context, error.problem) if part)
        if "unknown escape" in what:
            what += "; put regexes in single quotes"
        return f"this is not valid YAML: {what}", Place(self.file, mark.line + 1, mark.column + 1) if mark else Place(self.file, 1, 1)

    def _take(self, event: yaml.Event) -> None:
        import yaml

        assert event.start_mark is not None
        place = Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.AliasEvent):
            self._fault("alias", f"alias '*{event.anchor}' is not allowed; write the value out", place)
            self._add(Scalar(None, "", place))
        elif isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            self._fault("syntax", f"a {self.what} holds one YAML document; move the second one to a file of its own", place)
            raise _StopReading
        elif isinstance(event, yaml.CollectionEndEvent):
            self._close()
        elif isinstance(event, yaml.NodeEvent):
            self._take_node(event, place)

    def _take_node(self, event: Any, place: Place) -> None:
        import yaml

        self._check_properties(event, place)
        if isinstance(event, yaml.ScalarEvent):
            is_plain = event.style in (None, "")  # the Python parser says None, libyaml's says ""
            self._add(Scalar(resolve(event.value) if is_plain else event.value, event.value, place))
            return
        if len(self.open) >= MAX_DEPTH:
            self._fault("too-deep", f"nested more than {MAX_DEPTH} levels deep", place)
            raise _StopReading
        self.open.append(_Open(isinstance(event, yaml.MappingStartEvent), place))

    def _check_properties(self, event: Any, place: Place) -> None:
        if event.tag is not None:
            self._fault("tag", f"tag '{event.tag}' is not allowed; a {self.what} holds plain values only", place)
        if event.anchor is not None:
            self._fault("alias", f"anchor '&{event.anchor}' is not allowed; write the value out where it is needed", place)

    def _close(self) -> None:
        done = self.open.pop()
        if done.is_mapping:
            entries = tuple(self._entries(done.children))
            last = {entry.key: entry for entry in entries}
            self._add(Mapping(tuple(last.values()), done.place))
        else:
            self._add(Sequence(tuple(done.children), done.place))

    def _entries(self, children: list[Node]) -> Iterator[Entry]:
        seen: dict[str, int] = {}
        for key, node in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self._fault("wrong-type", f"a key must be text, not {type_name(key)}", key.place)
            elif key.text in seen:
                message = f"key '{key.text}' stands twice in the same mapping; the first is on line {seen[key.text]}"
                self._fault("duplicate-key", message, key.place)
            if isinstance(key, Scalar) and (key.text not in seen or self.last_counts):
                seen.setdefault(key.text, key.place.line)
                yield Entry(key.text, node, key.place)

    def _add(self, node: Node) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._fault("too-large", f"a {self.what} may have {MAX_NODES} values; split this one", node.place)
            raise _StopReading
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node

    def _fault(self, issue_id: str, message: str, place: Place) -> None:
        self.issues.append(Issue(issue_id, Level.ERROR, message, place=place))


def _events(text: str) -> Iterator[yaml.Event]:
    """Events of libyaml where PyYAML was built with it, else of its Python parser, which is many times slower."""
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return iter(yaml.parse(text, Loader=loader))
