"""Pictures beside a text layer: the same pixels are read once, whatever documents they stand on."""

from __future__ import annotations

import io

from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from extractor.document import load_document
from extractor.ocr.language import Language
from extractor.ocr.pictures import KnownPictures
from extractor.ocr.reading import recognize
from extractor.ocr.result import OcrRegion

from .test_cache import CountingEngine
from .test_recognize import logo


def invoice(number: str, picture: Image.Image, left: int = 72) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(595, 842))
    canvas.drawString(72, 600, f"Invoice number {number}")
    canvas.drawImage(ImageReader(picture), left, 700, width=260, height=81)
    canvas.save()
    return file.getvalue()


class Desk:
    """An engine that is counted, with what it has read."""

    def __init__(self, max_pictures: int = 128) -> None:
        self.engine = CountingEngine()
        self._pictures = KnownPictures(max_pictures)

    def read(self, data: bytes, language: Language = Language.ENGLISH) -> list[OcrRegion]:
        with load_document(data) as document:
            result = recognize(document, self.engine, [language], pictures=self._pictures)
        assert (result.truncated, result.warnings) == (True, ("cut short",))
        return [region for region in result.regions if region.source == "count"]


def test_a_logo_is_read_once_for_all_invoices_of_its_sender() -> None:
    desk = Desk()
    first = desk.read(invoice("R-1", logo("Brightwater Tools")))
    assert [region.text for region in first] == ["reading 1"]
    assert desk.read(invoice("R-2", logo("Brightwater Tools"))) == first
    assert desk.engine.calls == 1


def test_it_is_placed_where_it_stands_on_each_page() -> None:
    desk = Desk()
    (first,), (second,) = (desk.read(invoice("R-1", logo("Brightwater Tools"), left)) for left in (72, 144))
    assert desk.engine.calls == 1
    assert second.bounds.x - first.bounds.x == 200  # an inch


def test_another_picture_and_another_language_are_read() -> None:
    desk = Desk()
    desk.read(invoice("R-1", logo("Brightwater Tools")))
    desk.read(invoice("R-1", logo("Brightwater Toys")))
    assert desk.engine.calls == 2
    desk.read(invoice("R-1", logo("Brightwater Toys")), Language.GERMAN)
    assert desk.engine.calls == 3


def test_the_longest_unused_is_forgotten() -> None:
    desk = Desk(max_pictures=2)
    for name in ("one", "two", "one", "three", "one"):
        desk.read(invoice("R-1", logo(name)))
    assert desk.engine.calls == 3
    desk.read(invoice("R-1", logo("two")))
    assert desk.engine.calls == 4
