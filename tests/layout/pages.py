"""Owns pages for tests: text at positions -> `OcrPage`, cut into regions as different engines cut it, turned as scans are turned.

Positions and sizes are points from the top left of an upright A4 page; widths are those of Helvetica.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from reportlab.pdfbase.pdfmetrics import stringWidth

from extractor.geometry import Box, union
from extractor.layout import Layout, PageLayout, lay_out, lay_out_page
from extractor.ocr.result import OcrPage, OcrRegion, OcrResult

A4 = (595.0, 842.0)


@dataclass(frozen=True)
class Print:
    """A piece of print. x: its left edge, or its right edge where `right` is set; y: its top; size: the font's height."""

    x: float
    y: float
    text: str
    size: float = 10
    right: bool = False

    @property
    def width(self) -> float:
        return float(stringWidth(self.text, "Helvetica", self.size))

    @property
    def box(self) -> Box:
        return Box(self.x - self.width if self.right else self.x, self.y, self.width, self.size)

    def part(self, start: int, end: int) -> Print:
        before = float(stringWidth(self.text[:start], "Helvetica", self.size))
        return Print(self.box.x + before, self.y, self.text[start:end], self.size)


def table(y: float, rows: Iterable[Sequence[str]], columns: Sequence[float], *, pitch: float = 14, right_from: int = 99) -> list[Print]:
    """Rows of cells, the first row at `y`; columns: x of each column, its right edge from column number `right_from` on. Empty cells print nothing."""
    cells = [(y + pitch * row, i, text) for row, texts in enumerate(rows) for i, text in enumerate(texts)]
    return [Print(columns[i], top, text, right=i >= right_from) for top, i, text in cells if text]


def words(prints: Iterable[Print]) -> list[Print]:
    """Every word by itself, as Tesseract gives them."""
    found = []
    for piece in prints:
        position = 0
        for word in piece.text.split(" "):
            if word:
                found.append(piece.part(position, position + len(word)))
            position += len(word) + 1
    return found


def joined(prints: Iterable[Print], gap: float) -> list[tuple[str, Box]]:
    """Neighbours on one baseline as one region each, where at most `gap` points lie between them."""
    regions: list[list[Print]] = []
    for piece in sorted(prints, key=lambda p: (p.y, p.box.x)):
        last = regions[-1][-1] if regions else None
        if last and last.y == piece.y and piece.box.x - last.box.right <= gap:
            regions[-1].append(piece)
        else:
            regions.append([piece])
    return [(" ".join(p.text for p in pieces), union(p.box for p in pieces)) for pieces in regions]


def ocr_page(
    prints: Iterable[Print | tuple[str, Box]],
    *,
    number: int = 1,
    dpi: float = 144,
    confidence: float | None = 95.0,
    jitter: Callable[[Box], Box] = lambda box: box,
) -> OcrPage:
    """A page with one region for each piece of print; jitter moves each box (in points)."""
    scale = dpi / 72
    pieces = [(p.text, p.box) if isinstance(p, Print) else p for p in prints]
    regions = tuple(OcrRegion(text, confidence, jitter(box).scaled(scale), "test") for text, box in pieces)
    return OcrPage(number, round(A4[0] * scale), round(A4[1] * scale), regions, dpi)


def page_layout(prints: Iterable[Print | tuple[str, Box]], **options: float) -> PageLayout:
    """The page brought to canonical form."""
    return lay_out_page(ocr_page(prints, **options))


def layout(*pages: Iterable[Print | tuple[str, Box]], dpi: float = 144) -> Layout:
    """A document of several pages in canonical form."""
    return lay_out(OcrResult(tuple(ocr_page(prints, number=i + 1, dpi=dpi) for i, prints in enumerate(pages)), "test"))


def text_layout(*pages: str) -> Layout:
    """A document from plain text: a line of print for each line, wide gaps where two spaces or more stand."""
    return layout(*(_prints(page) for page in pages))


def _prints(text: str) -> list[Print]:
    return [piece for row, line in enumerate(text.splitlines()) for piece in _pieces(line, 60 + 14.0 * row)]


def _pieces(line: str, y: float) -> list[Print]:
    """What stands between wide gaps, at the column that it begins in (or further right, where wide letters need the room)."""
    pieces: list[Print] = []
    for match in re.finditer(r"\S+(?: \S+)*", line):
        free = pieces[-1].box.right + 20 if pieces else 0
        pieces.append(Print(max(60 + 6 * match.start(), free), y, match.group()))
    return pieces


def turned(page: OcrPage, rotation: int = 0, skew: float = 0.0) -> OcrPage:
    """An upright page as it looks when its print is turned clockwise by `rotation` and `skew` degrees: boxes are hulls of the turned ones."""
    sideways = rotation in (90, 270)
    width, height = (page.height, page.width) if sideways else (page.width, page.height)
    angle = math.radians(rotation + skew)
    cos, sin = math.cos(angle), math.sin(angle)

    def place(x: float, y: float) -> tuple[float, float]:
        dx, dy = x - page.width / 2, y - page.height / 2
        return width / 2 + dx * cos - dy * sin, height / 2 + dx * sin + dy * cos

    def hull(box: Box) -> Box:
        return Box.from_points(place(x, y) for x in (box.x, box.right) for y in (box.y, box.bottom))

    regions = tuple(replace(region, bounds=hull(region.bounds)) for region in page.regions)
    return replace(page, width=width, height=height, regions=regions, rotation=rotation, skew=skew)
