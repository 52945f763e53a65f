"""Owns how a result looks on a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from extractor.batch import Outcome
from extractor.invoice.fields import LINE_FIELDS, InvoiceLine, plain
from extractor.issues import Issue
from extractor.output import ExtractionResult
from extractor.resolve import FieldStatus, FieldValue

_STYLES = {"valid": "bold green", "review": "bold yellow", "invalid": "bold red", "error": "bold red", "warning": "yellow", "info": "dim"}


def show(console: Console, outcome: Outcome) -> None:
    """Prints what became of a document: its fields with confidence and place, its lines, its issues."""
    if not outcome.results:
        error = outcome.error
        console.print(Text.assemble((outcome.source, "bold"), "  ", ("could not be read", "bold red"), f"\n{type(error).__name__}: {error}"))
        return
    for result in outcome.results:
        console.print(_result(result))


def _result(result: ExtractionResult) -> RenderableType:
    title = Text.assemble((result.name, "bold"), "  ", (str(result.status), _STYLES[result.status]), (f"  rules: {result.rules.id}", "dim"))
    parts: list[RenderableType] = [title, _fields(result)]
    if result.invoice.lines:
        parts.append(_lines(result.invoice.lines))
    parts.extend(_issue(issue) for issue in result.issues)
    return Group(*parts, "")


def _fields(result: ExtractionResult) -> Table:
    table = Table("field", "value", "sure", "page", "printed as", box=None, pad_edge=False, header_style="dim")
    for name, value in result.fields.items():
        if value.value is not None and not name.startswith("lines["):
            table.add_row(name, _value(value), f"{value.confidence:.2f}", str(value.page or ""), Text(_printed(value), style="dim", overflow="ellipsis"))
    return table


def _value(value: FieldValue) -> Text:
    return Text(str(plain(value.value)).replace("\n", ", "), style="bold" if value.status is FieldStatus.OK else "yellow")


def _printed(value: FieldValue) -> str:
    if value.page is None:
        return f"({value.origin})"
    return " ".join(f"{value.label or ''} {value.text}".split())


def _lines(lines: Iterable[InvoiceLine]) -> Table:
    rows = list(lines)
    columns = [name for name in LINE_FIELDS if any(getattr(line, name) is not None for line in rows)]
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in columns:
        table.add_column(name, justify="left" if LINE_FIELDS[name].kind in ("text", "identifier") else "right")
    for line in rows:
        values = (getattr(line, name) for name in columns)
        table.add_row(*("" if value is None else Text(str(plain(value)).replace("\n", " ")) for value in values))
    return table


def _issue(issue: Issue) -> Text:
    return Text(str(issue), style=_STYLES[issue.level])
