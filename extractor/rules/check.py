"""Owns `check_paths`: everything that can be said about rule files without recognising a document, errors and doubts alike."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from extractor.issues import Issue, Level, Place
from extractor.rules.book import Progress, read_book
from extractor.rules.compile import read_rows
from extractor.rules.files import find_files
from extractor.rules.lint import comments, examples, idle, labels, reach, regexes, vendors
from extractor.rules.lint.walk import Written
from extractor.rules.model import RuleSet
from extractor.rules.source import Mapping, Node, Source, read_file
from extractor.rules.source import Sequence as SequenceNode

CHECKS: tuple[Callable[[Written], Iterator[Issue]], ...] = (
    labels.shared_labels,
    labels.blind_labels,
    labels.repeated_labels,
    labels.hidden_labels,
    regexes.escaped_regexes,
    regexes.slow_regexes,
    regexes.unclear_values,
    regexes.misfits,
    reach.unreached_rules,
    reach.repeated_blocks,
    idle.idle_keys,
    idle.idle_settings,
    reach.lost_zones,
    idle.repeated_items,
    vendors.doubtful_clues,
    examples.missing_documents,
    examples.repeated_examples,
    examples.unreadable_values,
    examples.wrong_ids,
    examples.unruled_fields,
    examples.foreign_examples,
    examples.unmatched_examples,
    examples.unmatched_blocks,
)
"""What is asked of every file. Of several findings at one place the first counts."""
_NOWHERE = Place("", 0, 0)
_MEANT = re.compile(r"did you mean '(\w+)'")


def check_paths(paths: Sequence[str | os.PathLike[str]], progress: Progress | None = None, *, reading: Progress | None = None) -> list[Issue]:
    """All findings about the rule files at `paths` (files or folders), in the order of files, lines and columns. Raises nothing.

    progress: called with how many files are done, and of how many; reading: before that, with how many are read.
    """
    book, read = read_book(paths, progress=reading)
    files = [file.path for file in find_files(paths, [])]
    rule_sets = {rule_set.place.file: rule_set for rule_set in book.rule_sets.values() if rule_set.place}
    of_file: dict[str, list[Issue]] = {name: [] for name in files}
    issues: list[Issue] = []
    for issue in read:
        (of_file.get(issue.place.file, issues) if issue.place else issues).append(issue)
    identified: dict[str, Place] = {}
    for number, name in enumerate(files, 1):
        issues += _check_file(Path(name), of_file[name], rule_sets.get(name), identified)
        if progress is not None:
            progress(number, len(files))
    issues += vendors.alike_vendors(book, identified)
    order = {name: number for number, name in enumerate(files)}
    return sorted(issues, key=lambda issue: (order.get(issue.place.file, -1), issue.place.line, issue.place.column) if issue.place else (-1, 0, 0))


def _check_file(path: Path, errors: list[Issue], rule_set: RuleSet | None, identified: dict[str, Place]) -> list[Issue]:
    """The findings about one file. errors: what reading it gave; rule_set: what became of it; identified: takes the place of its clues."""
    name = os.fspath(path)
    source = read_file(path)
    lines = tuple(_text(path).splitlines())
    row, _ = read_rows(source)
    lost = list(comments.lost_texts(source.root, lines))
    empty = {issue.place.line for issue in lost if issue.place and issue.level is Level.ERROR}
    errors = [issue for issue in errors if not (issue.id == "wrong-type" and issue.place and issue.place.line in empty)]
    found = [*lost, *_causes([comments.broken_list(issue, lines) for issue in errors], source)]
    if row is not None:
        if "identify" in row.entries:
            identified[name] = row.entries["identify"].place
        written = Written(path, lines, row, rule_set)
        found += [issue for check in CHECKS for issue in check(written)]
    return _one_a_place(found)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except (OSError, ValueError):
        return ""


def _one_a_place(issues: Iterable[Issue]) -> list[Issue]:
    """The first finding of each place, errors before doubts: what else is said there is of the same fault."""
    ranked = sorted(issues, key=lambda issue: issue.level is not Level.ERROR)
    return list({issue.place: issue for issue in reversed(ranked)}.values())


def _causes(errors: list[Issue], source: Source) -> list[Issue]:
    """Errors without those that only follow from another: a key misspelt is not missing as well."""
    misspelt = {issue.place: match[1] for issue in errors if issue.id == "unknown-key" and (match := _MEANT.search(issue.message))}
    held = {mapping.place: {misspelt.get(entry.place) for entry in mapping.entries} for mapping in _mappings(source.root)}
    return [issue for issue in errors if issue.id not in ("missing-key", "bad-format") or not _names(issue, held.get(issue.place or _NOWHERE, set()))]


def _names(issue: Issue, meant: set[str | None]) -> bool:
    return any(key is not None and re.search(rf"\b{key}\b", issue.message) for key in meant)


def _mappings(node: Node | None) -> Iterator[Mapping]:
    """Every mapping of a file."""
    children: Iterable[Node] = ()
    if isinstance(node, Mapping):
        yield node
        children = [entry.node for entry in node.entries]
    elif isinstance(node, SequenceNode):
        children = node.items
    for child in children:
        yield from _mappings(child)
