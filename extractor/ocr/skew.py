"""Owns measuring the slope of an upright page's lines from its pixels alone, whatever engine reads it.

Projection profile: seen along the direction of its lines, a page's ink falls into dense rows with empty ones between;
the angle at which the rows' counts differ most is the slope (Postl 1986, Baird 1987).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

MIN_SKEW = 0.3
"""Degrees below which a slope is measuring noise and is called 0."""

_MAX_SKEW = 10.0
_SIDE = 1000
_MIN_SIDE, _MIN_INK = 300, 500
"""Pixels: a logo or a single line has too few rows to tell its slope from its shape."""
_SAMPLES = 20_000
_COARSE, _FINE = 0.5, 0.1
_MIN_GAIN = 1.1
"""By how much the rows must stand out more than they do at angle 0."""


def print_skew(image: Image) -> float:
    """By how many degrees clockwise the lines of an upright page slope (-10 to 10; 0 where that cannot be told)."""
    import numpy as np

    if min(image.size) < _MIN_SIDE:
        return 0.0
    x, y = _ink(image)
    if len(x) < _MIN_INK:
        return 0.0
    coarse = np.arange(-_MAX_SKEW, _MAX_SKEW + _COARSE / 2, _COARSE)
    best = coarse[int(np.argmax([_sharpness(x, y, angle) for angle in coarse]))]
    fine = np.arange(best - _COARSE, best + _COARSE + _FINE / 2, _FINE)
    scores = [_sharpness(x, y, angle) for angle in fine]
    angle = float(fine[int(np.argmax(scores))])
    if abs(angle) < MIN_SKEW or max(scores) < _MIN_GAIN * _sharpness(x, y, 0.0):
        return 0.0
    return round(angle, 2)


def _ink(image: Image) -> tuple[NDArray[Any], NDArray[Any]]:
    """Coordinates of where the brightness changes from one row to the next: the upper and lower edges of print, dark or light."""
    import numpy as np

    grey = image.convert("L")
    factor = max(1, round(max(grey.size) / _SIDE))
    levels = np.asarray(grey.reduce(factor), dtype=np.int16)
    change = np.abs(np.diff(levels, axis=0))
    y, x = np.nonzero(change > max(16, int(change.max()) // 3))
    step = max(1, len(x) // _SAMPLES)
    return x[::step].astype(float), y[::step].astype(float)


def _sharpness(x: NDArray[Any], y: NDArray[Any], angle: float) -> float:
    import numpy as np

    radians = np.radians(angle)
    rows = np.rint(y * np.cos(radians) - x * np.sin(radians)).astype(int)
    counts = np.bincount(rows - rows.min())
    return float((np.diff(counts.astype(float)) ** 2).sum())
