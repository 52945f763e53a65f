"""Owns `extractor rules explain`: why a document gave the values that it gave."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from extractor.cli.loading import READING_RULES, late_progress
from extractor.cli.options import cache_from, limits_from, reading_options

if TYPE_CHECKING:
    from extractor.authoring.explanation import Explanation

OUT = click.Path(dir_okay=False, path_type=Path)


def _expected(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Reads `FIELD=VALUE`. Raises click.BadParameter."""
    for value in values:
        name, equals, _ = value.partition("=")
        if not equals:
            raise click.BadParameter(f"{value!r} is not FIELD=VALUE.")
        _known(name)
    return {name: value for name, _, value in (text.partition("=") for text in values)}


def _fields(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        _known(value)
    return values


def _known(name: str) -> None:
    from extractor.invoice.fields import FIELDS

    if name not in FIELDS and not name.startswith("extra."):
        raise click.BadParameter(f"there is no field {name!r}.")


@click.command()
@click.argument("document", type=click.Path(exists=True, dir_okay=False))
@click.option("--field", "fields", multiple=True, callback=_fields, metavar="NAME", help="Explain this field alone; repeatable.")
@click.option(
    "--expect", "expected", multiple=True, callback=_expected, metavar="FIELD=VALUE", help="The right value of a field: why was it not found? Repeatable."
)
@click.option("--rules", multiple=True, type=click.Path(exists=True), metavar="PATH", help="Rule file or folder beside the shipped rules; repeatable.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to print.")
@click.option("--overlay", type=OUT, metavar="PNG", help="Draw what was looked for and found on the page; with several pages, NAME-1.png and so on.")
@click.option("--html", type=OUT, metavar="HTML", help="Write a report with the pages in it, as one file.")
@reading_options
def explain(document: str, **options: Any) -> int:
    """Explain what the rules found on DOCUMENT, and by how much they missed the rest.

    Tells the vendor and the runners-up, each rule of each field with its scores, and the smallest change of a rule
    that would find a value. Ends with 0 whatever the document is worth.
    """
    from rich.console import Console

    from extractor.authoring.explain import explain as explained
    from extractor.pipeline import Extractor

    password = options["password"]
    made = {name: options[name] for name in ("engine", "mode", "barcodes", "rules")}
    limits, language, cache = limits_from(options), options["languages"] or ("en",), cache_from(options["cache"])
    busy = Console(stderr=True).status("reading the document and trying the rules")  # shows on terminals alone
    with late_progress(READING_RULES) as reading:
        extractor = Extractor(language=language, limits=limits, cache=cache, rule_cache=options["cache"], rule_progress=reading, **made)
    with extractor, busy:
        found = explained(extractor, document, fields=options["fields"], expected=options["expected"], password=password)
    _write(found, document, password, options["overlay"], options["html"])
    if options["style"] == "json":
        click.echo(json.dumps(found.to_dict(), ensure_ascii=False, indent=2))
        return 0
    from extractor.authoring.report import text_report

    click.echo(text_report(found), nl=False)
    return 0


def _write(found: Explanation, document: str, password: str | None, overlay: Path | None, html: Path | None) -> None:
    """Writes the pictures and the report that were asked for."""
    if overlay is None and html is None:
        return
    from extractor.authoring.overlay import page_images, save_overlay
    from extractor.authoring.report import html_report

    images = page_images(found, document, password=password)
    if overlay is not None:
        for path in save_overlay(found, images, overlay):
            click.echo(f"wrote {path}", err=True)
    if html is not None:
        html.write_text(html_report(found, images), encoding="utf-8")
        click.echo(f"wrote {html}", err=True)
