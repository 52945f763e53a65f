"""Owns boxes: axis-aligned rectangles with the origin at the top left, x to the right, y down. It knows no page."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from extractor.record import record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_SURE = 1e9
_NO_TIE = 0.4999
"""Below `_SURE`, numbers whose tenths are no further than this from whole ones are surely rounded to those."""


@record
class Box:
    """A rectangle in some unit (pixels of a page, unless said otherwise).

    >>> Box(10, 20, 30, 5).right, Box(10, 20, 30, 5).bottom
    (40, 25)
    """

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def center_x(self) -> float:
        return self.x + self.width / 2

    @property
    def center_y(self) -> float:
        return self.y + self.height / 2

    @property
    def area(self) -> float:
        return self.width * self.height

    def is_finite(self) -> bool:
        """Whether all four numbers are finite and neither side is negative."""
        return all(map(math.isfinite, (self.x, self.y, self.width, self.height))) and self.width >= 0 and self.height >= 0

    def intersection(self, other: Box) -> Box:
        """The common part; of zero size where there is none."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Box(x, y, max(0.0, min(self.right, other.right) - x), max(0.0, min(self.bottom, other.bottom) - y))

    def overlap_x(self, other: Box) -> float:
        """How many units the two share horizontally (negative: the gap between them)."""
        right, other_right = self.x + self.width, other.x + other.width
        return (right if right <= other_right else other_right) - (self.x if self.x >= other.x else other.x)

    def overlap_y(self, other: Box) -> float:
        """How many units the two share vertically (negative: the gap between them)."""
        bottom, other_bottom = self.y + self.height, other.y + other.height
        return (bottom if bottom <= other_bottom else other_bottom) - (self.y if self.y >= other.y else other.y)

    def scaled(self, factor_x: float, factor_y: float | None = None) -> Box:
        """The same box in another unit."""
        factor_y = factor_x if factor_y is None else factor_y
        return Box(self.x * factor_x, self.y * factor_y, self.width * factor_x, self.height * factor_y)

    def moved(self, dx: float, dy: float) -> Box:
        """The box shifted by (dx, dy)."""
        return Box(self.x + dx, self.y + dy, self.width, self.height)

    def to_dict(self) -> dict[str, float]:
        """The JSON form, rounded to a tenth of a unit.

        >>> Box(1.04, 2, 3, 4).to_dict()
        {'x': 1.0, 'y': 2, 'width': 3, 'height': 4}
        """
        return {"x": round(self.x, 1), "y": round(self.y, 1), "width": round(self.width, 1), "height": round(self.height, 1)}

    def rounded(self) -> Box:
        """What `from_dict(self.to_dict())` gives. Raises ValueError as that does.

        >>> Box(1.04, 2, 3, 4).rounded()
        Box(x=1.0, y=2.0, width=3.0, height=4.0)
        """
        box = Box(_tenths(self.x), _tenths(self.y), _tenths(self.width), _tenths(self.height))
        if not box.is_finite():
            raise ValueError(f"bounds must be finite and not negative in size: {self}")
        return box

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Box:
        """Reads `to_dict()`; KeyError, TypeError or ValueError where it is none."""
        box = cls(float(data["x"]), float(data["y"]), float(data["width"]), float(data["height"]))
        if not box.is_finite():
            raise ValueError(f"bounds must be finite and not negative in size: {data}")
        return box

    @classmethod
    def from_edges(cls, left: float, top: float, right: float, bottom: float) -> Box:
        """The box between four edges.

        >>> Box.from_edges(10, 20, 40, 25)
        Box(x=10, y=20, width=30, height=5)
        """
        return cls(left, top, right - left, bottom - top)

    @classmethod
    def from_points(cls, points: Iterable[tuple[float, float]]) -> Box:
        """The smallest box around some points."""
        xs, ys = zip(*points, strict=True)
        return cls(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _tenths(number: float) -> float:
    """What `float(round(number, 1))` gives, which takes three times as long because it goes by way of text.

    >>> [_tenths(number) for number in (1.04, 0.25, 0.35, 2, -0.04)]
    [1.0, 0.2, 0.3, 2.0, -0.0]
    """
    if 0 < number < _SURE:
        tenths = number * 10
        whole = math.floor(tenths + 0.5)
        if -_NO_TIE < tenths - whole < _NO_TIE:
            return whole / 10
    return float(round(number, 1))


def to_tenths(numbers: Floats) -> Floats:
    """`_tenths` of an array of numbers that are not negative.

    >>> import numpy as np
    >>> to_tenths(np.array([1.04, 0.25, 0.35, 2e9])).tolist()
    [1.0, 0.2, 0.3, 2000000000.0]
    """
    import numpy as np

    tenths = numbers * 10
    whole = np.floor(tenths + 0.5)
    rounded: Floats = whole / 10
    for place in np.argwhere((np.abs(tenths - whole) >= _NO_TIE) | (numbers >= _SURE)):
        rounded[tuple(place)] = round(float(numbers[tuple(place)]), 1)
    return rounded


def union(boxes: Iterable[Box]) -> Box:
    """The smallest box around all of `boxes`; ValueError where there are none.

    >>> union([Box(0, 0, 10, 10), Box(20, 5, 10, 10)])
    Box(x=0, y=0, width=30, height=15)
    """
    iterator = iter(boxes)
    first = next(iterator, None)
    if first is None:
        raise ValueError("no boxes")
    x, y, right, bottom = first.x, first.y, first.right, first.bottom
    for box in iterator:  # no calls in here: this is asked for every piece of print
        x = box.x if box.x < x else x
        y = box.y if box.y < y else y
        edge = box.x + box.width
        right = edge if edge > right else right
        edge = box.y + box.height
        bottom = edge if edge > bottom else bottom
    return Box(x, y, right - x, bottom - y)
