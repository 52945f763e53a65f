"""Owns making a page's image ready for reading, and the way back from the prepared image to the page's own pixels.

Large images are scaled down, faint ones lifted, and print that touches the edge gets a margin. For engines that do not
find it out by themselves, turned pages are set upright and skewed ones straightened.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from extractor.geometry import Box
from extractor.ocr.engines.base import Engine
from extractor.ocr.skew import print_skew

if TYPE_CHECKING:
    from PIL.Image import Image

VERSION = 1
"""Raised with every change of what is done to an image; part of the cache's key."""

_MAX_PIXELS = 12_000_000
"""An A4 page at 350 dpi: more shows no engine more, it only costs time."""
_LOW_CONTRAST = 128
"""Grey levels between the darkest and the lightest of a page below which they are stretched."""
_BLANK = 16
"""Grey levels of noise that an empty page may have."""
_OUTLIERS = 0.0002
"""Share of pixels that may be darker (lighter) than what counts as the darkest (lightest): dust and scratches."""
_FRAME = 6
_MARGIN = 24

Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An image ready for reading.

    rotation, skew: how the print lay before it was set upright, as in `OcrPage` (0 for engines that find it out).
    matrix: (a, b, c, d, e, f) maps a point of `image` to the page: x = a X + b Y + c, y = d X + e Y + f.
    """

    image: Image
    width: int
    height: int
    rotation: int = 0
    skew: float = 0.0
    matrix: Matrix = _IDENTITY

    def to_page(self, box: Box) -> Box:
        """The smallest box in page pixels around a box of `image`, cut off at the page's edges."""
        corners = ((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom))
        a, b, c, d, e, f = self.matrix
        points = ((a * x + b * y + c, d * x + e * y + f) for x, y in corners)
        return Box.from_points([(min(max(x, 0.0), self.width), min(max(y, 0.0), self.height)) for x, y in points])

    def _then(self, image: Image, step: Matrix) -> Prepared:
        """The next image, whose points `step` maps to this one's."""
        a, b, c, d, e, f = self.matrix
        g, h, i, j, k, m = step
        matrix = (a * g + b * j, a * h + b * k, a * i + b * m + c, d * g + e * j, d * h + e * k, d * i + e * m + f)
        return replace(self, image=image, matrix=matrix)


def is_blank(image: Image) -> bool:
    """Whether an image shows nothing at all."""
    low, high = _extremes(image, 0)
    return high - low < _BLANK


def prepare(image: Image, engine: Engine) -> Prepared:
    """Makes an image (any mode) ready for `engine`."""
    image = image if image.mode in ("L", "RGB") else image.convert("RGB")
    ready = _scaled_down(Prepared(image, image.width, image.height))
    ready = _with_margin(replace(ready, image=_lifted(ready.image)))
    return ready if engine.finds_rotation else _straightened(_upright(ready, engine.orientation(ready.image)))


def _scaled_down(ready: Prepared) -> Prepared:
    width, height = ready.image.size
    if width * height <= _MAX_PIXELS:
        return ready
    from PIL.Image import Resampling

    factor = math.sqrt(_MAX_PIXELS / (width * height))
    size = max(1, round(width * factor)), max(1, round(height * factor))
    smaller = ready.image.resize(size, Resampling.BICUBIC, reducing_gap=2.0)
    return ready._then(smaller, (width / size[0], 0, 0, 0, height / size[1], 0))


def _lifted(image: Image) -> Image:
    """The image with its grey levels stretched to the full range, where they use little of it."""
    low, high = _extremes(image, _OUTLIERS)
    if not _BLANK <= high - low < _LOW_CONTRAST:
        return image
    table = [min(255, max(0, round((level - low) * 255 / (high - low)))) for level in range(256)]
    return image.point(table * len(image.getbands()))


def _extremes(image: Image, outliers: float) -> tuple[int, int]:
    """The darkest and the lightest grey level, apart from a share of outliers on either side."""
    counts = image.convert("L").histogram()
    spare = outliers * image.width * image.height

    def first(levels: range) -> int:
        seen = 0
        for level in levels:
            seen += counts[level]
            if seen > spare:
                return level
        return levels[-1]

    return first(range(256)), first(range(255, -1, -1))


def _with_margin(ready: Prepared) -> Prepared:
    """A margin around images that show something at their very edge: engines miss print that is cut off there."""
    if not _shows_something_at_the_edge(ready.image):
        return ready
    from PIL import ImageOps

    wider = ImageOps.expand(ready.image, _MARGIN, fill=_background(ready.image))
    return ready._then(wider, (1, 0, -_MARGIN, 0, 1, -_MARGIN))


def _shows_something_at_the_edge(image: Image) -> bool:
    width, height = image.size
    frame = min(_FRAME, width, height)
    strips = ((0, 0, width, frame), (0, height - frame, width, height), (0, 0, frame, height), (width - frame, 0, width, height))
    extremes = [_extremes(image.crop(strip), 0) for strip in strips]
    return max(high for _, high in extremes) - min(low for low, _ in extremes) >= _LOW_CONTRAST / 2


def _background(image: Image) -> tuple[int, ...] | int:
    """The paper's colour: the median of what the image looks like from afar."""
    from PIL import ImageStat

    levels = tuple(map(int, ImageStat.Stat(image.resize((32, 32))).median))
    return levels if len(levels) > 1 else levels[0]


def _upright(ready: Prepared, rotation: int) -> Prepared:
    from PIL.Image import Transpose

    width, height = ready.image.size
    turns: dict[int, tuple[Transpose, Matrix]] = {
        90: (Transpose.ROTATE_90, (0, -1, width, 1, 0, 0)),
        180: (Transpose.ROTATE_180, (-1, 0, width, 0, -1, height)),
        270: (Transpose.ROTATE_270, (0, 1, 0, -1, 0, height)),
    }
    if rotation not in turns:
        return ready
    turn, step = turns[rotation]
    return replace(ready._then(ready.image.transpose(turn), step), rotation=rotation)


def _straightened(ready: Prepared) -> Prepared:
    skew = print_skew(ready.image)
    if not skew:
        return ready
    from PIL.Image import Resampling

    before = ready.image
    after = before.rotate(skew, Resampling.BICUBIC, expand=True, fillcolor=_background(before))
    cos, sin = math.cos(math.radians(skew)), math.sin(math.radians(skew))
    dx, dy = after.width / 2, after.height / 2
    step = (cos, -sin, before.width / 2 - cos * dx + sin * dy, sin, cos, before.height / 2 - sin * dx - cos * dy)
    return replace(ready._then(after, step), skew=skew)
