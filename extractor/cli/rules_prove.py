"""Owns `extractor rules prove`: rule files against noise."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from extractor.cli.options import NumberRange, cache_from

if TYPE_CHECKING:
    from extractor.authoring.prove import Proof
    from extractor.authoring.survival import FieldProof

MAX_JOBS = 4


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--variants", type=click.IntRange(1), default=20, show_default=True, metavar="N", help="Variants of each example under each kind of noise.")
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="The same seed gives the same variants.")
@click.option("--noise", "kinds", multiple=True, metavar="KIND", help="Only this kind of noise; repeatable. An unknown one lists all.")
@click.option(
    "--min-survival", type=NumberRange(0, 1), default=0.9, show_default=True, metavar="N", help="Share of variants (0 to 1) that a field must survive."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Form of the report.")
@click.option("--jobs", "-j", type=click.IntRange(1), metavar="N", help=f"Processes; as many as processors, at most {MAX_JOBS}, where absent.")
@click.option("--cache/--no-cache", default=True, show_default=True, help="Keep OCR results and compiled rule files, so that nothing is read twice.")
def prove(paths: tuple[Path, ...], variants: int, seed: int, kinds: tuple[str, ...], min_survival: float, form: str, jobs: int | None, cache: bool) -> int:
    """Prove rule files against noise.

    The examples in rule files and folders (the shipped ones where no PATH is given) are varied: other numbers and dates of
    the same shape, print moved, cut, sloped, misread. Each field must give the expected value in a share of all variants.
    Ends with 5 where one does not, or where an example does not hold in the first place.
    """
    from extractor.authoring.noise import KINDS
    from extractor.errors import RuleError

    if unknown := [kind for kind in kinds if kind not in KINDS]:
        raise click.BadParameter(f"unknown kind {unknown[0]!r}; known: {', '.join(KINDS)}", param_hint="--noise")
    jobs = jobs or min(MAX_JOBS, os.cpu_count() or 1)
    proof = _prove(paths, variants, seed, kinds or tuple(KINDS), min_survival, jobs, cache)
    if form == "json":
        click.echo(json.dumps(proof.to_dict(), ensure_ascii=False, indent=2))
    else:
        _print(proof)
    return RuleError.exit_code if proof.failed else 0


def _prove(paths: tuple[Path, ...], variants: int, seed: int, kinds: tuple[str, ...], min_survival: float, jobs: int, cache: bool) -> Proof:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from extractor.authoring.prove import prove

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("examples under noise", total=None)
        return prove(
            paths,
            variants=variants,
            seed=seed,
            kinds=kinds,
            min_survival=min_survival,
            jobs=jobs,
            cache=cache_from(cache),
            rule_cache=cache,
            progress=lambda done, of: bar.update(task, completed=done, total=of),
        )


def _print(proof: Proof) -> None:
    for file in proof.files:
        click.echo(f"{file.file}: {file.examples} example(s), {file.variants} variants")
        rows = [("field", "survives", "worst under", "wrong", "margins"), *(_row(field) for field in file.fields.values())] if file.variants else []
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            click.echo("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for issue in proof.issues:
        click.echo(str(issue))
    fields = sum(len(file.fields) for file in proof.files)
    click.echo(f"{len(proof.fragile)} of {fields} field(s) survive less than {proof.min_survival:.0%} of some noise", err=True)


def _row(field: FieldProof) -> tuple[str, str, str, str, str]:
    from extractor.authoring.survival import percent

    kind, rate = field.weakest or ("-", 1.0)
    return field.name, percent(rate), kind if rate < 1 else "-", str(field.wrong), field.margins.text
