"""Owns what tests know of print on fixtures: their pages as pixels, where a printed value lies on them, and how much ink is there."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image, ImageSequence

from extractor.geometry import Box

PDF_DPI = 150
"""PDF pages without a resolution of their own are rendered at this one."""


def load(path: Path, dpi: float = PDF_DPI) -> list[Image.Image]:
    """The pages of a document in grey; PDF pages rendered at `dpi`."""
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            return [page.render(scale=dpi / 72).to_pil().convert("L") for page in document]
    with Image.open(path) as image:
        return [frame.convert("L") for frame in ImageSequence.Iterator(image)]


def to_pixels(box: Box, page: Image.Image, document: dict[str, Any], dpi: float = PDF_DPI) -> Box:
    """Where a box of the upright page (points) lies on the turned and sloping page (pixels). document: its row in `truth.json`."""
    scale = (document["dpi"] if document["form"] == "image" else dpi) / 72
    box = box.scaled(scale)
    corners = [(box.x, box.y), (box.right, box.y), (box.x, box.bottom), (box.right, box.bottom)]
    rotation = document.get("rotation", 0)
    turns = {0: lambda x, y: (x, y), 90: lambda x, y: (page.width - y, x), 180: lambda x, y: (page.width - x, page.height - y)}
    turns[270] = lambda x, y: (y, page.height - x)
    slope = math.radians(document.get("skew", 0.0))
    sine, cosine, middle_x, middle_y = math.sin(slope), math.cos(slope), page.width / 2, page.height / 2
    points = []
    for x, y in (turns[rotation](*corner) for corner in corners):
        across, down = x - middle_x, y - middle_y
        points.append((middle_x + across * cosine - down * sine, middle_y + across * sine + down * cosine))
    return Box.from_points(points)


def ink(page: Image.Image, box: Box) -> float:
    """The share of pixels of the box that are clearly darker than the paper around it."""
    levels = np.asarray(page, dtype=np.int16)
    part = levels[max(0, int(box.y)) : int(box.bottom) + 1, max(0, int(box.x)) : int(box.right) + 1]
    return float((part < np.median(levels) - 55).mean())
