"""Makes small documents for the tests: images by Pillow, PDFs by reportlab."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

A4 = (595.0, 842.0)

SENTENCES = (
    "Invoice number 12345 of the first of December",
    "Please pay the amount of this invoice within thirty days",
    "to our account at the bank that is named below.",
    "Thank you very much for ordering from our company,",
    "delivery was made to the address of your warehouse.",
)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of an image file."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def corner(size: tuple[int, int] = (300, 200), mode: str = "RGB") -> Image.Image:
    """A white picture with a dark top left corner, so that turning shows."""
    image = Image.new("RGB", size, "white")
    image.paste("black", (0, 0, size[0] // 5, size[1] // 5))
    return image.convert(mode)


def pdf(*draw: Callable[[Canvas], object], size: tuple[float, float] = A4, password: str | None = None, compress: bool = True) -> bytes:
    """The bytes of a PDF; each function draws one page."""
    buffer = io.BytesIO()
    encrypt = StandardEncryption(password, strength=128) if password else None
    canvas = Canvas(buffer, pagesize=size, encrypt=encrypt, pageCompression=int(compress))
    for page in draw:
        page(canvas)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def text_page(canvas: Canvas) -> None:
    """Five lines of print."""
    for number, sentence in enumerate(SENTENCES):
        canvas.drawString(72, 700 - 20 * number, sentence)


def hidden_text(canvas: Canvas, mode: int = 3) -> None:
    """Five lines of text in a text rendering mode that paints nothing."""
    text = canvas.beginText(72, 700)
    text.setTextRenderMode(mode)
    for sentence in SENTENCES:
        text.textLine(sentence)
    canvas.drawText(text)


def picture(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """A raster image at a place in points."""
    canvas.drawImage(ImageReader(Image.new("RGB", (40, 30), (200, 230, 200))), x, y, width, height)
