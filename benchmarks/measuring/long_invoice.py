"""Owns a made-up invoice of many lines, drawn for measuring: two pages of A4 for a hundred lines."""

from __future__ import annotations

import io
from decimal import Decimal

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

GOODS = ("Copper pipe 15 mm", "Compression elbow", "Radiator valve, angled", "PTFE tape", "Pipe clip, rubber lined", "Flux paste 100 g", "Isolating valve")
RATE = Decimal("0.20")
FIRST_PAGE_LINES = 48
LEADING = 4.1 * mm
COLUMNS = (("Item", 20, False), ("Description", 34, False), ("Qty", 118, True), ("Unit price", 150, True), ("Amount", 188, True))
"""Heading, millimetres from the left edge, and whether print ends there."""


def long_invoice(lines: int = 100) -> bytes:
    """The PDF. Number INV-20418, 14 March 2025; amounts add up."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=True)
    rows = [_row(number) for number in range(1, lines + 1)]
    _letterhead(canvas)
    _table(canvas, rows[:FIRST_PAGE_LINES], 205 * mm)
    canvas.showPage()
    canvas.setFont("Helvetica", 9)
    bottom = _table(canvas, rows[FIRST_PAGE_LINES:], 280 * mm)
    _totals(canvas, sum((row[4] for row in rows), Decimal(0)), bottom - 8 * mm)
    canvas.save()
    return buffer.getvalue()


Row = tuple[int, str, int, Decimal, Decimal]


def _row(number: int) -> Row:
    quantity, price = 1 + number * 7 % 23, Decimal(number * 137 % 4900 + 95) / 100
    return number, f"{GOODS[number % len(GOODS)]} {number * 31 % 997}", quantity, price, quantity * price


def _letterhead(canvas: Canvas) -> None:
    canvas.setFont("Helvetica-Bold", 16)
    canvas.drawString(20 * mm, 275 * mm, "Harrowgate Pipe & Fittings Ltd")
    canvas.setFont("Helvetica", 9)
    for at, text in enumerate(("7 Millrace Yard", "Leeds LS10 1AB", "VAT No. GB 123 4567 82")):
        canvas.drawString(20 * mm, (269 - 4.5 * at) * mm, text)
    for at, text in enumerate(("Bill to", "Oakley Plumbing Services", "22 Canal Street", "York YO1 7EP")):
        canvas.drawString(20 * mm, (246 - 4.5 * at) * mm, text)
    facts = (("Invoice No", "INV-20418"), ("Invoice date", "14 March 2025"), ("Due date", "13 April 2025"), ("Customer No", "88213"))
    for at, (label, value) in enumerate(facts):
        canvas.drawString(130 * mm, (246 - 4.5 * at) * mm, label)
        canvas.drawRightString(188 * mm, (246 - 4.5 * at) * mm, value)


def _table(canvas: Canvas, rows: list[Row], top: float) -> float:
    """Draws a header and rows; gives how low they reach."""
    for heading, x, right in COLUMNS:
        (canvas.drawRightString if right else canvas.drawString)(x * mm, top, heading)
    for at, row in enumerate(rows, 1):
        for text, (_, x, right) in zip((f"{cell:.2f}" if isinstance(cell, Decimal) else str(cell) for cell in row), COLUMNS, strict=True):
            (canvas.drawRightString if right else canvas.drawString)(x * mm, top - at * LEADING, text)
    return float(top - len(rows) * LEADING)


def _totals(canvas: Canvas, net: Decimal, top: float) -> None:
    tax = (net * RATE).quantize(Decimal("0.01"))
    for at, (label, amount) in enumerate((("Subtotal", net), ("VAT 20%", tax), ("Total", net + tax))):
        canvas.drawRightString(160 * mm, top - at * 5 * mm, label)
        canvas.drawRightString(188 * mm, top - at * 5 * mm, f"£{amount:,.2f}")
    canvas.drawString(20 * mm, top - 24 * mm, "Please pay within 30 days. IBAN GB82 WEST 1234 5698 7654 32, BIC WESTGB2L")
