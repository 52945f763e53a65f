"""Owns doubts about what YAML takes for a comment: in `label: Invoice #`, unquoted, the `#` is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from extractor.issues import Issue, Place
from extractor.rules import source
from extractor.rules.lint.walk import doubt

_LABEL_KEYS = frozenset({"label", "decoys", "end", "all", "any", "none", "text"})
_LOST = re.compile(r"[ ]#(?P<rest>(?:[:.)]|[^\s#].{0,15})?)\s*$")
"""A comment right behind the text with nothing in it, or without a space after `#`: not how comments are written."""


def lost_texts(root: source.Node | None, lines: tuple[str, ...]) -> Iterator[Issue]:
    """Labels and clues whose `#` became a comment."""
    for label in _labels(root, under=""):
        line = lines[label.place.line - 1] if label.place.line <= len(lines) else ""
        start = label.place.column - 1
        if line[start : start + 1] in ("'", '"', "|", ">") or label.text != line[start : start + len(label.text)]:
            continue
        if (lost := _LOST.match(line, start + len(label.text))) is None:
            continue
        comment = lost.group().strip()
        if label.text:
            message = f"YAML reads '{comment}' as a comment; if it is printed so, write '{label.text} {comment}' in quotes"
            yield doubt("lost-comment", message, label.place)
        else:
            message = f"YAML reads '{comment}' as a comment, so that nothing is left here; write it in quotes"
            yield doubt("lost-text", message, replace(label.place, column=lost.start() + 2))


def _labels(node: source.Node | None, under: str) -> Iterator[source.Scalar]:
    """All scalars that stand for print."""
    if isinstance(node, source.Scalar):
        if under in _LABEL_KEYS:
            yield node
    elif isinstance(node, source.Sequence):
        for item in node.items:
            yield from _labels(item, under)
    elif isinstance(node, source.Mapping):
        for entry in node.entries:
            yield from _labels(entry.node, "label" if under == "columns" else entry.key)


def broken_list(issue: Issue, lines: tuple[str, ...]) -> Issue:
    """A syntax error as what it is: a list in brackets whose end was lost in a comment."""
    place = issue.place
    if issue.id != "syntax" or place is None or place.line > len(lines):
        return issue
    line = lines[place.line - 1]
    lost = re.compile(r"(?<=[\w.]) #(?=[\s:,\]})]|$)").search(line, place.column - 1) if line[place.column - 1 : place.column] == "[" else None
    if lost is None:
        return issue
    here = Place(place.file, place.line, lost.start() + 2)
    return doubt("lost-text", "YAML reads the rest of this line as a comment, so that the list is never closed; put the text in quotes", here)
