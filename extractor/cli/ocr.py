"""Owns `extractor ocr`: only reading, no rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from extractor.cli.options import NumberRange, cache_from, limits_from, reading_options


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--json", "json_path", type=click.Path(path_type=Path), help="Write pages and regions as JSON.")
@click.option("--csv", "csv_path", type=click.Path(path_type=Path), help='Write one "text",confidence row a region.')
@click.option("--min-confidence", type=NumberRange(0, 100), default=0, metavar="N", help="Leave out regions below this confidence (0 to 100).")
@reading_options
def ocr(file: Path, json_path: Path | None, csv_path: Path | None, min_confidence: float, **options: Any) -> None:
    """Read FILE and print one "text",confidence row a region."""
    from extractor.ocr import Image, OcrEngine

    written = [path.resolve() for path in (json_path, csv_path) if path is not None]
    if len({*written, file.resolve()}) <= len(written):
        raise click.UsageError("what is written must not replace the document or another output")
    limits = limits_from(options)
    languages = options["languages"] or ("en",)
    cache = cache_from(options["cache"])
    with (
        Image.load(file, password=options["password"], limits=limits) as image,
        OcrEngine(options["engine"], languages, mode=options["mode"], limits=limits, cache=cache, barcodes=options["barcodes"]) as engine,
    ):
        result = engine.process(image).filter(min_confidence)
    for warning in result.warnings:
        click.echo(f"warning: {warning}", err=True)
    if json_path:
        json_path.write_text(result.to_json(indent=2), encoding="utf-8")
    if csv_path:
        result.save_as_csv(csv_path)
    if not (json_path or csv_path):
        click.echo(result.to_csv(), nl=False)
