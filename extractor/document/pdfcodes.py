"""Owns finding what on a PDF page can be a code by how it is drawn: pictures, shapes of many straight edges, and mosaics of small pieces.

Nothing is drawn for it. Most pages have neither, or a logo alone, whose digest tells whether it is known already.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from extractor.document.model import CodeArea
from extractor.document.textlayer import components
from extractor.geometry import Box, union

Matrix = tuple[float, float, float, float, float, float]

_MAX_OBJECTS = 50_000
_MAX_DEPTH = 8
_MAX_SHAPES = 20_000
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
_CELL_POINTS = 6.0
_MIN_COVERED = 0.15
"""Share of a mosaic that its pieces cover: half of a code, next to nothing of a table's lines."""


@dataclass(slots=True)
class _Drawings:
    """What is drawn on a page. pictures: each with its box in page points. shapes: each with the matrix that moves it there."""

    pictures: list[tuple[Box, Any]] = field(default_factory=list)
    shapes: list[tuple[Any, Any]] = field(default_factory=list)
    seen: int = 0


def find_code_areas(page: Any, to_pixels: Matrix) -> tuple[CodeArea, ...]:
    """What on a pypdfium2 page can be a code, in pixels. to_pixels: from the page's points to them. The caller holds the lock."""
    from pypdfium2 import PdfMatrix

    drawings = _Drawings()
    _walk(page, None, PdfMatrix(), drawings, 0)
    if not (drawings.pictures or drawings.shapes):
        return ()
    pieces = [box for box, _ in drawings.pictures if min(box.width, box.height) < _MIN_POINTS]
    found = [CodeArea(box, _digest(item)) for box, item in drawings.pictures if min(box.width, box.height) >= _MIN_POINTS]
    shapes = list(_shapes(drawings.shapes, pieces))
    areas = (*found, *map(CodeArea, shapes), *map(CodeArea, _mosaics(pieces)))
    return tuple(CodeArea(_moved(area.bounds, PdfMatrix(*to_pixels)), area.digest) for area in areas)


def _walk(page: Any, form: Any, matrix: Any, drawings: _Drawings, depth: int) -> None:
    """Gathers pictures and shapes of the page, or of a form on it. matrix: from there to the page."""
    from pypdfium2 import PdfMatrix, raw

    count = raw.FPDFFormObj_CountObjects(form) if form else raw.FPDFPage_CountObjects(page)
    for index in range(min(count, _MAX_OBJECTS - drawings.seen)):
        drawings.seen += 1
        item = raw.FPDFFormObj_GetObject(form, index) if form else raw.FPDFPage_GetObject(page, index)
        kind = raw.FPDFPageObj_GetType(item) if item else raw.FPDF_PAGEOBJ_UNKNOWN
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            box = _bounds(item, matrix)
            drawings.pictures += [(box, item)] if box is not None else []
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            drawings.shapes.append((item, matrix))
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            place = raw.FS_MATRIX()
            if raw.FPDFPageObj_GetMatrix(item, place):
                _walk(page, item, PdfMatrix.from_raw(place).multiply(matrix), drawings, depth + 1)


def _bounds(item: Any, matrix: Any) -> Box | None:
    from pypdfium2 import raw

    sides = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(item, *sides):
        return None
    left, bottom, right, top = (side.value for side in sides)
    box = _moved(Box(left, bottom, right - left, top - bottom), matrix)
    return box if box.is_finite() else None


def _moved(box: Box, matrix: Any) -> Box:
    left, bottom, right, top = matrix.on_rect(box.x, box.y, box.right, box.bottom)
    return Box(left, bottom, right - left, top - bottom)


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


def _shapes(shapes: list[tuple[Any, Any]], pieces: list[Box]) -> Iterator[Box]:
    """Shapes that are codes by themselves; what may be a piece of one joins `pieces`."""
    from pypdfium2 import raw

    few = len(shapes) + len(pieces) < _MIN_PIECES
    for item, matrix in shapes[:_MAX_SHAPES]:
        large = raw.FPDFPath_CountSegments(item) >= _MIN_SEGMENTS
        if few and not large:
            continue
        box = _bounds(item, matrix)
        if box is None:
            continue
        if large and min(box.width, box.height) >= _MIN_POINTS:
            if _is_straight(item):
                yield box
        elif min(box.width, box.height) <= _PIECE_POINTS[0] and max(box.width, box.height) <= _PIECE_POINTS[1]:
            pieces.append(box)


def _is_straight(item: Any) -> bool:
    from pypdfium2 import raw

    kinds = (raw.FPDFPathSegment_GetType(raw.FPDFPath_GetPathSegment(item, index)) for index in range(_LOOKED_AT))
    return all(kind != raw.FPDF_SEGMENT_BEZIERTO for kind in kinds)


def _mosaics(pieces: list[Box]) -> Iterator[Box]:
    """Boxes around many small pieces that stand together and cover much of what they stand in."""
    import numpy as np

    if len(pieces) < _MIN_PIECES:
        return
    frame = union(pieces)
    cells = np.zeros((int(min(frame.height, 2e4) / _CELL_POINTS) + 2, int(min(frame.width, 2e4) / _CELL_POINTS) + 2), dtype=bool)
    for box in pieces:
        top, left = int((box.y - frame.y) / _CELL_POINTS), int((box.x - frame.x) / _CELL_POINTS)
        cells[top : int((box.bottom - frame.y) / _CELL_POINTS) + 1, left : int((box.right - frame.x) / _CELL_POINTS) + 1] = True
    for x, y, width, height in components(cells):
        area = Box(frame.x + x * _CELL_POINTS, frame.y + y * _CELL_POINTS, width * _CELL_POINTS, height * _CELL_POINTS)
        inside = [box for box in pieces if area.x <= box.center_x <= area.right and area.y <= box.center_y <= area.bottom]
        if len(inside) < _MIN_PIECES:
            continue
        around = union(inside)
        if min(around.width, around.height) >= _MIN_POINTS and sum(box.area for box in inside) >= _MIN_COVERED * around.area:
            yield around
