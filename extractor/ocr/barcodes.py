"""Owns `Barcode`, a code that was read from the pixels of a page, and reading them with zxing-cpp.

QR codes are found by their corners, which takes milliseconds a page. Everything else is looked for only where a page is as dark and
as busy as a code (`dense_areas`), and there with more effort: enlarged, and against a threshold of the area as a whole.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from extractor.geometry import Box
from extractor.record import record

if TYPE_CHECKING:
    import PIL.Image

    from extractor.ocr.image import Image

VERSION = 3
"""Raised with every change of how codes are looked for; part of the cache's key."""

MAX_CODES = 64
"""So many codes of one page are kept."""
MAX_CHARACTERS = 8_000
"""Of one code; the largest QR code holds 7,089 digits."""
_MAX_PIXELS = 12_000_000
"""An A4 page at 350 dpi; what is larger is scaled down."""
_MAX_SIDE = 1000
"""Pixels of the longer side up to which it pays to enlarge an area."""
_SHARP = 2000
"""Pixels of the longer side of a page, 170 dpi of A4, from which on enlarging shows no more."""
_MAX_TRIES = 2
"""So many areas without a code are tried again, enlarged."""
_PICTURE = 0.3
"""Share of a page from which on dense areas are rather a photo."""
_SAME = 0.5
"""Share of the smaller one that two readings of one code have in common."""

SYMBOLOGIES = {
    "QRCode": "qr",
    "MicroQRCode": "micro_qr",
    "RMQRCode": "rmqr",
    "DataMatrix": "datamatrix",
    "Aztec": "aztec",
    "PDF417": "pdf417",
    "Code128": "code128",
    "Code39": "code39",
    "Code93": "code93",
    "ITF": "itf",
    "EAN13": "ean13",
    "EAN8": "ean8",
    "UPCA": "upca",
}
"""The symbologies that are read, by zxing-cpp's names. Those that find codes in print (UPC-E, Codabar, Telepen) are left out."""


@record
class Barcode:
    """One code.

    text: what it holds. symbology: one of the values of `SYMBOLOGIES` (`qr`, `code128`, `ean13`, `datamatrix` ...). bounds: page
    pixels, as those of regions. data: its bytes where they are not the UTF-8 form of `text`: a code need not say its encoding, and
    `text` is then a guess.
    """

    text: str
    symbology: str
    bounds: Box
    data: bytes = b""

    def to_dict(self) -> dict[str, Any]:
        row = {"text": self.text, "symbology": self.symbology, "bounds": self.bounds.to_dict()}
        return row | ({"data": base64.b64encode(self.data).decode()} if self.data else {})

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Barcode:
        """Reads `to_dict()`; KeyError, TypeError or ValueError where it is none."""
        raw = base64.b64decode(str(data.get("data", "")), validate=True)
        return cls(str(data["text"])[:MAX_CHARACTERS], str(data["symbology"]), Box.from_dict(data["bounds"]), raw[:MAX_CHARACTERS])

    def rounded(self) -> Barcode:
        """What `from_dict(self.to_dict())` gives. Raises ValueError as that does."""
        return Barcode(self.text, self.symbology, self.bounds.rounded(), self.data)


@record
class _Way:
    """How an area is made ready: so many times as large, turned anticlockwise by so many degrees, black and white by some threshold."""

    enlarged: int = 1
    turned: int = 0
    binarizer: str = "LocalAverage"


_FIRST = _Way()
_TURNED = (_Way(turned=45), _Way(turned=22), _Way(turned=68))
_OTHERS = (_Way(2), _Way(2, binarizer="GlobalHistogram"), *_TURNED)
"""What small and faint codes take, and bars that are turned: those are followed up to some 12 degrees from either axis."""


def recognize_barcodes(image: Image | PIL.Image.Image) -> list[Barcode]:
    """All codes of a picture, of every symbology in `SYMBOLOGIES`, light on dark ones too; none where there are none.

    image: an `extractor.ocr.Image`, of all pages one after the other, or a PIL image of any mode. Bounds: pixels of their page.
    Raises DocumentError and its kinds where pixels are damaged or too many.

    >>> import PIL.Image
    >>> recognize_barcodes(PIL.Image.new("L", (60, 40), "white"))
    []
    """
    from extractor.document.load import load_document
    from extractor.ocr.image import Image

    if isinstance(image, Image):
        return [code for page in image.document.pages for code in find_barcodes(page.image(), thorough=True)]
    with load_document(image) as document:
        return find_barcodes(document.pages[0].image(), thorough=True)


def find_barcodes(image: PIL.Image.Image, *, thorough: bool = False) -> list[Barcode]:
    """The codes of a page's image (mode L or RGB), from top to bottom. thorough: everything is looked for everywhere."""
    grey = image if image.mode == "L" else image.convert("L")
    factor = max(1, round((grey.width * grey.height / _MAX_PIXELS) ** 0.5 + 0.49))
    grey = grey.reduce(factor) if factor > 1 else grey
    found = distinct(_thorough(grey) if thorough else _sparing(grey, _OTHERS if max(grey.size) < _SHARP else _TURNED))
    scaled = (Barcode(code.text, code.symbology, code.bounds.scaled(factor), code.data) for code in found[:MAX_CODES])
    return sorted(scaled, key=lambda code: (code.bounds.y, code.bounds.x))


def _thorough(grey: PIL.Image.Image) -> Iterator[Barcode]:
    yield from _read(grey, try_invert=True)
    yield from _sparing(grey, _OTHERS)


def _sparing(grey: PIL.Image.Image, ways: Sequence[_Way]) -> Iterator[Barcode]:
    """QR codes everywhere, others where the page is dense. ways: what is tried where that finds nothing."""
    from extractor.ocr.dense_areas import dense_areas

    known = list(_read(grey, ("QRCode",)))
    yield from known
    areas = [area for area in dense_areas(grey) if not any(_covers(code.bounds, area.bounds) for code in known)]
    if sum(area.bounds.area for area in areas) > _PICTURE * grey.width * grey.height:
        yield from _read(grey)
        return
    tries = _MAX_TRIES
    for area in areas:
        found = _in_area(grey, area.bounds, _FIRST)
        if not found and area.likely and tries:
            tries -= 1
            found = next(filter(None, (_in_area(grey, area.bounds, way) for way in ways)), [])
        yield from found


def _covers(bounds: Box, area: Box) -> bool:
    return bounds.intersection(area).area >= _SAME * area.area


def _in_area(grey: PIL.Image.Image, area: Box, way: _Way) -> list[Barcode]:
    """The codes of a part of a page, which is made ready in some way."""
    from PIL.Image import Resampling

    left, top = round(area.x), round(area.y)
    part = grey.crop((left, top, round(area.right), round(area.bottom)))
    size, larger = part.size, way.enlarged
    if max(size) * larger > _MAX_SIDE:
        return []
    if larger > 1:
        part = part.resize((size[0] * larger, size[1] * larger), Resampling.BICUBIC)
    if way.turned:
        part = part.rotate(way.turned, Resampling.BICUBIC, expand=True, fillcolor=255)
    turned = math.radians(way.turned)
    cos, sin = math.cos(turned), math.sin(turned)

    def back(x: float, y: float) -> tuple[float, float]:
        """A point of the part as it was read, on the page: turned back about the middle, which stays where it is."""
        x, y = x - part.width / 2, y - part.height / 2
        return left + size[0] / 2 + (x * cos - y * sin) / larger, top + size[1] / 2 + (x * sin + y * cos) / larger

    return list(_read(part, binarizer=way.binarizer, place=back))


def _read(
    grey: PIL.Image.Image,
    formats: Iterable[str] = SYMBOLOGIES,
    *,
    try_invert: bool = False,
    binarizer: str = "LocalAverage",
    place: Callable[[float, float], tuple[float, float]] = lambda x, y: (x, y),
) -> Iterator[Barcode]:
    """What zxing-cpp reads in a picture. place: where a point of the picture lies on the page."""
    import zxingcpp

    wanted = zxingcpp.BarcodeFormats([getattr(zxingcpp.BarcodeFormat, name) for name in formats])
    mode, threshold = zxingcpp.TextMode.Plain, getattr(zxingcpp.Binarizer, binarizer)
    for code in zxingcpp.read_barcodes(grey, formats=wanted, try_invert=try_invert, text_mode=mode, binarizer=threshold):
        at = code.position
        corners = [place(point.x, point.y) for point in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        text, data = code.text[:MAX_CHARACTERS], bytes(code.bytes)[:MAX_CHARACTERS]
        symbology = SYMBOLOGIES.get(code.format.name, str(code.format).lower())
        yield Barcode(text, symbology, Box.from_points(corners), b"" if data == text.encode("utf-8", "replace") else data)


def distinct(codes: Iterable[Barcode]) -> list[Barcode]:
    """Each code once, however often it was read."""
    found: list[Barcode] = []
    for code in codes:
        if not any(code.text == other.text and _overlap(code.bounds, other.bounds) for other in found):
            found.append(code)
    return found


def _overlap(one: Box, other: Box) -> bool:
    return one.intersection(other).area >= _SAME * min(one.area, other.area)
