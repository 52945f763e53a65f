"""Owns `extractor rules check`: the findings about rule files, for people, programs and code review."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractor.cli.findings import finding_options, tell
from extractor.cli.loading import READING_RULES, late_progress

if TYPE_CHECKING:
    from extractor.issues import Issue


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATHS]...", type=click.Path(path_type=Path))
@finding_options
def check(paths: tuple[Path, ...], form: str, strict: bool) -> int:
    """Lint rule files and folders of them (the current folder if none is given); findings name file, line and column.

    Ends with 5 where a file has errors; warnings alone end with 0.
    """
    from extractor.rules.lint.findings import hint

    return tell(_checked(paths or (Path(),)), form, hint, strict=strict)


def _checked(paths: Sequence[Path]) -> list[Issue]:
    """The findings, with progress on standard error where that is a terminal and checking takes a while."""
    from extractor.rules.check import check_paths

    with late_progress(READING_RULES) as reading, late_progress("checking") as checking:
        return check_paths(paths, checking, reading=reading)
