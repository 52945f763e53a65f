"""Pages drawn for the tests, with the place of every value on them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw, ImageFont, ImageOps

from extractor.geometry import Box
from extractor.ocr.result import OcrRegion

LINES = (
    ("Northwind Paper Ltd", (80, 70), 40),
    ("12 Harbour Street, Bristol", (80, 130), 24),
    ("INVOICE", (80, 220), 44),
    ("Invoice number", (80, 300), 24),
    ("INV-20417", (420, 300), 24),
    ("Date", (80, 345), 24),
    ("17 March 2025", (420, 345), 24),
    ("Copy paper A4, 500 sheets", (80, 450), 24),
    ("40", (560, 450), 24),
    ("186.00", (760, 450), 24),
    ("Envelopes C5, box of 250", (80, 495), 24),
    ("12", (560, 495), 24),
    ("94.80", (760, 495), 24),
    ("Net amount", (560, 600), 24),
    ("280.80", (760, 600), 24),
    ("VAT 20 %", (560, 640), 24),
    ("56.16", (760, 640), 24),
    ("Total", (560, 700), 30),
    ("336.96", (760, 700), 30),
    ("Payment within 30 days to GB29 NWBK 6016 1331 9268 19", (80, 820), 22),
)
VALUES = ("INV-20417", "17 March 2025", "186.00", "94.80", "280.80", "56.16", "336.96")


@dataclass(frozen=True)
class DrawnPage:
    """An image and where its texts stand on it."""

    image: Image.Image
    places: dict[str, Box]

    def turned(self, degrees: int) -> DrawnPage:
        """Turned clockwise by a multiple of 90 degrees."""
        page = self
        for _ in range(degrees // 90):
            height = page.image.height
            places = {text: Box(height - box.bottom, box.x, box.height, box.width) for text, box in page.places.items()}
            page = DrawnPage(page.image.transpose(Image.Transpose.ROTATE_270), places)
        return page

    def skewed(self, degrees: float) -> DrawnPage:
        """Turned clockwise by some degrees on a larger sheet."""
        image = self.image.rotate(-degrees, Image.Resampling.BICUBIC, expand=True, fillcolor="white")
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

        def moved(x: float, y: float) -> tuple[float, float]:
            dx, dy = x - self.image.width / 2, y - self.image.height / 2
            return image.width / 2 + cos * dx - sin * dy, image.height / 2 + sin * dx + cos * dy

        corners = {text: ((b.x, b.y), (b.right, b.y), (b.right, b.bottom), (b.x, b.bottom)) for text, b in self.places.items()}
        return DrawnPage(image, {text: Box.from_points([moved(*point) for point in points]) for text, points in corners.items()})

    def faint(self) -> DrawnPage:
        """With a fifth of its contrast."""
        return replace(self, image=self.image.point([round(150 + level * 0.2) for level in range(256)] * 3))

    def inverted(self) -> DrawnPage:
        return replace(self, image=ImageOps.invert(self.image))

    def enlarged(self, factor: int) -> DrawnPage:
        size = self.image.width * factor, self.image.height * factor
        return DrawnPage(self.image.resize(size), {text: box.scaled(factor) for text, box in self.places.items()})


def draw_page() -> DrawnPage:
    image = Image.new("RGB", (960, 1000), "white")
    pen = ImageDraw.Draw(image)
    places = {}
    for text, position, size in LINES:
        font = ImageFont.load_default(size=size)
        pen.text(position, text, fill="black", font=font)
        left, top, right, bottom = pen.textbbox(position, text, font=font)
        places[text] = Box(left, top, right - left, bottom - top)
    return DrawnPage(image, places)


def stands_at(region: OcrRegion, place: Box, tolerance: float = 24.0) -> bool:
    """Whether a region covers the place of a text and goes beyond its upper and lower, or left and right, edges only a little."""
    covered = region.bounds.intersection(place).area >= 0.75 * place.area
    along_x = place.width >= place.height
    spare = region.bounds.height - place.height if along_x else region.bounds.width - place.width
    return covered and spare <= tolerance


def region_of(text: str, regions: Iterable[OcrRegion]) -> OcrRegion:
    """The region that reads a text (spaces aside); fails where there is none."""
    regions = tuple(regions)
    wanted = text.replace(" ", "")
    for region in regions:
        if wanted in region.text.replace(" ", ""):
            return region
    raise AssertionError(f"{text!r} was not read: {[region.text for region in regions]}")
