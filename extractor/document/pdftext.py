"""Owns reading a PDF page's text layer: its words with their bounds, whether they can be seen, and where raster images lie.

pdfium gives characters in content order and puts spaces and line breaks between those that stand apart. A run is a word:
it ends at white space, at a gap, at a new line, and where visible text turns into invisible.
"""

from __future__ import annotations

import ctypes
import unicodedata
from collections import deque
from functools import cache, lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

from extractor.document.model import UNREADABLE, TextLayer
from extractor.document.pdfcodes import find_code_areas
from extractor.document.pdfium import Handle, call, pointer, reference
from extractor.document.pdfobjects import Matrix, PageObjects, moved, page_objects
from extractor.geometry import Box, to_tenths

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Edges = tuple[Floats, Floats, Floats, Floats]
    """Left, top, right and bottom of characters, in pixels of the page."""

_MAX_CHARACTERS = 200_000
_AT_ONCE = 1024
"""So many characters are asked for their boxes at once."""
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
_NO_CODE = 0xFFFE
"""Stands in a page's text for what has no code of its own, and for hyphens."""
_LIGATURES = "\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"
_SPACE, _PRINTED, _SHAPELESS = 0, 1, 2
_KINDS = {"": _SHAPELESS, " ": _SPACE}
_INVISIBLE_MODES = (3, 7)
"""Text rendering modes that paint nothing (ISO 32000-1, table 106): neither fill nor stroke, and clipping alone."""


def read_text_layer(page: Any, width: int, height: int) -> TextLayer:
    """The text layer of a pypdfium2 page that is drawn `width` x `height` pixels. The caller holds the lock."""
    import numpy as np
    from pypdfium2 import raw

    matrix = _to_pixels(page, width, height)
    objects = page_objects(page)
    text_page = raw.FPDFText_LoadPage(page)
    words: _Words = ((), (), ())
    if text_page:
        try:
            words = _words(text_page, matrix, _hidden(objects, page.get_width() * page.get_height()), width, height)
        finally:
            raw.FPDFText_ClosePage(text_page)
    frame = Box(0, 0, width, height)
    edges = moved(np.array([picture.edges for picture in objects.pictures]), matrix).tolist() if objects.pictures else []
    areas = (Box.from_edges(*each).intersection(frame) for each in edges)
    visible = tuple(area for area in areas if area.width >= 1 and area.height >= 1)
    outlines = sum(segments for group in objects.shapes for segments in group.segments if segments >= _SHAPE_SEGMENTS)
    return TextLayer(*words, visible, outlines, find_code_areas(objects, matrix))


def _hidden(objects: PageObjects, page_area: float) -> set[Handle]:
    """The text objects that nobody can see: painted by nothing, or under a picture of the whole page."""
    from pypdfium2 import raw

    modes = map(call("FPDFTextObj_GetTextRenderMode"), objects.texts)
    hidden = {item for item, mode in zip(objects.texts, modes, strict=True) if mode in _INVISIBLE_MODES}
    for picture in objects.pictures:
        left, bottom, right, top = picture.edges
        if (right - left) * (top - bottom) >= _COVERING * page_area and not raw.FPDFPageObj_HasTransparency(pointer(picture.item)):
            hidden.update(objects.texts[: picture.over])
    return hidden


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


_Words = tuple[tuple[str, ...], tuple[Box, ...], tuple[bool, ...]]
"""The columns of a text layer: texts, bounds, whether they can be seen."""


def _words(text_page: Any, matrix: Matrix, hidden: set[Handle], width: int, height: int) -> _Words:
    import numpy as np

    characters = _characters(text_page)
    kinds = np.frombuffer(bytes(map(_KINDS.get, characters, repeat(_PRINTED))), np.uint8)
    index = (kinds == _PRINTED).nonzero()[0]
    if not len(index):
        return (), (), ()
    places = index.tolist()
    boxes = _boxes(text_page, places, matrix)
    visible = _visible(text_page, places, hidden) & _on_paper(boxes, matrix, width, height)
    spaces = (kinds == _SPACE).cumsum()[index]
    starts = np.flatnonzero(np.concatenate(([True], _breaks(boxes) | (spaces[1:] > spaces[:-1]) | (visible[1:] != visible[:-1]))))
    printed = [characters[place] for place in places]
    first = starts.tolist()
    texts = map("".join, map(printed.__getitem__, map(slice, first, [*first[1:], len(places)])))
    return tuple(texts), tuple(map(Box, *_bounds(boxes, starts, width, height))), tuple(visible[starts].tolist())


def _bounds(boxes: Edges, starts: NDArray[np.intp], width: int, height: int) -> list[list[float]]:
    """x, y, width and height of words that begin with the characters `starts`: around their boxes, on the page, to a tenth."""
    import numpy as np

    x0, y0, x1, y1 = boxes
    left, top = np.minimum.reduceat(x0, starts).clip(0, width), np.minimum.reduceat(y0, starts).clip(0, height)
    right, bottom = np.maximum.reduceat(x1, starts).clip(0, width), np.maximum.reduceat(y1, starts).clip(0, height)
    rounded: list[list[float]] = to_tenths(np.stack((left, top, right - left, bottom - top))).tolist()
    return rounded


def _characters(text_page: Any) -> list[str]:
    """One entry for each of pdfium's characters: what it says, "" for those that have no shape."""
    import numpy as np

    codes = _codes(text_page)
    known = codes.tolist()
    means = {code: _character(code) for code in set(known)}
    characters = list(map(means.__getitem__, known))
    page, is_unmapped = reference(text_page), call("FPDFText_HasUnicodeMapError")
    for index in np.flatnonzero((codes < 0x20) | (codes >= 0x7F)).tolist():
        # Where the font does not say what a glyph means, pdfium gives the glyph's number: even a line feed can be a letter.
        if is_unmapped(page, index) == 1:
            characters[index] = UNREADABLE
    if any(0xD800 <= code < 0xE000 for code in means):
        _join_surrogates(known, characters)
    return characters


def _codes(text_page: Any) -> NDArray[np.uint32]:
    """The code of each of pdfium's characters: from the page's text, where that has all of them, else one by one."""
    import numpy as np
    from pypdfium2 import raw

    page, count, code_of = reference(text_page), min(raw.FPDFText_CountChars(text_page), _MAX_CHARACTERS), call("FPDFText_GetUnicode")
    store = (ctypes.c_ushort * (count + 1))()
    length = raw.FPDFText_GetText(text_page, 0, count, store) - 1
    text = bytes(store)[: 2 * max(0, length)].decode("utf-16-le", "surrogatepass")
    if len(text) != count:
        return np.fromiter(map(code_of, repeat(page), range(count)), np.uint32, count)
    codes = np.array(memoryview(text.encode("utf-32-le", "surrogatepass")).cast("I"), np.uint32)
    for index in np.flatnonzero(codes == _NO_CODE).tolist():
        codes[index] = code_of(page, index)
    return codes


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


def _boxes(text_page: Any, places: list[int], matrix: Matrix) -> Edges:
    """Pixel bounds of characters, as high as the font, so that the words of a line share top and bottom."""
    import numpy as np

    points = _points(text_page, places).astype(np.float64)
    a, b, c, d, e, f = matrix
    x, y = points[0::2], points[1::2]
    px, py = a * x + c * y + e, b * x + d * y + f
    edges = np.stack((np.minimum(*px), np.minimum(*py), np.maximum(*px), np.maximum(*py)))
    finite: Floats = edges if np.isfinite(edges).all() else np.nan_to_num(edges, nan=0.0, posinf=0.0, neginf=0.0)
    return finite[0], finite[1], finite[2], finite[3]


def _points(text_page: Any, places: list[int]) -> NDArray[np.float32]:
    """Left, top, right, bottom of characters in page points, a row each; zeros where pdfium knows none."""
    import numpy as np

    store, addresses = _room()
    rows = np.frombuffer(store, np.float32).reshape(-1, 4)
    parts = []
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        rows[:] = 0
        deque(map(call("FPDFText_GetLooseCharBox"), repeat(reference(text_page)), some, addresses), maxlen=0)  # makes all calls, and keeps nothing
        parts.append(rows[: len(some)].T.copy())
    return np.concatenate(parts, axis=1)


@cache
def _room() -> tuple[Any, list[ctypes.c_void_p]]:
    """Room for boxes, and the address of each: made once, since making an address takes as long as the call that it is for."""
    from pypdfium2 import raw

    store, size = (raw.FS_RECTF * _AT_ONCE)(), ctypes.sizeof(raw.FS_RECTF)
    begin = ctypes.addressof(store)
    return store, [ctypes.c_void_p(address) for address in range(begin, begin + _AT_ONCE * size, size)]


def _visible(text_page: Any, places: list[int], hidden: set[Handle]) -> NDArray[np.bool_]:
    import numpy as np

    if not hidden:
        return np.ones(len(places), dtype=bool)
    objects = map(call("FPDFText_GetTextObject"), repeat(reference(text_page)), places)
    return np.array([item not in hidden for item in objects])


def _on_paper(boxes: Edges, matrix: Matrix, width: int, height: int) -> NDArray[np.bool_]:
    """Whether a character lies on the page at all and is high enough to be seen."""
    x0, y0, x1, y1 = boxes
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    inside = (x >= 0) & (x <= width) & (y >= 0) & (y <= height)
    smallest = _MIN_HEIGHT_POINTS * max(abs(matrix[0]), abs(matrix[1]))
    tall: NDArray[np.bool_] = (y1 - y0 >= smallest) | (x1 - x0 >= smallest)
    return inside & tall


def _breaks(boxes: Edges) -> NDArray[np.bool_]:
    """Between which neighbours of the content order a word ends: neither beside each other nor (turned print) above each other."""
    x0, y0, x1, y1 = boxes
    width, gap_x, shift_x = _between(x0, x1)
    height, gap_y, shift_y = _between(y0, y1)
    beside = (gap_x <= _WORD_GAP * height) & (shift_y <= 0.5 * height)
    above = (gap_y <= _WORD_GAP * width) & (shift_x <= 0.5 * width)
    return ~(beside | above)


def _between(low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    """Of neighbours along one axis: the larger size, the gap between them, how far their middles are apart."""
    import numpy as np

    size, middle = high - low, low + high
    return np.maximum(size[:-1], size[1:]), np.maximum(low[:-1], low[1:]) - np.minimum(high[:-1], high[1:]), np.abs(middle[:-1] - middle[1:]) / 2
