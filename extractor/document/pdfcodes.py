"""Owns finding what on a PDF page can be a code by how it is drawn: pictures, shapes of many straight edges, and mosaics of small pieces.

Nothing is drawn for it. Most pages have neither, or a logo alone, whose digest tells whether it is known already.
"""

from __future__ import annotations

import ctypes
import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

from extractor.document.model import CodeArea
from extractor.document.pdfium import pointer
from extractor.document.pdfobjects import Matrix, PageObjects, Shape, around
from extractor.document.textlayer import components
from extractor.geometry import Box, union

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


def find_code_areas(objects: PageObjects, to_pixels: Matrix) -> tuple[CodeArea, ...]:
    """What of the objects of an open page can be a code, in pixels. to_pixels: from page points. The caller holds the lock."""
    pictures = [(box, picture.item) for picture in objects.pictures if (box := Box.from_edges(*picture.edges)).is_finite()]
    if not (pictures or objects.shapes):
        return ()
    pieces = [box for box, _ in pictures if min(box.width, box.height) < _MIN_POINTS]
    found = [CodeArea(box, _digest(pointer(item))) for box, item in pictures if min(box.width, box.height) >= _MIN_POINTS]
    shapes = list(_shapes(objects.shapes, pieces))
    areas = (*found, *map(CodeArea, shapes), *map(CodeArea, _mosaics(pieces)))
    return tuple(CodeArea(_moved(area.bounds, to_pixels), area.digest) for area in areas)


def _moved(box: Box, matrix: Matrix) -> Box:
    return Box.from_edges(*around(matrix, (box.x, box.y, box.right, box.bottom)))


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


def _shapes(shapes: Sequence[Shape], pieces: list[Box]) -> Iterator[Box]:
    """Shapes that are codes by themselves; what may be a piece of one joins `pieces`."""
    few = len(shapes) + len(pieces) < _MIN_PIECES
    for shape in shapes[:_MAX_SHAPES]:
        large = shape.segments >= _MIN_SEGMENTS
        if few and not large:
            continue
        edges = shape.edges()
        box = Box.from_edges(*edges) if edges is not None else None
        if box is None or not box.is_finite():
            continue
        if large and min(box.width, box.height) >= _MIN_POINTS:
            if _is_straight(pointer(shape.item)):
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
