"""Owns reading a PDF page's text layer: its words with their bounds, whether they can be seen, and where raster images lie.

pdfium gives characters in content order and puts spaces and line breaks between those that stand apart. A run is a word:
it ends at white space, at a gap, at a new line, and where visible text turns into invisible.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

from extractor.document.model import UNREADABLE, TextLayer, TextRun
from extractor.document.pdfcodes import find_code_areas
from extractor.document.pdfium import Handle, call, handle
from extractor.geometry import Box

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_MAX_CHARACTERS = 200_000
_MAX_OBJECTS = 50_000
_MAX_DEPTH = 8
_COVERING = 0.8
"""Share of the page from which on an image hides the text that was drawn before it (a scan laid over its own OCR text)."""
_SHAPE_SEGMENTS = 8
"""A line has 2, a rectangle 5."""
_WORD_GAP = 0.35
"""Of the height of a character: a wider gap starts a new word. Spaces are 0.2 to 0.3, but those pdfium has found already."""
_MIN_HEIGHT_POINTS = 1.0
"""Lower print cannot be seen on paper."""

_HYPHENS = "\x02\u00ad\ufffe"
"""What pdfium gives for a hyphen at a line's end, and the soft hyphen, which is printed where it stands."""
_LIGATURES = "\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"
_SPACE, _PRINTED, _SHAPELESS = 0, 1, 2
_KINDS = {"": _SHAPELESS, " ": _SPACE}
_INVISIBLE_MODES = (3, 7)
"""Text rendering modes that paint nothing (ISO 32000-1, table 106): neither fill nor stroke, and clipping alone."""


@dataclass(slots=True)
class _Survey:
    """What the page's objects tell. hidden: addresses of text objects that nobody can see. images: page points.

    segments: of shapes that are neither lines nor rectangles. texts: addresses of the text objects met so far. seen: objects so far.
    """

    page_area: float
    hidden: set[int] = field(default_factory=set)
    images: list[tuple[float, float, float, float]] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)
    segments: int = 0
    seen: int = 0


def read_text_layer(page: Any, width: int, height: int) -> TextLayer:
    """The text layer of a pypdfium2 page that is drawn `width` x `height` pixels. The caller holds the lock."""
    from pypdfium2 import raw

    matrix = _to_pixels(page, width, height)
    survey = _Survey(page.get_width() * page.get_height())
    _survey(page, 0, (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), survey, 0)
    text_page = raw.FPDFText_LoadPage(page)
    runs: tuple[TextRun, ...] = ()
    if text_page:
        try:
            runs = _runs(text_page, matrix, survey.hidden, width, height)
        finally:
            raw.FPDFText_ClosePage(text_page)
    frame = Box(0, 0, width, height)
    areas = (_pixel_box(matrix, image).intersection(frame) for image in survey.images)
    visible = tuple(area for area in areas if area.width >= 1 and area.height >= 1)
    return TextLayer(runs, visible, survey.segments, find_code_areas(page, matrix))


Matrix = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f of a PDF: x' = ax + cy + e, y' = bx + dy + f."""


def _to_pixels(page: Any, width: int, height: int) -> Matrix:
    """From page points (origin bottom left, before /Rotate) to pixels (origin top left, after it)."""
    left, bottom, right, top = page.get_bbox()
    x, y = width / ((right - left) or 1), height / ((top - bottom) or 1)
    # With a quarter turn the page's width becomes the picture's height.
    u, v = width / ((top - bottom) or 1), height / ((right - left) or 1)
    rotation = page.get_rotation()
    if rotation == 90:
        return 0.0, v, u, 0.0, -bottom * u, -left * v
    if rotation == 180:
        return -x, 0.0, 0.0, y, right * x, -bottom * y
    if rotation == 270:
        return 0.0, -v, -u, 0.0, top * u, right * v
    return x, 0.0, 0.0, -y, -left * x, top * y


def _joined(inner: Matrix, outer: Matrix) -> Matrix:
    """First `inner`, then `outer`."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _corners(matrix: Matrix, rectangle: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    a, b, c, d, e, f = matrix
    left, bottom, right, top = rectangle
    xs = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    ys = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return min(xs), min(ys), max(xs), max(ys)


def _pixel_box(matrix: Matrix, rectangle: tuple[float, float, float, float]) -> Box:
    x0, y0, x1, y1 = _corners(matrix, rectangle)
    return Box(x0, y0, x1 - x0, y1 - y0)


def _survey(page: Any, form: Handle, matrix: Matrix, survey: _Survey, depth: int) -> None:
    """Walks the objects of the page, or of a form on it, in the order in which they are drawn."""
    from pypdfium2 import raw

    count = raw.FPDFFormObj_CountObjects(_pointer(form)) if form else raw.FPDFPage_CountObjects(page)
    holder, object_of = (form, call("FPDFFormObj_GetObject")) if form else (handle(page), call("FPDFPage_GetObject"))
    kind_of, mode_of, segments_of = call("FPDFPageObj_GetType"), call("FPDFTextObj_GetTextRenderMode"), call("FPDFPath_CountSegments")
    for index in range(count):
        survey.seen += 1
        if survey.seen > _MAX_OBJECTS:
            return
        item = object_of(holder, index)
        kind = kind_of(item) if item else raw.FPDF_PAGEOBJ_UNKNOWN
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            survey.texts.append(item)
            if mode_of(item) in _INVISIBLE_MODES:
                survey.hidden.add(item)
        elif kind == raw.FPDF_PAGEOBJ_IMAGE:
            _note_image(_pointer(item), matrix, survey)
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            segments = segments_of(item)
            survey.segments += segments if segments >= _SHAPE_SEGMENTS else 0
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            place = raw.FS_MATRIX()
            if raw.FPDFPageObj_GetMatrix(_pointer(item), place):
                inner = (place.a, place.b, place.c, place.d, place.e, place.f)
                _survey(page, item, _joined(inner, matrix), survey, depth + 1)


def _pointer(item: Handle) -> Any:
    """An object of a page as pypdfium2 wants it."""
    from pypdfium2 import raw

    return ctypes.cast(item, raw.FPDF_PAGEOBJECT)


def _note_image(item: Any, matrix: Matrix, survey: _Survey) -> None:
    from pypdfium2 import raw

    sides = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(item, *sides):
        return
    left, bottom, right, top = (side.value for side in sides)
    x0, y0, x1, y1 = _corners(matrix, (left, bottom, right, top))
    survey.images.append((x0, y0, x1, y1))
    if (x1 - x0) * (y1 - y0) >= _COVERING * survey.page_area and not raw.FPDFPageObj_HasTransparency(item):
        survey.hidden.update(survey.texts)


def _runs(text_page: Any, matrix: Matrix, hidden: set[Handle], width: int, height: int) -> tuple[TextRun, ...]:
    import numpy as np

    characters = _characters(text_page)
    kinds = np.frombuffer(bytes(map(_KINDS.get, characters, repeat(_PRINTED))), np.uint8)
    index = (kinds == _PRINTED).nonzero()[0]
    if not len(index):
        return ()
    places = index.tolist()
    boxes = _boxes(text_page, places, matrix)
    visible = _visible(text_page, places, hidden) & _on_paper(boxes, matrix, width, height)
    spaces = (kinds == _SPACE).cumsum()[index]
    starts = np.flatnonzero(np.concatenate(([True], _breaks(boxes) | (spaces[1:] > spaces[:-1]) | (visible[1:] != visible[:-1]))))
    low = np.minimum.reduceat(boxes[:, :2], starts).clip(0, (width, height))
    size = np.maximum.reduceat(boxes[:, 2:], starts).clip(0, (width, height)) - low
    printed = [characters[place] for place in places]
    first = starts.tolist()
    words = map("".join, map(printed.__getitem__, map(slice, first, [*first[1:], len(places)])))
    bounds = map(Box, *low.T.tolist(), *size.T.tolist())
    return tuple(map(TextRun, words, bounds, visible[starts].tolist()))


def _characters(text_page: Any) -> list[str]:
    """One entry for each of pdfium's characters: what it says, "" for those that have no shape."""
    codes = _codes(text_page)
    characters = list(map(_character, codes))
    page, is_unmapped = handle(text_page), call("FPDFText_HasUnicodeMapError")
    for index, code in enumerate(codes):
        # Where the font does not say what a glyph means, pdfium gives the glyph's number: even a line feed can be a letter.
        if not 0x20 <= code < 0x7F and is_unmapped(page, index) == 1:
            characters[index] = UNREADABLE
    if any(0xD800 <= code < 0xE000 for code in set(codes)):
        _join_surrogates(codes, characters)
    return characters


def _codes(text_page: Any) -> list[int]:
    """The code of each of pdfium's characters: from the page's text, where that has all of them, else one by one."""
    from pypdfium2 import raw

    page, count, code_of = handle(text_page), min(raw.FPDFText_CountChars(text_page), _MAX_CHARACTERS), call("FPDFText_GetUnicode")
    store = (ctypes.c_ushort * (count + 1))()
    length = raw.FPDFText_GetText(text_page, 0, count, store) - 1
    text = bytes(store)[: 2 * max(0, length)].decode("utf-16-le", "surrogatepass")
    if len(text) != count:
        return [code_of(page, index) for index in range(count)]
    # U+FFFE stands there for what has no code of its own, and for hyphens
    return [ord(char) if char != "\ufffe" else code_of(page, index) for index, char in enumerate(text)]


@lru_cache(maxsize=4096)
def _character(code: int) -> str:
    """What a code of pdfium says; `UNREADABLE` for controls, private use and what is no character.

    >>> _character(0xFB01), _character(0xE001) == UNREADABLE, _character(2), _character(0x200B)
    ('fi', True, '-', '')
    """
    char = chr(code) if code <= 0x10FFFF else UNREADABLE
    if char in _HYPHENS:
        return "-"
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category in ("Cc", "Co", "Cs", "Cn"):
        return UNREADABLE
    if category == "Cf":
        return ""
    return unicodedata.normalize("NFKC", char) if char in _LIGATURES else char


def _join_surrogates(codes: list[int], characters: list[str]) -> None:
    """Where `wchar_t` has 16 bits, a character beyond the basic plane comes as two codes."""
    for index in range(len(codes) - 1):
        high, low = codes[index], codes[index + 1]
        if 0xD800 <= high < 0xDC00 <= low < 0xE000:
            characters[index] = _character(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))
            characters[index + 1] = ""


def _boxes(text_page: Any, places: list[int], matrix: Matrix) -> Floats:
    """Pixel bounds (x0, y0, x1, y1) of characters, as high as the font, so that the words of a line share top and bottom."""
    import numpy as np
    from pypdfium2 import raw

    count, size = len(places), ctypes.sizeof(raw.FS_RECTF)
    store = (raw.FS_RECTF * count)()
    begin = ctypes.addressof(store)
    calls = map(call("FPDFText_GetLooseCharBox"), repeat(handle(text_page)), places, range(begin, begin + count * size, size))
    deque(calls, maxlen=0)  # makes them all, and keeps nothing
    points = np.frombuffer(store, dtype=np.float32).reshape(count, 4).astype(np.float64)
    a, b, c, d, e, f = matrix
    x, y = points[:, 0::2], points[:, 1::2]
    px, py = a * x + c * y + e, b * x + d * y + f
    boxes = np.stack((px.min(axis=1), py.min(axis=1), px.max(axis=1), py.max(axis=1)), axis=1)
    finite: Floats = np.nan_to_num(boxes, nan=0.0, posinf=0.0, neginf=0.0)
    return finite


def _visible(text_page: Any, places: list[int], hidden: set[Handle]) -> NDArray[np.bool_]:
    import numpy as np

    if not hidden:
        return np.ones(len(places), dtype=bool)
    page, object_of = handle(text_page), call("FPDFText_GetTextObject")
    return np.array([object_of(page, place) not in hidden for place in places])


def _on_paper(boxes: Floats, matrix: Matrix, width: int, height: int) -> NDArray[np.bool_]:
    """Whether a character lies on the page at all and is high enough to be seen."""
    x, y = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    inside = (x >= 0) & (x <= width) & (y >= 0) & (y <= height)
    smallest = _MIN_HEIGHT_POINTS * max(abs(matrix[0]), abs(matrix[1]))
    tall: NDArray[np.bool_] = (boxes[:, 3] - boxes[:, 1] >= smallest) | (boxes[:, 2] - boxes[:, 0] >= smallest)
    return inside & tall


def _breaks(boxes: Floats) -> NDArray[np.bool_]:
    """Between which neighbours of the content order a word ends: neither beside each other nor (turned print) above each other."""
    import numpy as np

    before, after = boxes[:-1], boxes[1:]
    size = np.maximum(before[:, 2:] - before[:, :2], after[:, 2:] - after[:, :2])
    gap = np.maximum(before[:, :2], after[:, :2]) - np.minimum(before[:, 2:], after[:, 2:])
    shift = np.abs((before[:, :2] + before[:, 2:]) - (after[:, :2] + after[:, 2:])) / 2
    beside = (gap[:, 0] <= _WORD_GAP * size[:, 1]) & (shift[:, 1] <= 0.5 * size[:, 1])
    above = (gap[:, 1] <= _WORD_GAP * size[:, 0]) & (shift[:, 0] <= 0.5 * size[:, 0])
    return ~(beside | above)
