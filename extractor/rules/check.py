"""Owns `check_paths`: everything that can be said about rule files without a document, errors and doubts alike."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from extractor.errors import RuleTimeout
from extractor.invoice.fields import FIELDS
from extractor.issues import Issue, Level, Place
from extractor.rules.book import RuleBook, read_book, rule_files, unique_files
from extractor.rules.compile import read_rows
from extractor.rules.model import Clue, RuleSet
from extractor.rules.patterns import find_all
from extractor.rules.shapes import Row
from extractor.rules.source import Mapping as MappingNode
from extractor.rules.source import Node, Scalar, read_file
from extractor.rules.source import Sequence as SequenceNode

PROBE_SECONDS = 0.2
"""How long a regex may take on one probe before it counts as slow."""
_APART = ("pattern", "page", "find", "under", "unless", "kinds", "not", "end", "zone", "replace")
"""Keys that tell the values of two rules with the same label apart."""
PAGE_LENGTH, VALUE_LENGTH = 3000, 300
"""How many characters a probe has for regexes that search a page, and for those that see one value."""


def check_paths(paths: Sequence[str | os.PathLike[str]]) -> list[Issue]:
    """All findings about the rule files at `paths` (files or folders), in the order of files, lines and columns. Raises nothing."""
    book, issues = read_book(paths)
    files = [path for path, _ in unique_files(rule_files(paths, []))]
    for path in files:
        row, _ = read_rows(read_file(path))
        if row is not None:
            issues += [*_shared_labels(row), *_slow_regexes(row), *_missing_documents(row, path)]
    issues += _same_identify(book, {os.fspath(path) for path in files})
    order = {os.fspath(path): number for number, path in enumerate(files)}
    return sorted(issues, key=lambda issue: (order.get(issue.place.file, -1), issue.place.line, issue.place.column) if issue.place else (-1, 0, 0))


def _warning(issue_id: str, message: str, place: Place) -> Issue:
    return Issue(issue_id, Level.WARNING, message, place=place)


def _rows(row: Row) -> Iterator[tuple[str, str, Row]]:
    """Every rule of a file as (field, kind of value, row)."""
    for name, rows in row.get("fields", {}).items():
        yield from ((name, FIELDS[name].kind, rule) for rule in rows)
    for name, extra in row.get("extra", {}).items():
        yield from ((f"extra.{name}", extra.get("type", "text"), rule) for rule in extra.get("rules", (extra,)))


def _scalars(row: Row, name: str) -> Iterator[Scalar]:
    """The scalars of a key that holds one or many."""
    if name in row.entries:
        node = row.entries[name].node
        yield from (item for item in (node.items if isinstance(node, SequenceNode) else (node,)) if isinstance(item, Scalar))


def _labels(rule: Row) -> Iterator[Scalar]:
    """The texts of a rule's labels, those with a weight included."""
    yield from _scalars(rule, "label")
    node = rule.entries["label"].node if "label" in rule.entries else None
    for item in node.items if isinstance(node, SequenceNode) else (node,):
        if isinstance(item, MappingNode):
            yield from (entry.node for entry in item.entries if entry.key == "text" and isinstance(entry.node, Scalar))


def _shared_labels(row: Row) -> Iterator[Issue]:
    """Labels that two fields claim with nothing to tell their values apart, and labels that are decoys as well."""
    seen: dict[tuple[Any, ...], tuple[str, Place]] = {}
    decoys = {_key(label.text): label.place for label in _scalars(row, "decoys")}
    for name, kind, rule in _rows(row):
        apart = tuple(str(_plain(rule.get(key))) for key in _APART)
        for label in _labels(rule):
            if place := decoys.get(_key(label.text)):
                yield _warning("shared-label", f"label '{label.text}' is also a decoy (line {place.line}); keep one of the two", label.place)
            field, place = seen.setdefault((_key(label.text), kind, apart), (name, label.place))
            if field != name:
                message = f"label '{label.text}' belongs to '{field}' (line {place.line}) and to '{name}'; give each a label, pattern or place of its own"
                yield _warning("shared-label", message, label.place)


def _key(label: str) -> str:
    """A label as far as it counts when labels are compared."""
    return "".join(label.casefold().split()).rstrip(":.")


def _plain(value: Any) -> Any:
    """Rows as plain mappings, so that two can be compared."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return {key: _plain(item) for key, item in value.values.items()} if isinstance(value, Row) else value


def _same_identify(book: RuleBook, names: set[str]) -> Iterator[Issue]:
    """Vendor files that no document can tell apart."""
    seen: dict[Any, RuleSet] = {}
    for rule_set in book.vendors:
        identify = rule_set.identify
        assert identify is not None
        key = tuple(frozenset(map(_clue_key, clues)) for clues in (identify.all, identify.any, identify.none))
        first = seen.setdefault(key, rule_set)
        if first is not rule_set and rule_set.place and rule_set.place.file in names:
            message = f"'{rule_set.id}' is identified by exactly what identifies '{first.id}'; every such document will fit both"
            yield _warning("same-identify", message, rule_set.place)


def _clue_key(clue: Clue) -> tuple[str, str]:
    return clue.kind, clue.text if clue.kind == "regex" else _key(clue.text)


def _missing_documents(row: Row, path: Path) -> Iterator[Issue]:
    for example in row.get("examples", ()):
        document = example.get("document")
        if document is not None and not (path.parent / document).is_file():
            yield _warning("missing-document", f"the example's document '{document}' does not exist", example.place_of("document"))


def _slow_regexes(row: Row) -> Iterator[Issue]:
    for text, place, length in _regexes(row):
        if _is_slow(text, length):
            message = f"this regex takes over {PROBE_SECONDS} s on repeated characters; make its repeats bounded ({{1,40}}) or possessive (++)"
            yield _warning("slow-regex", message, place)


def _regexes(row: Row) -> Iterator[tuple[str, Place, int]]:
    """Every valid regex of a file with its place, and how long a text it may meet: a page, or only a value."""
    for _, _, rule in _rows(row):
        yield from _listed(rule, "regex")
        if between := rule.get("between"):
            yield from (part for key in ("start", "end") for part in _listed(between, key))
        yield from ((rule.get(key), rule.place_of(key), VALUE_LENGTH) for key in ("pattern", "not") if key in rule.values)
        yield from ((clue.text, rule.place_of("unless"), PAGE_LENGTH) for clue in rule.get("unless", ()) if clue.kind == "regex")
        yield from ((entry.get("regex"), entry.place_of("regex"), VALUE_LENGTH) for entry in rule.get("replace", ()) if "regex" in entry.values)
    yield from _clue_regexes(row)
    for block in (block for blocks in row.get("blocks", {}).values() for block in blocks):
        for key in ("start", "end", "first_line", "line", "last_line", "skip_line"):
            yield from ((text, place, PAGE_LENGTH if key in ("start", "end") else VALUE_LENGTH) for text, place, _ in _listed(block, key))
    yield from ((entry.get("regex"), entry.place_of("regex"), PAGE_LENGTH) for entry in row.get("replace", ()) if "regex" in entry.values)


def _listed(row: Row, key: str) -> Iterator[tuple[str, Place, int]]:
    """The regexes of a key that holds one or many, each with its own place."""
    texts = row.get(key, ())
    if isinstance(texts, str):
        texts = (texts,)
    node = row.entries[key].node if key in row.entries else None
    nodes = node.items if isinstance(node, SequenceNode) else (node,)
    if len(nodes) == len(texts):
        yield from ((text, item.place, PAGE_LENGTH) for text, item in zip(texts, nodes, strict=True) if item is not None)


def _clue_regexes(row: Row) -> Iterator[tuple[str, Place, int]]:
    identify = row.get("identify")
    for name, clues in identify.values.items() if identify else ():
        node = identify.entries[name].node
        nodes = node.items if isinstance(node, SequenceNode) else (node,)
        if len(nodes) == len(clues):
            yield from ((clue.text, _value_place(node), PAGE_LENGTH) for clue, node in zip(clues, nodes, strict=True) if clue.kind == "regex")


def _value_place(node: Node) -> Place:
    return node.entries[0].node.place if isinstance(node, MappingNode) else node.place


def _is_slow(text: str, length: int) -> bool:
    for probe in _probes(text, length):
        try:
            find_all(text, probe, text, PROBE_SECONDS)
        except RuleTimeout:
            return True
    return False


def _probes(text: str, length: int) -> Iterator[str]:
    """Long runs of what a careless repeat loves, its own letters among them, each with an end that does not match.

    The regex's own words stand before one of each two, and the whole regex behind all: an engine gives up at once where
    a character that every match needs is not in the text.
    """
    words = "".join(re.findall(r"[A-Za-z ]{2,}", text))[:40]
    own = dict.fromkeys(re.findall(r"[A-Za-z0-9]", text))
    for run in ("a", "1", " ", "1.1,", "a ", *list(own)[:6]):
        yield run * (length // len(run)) + "\x01" + text
        yield words + run * (length // len(run)) + "\x01" + text
