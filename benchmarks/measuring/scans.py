"""Owns the pages that OCR engines are measured on: scanned receipts and A4 pages at 200 dpi, with the words and values that stand on them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from measuring.documents import Data, Document
from measuring.prints import stands

T = TypeVar("T")

DPI = 200
RECEIPT_FIELDS, PAGE_FIELDS = ("total", "date", "seller_name"), ("number", "total", "iban")
_LEAST_FIELDS = 2
"""Pages whose text layer shows fewer of the labelled values are not what their label says."""
_BOX_COLUMNS = 8


@dataclass(frozen=True)
class Scan:
    """A page as an image file. values: labelled fields that stand on it (kind, value)."""

    kind: str
    path: Path
    words: Counter[str]
    values: dict[str, tuple[str, str]]

    def recall(self, text: str) -> float:
        """Which share of the words on the page a reading has."""
        found = words(text)
        return sum(min(count, found[word]) for word, count in self.words.items()) / max(1, self.words.total())

    def found(self, text: str) -> list[str]:
        """The fields whose value stands in a reading."""
        return [field for field, (kind, value) in self.values.items() if stands(kind, value, text)]


def words(text: str) -> Counter[str]:
    """Words in lower case, without signs."""
    return Counter(re.findall(r"\w+", text.casefold()))


def scans(data: Data, count: int, folder: Path) -> list[Scan]:
    """`count` receipts of the set `sroie` and as many first pages of the set `hybrid`, evenly spread; pages are drawn into `folder`."""
    groups = data.groups
    receipts = [_receipt(data, document) for document in _spread(groups.get("sroie", []), count)]
    pages = [page for document in groups.get("hybrid", []) if (page := _page(data, document, folder)) is not None]
    return receipts + _spread(pages, count)


def _spread(items: list[T], count: int) -> list[T]:
    return [items[i * len(items) // count] for i in range(count)] if count < len(items) else items


def _receipt(data: Data, document: Document) -> Scan:
    boxes = data.folder / document.set_name / "box" / f"{document.path.stem}.csv"
    rows = (line.split(",", _BOX_COLUMNS) for line in boxes.read_text(encoding="utf-8", errors="replace").splitlines())
    text = "\n".join(row[_BOX_COLUMNS] for row in rows if len(row) > _BOX_COLUMNS)
    return Scan("receipts", document.path, words(text), _values(data, document, RECEIPT_FIELDS, text))


def _page(data: Data, document: Document, folder: Path) -> Scan | None:
    import pypdfium2 as pdfium

    pdf = pdfium.PdfDocument(document.path)
    page = pdf[0]
    text = page.get_textpage().get_text_range()
    values = _values(data, document, PAGE_FIELDS, text)
    if len(values) < _LEAST_FIELDS:
        return None
    path = folder / f"{document.path.stem}.png"
    page.render(scale=DPI / 72).to_pil().save(path, compress_level=1)
    return Scan("pages", path, words(text), values)


def _values(data: Data, document: Document, fields: Iterable[str], text: str) -> dict[str, tuple[str, str]]:
    labelled = {field: (data.kind(field), str(document.truth[field])) for field in fields if field in document.truth}
    return {field: value for field, value in labelled.items() if stands(*value, text)}
