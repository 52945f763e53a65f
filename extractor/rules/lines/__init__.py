"""The table of line items: its header gives columns, print is dealt out to them, rows go on over pages.

`read_table` reads top down: `header`, `pieces`, `figures`, `rows`, `names`.
"""

from __future__ import annotations

from extractor.rules.lines.model import Cell, TableRow
from extractor.rules.lines.read import read_table

__all__ = ["Cell", "TableRow", "read_table"]
