"""Owns the options that commands share."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from extractor.document.model import Limits
    from extractor.ocr import OcrCache

Command = Callable[..., Any]


class NumberRange(click.FloatRange):
    """A range of numbers that `nan`, which compares with nothing, does not slip through."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Raises click.BadParameter."""
        number = float(super().convert(value, param, ctx))
        if math.isnan(number):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return number


def threshold(value: str) -> tuple[str, float]:
    """Reads `N` or `FIELD=N` as a pair of a field and a number; `*` stands for all fields that are not named. Raises click.BadParameter."""
    from extractor.invoice.fields import FIELDS

    name, _, number = value.rpartition("=")
    if name and name not in FIELDS and not name.startswith("extra."):
        raise click.BadParameter(f"there is no field {name!r}.")
    return name or "*", NumberRange(0, 1).convert(number, None, None)


def moment(value: str) -> datetime.datetime:
    """A date or a time of ISO 8601; UTC where it names no zone. Raises click.BadParameter."""
    try:
        given = datetime.datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is no date or time of ISO 8601 (2025-12-01, 2025-12-01T08:00:00+01:00).") from error
    return given if given.tzinfo else given.replace(tzinfo=datetime.UTC)


_READING = (
    click.option("--engine", default="auto", show_default=True, metavar="NAME", help="OCR engine; `extractor engines` lists them."),
    click.option("--mode", type=click.Choice(["auto", "ocr", "text"]), help="Text layers of PDFs: use them where they can be trusted, never, or alone."),
    click.option("--language", "-l", "languages", multiple=True, metavar="CODE", help="Language of the documents (en, de, fr ...); repeatable."),
    click.option("--barcodes/--no-barcodes", default=True, show_default=True, help="Look for barcodes and QR codes on the pages."),
    click.option("--password", metavar="TEXT", help="Password of encrypted PDFs."),
    click.option("--max-bytes", type=click.IntRange(1), metavar="N", help="Refuse larger files."),
    click.option("--max-pixels", type=click.IntRange(1), metavar="N", help="Refuse larger pages."),
    click.option("--max-pages", type=click.IntRange(1), metavar="N", help="Refuse longer documents."),
    click.option("--max-seconds", type=NumberRange(0, min_open=True), metavar="N", help="Give up reading a document after this time."),
    click.option("--cache/--no-cache", default=True, show_default=True, help="Keep OCR results and compiled rule files, so that nothing is read twice."),
)


_EXTRACTING = (
    click.option("--rules", multiple=True, type=click.Path(exists=True), metavar="PATH", help="Rule file or folder beside the shipped rules; repeatable."),
    click.option("--schema", type=click.Path(), metavar="PATH", help="JSON Schema to validate invoices against, in place of the shipped one."),
    click.option(
        "--min-confidence",
        type=threshold,
        multiple=True,
        metavar="[FIELD=]N",
        help="Values below this confidence (0 to 1) ask for review; repeatable, also by field.",
    ),
    click.option(
        "--einvoice",
        type=click.Choice(["prefer", "check", "ignore"]),
        default="prefer",
        show_default=True,
        help="E-invoices in and beside the page: their values lead and the page is compared, the page leads, or they are not read.",
    ),
)


def extracting_options(command: Command) -> Command:
    """Adds the options on what is made of a document that was read: rules, schema, confidence."""
    for option in reversed(_EXTRACTING):
        command = option(command)
    return command


def settings_from(options: dict[str, Any]) -> dict[str, Any]:
    """The options of `Extractor` that a command's options ask for."""
    return {
        "rules": options["rules"],
        "engine": options["engine"],
        "language": options["languages"] or ("en",),
        "mode": options["mode"],
        "barcodes": options["barcodes"],
        "schema": options["schema"],
        "min_confidence": dict(options["min_confidence"]),
        "einvoice": options["einvoice"],
        "limits": limits_from(options),
        "cache": cache_from(options["cache"]),
        "rule_cache": options["cache"],
    }


def reading_options(command: Command) -> Command:
    """Adds the options on reading documents."""
    for option in reversed(_READING):
        command = option(command)
    return command


def limits_from(options: dict[str, Any]) -> Limits:
    """Takes the limits out of a command's options."""
    from extractor.document.model import Limits

    given = {name: options.pop(name) for name in ("max_bytes", "max_pixels", "max_pages", "max_seconds")}
    return Limits(**{name: value for name, value in given.items() if value is not None})


def cache_from(wanted: bool) -> OcrCache | None:
    """The cache of OCR results, or none."""
    from extractor.ocr import OcrCache

    return OcrCache() if wanted else None


regions_option = click.option(
    "--regions",
    type=click.Choice(["all", "needed"]),
    default="all",
    show_default=True,
    help="Read all print of a scan, or what the fields come from that its vendor's rule file asks for; that is learned from the vendor's first documents.",
)


def check_regions(options: dict[str, Any]) -> None:
    """Refuses to leave print unread where all of it is looked at. Raises click.UsageError."""
    if options["regions"] == "needed" and options["split"] != "none":
        raise click.UsageError("--split looks at all print of a file; leave out --regions needed")


store_option = click.option(
    "--store",
    required=True,
    metavar="URL",
    envvar="EXTRACTOR_STORE",
    help="Path of a SQLite file, or postgresql://user@host/name; also by the variable EXTRACTOR_STORE, which keeps a password out of the list of processes.",
)
"""The option of every command that works on a store."""
