"""Owns `check_paths`: everything that can be said about rule files without a document, errors and doubts alike."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from extractor.invoice.fields import FIELDS
from extractor.issues import Issue, Level, Place
from extractor.rules.book import RuleBook, read_book, rule_files, unique_files
from extractor.rules.compile import read_rows
from extractor.rules.model import Clue, RuleSet
from extractor.rules.shapes import Row
from extractor.rules.source import Mapping as MappingNode
from extractor.rules.source import Scalar, read_file
from extractor.rules.source import Sequence as SequenceNode

PROBE_SECONDS = 0.2
"""How long a regex may take on one probe before it counts as slow."""


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


def _shared_labels(row: Row) -> Iterator[Issue]:
    """Labels that two fields claim with nothing to tell their values apart (another kind of value, page, pattern or zone)."""
    seen: dict[tuple[Any, ...], tuple[str, Place]] = {}
    for name, kind, rule in _rows(row):
        apart = tuple(str(rule.get(key)) for key in ("pattern", "page", "find")) + tuple(str(_plain(rule.get(key))) for key in ("zone", "replace"))
        for label in _scalars(rule, "label"):
            key = ("".join(label.text.casefold().split()).rstrip(":."), kind, apart)
            field, place = seen.setdefault(key, (name, label.place))
            if field != name:
                message = f"label '{label.text}' belongs to '{field}' (line {place.line}) and to '{name}'; give each a label, pattern or place of its own"
                yield _warning("shared-label", message, label.place)


def _plain(value: Any) -> Any:
    """Rows as plain mappings, so that two can be compared."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return dict(value.values) if isinstance(value, Row) else value


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
    return clue.kind, clue.text if clue.kind == "regex" else "".join(clue.text.casefold().split())


def _missing_documents(row: Row, path: Path) -> Iterator[Issue]:
    for example in row.get("examples", ()):
        document = example.get("document")
        if document is not None and not (path.parent / document).is_file():
            yield _warning("missing-document", f"the example's document '{document}' does not exist", example.place_of("document"))


def _slow_regexes(row: Row) -> Iterator[Issue]:
    for text, place in _regexes(row):
        if _is_slow(text):
            message = f"this regex takes over {PROBE_SECONDS} s on repeated characters; make its repeats bounded ({{1,40}}) or possessive (++)"
            yield _warning("slow-regex", message, place)


def _regexes(row: Row) -> Iterator[tuple[str, Place]]:
    """Every valid regex of a file with its place."""
    for _, _, rule in _rows(row):
        yield from ((rule.get(name), rule.place_of(name)) for name in ("regex", "pattern") if name in rule.values)
        yield from ((entry.get("regex"), entry.place_of("regex")) for entry in rule.get("replace", ()) if "regex" in entry.values)
    identify = row.get("identify")
    for clues in identify.entries.values() if identify else ():
        node = clues.node
        for item in node.items if isinstance(node, SequenceNode) else (node,):
            if isinstance(item, MappingNode) and item.entries and item.entries[0].key == "regex":
                yield item.entries[0].node.text, item.entries[0].node.place  # type: ignore[union-attr]


def _is_slow(text: str) -> bool:
    import regex

    try:
        pattern = regex.compile(text)
    except regex.error:
        return False
    for probe in _probes(text):
        try:
            pattern.search(probe, timeout=PROBE_SECONDS)
        except TimeoutError:
            return True
    return False


def _probes(text: str) -> Iterator[str]:
    """Long runs of what a careless repeat loves, each with an end that does not match; the regex's own words come before one of them."""
    import regex

    words = "".join(regex.findall(r"[A-Za-z ]{2,}", text))[:40]
    for run in ("a" * 3000, "1" * 3000, " " * 3000, "1.1," * 750, "a " * 1500):
        yield run + "\x01"
        yield words + run + "\x01"
