"""Owns what reading a table gives and what its parts hand on: cells, rows, headers, pieces of print."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from extractor.geometry import Box
from extractor.layout import Line, PageLayout
from extractor.record import record

FIGURES = frozenset({"quantity", "unit_price", "tax_rate", "amount"})
"""Columns that hold figures; figures are aligned with their header, text flows to the right of its header's left edge."""
OTHER = ""
"""The name of a column whose header stands for no column of `LINE_FIELDS`."""


@record
class Cell:
    """What stands in one column of one row. bounds: page pixels. ocr: 0 to 1, None where the engine gives none."""

    text: str
    page: int
    bounds: Box
    ocr: float | None


@dataclass(slots=True)
class TableRow:
    """One row of the table: cells by column, and the lines (page number, index) that it takes up.

    percents: the percentages that stand beside its figures, in no column of tax rates; discounts are printed so.
    """

    cells: dict[str, Cell] = field(default_factory=dict)
    lines: list[tuple[int, int]] = field(default_factory=list)
    percents: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a header. name: see `LINE_FIELDS`, or OTHER. names: all that its label may stand for. box: upright pixels.

    parts: the label names several things in one cell (`Name & description`).
    """

    name: str
    names: tuple[str, ...]
    box: Box
    parts: bool = False


@dataclass(frozen=True, slots=True)
class Header:
    """The labels above a table. columns: from left to right. lines: what the labels are printed on."""

    page: PageLayout
    lines: tuple[Line, ...]
    columns: tuple[Column, ...]

    @property
    def bottom(self) -> float:
        """Where the body begins, in upright pixels."""
        return max(line.box.center_y + line.height / 2 for line in self.lines)


@record
class Piece:
    """A part of a line that stands in one column (index into the header's columns)."""

    line: Line
    start: int
    end: int
    box: Box
    column: int

    @property
    def text(self) -> str:
        """What is printed."""
        return self.line.text[self.start : self.end]
