"""Owns image files and PIL images: their pages, and bringing any pixel format to upright RGB or L.

Size in millimetres. Where an image says its resolution, and the page's sides come out between 40 and 600 mm at it, that is
believed. Otherwise the paper is guessed from its shape: more than 1.8 times as high as wide is a receipt roll, 80 mm wide;
anything else is taken for A4 or Letter, whose short side is about 210 mm.
"""

from __future__ import annotations

import hashlib
import io
import math
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.document.model import Document, Limits
from extractor.errors import CorruptDocument, DocumentError, DocumentTooLarge

if TYPE_CHECKING:
    from PIL.Image import Image

    from extractor.document.model import PixelArea, TextLayer

_FORMATS = {
    "image/png": ("PNG",),
    "image/jpeg": ("JPEG", "MPO"),
    "image/tiff": ("TIFF",),
    "image/bmp": ("BMP",),
    "image/webp": ("WEBP",),
    "image/gif": ("GIF",),
}
_MM_PER_INCH = 25.4
_PLAUSIBLE_MM = (40.0, 600.0)
_RECEIPT_SHAPE = 1.8
_RECEIPT_MM = 80.0
_PAPER_MM = 210.0
_FAX_RATIO = 1.2
"""From this ratio of the two resolutions on, pixels count as oblong (a fax has 204 x 98 or 204 x 196 dots per inch)."""

_DECODING = threading.Lock()


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a frame becomes a page. stored: its size in the file; size: of the page, after stretching and turning."""

    stored: tuple[int, int]
    stretched: tuple[int, int]
    orientation: int
    size: tuple[int, int]
    dpi: float


class ImagePage:
    """One frame of an image file. Decoded anew at each `image()`, so that an idle document costs only its bytes."""

    def __init__(self, number: int, shape: _Shape, data: bytes, media_type: str, name: str) -> None:
        self.number = number
        self.width, self.height = shape.size
        self.dpi = shape.dpi
        self._shape = shape
        self._data = data
        self._media_type = media_type
        self._name = name

    def image(self) -> Image:
        """The page as pixels, RGB or L. Raises CorruptDocument where the frame is damaged or cut short."""
        what = f"{self._name}, page {self.number}"
        if not self._data:
            raise DocumentError(f"{what}: the document is closed")
        with _decoding(what), _open(self._data, self._media_type) as image:
            image.seek(self.number - 1)
            image.load()
            return _page_pixels(image, self._shape)

    def crop(self, area: PixelArea) -> Image:
        """A part of `image()`. Raises what that does."""
        return self.image().crop(area)

    def text_layer(self) -> TextLayer | None:
        """Images have none."""
        return None

    def close(self) -> None:
        """Lets go of the file's bytes."""
        self._data = b""


class PixelPage:
    """A PIL image as a page."""

    number = 1

    def __init__(self, image: Image, shape: _Shape) -> None:
        self.width, self.height = shape.size
        self.dpi = shape.dpi
        self._image = image
        self._shape = shape

    def image(self) -> Image:
        """The page as pixels, RGB or L: a copy, the caller's image stays as it is."""
        with _decoding("image"):
            return _page_pixels(self._image, self._shape)

    def crop(self, area: PixelArea) -> Image:
        """A part of `image()`. Raises what that does."""
        return self.image().crop(area)

    def text_layer(self) -> TextLayer | None:
        """Images have none."""
        return None


def load_image(data: bytes, media_type: str, name: str, limits: Limits) -> tuple[ImagePage, ...]:
    """The pages of an image file: all frames of a TIFF, the first frame of anything else.

    Reads headers only. Raises CorruptDocument and DocumentTooLarge.
    """
    with _decoding(name), _open(data, media_type) as image:
        shapes = [_shape(image, name, limits)]
        while media_type == "image/tiff" and _next_frame(image, len(shapes)):
            if len(shapes) >= limits.max_pages:
                raise DocumentTooLarge(f"{name}: more than {limits.max_pages} pages; raise Limits.max_pages to read it")
            shapes.append(_shape(image, f"{name}, page {len(shapes) + 1}", limits))
    return tuple(ImagePage(number, shape, data, media_type, name) for number, shape in enumerate(shapes, 1))


def load_pil_image(image: Image, name: str, limits: Limits) -> Document:
    """A document of one page. Its digest is that of mode, size and pixels. Raises CorruptDocument and DocumentTooLarge."""
    with _decoding(name):
        shape = _shape(image, name, limits)
        digest = hashlib.sha256(f"{image.mode} {image.width}x{image.height} {shape.orientation}\n".encode())
        palette = image.getpalette() if image.mode in ("P", "PA") else None
        digest.update(bytes(palette or ()))
        digest.update(image.tobytes())
    return Document(name, "image/x-pixels", digest.hexdigest(), (PixelPage(image, shape),))


@contextmanager
def _decoding(what: str) -> Iterator[None]:
    """Runs Pillow with its size guard off (`_shape` checks against our own limit) and turns whatever it raises into typed errors.

    One thread at a time: both the guard and the warning filters belong to the process.
    """
    import PIL.Image

    with _DECODING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        guard, PIL.Image.MAX_IMAGE_PIXELS = PIL.Image.MAX_IMAGE_PIXELS, None
        try:
            yield
        except DocumentError:
            raise
        except MemoryError as error:
            raise DocumentTooLarge(f"{what}: not enough memory to decode it; scale it down or lower Limits.max_pixels") from error
        except Exception as error:  # decoders raise anything on damaged bytes
            raise CorruptDocument(f"{what}: the image is damaged or cut short ({error}); scan or save it again") from error
        finally:
            PIL.Image.MAX_IMAGE_PIXELS = guard


def _open(data: bytes, media_type: str) -> Image:
    import PIL.Image

    return PIL.Image.open(io.BytesIO(data), formats=_FORMATS[media_type])


def _next_frame(image: Image, index: int) -> bool:
    try:
        image.seek(index)
    except EOFError:
        return False
    return True


def _shape(image: Image, name: str, limits: Limits) -> _Shape:
    width, height = image.size
    if width <= 0 or height <= 0:
        raise CorruptDocument(f"{name}: the image has no pixels")
    _check_pixels(width * height, name, limits)
    dpi_x, dpi_y = _resolution(image)
    stretched = (width, height)
    if dpi_x and dpi_y and not 1 / _FAX_RATIO < dpi_x / dpi_y < _FAX_RATIO:
        dpi = max(dpi_x, dpi_y)
        stretched = (round(width * dpi / dpi_x), round(height * dpi / dpi_y))
        _check_pixels(stretched[0] * stretched[1], name, limits)
        dpi_x = dpi_y = dpi
    orientation = _orientation(image)
    size = (stretched[1], stretched[0]) if orientation >= 5 else stretched
    return _Shape((width, height), stretched, orientation, size, dpi_x or assumed_dpi(*size))


def _check_pixels(pixels: int, name: str, limits: Limits) -> None:
    if pixels > limits.max_pixels:
        raise DocumentTooLarge(f"{name}: {pixels:,} pixels, more than {limits.max_pixels:,}; scale it down or raise Limits.max_pixels")


def assumed_dpi(width: int, height: int) -> float:
    """Pixels per inch of a page (in pixels) that does not say them; see the module's docstring.

    >>> round(assumed_dpi(1654, 2339)), round(assumed_dpi(640, 1600))
    (200, 203)
    """
    if height / width > _RECEIPT_SHAPE:
        return width / _RECEIPT_MM * _MM_PER_INCH
    return min(width, height) / _PAPER_MM * _MM_PER_INCH


def _resolution(image: Image) -> tuple[float, float]:
    """What the metadata say (horizontal, vertical), zeros where that is nothing or implausible."""
    try:
        dpi_x, dpi_y = (float(value) for value in image.info.get("dpi", (0, 0)))
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return 0.0, 0.0
    if not (math.isfinite(dpi_x) and math.isfinite(dpi_y) and dpi_x > 0 and dpi_y > 0):
        return 0.0, 0.0
    low, high = _PLAUSIBLE_MM
    sides = (image.width / dpi_x * _MM_PER_INCH, image.height / dpi_y * _MM_PER_INCH)
    return (dpi_x, dpi_y) if all(low <= side <= high for side in sides) else (0.0, 0.0)


def _orientation(image: Image) -> int:
    """EXIF orientation, 1 to 8. Pillow turns TIFF frames by itself; in a PNG only what stands before the pixels is looked at."""
    if image.format == "TIFF" or (image.format == "PNG" and "exif" not in image.info):
        return 1
    try:
        value = image.getexif().get(0x0112, 1)
    except Exception:  # noqa: BLE001  a damaged EXIF block costs the orientation, not the page
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _page_pixels(image: Image, shape: _Shape) -> Image:
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    if image.size != shape.stored:
        raise CorruptDocument(f"the pixels are {image.width} x {image.height}, the header says {shape.stored[0]} x {shape.stored[1]}")
    pixels = plain(image)
    if shape.stretched != shape.stored:
        pixels = pixels.resize(shape.stretched)
    turn = turns.get(shape.orientation)
    pixels = pixels.transpose(turn) if turn is not None else pixels
    return pixels.copy() if pixels is image else pixels


def plain(image: Image) -> Image:
    """The same picture as RGB or L: transparency on white, 16-bit and floating point scaled to 8 bits, palettes resolved."""
    if image.has_transparency_data:
        return _on_white(image)
    if image.mode in ("RGB", "L"):
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode[0] in "IF":
        return _eight_bits(image)
    return image.convert("RGB")


def _on_white(image: Image) -> Image:
    import PIL.Image

    if image.mode in ("La", "RGBa"):  # premultiplied; converts to nothing but its plain form
        image = image.convert(image.mode.replace("a", "A"))
    layer = image.convert("RGBA")
    page = PIL.Image.new("RGB", image.size, "white")
    page.paste(layer, mask=layer.getchannel("A"))
    return page


def _eight_bits(image: Image) -> Image:
    import numpy as np
    import PIL.Image

    values: Any = np.nan_to_num(np.asarray(image, dtype=np.float32), nan=0.0, posinf=65535.0, neginf=0.0)
    top = float(values.max())
    # Integers fill their 16 bits; floating point comes as 0 to 1, as 0 to 255, or as 16 bits too.
    full = 65535.0 if image.mode.startswith("I;16") or top > 255 else 1.0 if image.mode == "F" and top <= 1 else 255.0
    full = max(full, top)
    return PIL.Image.fromarray((values.clip(min=0) * (255.0 / full)).astype(np.uint8))
