"""Owns finding what on a PDF page can be a code by how it is drawn: pictures, shapes of many straight edges, and mosaics of small pieces.

Nothing is drawn for it. Most pages have neither, or a logo alone, whose digest tells whether it is known already.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import TYPE_CHECKING, Any

from extractor.document.model import CodeArea
from extractor.document.pdfium import pointer
from extractor.document.pdfobjects import Matrix, PageObjects, Picture, Shapes, bounds, moved
from extractor.document.textlayer import components, grown
from extractor.geometry import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from extractor.document.pdfobjects import Boxes

_MAX_SHAPES = 20_000
_MAX_PICTURES = 500
_MAX_PICTURE_BYTES = 32 * 1024 * 1024
_MIN_POINTS = 11.0
"""4 mm: the shorter side of the smallest code that is looked for."""
_MIN_PIECES = 20
"""An EAN-8 code has 22 bars."""
_MIN_SEGMENTS = 60
"""Of a code that is one shape; its modules are rectangles of four edges."""
_LOOKED_AT = 24
"""Segments among which the shape of a letter or a logo has a curve."""
_PIECE_POINTS = (14.0, 115.0)
"""The longest shorter and longer side of a module or a bar: 5 and 40 mm."""
_THINNEST = 0.5
"""Bars are no thinner than 0.18 mm; most lines of tables are."""
_CELL_POINTS = 6.0
_MAX_CELLS = 4_000
"""Along a side: pages are no larger than 8 m."""
_EDGE_POINTS = _CELL_POINTS
"""How far a mosaic may go on with cells that are covered less: bars and modules do not fill the last ones."""
_MIN_COVERED = 0.2
"""Share of a cell that is covered: half of it in a code; a line of a table covers less."""


def find_code_areas(objects: PageObjects, to_pixels: Matrix) -> tuple[CodeArea, ...]:
    """What of the objects of an open page can be a code, in pixels. to_pixels: from page points. The caller holds the lock."""
    if not (objects.pictures or objects.shapes):
        return ()
    import numpy as np

    pictures, digests, pieces = _pictures(objects.pictures)
    shapes, more = _shapes(objects.shapes, len(pieces))
    mosaics = _mosaics(np.concatenate((pieces, more)))
    found = moved(np.concatenate((pictures, shapes, mosaics)), to_pixels)
    names = [*digests, *repeat("", len(shapes) + len(mosaics))]
    return tuple(CodeArea(Box.from_edges(*edges), name) for edges, name in zip(found.tolist(), names, strict=True))


def _sides(boxes: Boxes) -> tuple[Boxes, Boxes]:
    """The shorter and the longer side of boxes."""
    import numpy as np

    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    return np.minimum(width, height), np.maximum(width, height)


def _pictures(pictures: Sequence[Picture]) -> tuple[Boxes, list[str], Boxes]:
    """Pictures that may be codes, their digests, and pictures that may be pieces of one."""
    import numpy as np

    boxes = np.array([picture.edges for picture in pictures]).reshape(-1, 4)
    large = _sides(boxes)[0] >= _MIN_POINTS
    some = np.flatnonzero(large)[:_MAX_PICTURES]
    return boxes[some], [_digest(pointer(pictures[index].item)) for index in some.tolist()], boxes[~large]


def _digest(item: Any) -> str:
    """Tells a picture by its bytes in the file; empty where there are none, or too many."""
    from pypdfium2 import raw

    size = raw.FPDFImageObj_GetImageDataRaw(item, None, 0)
    if not 0 < size <= _MAX_PICTURE_BYTES:
        return ""
    store = (ctypes.c_ubyte * size)()
    raw.FPDFImageObj_GetImageDataRaw(item, store, size)
    width, height = ctypes.c_uint(), ctypes.c_uint()
    raw.FPDFImageObj_GetImagePixelSize(item, width, height)
    return hashlib.sha256(store).hexdigest() + f" {width.value}x{height.value}"


def _shapes(groups: Sequence[Shapes], pieces: int) -> tuple[Boxes, Boxes]:
    """Shapes that are codes by themselves, and those that may be pieces of one. pieces: how many of these there are already."""
    import numpy as np

    found, more = [np.zeros((0, 4))], [np.zeros((0, 4))]
    few = sum(len(group.items) for group in groups) + pieces < _MIN_PIECES
    for group in groups:
        some = group.items[:_MAX_SHAPES]
        large = np.array(group.segments[:_MAX_SHAPES]) >= _MIN_SEGMENTS
        if few and not large.any():
            continue
        boxes = bounds(some, group.matrix)
        shorter, longer = _sides(boxes)
        codes = [index for index in np.flatnonzero(large & (shorter >= _MIN_POINTS)).tolist() if _is_straight(pointer(some[index]))]
        found.append(boxes[codes])
        more.append(boxes[~large & (shorter >= _THINNEST) & (shorter <= _PIECE_POINTS[0]) & (longer <= _PIECE_POINTS[1])])
    return np.concatenate(found), np.concatenate(more)


def _is_straight(item: Any) -> bool:
    from pypdfium2 import raw

    kinds = (raw.FPDFPathSegment_GetType(raw.FPDFPath_GetPathSegment(item, index)) for index in range(_LOOKED_AT))
    return all(kind != raw.FPDF_SEGMENT_BEZIERTO for kind in kinds)


def _mosaics(pieces: Boxes) -> Boxes:
    """Boxes around many small pieces that stand together and cover much of what they stand in."""
    import numpy as np

    found = list(_groups(pieces)) if len(pieces) >= _MIN_PIECES else []
    return np.array(found).reshape(-1, 4)


def _groups(pieces: Boxes) -> Iterator[Boxes]:
    """The boxes of groups; only cells that are covered count, so that a frame around a code does not make it part of a table."""
    import numpy as np

    places = ((pieces - pieces[:, [0, 1, 0, 1]].min(axis=0)) / _CELL_POINTS).clip(0, _MAX_CELLS).astype("int64")
    for x, y, width, height in components(grown(_covered(pieces, places) >= _MIN_COVERED * _CELL_POINTS**2)):
        inside = pieces[(places[:, 0] < x + width) & (places[:, 2] >= x) & (places[:, 1] < y + height) & (places[:, 3] >= y)]
        if len(inside) < _MIN_PIECES or min(width, height) * _CELL_POINTS < _MIN_POINTS:
            continue
        low, high = inside[:, :2].min(axis=0) - _EDGE_POINTS, inside[:, 2:].max(axis=0) + _EDGE_POINTS
        yield np.concatenate((low, high))


def _covered(pieces: Boxes, places: NDArray[np.int64]) -> Boxes:
    """How much of each cell the pieces cover, in square points. places: the cells that each piece reaches: left, low, right, high."""
    import numpy as np

    areas = (pieces[:, 2] - pieces[:, 0]) * (pieces[:, 3] - pieces[:, 1])
    counts = (places[:, 2] - places[:, 0] + 1) * (places[:, 3] - places[:, 1] + 1)
    cells = np.zeros((int(places[:, 3].max()) + 1, int(places[:, 2].max()) + 1))
    one = counts == 1
    np.add.at(cells, (places[one, 1], places[one, 0]), areas[one])
    shares = (areas / counts)[~one].tolist()
    for (left, low, right, high), share in zip(places[~one].tolist(), shares, strict=True):
        cells[low : high + 1, left : right + 1] += share
    return cells
