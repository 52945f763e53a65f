"""Owns drawing an explanation on a document's pages: which boxes, in which colours and line styles, with a legend.

The colours are those of Okabe and Ito, which colour-blind people tell apart; each kind has a line style of its own, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.authoring.explanation import Explanation, FieldReport, RuleReport
from extractor.document.load import load_document
from extractor.geometry import Box

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

    from extractor.document.load import Source


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of box is drawn. dash: pixels of line and of gap at 1 px a line width; 0 for a solid line."""

    colour: tuple[int, int, int]
    width: int
    dash: int
    meaning: str


STYLES = {
    "zone": Style((0, 158, 115), 3, 12, "zone of a rule"),
    "search": Style((86, 180, 233), 2, 4, "where a rule looks, from its label"),
    "lost": Style((120, 120, 120), 2, 6, "value found, but not chosen"),
    "label": Style((230, 159, 0), 3, 0, "label"),
    "value": Style((0, 114, 178), 4, 0, "value of the field"),
    "miss": Style((213, 94, 0), 4, 8, "value that a rule missed"),
}
"""Kinds of boxes, drawn in this order."""

OUTSET = 3
"""By how many pixels a box is drawn outside of the print."""
LEGEND_ROW = 26


@dataclass(frozen=True, slots=True)
class Mark:
    """One box on a page. kind: see `STYLES`; text: what it says."""

    kind: str
    page: int
    bounds: Box
    text: str


def marks(explanation: Explanation) -> list[Mark]:
    """All boxes to draw, the most important last."""
    found = dict.fromkeys(mark for field in explanation.fields.values() for mark in _of_field(field))
    order = list(STYLES)
    return sorted(found, key=lambda mark: order.index(mark.kind))


def _of_field(field: FieldReport) -> Iterator[Mark]:
    if field.page is not None and field.bounds is not None:
        yield Mark("value", field.page, field.bounds, f"{field.name}: {field.value}")
        if field.label_bounds is not None:
            yield Mark("label", field.page, field.label_bounds, f"label of {field.name}")
    for rule in field.rules:
        yield from _of_rule(field.name, rule)


def _of_rule(field: str, rule: RuleReport) -> Iterator[Mark]:
    told = rule.wins or rule.miss is not None or not rule.inherited
    for area in rule.areas if told else ():
        yield Mark(area.kind, area.page, area.bounds, f"{area.kind} of rule {rule.id}")
    for page, bounds, label in rule.labels if told else ():
        yield Mark("label", page, bounds, f"label '{label}' of {field}")
    for found in rule.found:
        if not found.wins and found.page is not None and found.bounds is not None:
            yield Mark("lost", found.page, found.bounds, f"{field}: {found.text}: {found.reason}")
    miss = rule.miss
    if miss is not None and miss.page is not None:
        if miss.bounds is not None:
            yield Mark("miss", miss.page, miss.bounds, f"{field}: {miss.message}")
        if miss.label_bounds is not None:
            yield Mark("label", miss.page, miss.label_bounds, f"{field}: {miss.message}")


def page_images(explanation: Explanation, source: Source | None = None, *, password: str | None = None) -> list[Image]:
    """The pages as RGB images of the size that bounds refer to; white paper where there is no document to render."""
    from PIL import Image

    if source is None:
        return [Image.new("RGB", (page.width, page.height), "white") for page in explanation.pages]
    with load_document(source, password=password) as document:
        return [page.image().convert("RGB") for page in document.pages]


def drawn(explanation: Explanation, images: Iterable[Image]) -> list[Image]:
    """The pages with boxes on them, and a legend in a strip below each page, so that it hides no print."""
    found = marks(explanation)
    pages = zip(explanation.pages, images, strict=False)
    return [_drawn(image, [mark for mark in found if mark.page == page.number]) for page, image in pages]


def _drawn(page: Image, found: list[Mark]) -> Image:
    from PIL import Image, ImageDraw

    canvas = Image.new("RGB", (page.width, page.height + LEGEND_ROW * len(STYLES) + 8), "white")
    canvas.paste(page, (0, 0))
    draw = ImageDraw.Draw(canvas)
    for mark in found:
        _frame(draw, _inside(mark.bounds, page), STYLES[mark.kind])
    for row, style in enumerate(STYLES.values()):
        top = page.height + 8 + LEGEND_ROW * row
        _frame(draw, Box(14, top, 40, LEGEND_ROW - 12), style)
        draw.text((70, top), style.meaning, fill="black", font_size=15)
    return canvas


def _inside(box: Box, page: Image) -> Box:
    """A box that can be seen whole, its outset included."""
    return box.intersection(Box(OUTSET, OUTSET, page.width - 2 * OUTSET - 1, page.height - 2 * OUTSET - 1))


def _frame(draw: ImageDraw, box: Box, style: Style) -> None:
    left, top, right, bottom = box.x - OUTSET, box.y - OUTSET, box.right + OUTSET, box.bottom + OUTSET
    corners = ((left, top), (right, top), (right, bottom), (left, bottom), (left, top))
    for (x, y), (to_x, to_y) in pairwise(corners):
        for start, end in _strokes(abs(to_x - x) + abs(to_y - y), style.dash):
            line = [(x + (to_x - x) * start, y + (to_y - y) * start), (x + (to_x - x) * end, y + (to_y - y) * end)]
            draw.line(line, fill=style.colour, width=style.width)


def _strokes(length: float, dash: int) -> Iterator[tuple[float, float]]:
    """Strokes of a line as shares of its length."""
    if not dash or length <= 0:
        yield 0.0, 1.0
        return
    position = 0.0
    while position < length:
        yield position / length, min(1.0, (position + dash) / length)
        position += 2 * dash


def save_overlay(explanation: Explanation, images: Iterable[Image], path: Path) -> list[Path]:
    """Writes one PNG a page: `path` itself for one page, `name-1.png`, `name-2.png` ... for several. Raises OSError."""
    pages = drawn(explanation, images)
    paths = [path] if len(pages) == 1 else [path.with_stem(f"{path.stem}-{number}") for number in range(1, len(pages) + 1)]
    for page, target in zip(pages, paths, strict=True):
        page.save(target, format="PNG")
    return paths
