"""Owns how findings about files are told: to people, to programs, and in code review."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import click

if TYPE_CHECKING:
    from extractor.issues import Issue, Level

Hint: TypeAlias = Callable[[str], str]
"""What to do about a finding, by its id."""
Command = Callable[..., Any]
FORMATS = ("text", "json", "github")

_OPTIONS = (
    click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="text",
        show_default=True,
        help="Lines to read, a JSON list, or annotations of GitHub workflows.",
    ),
    click.option("--strict", is_flag=True, help="End with 5 for warnings, too."),
)


def finding_options(command: Command) -> Command:
    """Adds the options on how findings are told."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def tell(issues: Sequence[Issue], form: str, hint: Hint, *, strict: bool) -> int:
    """Prints findings, counts them on standard error, and gives the exit code."""
    from extractor.errors import RuleError
    from extractor.issues import Level

    for line in _FORMS[form](issues, hint):
        click.echo(line)
    count = Counter(issue.level for issue in issues)
    click.echo(f"{count[Level.ERROR]} error(s), {count[Level.WARNING]} warning(s)", err=True)
    return RuleError.exit_code if count[Level.ERROR] or (strict and count[Level.WARNING]) else 0


def _text(issues: Sequence[Issue], hint: Hint) -> Iterator[str]:
    """A line a finding; what to do about it stands below the first of each kind."""
    told: set[str] = set()
    for issue in issues:
        yield str(issue)
        if issue.id not in told:
            yield f"    hint: {hint(issue.id)}"
        told.add(issue.id)


def _json(issues: Sequence[Issue], hint: Hint) -> Iterator[str]:
    rows = []
    for issue in issues:
        place = {"file": issue.place.file, "line": issue.place.line, "column": issue.place.column} if issue.place else {}
        rows.append({"id": issue.id, "level": str(issue.level), **place, "message": issue.message, "hint": hint(issue.id)})
    yield json.dumps(rows, indent=2, ensure_ascii=False)


def _github(issues: Sequence[Issue], hint: Hint) -> Iterator[str]:
    """Workflow commands, which GitHub shows beside the lines of a pull request."""
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


_FORMS: dict[str, Callable[[Sequence[Issue], Hint], Iterator[str]]] = {"text": _text, "json": _json, "github": _github}
