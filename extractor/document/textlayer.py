"""Owns judging a text layer: whether a page's text can be taken as it is, and which image areas it says nothing about."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import compress, pairwise
from typing import TYPE_CHECKING

from extractor.document.model import UNREADABLE, TextLayer
from extractor.geometry import Box, union

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Cells = NDArray[np.bool_]


class Verdict(StrEnum):
    """`trusted`; `empty`: no text; `invisible`: only text that nobody sees (OCR under a scan); `garbled`: not what is printed;
    `outlined`: little text, while the print is drawn as shapes."""

    TRUSTED = "trusted"
    EMPTY = "empty"
    INVISIBLE = "invisible"
    GARBLED = "garbled"
    OUTLINED = "outlined"


@dataclass(frozen=True, slots=True)
class Trust:
    """A verdict and its reason in words. True where the layer can be taken as it is."""

    verdict: Verdict
    reason: str = ""

    def __bool__(self) -> bool:
        return self.verdict is Verdict.TRUSTED


_MAX_UNREADABLE = 0.05
"""Share of characters. A page of symbols (bullets, icons) stays below 2 %."""
_UNREADABLE_WORDS = 3
"""So many words of three and more characters without one that can be read: a whole font is unreadable."""
_OUTLINE_SEGMENTS = 3_000
"""About 150 letters drawn as shapes; logos and QR codes alone stay below, or stand on pages that have text."""
_FEW_WORDS = 30
_ENOUGH_WORDS = 12
"""Fewer different words say nothing about how letters follow each other."""
_MIN_FAMILIAR = 0.28
"""Share of `_PAIRS` among all pairs of neighbouring letters. Pages in European languages measure 0.38 to 0.7; the same pages
with their letters shifted, exchanged at random, or replaced by glyph numbers 0.02 to 0.25 (once in 5,000 pages 0.3)."""

_FREQUENT_PAIRS = """
    er en in de ti te es an re nd st on it ar at is al ra or ne le li la ch nt se ta to ri me ic co un ge he ve ie be ei us io ma ro ed ou no na el et as em
    om da do ni po pr ur mi lo
"""
_PAIRS = frozenset(_FREQUENT_PAIRS.split())
"""Pairs of letters that are frequent in most European languages."""

_LATIN = re.compile("[a-z]{4,}")


def is_trustworthy(layer: TextLayer | None) -> Trust:
    """Whether the visible text of a page is what is printed on it.

    >>> from extractor.document.model import TextRun
    >>> is_trustworthy(TextLayer.of([TextRun("Invoice", Box(0, 0, 70, 10))])).verdict
    <Verdict.TRUSTED: 'trusted'>
    """
    if layer is None or not layer.texts:
        return Trust(Verdict.EMPTY, "the page has no text layer")
    words = list(compress(layer.texts, layer.visible))
    if not words:
        return Trust(Verdict.INVISIBLE, "the text layer is invisible, as scanners lay it under a scan")
    if layer.outline_segments >= _OUTLINE_SEGMENTS and len(words) < _FEW_WORDS:
        return Trust(Verdict.OUTLINED, f"only {len(words)} words are text, the rest of the page is drawn as shapes")
    count = sum(map(len, words))
    unreadable = sum(word.count(UNREADABLE) for word in words)
    if unreadable > _MAX_UNREADABLE * count:
        return Trust(Verdict.GARBLED, f"{unreadable} of {count} characters have no meaning in the file")
    lost = sum(len(word) >= 3 and not word.strip(UNREADABLE) for word in words)
    if lost >= _UNREADABLE_WORDS:
        return Trust(Verdict.GARBLED, f"{lost} words have no meaning in the file: one of its fonts does not name its letters")
    familiar = _familiar_pairs(words)
    if familiar is not None and familiar < _MIN_FAMILIAR:
        return Trust(Verdict.GARBLED, f"letters follow each other as in no language ({familiar:.0%} familiar pairs): a font names them wrongly")
    return Trust(Verdict.TRUSTED)


def _familiar_pairs(words: Iterable[str]) -> float | None:
    """The share of frequent pairs of letters in the different words, 0 to 1; None where too few are in Latin letters."""
    plain = {part for word in words for part in _LATIN.findall(_folded(word))}
    if len(plain) < _ENOUGH_WORDS:
        return None
    pairs = [first + second for word in plain for first, second in pairwise(word)]
    return sum(pair in _PAIRS for pair in pairs) / len(pairs)


def _folded(word: str) -> str:
    """Small letters without their accents."""
    return "".join(char for char in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(char))


_CELL_MM = 2.0
_MIN_AREA_MM = (25.0, 8.0)
"""Width and height of the smallest image area that is worth reading: a small logo with a name in it."""


def uncovered_image_areas(layer: TextLayer, width: int, height: int, dpi: float) -> tuple[Box, ...]:
    """Parts of raster images, in page pixels, that are big enough to hold print and that no visible text covers.

    width, height: the page in pixels; dpi: its resolution. At least 25 x 8 mm. The boxes do not overlap each other, but one may
    contain text of the layer at its edges: what is read there a second time should be dropped.
    """
    frame = Box(0, 0, width, height)
    cell = _CELL_MM / 25.4 * dpi
    images = [area.intersection(frame) for area in layer.image_areas]
    shape = (max(1, math.ceil(height / cell)), max(1, math.ceil(width / cell)))
    if not images or sum(area.area for area in images) < (_MIN_AREA_MM[0] * _MIN_AREA_MM[1]) / _CELL_MM**2 * cell * cell:
        return ()
    # Whole cells: the strips of which some scanners build a page become one area.
    free = _cells(images, cell, shape, 0.0) & ~_cells(compress(layer.bounds, layer.visible), cell, shape, cell / 2)
    needed = (round(_MIN_AREA_MM[1] / _CELL_MM), round(_MIN_AREA_MM[0] / _CELL_MM))
    parts = [Box(x * cell, y * cell, w * cell, h * cell).intersection(frame) for x, y, w, h in components(_opened(free, *needed))]
    trimmed = (_trimmed(part, images) for part in _disjoint(parts))
    return tuple(sorted(trimmed, key=lambda box: (box.y, box.x)))


def _cells(boxes: Iterable[Box], cell: float, shape: tuple[int, int], margin: float) -> Cells:
    """A grid over the page: which cells the boxes touch."""
    import numpy as np

    grid = np.zeros(shape, dtype=bool)
    for box in boxes:
        top, bottom = int(max(0.0, box.y - margin) / cell), math.ceil((box.bottom + margin) / cell)
        left, right = int(max(0.0, box.x - margin) / cell), math.ceil((box.right + margin) / cell)
        grid[top:bottom, left:right] = True
    return grid


def _opened(grid: Cells, rows: int, columns: int) -> Cells:
    """Only the cells that lie in a free rectangle of at least `rows` x `columns` (a morphological opening)."""
    import numpy as np

    result = np.zeros_like(grid)
    if grid.shape[0] < rows or grid.shape[1] < columns:
        return result
    windows = np.lib.stride_tricks.sliding_window_view(grid, (rows, columns)).all(axis=(2, 3))
    for row, column in zip(*np.nonzero(windows), strict=True):
        result[row : row + rows, column : column + columns] = True
    return result


def components(grid: Cells) -> Iterator[tuple[int, int, int, int]]:
    """x, y, width, height of the box around each group of cells that hang together."""
    open_cells = {(int(row), int(column)) for row, column in zip(*grid.nonzero(), strict=True)}
    while open_cells:
        found = [open_cells.pop()]
        for row, column in found:
            near = ((row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1))
            found.extend(cell for cell in near if cell in open_cells)
            open_cells.difference_update(near)
        top, left = min(row for row, _ in found), min(column for _, column in found)
        yield left, top, max(column for _, column in found) - left + 1, max(row for row, _ in found) - top + 1


def grown(cells: Cells) -> Cells:
    """The cells of a grid with all that touch them, at corners too."""
    found = cells.copy()
    found[1:] |= cells[:-1]
    found[:-1] |= cells[1:]
    found[:, 1:] |= found[:, :-1].copy()
    found[:, :-1] |= found[:, 1:].copy()
    return found


def _disjoint(boxes: list[Box]) -> list[Box]:
    """Boxes that overlap become one box, until none do."""
    result: list[Box] = []
    for box in boxes:
        merged = box
        while hits := [other for other in result if other.overlap_x(merged) > 0 and other.overlap_y(merged) > 0]:
            result = [other for other in result if other not in hits]
            merged = union([merged, *hits])
        result.append(merged)
    return result


def _trimmed(box: Box, images: list[Box]) -> Box:
    """The box without what the grid added to the images at its edges."""
    parts = [part for part in (box.intersection(image) for image in images) if part.area > 0]
    return union(parts) if parts else box
