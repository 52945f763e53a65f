"""Owns `RuleBook`: all rule files that are in force, by id."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from pathlib import Path

from extractor.errors import RuleFileError
from extractor.issues import Issue, Level
from extractor.layout import Layout
from extractor.rules.files import FoundFile, find_files
from extractor.rules.identify import BestFit, DocumentText, Identification
from extractor.rules.link import Linker
from extractor.rules.loaded import LoadedRuleSets
from extractor.rules.model import RuleFile, RuleSet
from extractor.rules.store import RuleStore
from extractor.rules.stored import StoredRuleSets, stored_book
from extractor.rules.vendor_index import VendorIndex
from extractor.shipped import shipped_rules_dir

Compile = Callable[[FoundFile], tuple[RuleFile | None, list[Issue]]]
Progress = Callable[[int, int], None]
"""What is told how many files are read, and of how many."""


class RuleBook:
    """Rule sets by id, each with what it extends. warnings: findings that do not keep a file from use.

    A book of thousands of vendors costs what it is used for: out of the store come an index of the vendors, and the rule sets
    of those that are met.
    """

    def __init__(self, rule_sets: Mapping[str, RuleSet] | None = None, warnings: Sequence[Issue] = ()) -> None:
        self.rule_sets = rule_sets if isinstance(rule_sets, StoredRuleSets) else LoadedRuleSets(rule_sets or {})
        self.warnings = tuple(warnings)

    @classmethod
    def load(
        cls, paths: Sequence[str | os.PathLike[str]] = (), *, shipped: bool = True, store: RuleStore | None = None, progress: Progress | None = None
    ) -> RuleBook:
        """Reads rule files and folders of them (`*.yaml`, `*.yml`, at any depth).

        shipped: with the files that ship with the package; a file of `paths` replaces the shipped one of the same id.
        store: where compiled files are kept, so that only those are read that have changed; None to read them all.
        progress: called with files read and files in all, where any has to be read. Raises RuleFileError with all errors of all files.
        """
        book, issues = read_book(paths, shipped=shipped, progress=progress) if store is None else _recalled(paths, shipped, store, progress)
        if errors := [issue for issue in issues if issue.level is Level.ERROR]:
            raise RuleFileError(errors)
        return book

    @property
    def vendors(self) -> tuple[RuleSet, ...]:
        """Rule sets of one vendor: those that say how to identify it."""
        return tuple(self.rule_sets[rule_id] for rule_id in self.rule_sets.vendor_ids)

    @property
    def general(self) -> tuple[RuleSet, ...]:
        """Rule sets for documents of no known vendor."""
        vendors = set(self.rule_sets.vendor_ids)
        return tuple(self.rule_sets[rule_id] for rule_id in self.rule_sets if rule_id not in vendors)

    @property
    def identities(self) -> list[RuleSet]:
        """The vendors' rule sets as far as they identify documents: their rules may be missing."""
        return self.rule_sets.identities()

    def identify(self, layout: Layout) -> Identification | None:
        """The same as `identify_vendor(layout, book.vendors)`, at a cost that hardly grows with the number of vendors. Raises AmbiguousVendor."""
        text = DocumentText(layout)
        best = BestFit(text)
        for candidate in self.index.candidates(text):
            if candidate.rank < best.rank:
                break
            if candidate.may_fit():
                best.consider(self.rule_sets.identity(candidate.number), candidate.places)
        found = best.found()
        return replace(found, rule_set=self.rule_sets[found.rule_set.id]) if found else None

    @cached_property
    def index(self) -> VendorIndex:
        return VendorIndex(self.rule_sets.needles)


def read_book(paths: Sequence[str | os.PathLike[str]], *, shipped: bool = True, progress: Progress | None = None) -> tuple[RuleBook, list[Issue]]:
    """The book of all files without errors, and every finding about all of them. Compiles every file. progress: see `RuleBook.load`."""
    found = _Found.at(paths, shipped)
    from extractor.rules.compile import compile_file

    linked = _linked(found, _told(lambda file: compile_file(file.path, file.default_id), found, progress))
    return RuleBook({rule_id: rule_set for rule_id, (_, rule_set) in linked.rule_sets.items()}, linked.warnings), linked.issues


def _recalled(paths: Sequence[str | os.PathLike[str]], shipped: bool, store: RuleStore, progress: Progress | None) -> tuple[RuleBook, list[Issue]]:
    """The same, where only what has changed is compiled."""
    now = time.time_ns()
    found = _Found.at(paths, shipped)
    files = list({file.resolved: file for file in (*found.shipped, *found.own)}.values())
    name = hashlib.sha256("\0".join((Path.cwd().as_posix(), str(shipped), *(os.fspath(path) for path in paths))).encode("utf-8", "surrogateescape")).digest()
    book, issues = stored_book(store, name, files), list(found.issues)
    if book is None:
        from extractor.rules.recall import Recall

        recall = Recall(store, name, files, now)
        linked = _linked(found, _told(recall.compile, found, progress))
        issues = linked.issues
        if any(issue.level is Level.ERROR for issue in issues):
            recall.save_files()
            return RuleBook(), issues
        book = recall.save(linked.rule_sets, linked.warnings)
    return RuleBook(StoredRuleSets(store, book, files), book.warnings), issues


@dataclass(frozen=True, slots=True)
class _Found:
    """The files of a book: those at the paths given, and those that ship. issues: about the paths."""

    own: list[FoundFile]
    shipped: list[FoundFile]
    issues: list[Issue]

    @classmethod
    def at(cls, paths: Sequence[str | os.PathLike[str]], shipped: bool) -> _Found:
        issues: list[Issue] = []
        own = find_files(paths, issues)
        return cls(own, find_files([shipped_rules_dir()], issues) if shipped else [], issues)


@dataclass(frozen=True, slots=True)
class _Linked:
    """Rule sets without errors, each with its file, and all findings."""

    rule_sets: dict[str, tuple[FoundFile, RuleSet]]
    issues: list[Issue]

    @property
    def warnings(self) -> tuple[Issue, ...]:
        return tuple(issue for issue in self.issues if issue.level is not Level.ERROR)


def _linked(found: _Found, compiled: Compile) -> _Linked:
    """Compiles files and links them. A file of one's own comes in the place of the shipped one of its id."""
    issues = list(found.issues)
    own: dict[str, tuple[FoundFile, RuleFile | None]] = {}
    for file in found.own:
        rule_file, findings = compiled(file)
        issues += findings
        rule_id = rule_file.rule_set.id if rule_file else file.default_id
        if rule_id in own and rule_file:
            message = f"id '{rule_id}' belongs to {own[rule_id][0].path}, too; give one of them another 'id'"
            issues.append(Issue("duplicate-id", Level.ERROR, message, place=rule_file.id_place))
            continue
        own[rule_id] = file, rule_file
    files = _shipped(found.shipped, compiled, issues) | own
    linker = Linker({rule_id: rule_file for rule_id, (_, rule_file) in files.items()})
    linked = {rule_id: (file, linker.link(rule_id)) for rule_id, (file, _) in files.items()}
    issues += linker.issues
    return _Linked({rule_id: (file, rule_set) for rule_id, (file, rule_set) in linked.items() if rule_set}, issues)


def _told(compiled: Compile, found: _Found, progress: Progress | None) -> Compile:
    """Compiling files, each of which is told when it is done."""
    if progress is None:
        return compiled
    numbers, of = count(1), len(found.own) + len(found.shipped)

    def compile_and_tell(file: FoundFile) -> tuple[RuleFile | None, list[Issue]]:
        done = compiled(file)
        progress(next(numbers), of)
        return done

    return compile_and_tell


def _shipped(found: Sequence[FoundFile], compiled: Compile, issues: list[Issue]) -> dict[str, tuple[FoundFile, RuleFile | None]]:
    files: dict[str, tuple[FoundFile, RuleFile | None]] = {}
    for file in found:
        rule_file, findings = compiled(file)
        issues += findings
        files[rule_file.rule_set.id if rule_file else file.default_id] = file, rule_file
    return files
