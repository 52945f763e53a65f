"""Owns `extractor rules check`: the findings about rule files, for people, programs and code review."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from extractor.issues import Issue, Level

FORMATS = ("text", "json", "github")
PATIENCE = 2.0
"""After this many seconds progress is shown."""


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...", type=click.Path(path_type=Path))
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="Lines to read, a JSON list, or annotations of GitHub workflows."
)
@click.option("--strict", is_flag=True, help="End with 5 for warnings, too.")
def check(paths: tuple[Path, ...], form: str, strict: bool) -> int:
    """Lint rule files and folders of them (the current folder if none is given); findings name file, line and column.

    Ends with 5 where a file has errors; warnings alone end with 0.
    """
    from extractor.errors import RuleError
    from extractor.issues import Level

    issues = _checked(paths or (Path(),))
    for line in _FORMS[form](issues):
        click.echo(line)
    count = Counter(issue.level for issue in issues)
    click.echo(f"{count[Level.ERROR]} error(s), {count[Level.WARNING]} warning(s)", err=True)
    return RuleError.exit_code if count[Level.ERROR] or (strict and count[Level.WARNING]) else 0


def _checked(paths: Sequence[Path]) -> list[Issue]:
    """The findings, with progress on standard error where that is a terminal and checking takes a while."""
    from extractor.rules.check import check_paths

    if not sys.stderr.isatty():
        return check_paths(paths)
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True)
    with Progress(TextColumn("Checking"), BarColumn(), MofNCompleteColumn(), console=console, transient=True, disable=not console.is_terminal) as bar:
        start = monotonic() + PATIENCE
        task = bar.add_task("", visible=False)
        return check_paths(paths, lambda done, of: bar.update(task, completed=done, total=of, visible=monotonic() > start))


def _text(issues: Sequence[Issue]) -> Iterator[str]:
    """A line a finding; what to do about it stands below the first of each kind."""
    from extractor.rules.lint.findings import hint

    told: set[str] = set()
    for issue in issues:
        yield str(issue)
        if issue.id not in told:
            yield f"    hint: {hint(issue.id)}"
        told.add(issue.id)


def _json(issues: Sequence[Issue]) -> Iterator[str]:
    from extractor.rules.lint.findings import hint

    rows = []
    for issue in issues:
        place = {"file": issue.place.file, "line": issue.place.line, "column": issue.place.column} if issue.place else {}
        rows.append({"id": issue.id, "level": str(issue.level), **place, "message": issue.message, "hint": hint(issue.id)})
    yield json.dumps(rows, indent=2, ensure_ascii=False)


def _github(issues: Sequence[Issue]) -> Iterator[str]:
    """Workflow commands, which GitHub shows beside the lines of a pull request."""
    from extractor.rules.lint.findings import hint

    for issue in issues:
        place = {"file": issue.place.file, "line": issue.place.line, "col": issue.place.column} if issue.place else {}
        properties = ",".join(f"{name}={_escaped(str(value), ':,')}" for name, value in {**place, "title": issue.id}.items())
        yield f"::{_github_level(issue.level)} {properties}::{_escaped(f'{issue.message}. {hint(issue.id)}')}"


def _github_level(level: Level) -> str:
    return "notice" if level == "info" else str(level)


def _escaped(text: str, also: str = "") -> str:
    """Text as workflow commands take it: what would end a line, or a property, as its code."""
    for character in f"%\r\n{also}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


_FORMS: dict[str, Callable[[Sequence[Issue]], Iterator[str]]] = {"text": _text, "json": _json, "github": _github}
