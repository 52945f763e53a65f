"""Owns finding what on a PDF page can be a code by how it is drawn: pictures, shapes of many straight edges, and mosaics of small pieces.

Nothing is drawn for it. Most pages have neither, or a logo alone, whose digest tells whether it is known already.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING, Any

from extractor.document.model import CodeArea
from extractor.document.pdfium import Handle, call
from extractor.document.textlayer import components, grown
from extractor.geometry import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Boxes = NDArray[np.float64]
    """A row each: left, lower, right and upper edge, in points."""

Matrix = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f of a PDF: x' = ax + cy + e, y' = bx + dy + f."""

_MAX_OBJECTS = 50_000
_MAX_DEPTH = 8
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


@dataclass(slots=True)
class _Drawings:
    """Pictures and shapes of a page or of a form on it, each list with the matrix that moves it to the page. seen: objects so far."""

    pictures: list[tuple[list[Handle], Matrix]] = field(default_factory=list)
    shapes: list[tuple[list[Handle], Matrix]] = field(default_factory=list)
    seen: int = 0


def find_code_areas(page: Any, to_pixels: Matrix) -> tuple[CodeArea, ...]:
    """What on a pypdfium2 page can be a code, in pixels. to_pixels: from the page's points to them. The caller holds the lock."""
    drawings = _Drawings()
    _walk(page, 0, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), drawings, 0)
    if not (drawings.pictures or drawings.shapes):
        return ()
    import numpy as np

    pictures, digests, pieces = _pictures(drawings)
    shapes, more = _shapes(drawings, len(pieces))
    mosaics = _mosaics(np.concatenate((pieces, more)))
    found = _moved(np.concatenate((pictures, shapes, mosaics)), to_pixels)
    names = [*digests, *repeat("", len(shapes) + len(mosaics))]
    return tuple(CodeArea(Box(x0, y0, x1 - x0, y1 - y0), name) for (x0, y0, x1, y1), name in zip(found.tolist(), names, strict=True))


def _walk(page: Any, form: Handle, matrix: Matrix, drawings: _Drawings, depth: int) -> None:
    """Gathers pictures and shapes of the page, or of a form on it."""
    from pypdfium2 import raw

    pointer = _pointer(form) if form else page
    count = raw.FPDFFormObj_CountObjects(pointer) if form else raw.FPDFPage_CountObjects(page)
    holder = ctypes.cast(getattr(pointer, "_as_parameter_", pointer), ctypes.c_void_p)
    numbers = range(min(count, _MAX_OBJECTS - drawings.seen))
    drawings.seen += len(numbers)
    items = list(map(call("FPDFFormObj_GetObject" if form else "FPDFPage_GetObject"), repeat(holder), numbers))
    by_kind: dict[int, list[Handle]] = {}
    for item, kind in zip(items, map(call("FPDFPageObj_GetType"), items), strict=True):
        if kind != raw.FPDF_PAGEOBJ_TEXT:
            by_kind.setdefault(kind, []).append(item)
    for kind, kept in ((raw.FPDF_PAGEOBJ_IMAGE, drawings.pictures), (raw.FPDF_PAGEOBJ_PATH, drawings.shapes)):
        if kind in by_kind:
            kept.append((by_kind[kind], matrix))
    for item in by_kind.get(raw.FPDF_PAGEOBJ_FORM, ()) if depth < _MAX_DEPTH else ():
        place = raw.FS_MATRIX()
        if raw.FPDFPageObj_GetMatrix(_pointer(item), place):
            _walk(page, item, _joined((place.a, place.b, place.c, place.d, place.e, place.f), matrix), drawings, depth + 1)


def _joined(inner: Matrix, outer: Matrix) -> Matrix:
    from pypdfium2 import PdfMatrix

    a, b, c, d, e, f = PdfMatrix(*inner).multiply(PdfMatrix(*outer)).get()
    return a, b, c, d, e, f


def _pointer(item: Handle) -> Any:
    """An object of a page as pypdfium2 wants it."""
    from pypdfium2 import raw

    return ctypes.cast(item, raw.FPDF_PAGEOBJECT)


def _boxes(items: list[Handle], matrix: Matrix) -> Boxes:
    """The bounds of objects on the page; of no size where pdfium knows none."""
    import numpy as np

    store = (ctypes.c_float * (4 * len(items)))()
    begin, end = ctypes.addressof(store), ctypes.addressof(store) + ctypes.sizeof(store)
    addresses = [range(begin + 4 * side, end + 4 * side, 16)[: len(items)] for side in range(4)]
    for _ in map(call("FPDFPageObj_GetBounds"), items, *addresses):
        pass
    boxes = np.frombuffer(memoryview(store).cast("B"), np.float32).reshape(-1, 4).astype(np.float64)
    return _moved(np.where(np.isfinite(boxes).all(axis=1, keepdims=True), boxes, 0.0), matrix)


def _moved(boxes: Boxes, matrix: Matrix) -> Boxes:
    """The boxes around boxes once they are moved by a matrix."""
    import numpy as np

    a, b, c, d, e, f = matrix
    xs, ys = boxes[:, [0, 0, 2, 2]], boxes[:, [1, 3, 1, 3]]
    x, y = a * xs + c * ys + e, b * xs + d * ys + f
    moved: Boxes = np.stack((x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1)), axis=1)
    return moved


def _sides(boxes: Boxes) -> tuple[Boxes, Boxes]:
    """The shorter and the longer side of boxes."""
    import numpy as np

    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    return np.minimum(width, height), np.maximum(width, height)


def _pictures(drawings: _Drawings) -> tuple[Boxes, list[str], Boxes]:
    """Pictures that may be codes, their digests, and pictures that may be pieces of one."""
    import numpy as np

    found, digests, pieces = [np.zeros((0, 4))], list[str](), [np.zeros((0, 4))]
    for items, matrix in drawings.pictures:
        boxes = _boxes(items, matrix)
        large = _sides(boxes)[0] >= _MIN_POINTS
        some = np.flatnonzero(large)[: max(0, _MAX_PICTURES - len(digests))]
        found.append(boxes[some])
        digests += [_digest(_pointer(items[index])) for index in some.tolist()]
        pieces.append(boxes[~large])
    return np.concatenate(found), digests, np.concatenate(pieces)


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


def _shapes(drawings: _Drawings, pieces: int) -> tuple[Boxes, Boxes]:
    """Shapes that are codes by themselves, and those that may be pieces of one. pieces: how many of these there are already."""
    import numpy as np

    found, more = [np.zeros((0, 4))], [np.zeros((0, 4))]
    few = sum(len(items) for items, _ in drawings.shapes) + pieces < _MIN_PIECES
    for items, matrix in drawings.shapes:
        some = items[:_MAX_SHAPES]
        large = np.fromiter(map(call("FPDFPath_CountSegments"), some), np.int64, len(some)) >= _MIN_SEGMENTS
        if few and not large.any():
            continue
        boxes = _boxes(some, matrix)
        shorter, longer = _sides(boxes)
        codes = [index for index in np.flatnonzero(large & (shorter >= _MIN_POINTS)).tolist() if _is_straight(_pointer(some[index]))]
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
