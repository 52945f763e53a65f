"""Owns walking the objects of a PDF page: which texts, pictures and shapes are drawn on it, in which order, and where.

One walk serves all who ask: what of the text can be seen, where pictures lie, and what can be a code.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, field
from itertools import repeat
from typing import TYPE_CHECKING, Any

from extractor.document.pdfium import Handle, call, pointer, reference
from extractor.record import record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Boxes = NDArray[np.float64]
    """A row each: left, lower, right and upper edge, in points."""

Matrix = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f of a PDF: x' = ax + cy + e, y' = bx + dy + f."""
_MAX_OBJECTS = 50_000
_MAX_DEPTH = 8
_UNMOVED = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@record
class Picture:
    """A raster image. edges: left, lower, right and upper, in page points. over: how many of the page's texts were drawn before it."""

    item: Handle
    edges: tuple[float, ...]
    over: int


@record
class Shapes:
    """Lines and curves of the page, or of a form on it. segments: of how many each consists. matrix: from there to page points."""

    items: list[Handle]
    segments: list[int]
    matrix: Matrix


@dataclass(slots=True)
class PageObjects:
    """What is drawn on a page; texts and pictures in that order. It holds as long as the page is open. seen: objects looked at."""

    texts: list[Handle] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    shapes: list[Shapes] = field(default_factory=list)
    seen: int = 0


def page_objects(page: Any) -> PageObjects:
    """The objects of a pypdfium2 page, those of the forms on it as well. The caller holds the lock."""
    found = PageObjects()
    _walk(page, 0, _UNMOVED, found, 0)
    return found


def bounds(items: list[Handle], matrix: Matrix) -> Boxes:
    """Where objects lie once they are moved by a matrix; of no size where pdfium knows no bounds."""
    import numpy as np

    store = (ctypes.c_float * (4 * len(items)))()
    begin, end = ctypes.addressof(store), ctypes.addressof(store) + ctypes.sizeof(store)
    addresses = [range(begin + 4 * side, end + 4 * side, 16)[: len(items)] for side in range(4)]
    deque(map(call("FPDFPageObj_GetBounds"), items, *addresses), maxlen=0)
    boxes = np.frombuffer(memoryview(store).cast("B"), np.float32).reshape(-1, 4).astype(np.float64)
    return moved(np.where(np.isfinite(boxes).all(axis=1, keepdims=True), boxes, 0.0), matrix)


def moved(boxes: Boxes, matrix: Matrix) -> Boxes:
    """The boxes around boxes once they are moved by a matrix."""
    import numpy as np

    a, b, c, d, e, f = matrix
    xs, ys = boxes[:, [0, 0, 2, 2]], boxes[:, [1, 3, 1, 3]]
    x, y = a * xs + c * ys + e, b * xs + d * ys + f
    found: Boxes = np.stack((x.min(axis=1), y.min(axis=1), x.max(axis=1), y.max(axis=1)), axis=1)
    return found


def _joined(inner: Matrix, outer: Matrix) -> Matrix:
    """First `inner`, then `outer`."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _walk(page: Any, form: Handle, matrix: Matrix, found: PageObjects, depth: int) -> None:
    """Goes through the page, or a form on it. All objects are asked at once, which takes a fifth of asking one after the other."""
    from pypdfium2 import raw

    count = raw.FPDFFormObj_CountObjects(pointer(form)) if form else raw.FPDFPage_CountObjects(page)
    holder, object_of = (reference(form), call("FPDFFormObj_GetObject")) if form else (reference(page), call("FPDFPage_GetObject"))
    numbers = range(min(count, _MAX_OBJECTS - found.seen))
    found.seen += len(numbers)
    items = list(map(object_of, repeat(holder), numbers))
    kinds = list(map(call("FPDFPageObj_GetType"), items))
    of_kind = {kind: [index for index, each in enumerate(kinds) if each == kind] for kind in set(kinds)}
    if paths := [items[index] for index in of_kind.get(raw.FPDF_PAGEOBJ_PATH, ())]:
        found.shapes.append(Shapes(paths, list(map(call("FPDFPath_CountSegments"), paths)), matrix))
    images = of_kind.get(raw.FPDF_PAGEOBJ_IMAGE, [])
    edges = dict(zip(images, bounds([items[index] for index in images], matrix).tolist(), strict=True)) if images else {}
    texts, text = of_kind.get(raw.FPDF_PAGEOBJ_TEXT, []), 0
    for index in [*sorted([*images, *of_kind.get(raw.FPDF_PAGEOBJ_FORM, ())]), len(items)]:
        first, text = text, bisect_left(texts, index, text)  # what is drawn before the next picture or form
        found.texts += [items[each] for each in texts[first:text]]
        if index in edges:
            found.pictures.append(Picture(items[index], tuple(edges[index]), len(found.texts)))
        elif index < len(items) and depth < _MAX_DEPTH and (inner := _matrix(items[index])) is not None:
            _walk(page, items[index], _joined(inner, matrix), found, depth + 1)


def _matrix(form: Handle) -> Matrix | None:
    """From the inside of a form to what it lies on."""
    from pypdfium2 import raw

    place = raw.FS_MATRIX()
    return (place.a, place.b, place.c, place.d, place.e, place.f) if raw.FPDFPageObj_GetMatrix(pointer(form), place) else None
