"""Scans of which only what is needed is read: values that codes hold need no print."""

from __future__ import annotations

import io
from pathlib import Path

from reportlab.graphics.barcode.code128 import Code128
from reportlab.pdfgen.canvas import Canvas

from extractor import Extractor
from extractor.validate import Status

RULES = """format: 1
identify: {all: [Harbour Lantern Works]}
currency: GBP
locale: en-GB
fields:
  number: {label: Invoice number}
  date: {label: Invoice date}
  total: {label: Total}
  purchase_order: {barcode: {symbology: code128}}
required: [number, date, total, purchase_order]
"""


def scan(order: str) -> bytes:
    """A page at 150 dpi as a PNG."""
    import pypdfium2

    canvas = Canvas(buffer := io.BytesIO(), pagesize=(595, 842), invariant=1)
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(60, 770, "Harbour Lantern Works Ltd")
    canvas.setFont("Helvetica", 10)
    for y, left, right in ((700, "Invoice number:", "HL-4101"), (685, "Invoice date:", "2026-03-14"), (300, "Total", "200.00")):
        canvas.drawString(60, y, left)
        canvas.drawString(160, y, right)
    for row in range(20):
        canvas.drawString(60, 640 - 15 * row, f"Line item number {row} with some words on what was delivered")
    Code128(order, barWidth=1.2, barHeight=40).drawOn(canvas, 50, 200)
    canvas.save()
    with pypdfium2.PdfDocument(buffer.getvalue()) as pdf:
        page = pdf[0].render(scale=150 / 72, grayscale=True).to_pil().convert("L")
    page.save(image := io.BytesIO(), "PNG", dpi=(150, 150))
    return image.getvalue()


def test_a_rule_led_by_a_code_lets_the_rest_stay_unread(tmp_path: Path) -> None:
    (tmp_path / "harbour.yaml").write_text(RULES, encoding="utf-8")
    with Extractor(rules=tmp_path, regions="needed") as extractor:
        first, second = (extractor.extract(scan(order)) for order in ("DN-1000", "DN-1001"))
    assert (first.status, first.invoice.purchase_order, first.ocr.partial) == (Status.VALID, "DN-1000", False)
    assert (second.status, second.invoice.purchase_order, second.ocr.partial) == (Status.VALID, "DN-1001", True)
    assert len(second.ocr.pages[0].regions) < len(first.ocr.pages[0].regions) / 2
