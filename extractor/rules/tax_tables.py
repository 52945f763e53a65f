"""Owns tables of the taxes by rate, as a rule file describes them by the headers of their columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extractor.geometry import Box
from extractor.invoice.amounts import find_amounts, has_amount
from extractor.invoice.fields import TAX_FIELDS
from extractor.layout import Layout, Line, PageLayout, Span
from extractor.rules.blocks import Row, Tables
from extractor.rules.labels import LabelHit
from extractor.rules.model import LineTable, Rule
from extractor.rules.relations import stands_under
from extractor.rules.searches import candidate_of
from extractor.rules.taxes import PERCENT
from extractor.rules.views import allows_page

TAX_COLUMN, TAX_END = "tax column", "end of taxes"
"""Owners of the labels of such tables."""
TABLE_FIT = 0.9
"""How well a cell answers its header."""
MIN_COLUMNS = 2
"""A header names at least so many of the columns."""
MAX_GAP = 2.5
"""The table ends at a gap of so many heights of print."""


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    box: Box


def with_tax_tables(tables: Tables, declared: Sequence[LineTable], layout: Layout, hits: Sequence[LabelHit]) -> Tables:
    """Tables with the taxes that the first of the declared tables on the pages shows; what blocks read of them goes before."""
    if "taxes" in tables.rows:
        return tables
    found = (_rows(table, layout, hits) for table in declared)
    rows = next((rows for rows in found if rows), None)
    return replace(tables, rows={**tables.rows, "taxes": rows}) if rows else tables


def _rows(table: LineTable, layout: Layout, hits: Sequence[LabelHit]) -> list[Row]:
    rows: list[Row] = []
    for page in (each for each in layout.pages if allows_page(table.page, each, layout.pages)):
        own = [hit for hit in hits if hit.page is page]
        for header in _headers(table, own):
            rows += _body(page, header, {hit.line.index for hit in own if TAX_END in hit.owners and hit.span.start == 0})
    return rows


def _headers(table: LineTable, hits: Sequence[LabelHit]) -> Iterator[tuple[Line, list[_Column]]]:
    """The lines that name columns of a table. A label of two columns is that of the next one without a header."""
    by_line: dict[int, list[LabelHit]] = {}
    for hit in hits:
        by_line.setdefault(hit.line.index, []).append(hit)
    for line_hits in by_line.values():
        columns: dict[str, _Column] = {}
        for hit in line_hits:
            name = next((name for name in table.columns if f"{TAX_COLUMN}.{name}" in hit.owners and name not in columns), None)
            if name is not None:
                columns[name] = _Column(name, hit.line.box_of(hit.span.start, hit.span.end))
        if len(columns) >= MIN_COLUMNS and not has_amount(line_hits[0].line.text):
            yield line_hits[0].line, list(columns.values())


def _body(page: PageLayout, header: tuple[Line, list[_Column]], ends: set[int]) -> Iterator[Row]:
    head, columns = header
    bottom = head.box.bottom
    for line in sorted((line for line in page.lines if line.box.center_y > head.box.bottom), key=lambda line: line.box.center_y):
        if line.index in ends or line.box.y - bottom > MAX_GAP * line.height:
            return
        cells = _cells(page, line, columns)
        if "amount" in cells or "base" in cells:
            yield cells
            bottom = line.box.bottom


def _cells(page: PageLayout, line: Line, columns: Sequence[_Column]) -> Row:
    cells: Row = {}
    for span in _figures(line.text):
        box = line.box_of(span.start, span.end)
        over = [column for column in columns if stands_under(column.box, box, line.height) and column.name not in cells]
        if over:
            name = min(over, key=lambda column: min(abs(column.box.right - box.right), abs(column.box.center_x - box.center_x))).name
            rule = Rule("taxes", f"taxes.{name}", TAX_FIELDS[name].kind, weight=TABLE_FIT)
            cells[name] = candidate_of(rule, line.text[span.start : span.end], [(page, line, span)])
    return cells


def _figures(text: str) -> list[Span]:
    """Percentages and amounts of a line, left to right."""
    rates = [match.span() for match in PERCENT.finditer(text)]
    amounts = [span for span in find_amounts(text, bare_integers=True) if all(span[1] <= start or span[0] >= end for start, end in rates)]
    return [Span(start, end) for start, end in sorted([*rates, *amounts])]
