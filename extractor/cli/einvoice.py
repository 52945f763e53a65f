"""Owns `extractor einvoice`: what the e-invoices of a document state, and the verdict on each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.text import Text

    from extractor.validate.einvoice import Assessment
    from extractor.witnesses.einvoice.rulebook import Rulebook

_EXIT_CODES = {"accept": 0, "warn": 1, "reject": 3}
_STYLES = {"accept": "bold green", "warn": "bold yellow", "reject": "bold red", "error": "bold red", "warning": "yellow", "info": "dim"}


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON, a list with one object an e-invoice.")
@click.option("--country", "countries", type=click.Choice(["fr"]), multiple=True, help="Whose own rules shall be kept, too.")
@click.option("--no-rules", is_flag=True, help="Check schema, sums and PDF only, not the rules of EN 16931.")
@click.option("--password", help="Password of an encrypted PDF.")
@click.pass_context
def einvoice(context: click.Context, file: Path, *, as_json: bool, countries: Sequence[str], no_rules: bool, password: str | None) -> None:
    """Show what the e-invoices in FILE (XML or PDF) state, where each value stands, and whether they are to be accepted.

    \b
    Exit codes:
      0  accept: nothing is wrong
      1  warn: something is doubtful
      3  reject: a rule is broken, or there is no e-invoice
    and the others of `extractor`. Of several e-invoices the highest code counts.
    """
    from extractor.document import load_document
    from extractor.validate.einvoice import assess

    rulebook = None if no_rules else _rulebook(required=bool(countries))
    with load_document(file, password=password) as document:
        found = assess(document, rulebook, tuple(countries))
    if as_json:
        click.echo(json.dumps([assessment.to_dict() for assessment in found], ensure_ascii=False, indent=2))
    else:
        _show(found)
    context.exit(max(_EXIT_CODES[assessment.verdict] for assessment in found))


def _rulebook(*, required: bool) -> Rulebook | None:
    """The rules of EN 16931; None where Saxon is not installed, unless they are required."""
    from extractor.witnesses.einvoice.rulebook import MISSING, Rulebook

    try:
        return Rulebook()
    except ImportError as error:
        if required:
            raise click.UsageError(MISSING) from error
        click.echo(f"warning: only sums are checked: {MISSING}", err=True)
        return None


def _show(found: Sequence[Assessment]) -> None:
    from rich.console import Console

    console = Console(soft_wrap=True)
    for assessment in found:
        console.print(*_rows(assessment), "", sep="\n")


def _rows(assessment: Assessment) -> Iterator[Text]:
    from rich.text import Text

    from extractor.invoice.fields import plain

    witness, profile = assessment.witness, assessment.profile or assessment.witness.profile
    yield Text.assemble((witness.name, "bold"), "  ", (str(assessment.verdict), _STYLES[assessment.verdict]), (f"  {profile}", "dim"))
    width = max(map(len, witness.stated), default=0)
    for name, statement in witness.stated.items():
        value = str(plain(statement.value)).replace("\n", ", ")
        yield Text.assemble(f"{name:{width}}  ", (value, "bold"), (f"  {statement.where}", "dim"))
    yield from (Text(str(finding), style=_STYLES[finding.level]) for finding in assessment.findings)
