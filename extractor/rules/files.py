"""Owns finding rule files: which stand at the paths given, what their ids are, and what shows that one was written to.

It runs before every command, over as many files as there are vendors; that is why it works on plain strings, a call of
the system a file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from extractor.issues import Issue, Level, Place
from extractor.shipped import shipped_rules_dir

SUFFIXES = (".yaml", ".yml")
MANY, THREADS = 500, 4
"""From so many files on their stamps are read in so many threads."""


class FoundFile(NamedTuple):
    """A rule file. path: as it was named; default_id: its id where it states none; resolved: where it really is.

    stamp: size, times of change in ns and number of the file; empty where there is no such file.
    """

    path: str
    default_id: str
    resolved: str
    stamp: tuple[int, ...]


def find_files(paths: Iterable[str | os.PathLike[str]], issues: list[Issue]) -> list[FoundFile]:
    """Every rule file below `paths`, each once even where two paths lead to it. A folder without any is told among `issues`."""
    shipped = os.path.realpath(shipped_rules_dir()) + os.sep
    found: dict[str, FoundFile] = {}
    for path in map(Path, paths):
        if not path.is_dir():
            resolved = os.path.realpath(path)
            found[resolved] = FoundFile(os.fspath(path), _default_id(path.name, resolved, shipped), resolved, _stamp(path))
            continue
        files = list(_below(path, shipped))
        if not files:
            message = "this folder holds no rule file (*.yaml, *.yml)"
            issues.append(Issue("no-rule-files", Level.WARNING, message, place=Place(os.fspath(path), 1, 1)))
        found |= {file.resolved: file for file in files}
    return list(found.values())


def _below(folder: Path, shipped: str) -> Iterator[FoundFile]:
    named = "" if folder == Path() else f"{folder}{os.sep}"
    entries = list(_entries(os.path.realpath(folder), ""))
    for (relative, entry), stamp in zip(entries, _stamps([entry for _, entry in entries]), strict=True):
        resolved = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
        yield FoundFile(named + relative, _default_id(relative, resolved, shipped), resolved, stamp)


def _entries(folder: str, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Rule files at any depth in the order of their names, with their path below the folder.

    Linked folders are not entered: they could lead round in circles.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.endswith(SUFFIXES) and entry.name not in SUFFIXES and entry.is_file():
            yield prefix + entry.name, entry
        elif entry.is_dir(follow_symlinks=False):
            yield from _entries(entry.path, f"{prefix}{entry.name}{os.sep}")


def _stamps(entries: Sequence[os.DirEntry[str]]) -> Iterable[tuple[int, ...]]:
    """The stamps of some files: those of many in several threads, because it is the system that one waits for."""
    if len(entries) < MANY:
        return map(_stamp, entries)
    from concurrent.futures import ThreadPoolExecutor

    parts = [entries[start : start + MANY] for start in range(0, len(entries), MANY)]
    with ThreadPoolExecutor(THREADS) as pool:
        return [stamp for stamps in pool.map(lambda part: [_stamp(entry) for entry in part], parts) for stamp in stamps]


def _stamp(file: Path | os.DirEntry[str]) -> tuple[int, ...]:
    try:
        status = file.stat()
    except (OSError, ValueError):
        return ()
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _default_id(relative: str, resolved: str, shipped: str) -> str:
    """The path below the folder given, without suffix; below the shipped folder for a file in there."""
    if resolved.startswith(shipped):
        relative = resolved[len(shipped) :]
    name = relative.rpartition(".")[0] if relative.endswith(SUFFIXES) else os.fspath(Path(relative).with_suffix(""))
    return name.replace(os.sep, "/")
