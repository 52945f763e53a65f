"""Owns `extractor rules import`: templates of invoice2data become rule files, with an account of each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from extractor.rules.imported import ImportedTemplate


@click.command(name="import")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--to", "folder", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="DIR", help="Folder to write rule files into.")
@click.option(
    "--keywords",
    type=click.Choice(["regex", "text"]),
    default="regex",
    show_default=True,
    help="What keywords are: regexes, as invoice2data documents them, or plain texts, as its version 1.0.1 takes them.",
)
@click.option("--force", is_flag=True, help="Write over rule files that are there already.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Form of the report.")
def import_rules(source: Path, folder: Path, keywords: str, force: bool, form: str) -> int:
    """Turn templates of invoice2data (YAML or JSON; a file or a folder) into rule files, one for each.

    The report says of every key whether it came over, came over with another meaning, or not, and why; defects of the
    templates are named with line and column. Ends with 5 where a template gave no rule file; the others are written.
    """
    from extractor.errors import OutputError, RuleError
    from extractor.rules.imported import import_templates, template_files

    there = [target for _, name in template_files(source) if (target := folder / name).exists()]
    if there and not force:
        raise OutputError(f"{there[0]} is there already{f', and {len(there) - 1} more' if there[1:] else ''}; --force writes over it, nothing was written")
    templates = list(import_templates(source, keywords=keywords))
    for template in templates:
        if template.text is not None:
            target = folder / template.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(template.text, encoding="utf-8")
    if form == "json":
        click.echo(json.dumps([_row(template, folder) for template in templates], indent=2, ensure_ascii=False))
    else:
        _show(templates, folder)
    written = sum(template.text is not None for template in templates)
    defects = sum(len(template.account.defects) for template in templates)
    click.echo(f"{written} of {len(templates)} template(s) imported, {defects} defect(s)", err=True)
    return 0 if templates and written == len(templates) else RuleError.exit_code


def _row(template: ImportedTemplate, folder: Path) -> dict[str, Any]:
    from extractor.rules.imported import Outcome

    row: dict[str, Any] = {"template": str(template.source), "rules": None if template.text is None else str(folder / template.name)}
    for outcome in Outcome:
        notes = template.account.of(outcome)
        row[str(outcome).replace(" ", "_")] = [
            {"key": note.path, "text": note.text} | ({"line": note.place.line, "column": note.place.column} if note.place else {}) for note in notes
        ]
    return row | {"defects": [issue.to_dict() for issue in template.account.defects]}


def _show(templates: Sequence[ImportedTemplate], folder: Path) -> None:
    from rich.console import Console

    console = Console(soft_wrap=True, highlight=False)
    for template in templates:
        _show_one(console, template, folder)


def _show_one(console: Console, template: ImportedTemplate, folder: Path) -> None:
    from rich.text import Text

    from extractor.rules.imported import Outcome

    end = (str(folder / template.name), "green") if template.text is not None else ("no rule file", "bold red")
    console.print(Text.assemble((str(template.source), "bold"), " -> ", end))
    for outcome, style in ((Outcome.CARRIED, "dim"), (Outcome.CHANGED, "yellow"), (Outcome.DROPPED, "red")):
        notes = template.account.of(outcome)
        if notes:
            console.print(Text(f"  {outcome}:", style=style))
        for note in notes:
            where = f" (line {note.place.line})" if note.place else ""
            console.print(Text.assemble(f"    {note.path}", (where, "dim"), f": {note.text}"))
    for issue in template.account.defects:
        console.print(Text(f"  {issue}", style="yellow"))
