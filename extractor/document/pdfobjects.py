"""Owns walking the objects of a PDF page: which texts, pictures and shapes are drawn on it, in which order, and where.

One walk serves all who ask: what of the text can be seen, where pictures lie, and what can be a code.
"""

from __future__ import annotations

import ctypes
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

from extractor.document.pdfium import Handle, call, pointer, reference
from extractor.record import record

Matrix = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f of a PDF: x' = ax + cy + e, y' = bx + dy + f."""
Edges = tuple[float, float, float, float]
"""Left, bottom, right and top; of what a matrix turned upside down, left, top, right and bottom: the least of each first."""

_MAX_OBJECTS = 50_000
_MAX_DEPTH = 8
_UNMOVED = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@record
class Picture:
    """A raster image. edges: page points. over: how many of the page's texts were drawn before it."""

    item: Handle
    edges: Edges
    over: int


@record
class Shape:
    """Lines and curves. segments: how many. matrix: from where they are drawn to page points."""

    item: Handle
    segments: int
    matrix: Matrix

    def edges(self) -> Edges | None:
        """Where it lies, in page points."""
        return _edges(self.item, self.matrix)


@dataclass(slots=True)
class PageObjects:
    """What is drawn on a page, in the order in which it is. It holds as long as the page is open. seen: objects looked at."""

    texts: list[Handle] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    seen: int = 0


def page_objects(page: Any) -> PageObjects:
    """The objects of a pypdfium2 page, those of the forms on it as well. The caller holds the lock."""
    found = PageObjects()
    _walk(page, 0, _UNMOVED, found, 0)
    return found


def around(matrix: Matrix, edges: Edges) -> Edges:
    """The upright rectangle around a rectangle that a matrix moves."""
    a, b, c, d, e, f = matrix
    left, bottom, right, top = edges
    if not (b or c):  # nothing is turned, as nearly everywhere
        x0, x1, y0, y1 = a * left + e, a * right + e, d * bottom + f, d * top + f
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
    xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return min(xs), min(ys), max(xs), max(ys)


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
    texts, paths = of_kind.get(raw.FPDF_PAGEOBJ_TEXT, []), of_kind.get(raw.FPDF_PAGEOBJ_PATH, [])
    segments = list(map(call("FPDFPath_CountSegments"), map(items.__getitem__, paths)))
    text, path = 0, 0
    for index in [*sorted([*of_kind.get(raw.FPDF_PAGEOBJ_IMAGE, ()), *of_kind.get(raw.FPDF_PAGEOBJ_FORM, ())]), len(items)]:
        first_text, first_path = text, path  # of what is drawn before the next picture or form
        text, path = bisect_left(texts, index, text), bisect_left(paths, index, path)
        found.texts += [items[each] for each in texts[first_text:text]]
        found.shapes += [Shape(items[each], size, matrix) for each, size in zip(paths[first_path:path], segments[first_path:path], strict=True)]
        if index < len(items) and kinds[index] == raw.FPDF_PAGEOBJ_IMAGE:
            edges = _edges(items[index], matrix)
            found.pictures += [Picture(items[index], edges, len(found.texts))] if edges is not None else []
        elif index < len(items) and depth < _MAX_DEPTH:
            inner = _matrix(items[index])
            if inner is not None:
                _walk(page, items[index], _joined(inner, matrix), found, depth + 1)


def _matrix(form: Handle) -> Matrix | None:
    """From the inside of a form to what it lies on."""
    from pypdfium2 import raw

    place = raw.FS_MATRIX()
    return (place.a, place.b, place.c, place.d, place.e, place.f) if raw.FPDFPageObj_GetMatrix(pointer(form), place) else None


def _edges(item: Handle, matrix: Matrix) -> Edges | None:
    sides = (ctypes.c_float * 4)()
    begin, size = ctypes.addressof(sides), ctypes.sizeof(ctypes.c_float)
    if not call("FPDFPageObj_GetBounds")(item, *range(begin, begin + 4 * size, size)):
        return None
    left, bottom, right, top = sides
    return around(matrix, (left, bottom, right, top))
