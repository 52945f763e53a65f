"""Owns finding print on a page: at what size the page is searched, and the quads around what the network marks.

The network gives each pixel the probability that it belongs to the core of a line of print; each core is then grown to the
line's full height (differentiable binarization, Liao et al. 2020).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from extractor.ocr.engines import quads as geometry

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from extractor.ocr.engines.networks import Network

    Array = NDArray[Any]

AREA = (1280, 905)
"""The search runs on an image of at most this many pixels, whatever its proportions: an A4 page has then 1280 pixels on its long side.
At 736 short words are lost (426 of 548 were found, against 491 at 1280)."""
LETTER = 12
"""Pixels of height at which letters are found as well as at any larger size; pages of larger print are searched at a smaller size."""

_MAX_ENLARGEMENT = 1.5
_STEP = 32
"""Sides that are a multiple of it are what the network takes."""
_SMALLER_LETTERS = 25
"""Percentile of the heights of a page's letters that decides: a receipt's small print must be found beside its large total."""
_FEWEST_LETTERS = 10
_MIN_LETTER, _MAX_LETTER, _MAX_BREADTH, _MIN_BREADTH, _MIN_INK = 5, 80, 3, 1 / 6, 0.15
"""What may be a letter: pixels of height, width to height, share of its box that is ink."""
_DARKER, _FAINT, _SURROUNDINGS = 24, 12, 25
"""Ink is by so many grey levels darker than the square of so many pixels around it; what is not even by so many is blank."""
_PAPER = 24
"""Pixels of the search that are shown around all that is not blank: print is found worse at the very edge."""
_WORTHWHILE = 0.85
"""Where more than this share of a page would be shown, all of it is."""
_CORE, _MIN_PROBABILITY, _GROWTH = 0.2, 0.3, 1.8
"""Probability from which a pixel belongs to a core; mean probability of a line; area that a core grows by, in its circumference."""
_MIN_SIDE, _MIN_GROWN = 3, 5
_MOST_BOXES = 2000
"""Noise gives boxes without number; the largest are kept."""


@dataclass(frozen=True, slots=True)
class View:
    """What the network is shown of a page: all that is not blank, at the size that its print needs.

    left, right: the page's columns that are shown. size: width and height to which they are scaled. rows: those that are shown of that.
    """

    left: int
    right: int
    size: tuple[int, int]
    rows: Array


def find_print(network: Network, pixels: Array) -> Array:
    """The quads around all print, clockwise, in the pixels of an image (height, width) or (height, width, 3: red, green, blue)."""
    import cv2

    height, width = pixels.shape[:2]
    view = view_of(pixels)
    shown = cv2.resize(pixels[:, view.left : view.right], view.size, interpolation=cv2.INTER_AREA)[view.rows]
    quads = _boxes(network(as_input([shown]))[0, 0])
    # a box moves as a whole, with the row that it has in its middle: what it grew by may reach over a cut
    middles = quads[..., 1].mean(axis=1).astype(int).clip(0, len(view.rows) - 1)
    quads[..., 1] += (view.rows[middles] - middles)[:, None]
    quads = quads * ((view.right - view.left) / view.size[0], height / view.size[1]) + (view.left, 0)
    return geometry.clockwise(quads.round().clip(0, (width, height)))


def as_input(images: list[Array]) -> Array:
    """Images of one size, grey or red, green, blue, as networks take them: (n, 3: blue, green, red, height, width), -1 to 1."""
    import numpy as np

    stack = np.stack(images)
    planes = stack[..., ::-1].transpose(0, 3, 1, 2) if stack.ndim == 4 else np.broadcast_to(stack[:, None], (len(stack), 3, *stack.shape[1:]))
    made = np.empty(planes.shape, dtype=np.float32)
    np.multiply(planes, np.float32(1 / 127.5), out=made)
    made -= 1
    return made


def view_of(pixels: Array) -> View:
    """What to show of an image: no blank margins, little of what is blank between its lines, and all as small as its print allows."""
    import numpy as np

    height, width = pixels.shape[:2]
    scale = min(_MAX_ENLARGEMENT, math.sqrt(math.prod(AREA) / (height * width)))
    darkness = darkness_of(pixels, scale)
    faint: Array = darkness > _FAINT
    letters = letter_heights(darkness)
    columns = np.flatnonzero(faint.any(axis=0)) / scale
    if len(letters) >= _FEWEST_LETTERS:
        scale *= min(1.0, LETTER / float(np.percentile(letters, _SMALLER_LETTERS)))
    whole, high = _multiple(width * scale), _multiple(height * scale)
    if len(columns):
        left, right = max(0, int(columns[0] - _PAPER / scale)), min(width, math.ceil(columns[-1] + _PAPER / scale))
        wide, rows = _multiple((right - left) * scale), _shown_rows(np.any(faint, axis=1), high)
        if wide * len(rows) < _WORTHWHILE * whole * high:
            return View(left, right, (wide, high), rows)
    return View(0, width, (whole, high), np.arange(high))


def _multiple(side: float) -> int:
    """A side that the network takes."""
    return max(_STEP, round(side / _STEP) * _STEP)


def _shown_rows(faint: Array, high: int) -> Array:
    """Which of so many rows, a multiple of `_STEP`, are shown: those with print and the paper around them, and others up to such a multiple.

    faint: of each row of the page, at any size, whether there may be print on it.
    """
    import cv2
    import numpy as np

    printed = faint[np.arange(high) * len(faint) // high].astype(np.uint8)
    shown = cv2.dilate(printed[:, None], np.ones((2 * _PAPER + 1, 1), np.uint8))[:, 0] > 0
    hidden = np.flatnonzero(~shown)
    shown[hidden[: -np.count_nonzero(shown) % _STEP]] = True
    return np.flatnonzero(shown)


def darkness_of(pixels: Array, scale: float) -> Array:
    """By how many grey levels each pixel of an image that is scaled by `scale` is darker than its surroundings; 0 where it is lighter."""
    import cv2

    height, width = pixels.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) if pixels.ndim == 3 else pixels
    grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    # subtraction ends at 0
    darkness: Array = cv2.subtract(cv2.blur(grey, (_SURROUNDINGS, _SURROUNDINGS)), grey)
    return darkness


def letter_heights(darkness: Array) -> Array:
    """Heights in pixels of what may be letters: pieces of ink, by their proportions. darkness: of pixels against their surroundings."""
    import cv2
    import numpy as np

    ink = (darkness > _DARKER).view(np.uint8)
    try:
        # with labels of 16 bits OpenCV takes a third of the time
        _, _, pieces, _ = cv2.connectedComponentsWithStats(ink, connectivity=8, ltype=cv2.CV_16U)
    except cv2.error:  # more pieces than labels: noise
        return np.zeros(0, np.int32)
    wide, high, filled = pieces[1:, cv2.CC_STAT_WIDTH], pieces[1:, cv2.CC_STAT_HEIGHT], pieces[1:, cv2.CC_STAT_AREA]
    likely = (high >= _MIN_LETTER) & (high < _MAX_LETTER) & (wide < _MAX_BREADTH * high) & (wide > _MIN_BREADTH * high) & (filled > _MIN_INK * wide * high)
    heights: Array = high[likely]
    return heights


def _boxes(probabilities: Array) -> Array:
    """The rectangles around all print on a map of probabilities, in its pixels: (n, 4, 2)."""
    import cv2
    import numpy as np

    cores = cv2.dilate((probabilities > _CORE).view(np.uint8), np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(cores, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    if len(contours) > _MOST_BOXES:
        contours = sorted(contours, key=cv2.contourArea, reverse=True)[:_MOST_BOXES]
    boxes = []
    for contour in contours:
        middle, (width, height), angle = cv2.minAreaRect(contour)
        if min(width, height) < _MIN_SIDE or _mean(probabilities, cv2.boxPoints((middle, (width, height), angle))) < _MIN_PROBABILITY:
            continue
        growth = width * height * _GROWTH / (width + height)
        if min(width, height) + growth >= _MIN_GROWN:
            boxes.append(cv2.boxPoints((middle, (width + growth, height + growth), angle)))
    return np.array(boxes, dtype=np.float32).reshape(-1, 4, 2)


def _mean(probabilities: Array, corners: Array) -> float:
    """The mean probability under a quad."""
    import cv2
    import numpy as np

    limits = np.array(probabilities.shape[::-1]) - 1
    left, top = np.floor(corners.min(axis=0)).astype(int).clip(0, limits)
    right, bottom = np.ceil(corners.max(axis=0)).astype(int).clip(0, limits)
    under = np.zeros((bottom - top + 1, right - left + 1), dtype=np.uint8)
    cv2.fillPoly(under, (corners - (left, top)).astype(np.int32)[None], 1)
    return float(cv2.mean(probabilities[top : bottom + 1, left : right + 1], under)[0])
