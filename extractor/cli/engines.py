"""Owns `extractor engines`: what can read pixels here, and what the others lack."""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def engines(as_json: bool) -> None:
    """List OCR engines and what each lacks on this machine."""
    from extractor.ocr import describe_engines

    found = describe_engines()
    if as_json:
        click.echo(json.dumps([{"name": row.name, "version": row.version, "missing": row.missing} for row in found], indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("engine", "version", "on this machine", box=None, pad_edge=False)
    for row in found:
        table.add_row(row.name, row.version or "", f"[yellow]lacks:[/] {row.missing}" if row.missing else "[green]ready[/]")
    Console().print(table)
