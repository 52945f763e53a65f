"""Owns the CSV of fields: one row a field and document, with the evidence that fits into columns."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from extractor.invoice.fields import plain
from extractor.output.result import ExtractionResult

COLUMNS = ("document", "field", "value", "text", "status", "confidence", "page", "x", "y", "width", "height", "rule")
"""Columns of the file. document: the path, with the pages where a file holds several invoices. confidence: 0 to 1; x, y, width, height: page pixels."""


class FieldsCsv:
    """Writes one row for each field that has a value, line items included. A context manager.

    >>> with FieldsCsv(os.devnull) as rows:
    ...     rows.path.name
    'null'
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._file = self.path.open("w", encoding="utf-8", errors="backslashreplace", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)

    def write(self, result: ExtractionResult) -> None:
        """Adds the fields of one document."""
        self._writer.writerows(_rows(result))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()


def _rows(result: ExtractionResult) -> Iterable[list[object]]:
    for name, value in result.fields.items():
        if value.value is None:
            continue
        box = value.bounds.to_dict() if value.bounds else {}
        place = [box.get(side, "") for side in ("x", "y", "width", "height")]
        page = "" if value.page is None else value.page
        yield [result.name, name, plain(value.value), value.text, value.status, f"{value.confidence:.3f}", page, *place, value.rule_id or ""]
