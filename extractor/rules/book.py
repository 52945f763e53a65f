"""Owns `RuleBook`: all rule files that are in force, by id."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from extractor.errors import RuleFileError
from extractor.issues import Issue, Level, Place
from extractor.rules.compile import Linker, RuleFile, compile_file
from extractor.rules.model import RuleSet
from extractor.shipped import shipped_rules_dir

SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Rule sets by id, each with what it extends. warnings: findings that do not keep a file from use."""

    rule_sets: Mapping[str, RuleSet] = field(default_factory=dict)
    warnings: tuple[Issue, ...] = ()

    @classmethod
    def load(cls, paths: Sequence[str | os.PathLike[str]] = (), *, shipped: bool = True) -> RuleBook:
        """Reads rule files and folders of them (`*.yaml`, `*.yml`, at any depth).

        shipped: with the files that ship with the package; a file of `paths` replaces the shipped one of the same id.
        Raises RuleFileError with all errors of all files.
        """
        book, issues = read_book(paths, shipped=shipped)
        if errors := [issue for issue in issues if issue.level is Level.ERROR]:
            raise RuleFileError(errors)
        return book

    @property
    def vendors(self) -> tuple[RuleSet, ...]:
        """Rule sets of one vendor: those that say how to identify it."""
        return tuple(rule_set for rule_set in self.rule_sets.values() if rule_set.identify is not None)

    @property
    def general(self) -> tuple[RuleSet, ...]:
        """Rule sets for documents of no known vendor."""
        return tuple(rule_set for rule_set in self.rule_sets.values() if rule_set.identify is None)


def read_book(paths: Sequence[str | os.PathLike[str]], *, shipped: bool = True) -> tuple[RuleBook, list[Issue]]:
    """The book of all files without errors, and every finding about all of them."""
    issues: list[Issue] = []
    files: dict[str, RuleFile | None] = {}
    places: dict[str, Place] = {}
    for path, default in unique_files(list(rule_files(paths, issues))):
        file, found = compile_file(path, default)
        issues += found
        rule_id = file.rule_set.id if file else default
        if rule_id in files and file:
            message = f"id '{rule_id}' belongs to {places[rule_id].file}, too; give one of them another 'id'"
            issues.append(Issue("duplicate-id", Level.ERROR, message, place=file.id_place))
            continue
        files[rule_id], places[rule_id] = file, Place(os.fspath(path), 1, 1)
    if shipped:
        files = _shipped_files(issues) | files
    linker = Linker(files)
    linked = {rule_id: linker.link(rule_id) for rule_id in files}
    issues += linker.issues
    warnings = tuple(issue for issue in issues if issue.level is not Level.ERROR)
    return RuleBook({rule_id: rule_set for rule_id, rule_set in linked.items() if rule_set}, warnings), issues


def _shipped_files(issues: list[Issue]) -> dict[str, RuleFile | None]:
    files: dict[str, RuleFile | None] = {}
    for path, default in rule_files([shipped_rules_dir()], issues):
        file, found = compile_file(path, default)
        issues += found
        files[file.rule_set.id if file else default] = file
    return files


def rule_files(paths: Iterable[str | os.PathLike[str]], issues: list[Issue]) -> Iterator[tuple[Path, str]]:
    """Every rule file below `paths` with its default id. A path without any is told among `issues`."""
    for path in map(Path, paths):
        if not path.is_dir():
            yield path, _default_id(path, path.parent)
            continue
        files = sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file())
        if not files:
            message = "this folder holds no rule file (*.yaml, *.yml)"
            issues.append(Issue("no-rule-files", Level.WARNING, message, place=Place(os.fspath(path), 1, 1)))
        yield from ((file, _default_id(file, path)) for file in files)


def unique_files(files: Iterable[tuple[Path, str]]) -> list[tuple[Path, str]]:
    """The same files, each once, even where two paths lead to it."""
    return list({path.resolve(): (path, default) for path, default in files}.values())


def _default_id(path: Path, folder: Path) -> str:
    """The path below the folder given, without suffix; below the shipped folder for a file in there."""
    shipped = shipped_rules_dir().resolve()
    if path.resolve().is_relative_to(shipped):
        path, folder = path.resolve(), shipped
    return path.relative_to(folder).with_suffix("").as_posix()
