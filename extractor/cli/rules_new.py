"""Owns `extractor rules new`: samples in, a drafted and proven rule file out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.options import cache_from, limits_from, reading_options

if TYPE_CHECKING:
    from extractor.authoring.drafting.draft import Draft, Order
    from extractor.authoring.drafting.samples import Sample
    from extractor.rules import RuleBook

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("documents", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--set", "given", multiple=True, metavar="FIELD=VALUE", help="A value on the first document: number=12345, date=2025-12-01, total=1250.00; repeatable."
)
@click.option("--name", metavar="TEXT", help="Name of the vendor, as printed; short for --set seller_name=TEXT.")
@click.option("--id", "rule_id", metavar="ID", help="Id of the rule set, such as vendors/acme; else the file's name.")
@click.option("--extends", multiple=True, metavar="ID", help="Rule file to extend; else the general one that fits best; repeatable.")
@click.option("--rules", multiple=True, type=click.Path(path_type=Path, exists=True), metavar="PATH", help="Your other rule files, beside the shipped ones.")
@click.option("--out", type=FILE, metavar="FILE", help="Where to write; else a file named after the vendor, in this folder.")
@click.option("--record", is_flag=True, help="Also keep what OCR read of each document beside it, as NAME.ocr.json.")
@click.option("--force", is_flag=True, help="Replace files that exist.")
@click.option("--dry-run", is_flag=True, help="Print the draft; write nothing.")
@reading_options
def new(documents: tuple[Path, ...], **options: Any) -> int:
    """Draft a vendor's rule file from one or more DOCUMENTS and prove it on them.

    Values that you state with --set are looked for in any form of print; without --set the draft takes what the general
    rules are sure of. A value that does not stand on the page ends with 5, and nothing is written.
    """
    from extractor.authoring.drafting.draft import draft

    given = _given(options["given"], options["name"])
    if options["out"] is not None:
        _check_target(options["out"], options)
    samples, book = _read(documents, options)
    order = _order(samples, given, options)
    try:
        drafted = draft(samples, book, order)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if options["dry_run"]:
        click.echo(drafted.file.to_yaml(), nl=False)
    else:
        _write(drafted, order, samples, options)
    _summary(drafted)
    return 0


def _given(pairs: tuple[str, ...], name: str | None) -> dict[str, str]:
    given = {"seller_name": name} if name else {}
    for pair in pairs:
        field, mark, value = pair.partition("=")
        if not mark:
            raise click.UsageError(f"--set takes FIELD=VALUE, not '{pair}'")
        given[field.strip()] = value.replace("\\n", "\n")
    return given


def _check_target(path: Path, options: dict[str, Any]) -> None:
    """Refuses to replace a file before any time is spent on a draft."""
    if path.exists() and not options["force"] and not options["dry_run"]:
        raise click.UsageError(f"{path} exists; --force replaces it, --out names another file")


def _read(documents: tuple[Path, ...], options: dict[str, Any]) -> tuple[list[Sample], RuleBook]:
    """The samples, with progress on standard error where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from extractor.authoring.drafting.samples import read_samples

    console = Console(stderr=True)
    with Progress(TextColumn("documents"), BarColumn(), MofNCompleteColumn(), console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("documents", total=len(documents))
        return read_samples(
            documents,
            lambda: bar.advance(task),
            password=options["password"],
            rules=options["rules"],
            engine=options["engine"],
            language=options["languages"] or ("en",),
            mode=options["mode"],
            barcodes=options["barcodes"],
            limits=limits_from(options),
            cache=cache_from(options["cache"]),
            rule_cache=options["cache"],
        )


def _order(samples: list[Sample], given: dict[str, str], options: dict[str, Any]) -> Order:
    from extractor.authoring.drafting.draft import Order, file_name

    out = options["out"] or Path(file_name(samples, given, options["rule_id"]))
    _check_target(out, options)
    return Order(out, options["rule_id"], given, options["extends"], options["rules"])


def _write(drafted: Draft, order: Order, samples: list[Sample], options: dict[str, Any]) -> None:
    from extractor.errors import OutputError

    recorded = {sample.path.with_suffix(".ocr.json"): sample.result.ocr.to_json() for sample in samples} if options["record"] else {}
    for path in recorded:
        _check_target(path, options)
    for path, text in {**recorded, order.out: drafted.file.to_yaml()}.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise OutputError(f"{path} cannot be written: {error.strerror}") from error
        click.echo(f"wrote {path}", err=True)


def _summary(drafted: Draft) -> None:
    """A table of the fields on standard error, then what the author should look at."""
    from rich.console import Console
    from rich.table import Column, Table

    table = Table(Column("field", no_wrap=True), "value", "known from", "rule", "margin")
    for row in drafted.fields:
        values = ", ".join(str(value) for value in row.values if value is not None)
        source = "you" if row.stated else "general rules"
        rules = "; ".join(choice.rule.why for choice in row.chosen) or ("left to the general rules" if row.is_read else "none that holds")
        table.add_row(row.name, values, source, rules, f"{min(c.score.margin for c in row.chosen):.2f}" if row.chosen else "")
    console = Console(stderr=True, soft_wrap=False)
    console.print(table)
    for note in drafted.notes:
        click.echo(f"note: {note}", err=True)
