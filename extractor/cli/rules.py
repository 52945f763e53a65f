"""Owns `extractor rules`: the commands for those who write rule files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click

from extractor.cli.rules_import import import_rules
from extractor.cli.rules_new import new


@click.group()
def rules() -> None:
    """Check rule files, and make them of samples or of templates of invoice2data."""


@rules.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(paths: tuple[Path, ...]) -> int:
    """Lint rule files and folders of them; findings name file, line and column.

    Ends with 5 where a file has errors; warnings alone end with 0.
    """
    from extractor.errors import RuleError
    from extractor.issues import Level
    from extractor.rules.check import check_paths

    issues = check_paths(paths)
    for issue in issues:
        click.echo(str(issue))
    count = Counter(issue.level for issue in issues)
    click.echo(f"{count[Level.ERROR]} error(s), {count[Level.WARNING]} warning(s)", err=True)
    return RuleError.exit_code if count[Level.ERROR] else 0


rules.add_command(import_rules)
rules.add_command(new)
