"""Owns finding where on a page a code may be: about half of it is ink, evenly so, and without the white between lines of print.

The page is cut into cells of a hundredth of its longer side, 3 mm of an A4 page, of which only the mean grey is looked at. Print leaves
white gaps between its lines, so that few of its cells have much ink and next to none hang together in blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.document.textlayer import components, grown
from extractor.geometry import Box
from extractor.record import record

if TYPE_CHECKING:
    import numpy as np
    import PIL.Image
    from numpy.typing import NDArray

    Cells = NDArray[np.bool_]
    Levels = NDArray[np.float32]

_CELLS = 110
"""Along the longer side of a page."""
_MIN_CELL = 4
"""Pixels."""
_SMALL = 600
"""Pixels of the longer side below which a picture is no page, but a part of one."""
_CONTRAST = 48
"""Grey levels between ink and paper."""
_DARKEST = 0.02
"""Per cent of the pixels that are as dark as ink: a page may have nothing on it but one small code."""
_LEAST_INK = (0.3, 0.4)
"""Share of a cell of a code that is ink at least, as grey levels tell it; more on pages whose print is dense itself."""
_MOST_INK = 0.85
_CROWDED = 0.2
"""Share of a page from which on its print is that dense."""
_EDGE_INK = 0.12
"""Share of ink in the outer cells of a code, which it fills in part."""
_EDGE_CELLS = 3
"""How many of these there are on each side, at the corners of one that is turned."""
_PAPER_CELLS = 10
"""So far away there is paper beside every code, and it is lit alike."""
_BLOCK = 2
"""Cells of the smallest code in both directions."""
_SURE_BLOCK = 3
"""Cells that no line of usual print fills."""
_MARGIN = 2
"""Cells around what is dense: a code needs its white edge, and its outer cells have less ink."""
MAX_AREAS = 24
"""More than so many are no codes, but a picture or a pattern."""


@record
class DenseArea:
    """A part of a picture, in its pixels. likely: whether it is larger than print makes it."""

    bounds: Box
    likely: bool


def dense_areas(grey: PIL.Image.Image) -> list[DenseArea]:
    """Where codes may be in a picture of mode L, the largest first; the whole of a picture that is small itself."""
    import numpy as np

    cell = max(_MIN_CELL, max(grey.size) // _CELLS)
    if max(grey.size) < _SMALL or min(grey.size) < 2 * (_BLOCK + _MARGIN) * cell:
        return [DenseArea(Box(0, 0, *grey.size), True)]
    mean = np.asarray(grey.reduce(cell), dtype=np.float32)
    paper, ink = _paper(mean), float(np.percentile(np.asarray(grey.resize((256, 256), 0)), _DARKEST))
    share = (paper - mean) / np.maximum(paper - ink, 1)
    even = (paper - ink >= _CONTRAST) & (share <= _MOST_INK)
    areas: list[DenseArea] = []
    for least in _LEAST_INK:
        areas = _dense(share, even, least, cell, grey.size)
        if sum(area.bounds.area for area in areas) <= _CROWDED * grey.width * grey.height:
            break
    return areas


def _dense(share: Levels, even: Cells, least: float, cell: int, size: tuple[int, int]) -> list[DenseArea]:
    """The areas whose cells have at least some share of ink. even: cells that may be of a code at all."""
    cores = _opened(even & (_evened(share) >= least), _BLOCK)
    if not cores.any():
        return []
    sure = _opened(even & (share >= least), _SURE_BLOCK)
    areas = _areas(_extended(cores, even & (share >= _EDGE_INK)), sure, cell, size)
    return sorted(areas, key=lambda area: (not area.likely, -area.bounds.area))[:MAX_AREAS]


def _paper(mean: Levels) -> Levels:
    """The lightest level around each cell."""
    import numpy as np

    lightest = mean
    for axis in (0, 1):
        wide = np.pad(lightest, [(_PAPER_CELLS, _PAPER_CELLS) if each == axis else (0, 0) for each in (0, 1)], mode="edge")
        lightest = np.lib.stride_tricks.sliding_window_view(wide, 2 * _PAPER_CELLS + 1, axis=axis).max(axis=-1)
    return lightest


def _evened(share: Levels) -> Levels:
    """The share of ink of each cell, or that of three in a row where it is more: broad bars and spaces are as wide as a cell."""
    import numpy as np

    wide = np.pad(share, 1, mode="edge")
    across, down = (wide[1:-1, :-2] + share + wide[1:-1, 2:]) / 3, (wide[:-2, 1:-1] + share + wide[2:, 1:-1]) / 3
    evened: Levels = np.maximum(share, np.maximum(across, down))
    return evened


def _opened(dense: Cells, size: int) -> Cells:
    """Only the cells that lie in a square block of dense ones (a morphological opening)."""
    import numpy as np

    opened = np.zeros_like(dense)
    height, width = dense.shape[0] - size + 1, dense.shape[1] - size + 1
    if height <= 0 or width <= 0:
        return opened
    places = [(down, right) for down in range(size) for right in range(size)]
    inner = np.logical_and.reduce([dense[down : down + height, right : right + width] for down, right in places])
    for down, right in places:
        opened[down : down + height, right : right + width] |= inner
    return opened


def _areas(cells: Cells, sure: Cells, pixels: int, size: tuple[int, int]) -> Iterator[DenseArea]:
    """A box around each group of cells that hang together once they have grown by a cell, with a margin."""
    frame, edge = Box(0, 0, *size), _MARGIN - 1
    for x, y, width, height in components(grown(cells)):
        box = Box((x - edge) * pixels, (y - edge) * pixels, (width + 2 * edge) * pixels, (height + 2 * edge) * pixels)
        yield DenseArea(box.intersection(frame), bool(sure[y : y + height, x : x + width].any()))


def _extended(cores: Cells, faint: Cells) -> Cells:
    """The cells with those around them that have some ink."""
    for _ in range(_EDGE_CELLS):
        cores = cores | (grown(cores) & faint)
    return cores
