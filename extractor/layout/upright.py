"""Owns the way between a page as it came in and the same page with its print upright.

`OcrPage.rotation` and `OcrPage.skew` say how the print lies. Rules think in upright pixels; evidence is given in the
page's own pixels. A box on a skewed page is the axis-aligned hull of a sloping rectangle; since the slope is known, the
rectangle's own sides follow from the hull's (and the other way), so nothing but plain boxes has to be stored.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from extractor.geometry import Box
from extractor.ocr.result import OcrPage


@dataclass(frozen=True, slots=True)
class Turn:
    """How the print lies on a page of width x height pixels; see `OcrPage` for rotation and skew (degrees)."""

    width: float
    height: float
    rotation: int = 0
    skew: float = 0.0

    @classmethod
    def of(cls, page: OcrPage) -> Turn:
        return cls(page.width, page.height, page.rotation, page.skew)

    @property
    def upright_size(self) -> tuple[float, float]:
        """Width and height in pixels once the print is upright."""
        return (self.width, self.height) if self.rotation in (0, 180) else (self.height, self.width)

    def to_upright(self, box: Box) -> Box:
        """A box of the page in upright pixels.

        >>> Turn(100, 200, rotation=90).to_upright(Box(90, 20, 5, 30))
        Box(x=20, y=5, width=30, height=5)
        """
        if self.rotation == 90:
            box = Box(box.y, self.width - box.right, box.height, box.width)
        elif self.rotation == 180:
            box = Box(self.width - box.right, self.height - box.bottom, box.width, box.height)
        elif self.rotation == 270:
            box = Box(self.height - box.bottom, box.x, box.height, box.width)
        return self._sloped(box, -self.skew, _inner_size) if self.skew else box

    def to_page(self, box: Box) -> Box:
        """The inverse of `to_upright`.

        >>> Turn(100, 200, rotation=90).to_page(Box(20, 5, 30, 5))
        Box(x=90, y=20, width=5, height=30)
        """
        if self.skew:
            box = self._sloped(box, self.skew, _hull_size)
        if self.rotation == 90:
            return Box(self.width - box.bottom, box.x, box.height, box.width)
        if self.rotation == 180:
            return Box(self.width - box.right, self.height - box.bottom, box.width, box.height)
        if self.rotation == 270:
            return Box(box.y, self.height - box.right, box.height, box.width)
        return box

    def _sloped(self, box: Box, degrees: float, size: Callable[[float, float, float], tuple[float, float]]) -> Box:
        width, height = self.upright_size
        angle = math.radians(degrees)
        dx, dy = box.center_x - width / 2, box.center_y - height / 2
        x = width / 2 + dx * math.cos(angle) - dy * math.sin(angle)
        y = height / 2 + dx * math.sin(angle) + dy * math.cos(angle)
        inner_width, inner_height = size(box.width, box.height, abs(angle))
        return Box(x - inner_width / 2, y - inner_height / 2, inner_width, inner_height)


def _hull_size(width: float, height: float, angle: float) -> tuple[float, float]:
    sin, cos = math.sin(angle), math.cos(angle)
    return width * cos + height * sin, width * sin + height * cos


def _inner_size(width: float, height: float, angle: float) -> tuple[float, float]:
    sin, cos = math.sin(angle), math.cos(angle)
    spread = cos * cos - sin * sin
    inner_width, inner_height = (width * cos - height * sin) / spread, (height * cos - width * sin) / spread
    # A hull that is tighter than the slope allows (an imprecise box) still needs a height that text can have.
    return max(inner_width, width * 0.5), max(inner_height, min(width, height) * 0.4)
