"""Makes small invoices with a text layer, which need no OCR, and runs the command line on documents."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "fixtures"
BAD = FIXTURES / "bad"
TEXT_PDF = FIXTURES / "acme-supplies" / "text.pdf"

LINES = (
    "Harbour Lantern Works Ltd",
    "12 Quay Street, Saltmouth",
    "Invoice",
    "Invoice number: {number}",
    "Invoice date: 2025-03-14",
    "Due date: {due}",
    "Subtotal: GBP 1,000.00",
    "VAT 20%: GBP 200.00",
    "Total: GBP 1,200.00",
    "Thank you for your order. Please pay within thirty days to the account that is named below.",
)


def invoice_pdf(number: str = "HL-2041", due: str = "2025-04-13", lines: Sequence[str] = LINES, size: tuple[float, float] = A4) -> bytes:
    """One page of text. With the defaults it is valid; due before 14 March 2025 it needs review; without lines it is invalid. size: points."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=size, invariant=1)
    left, top = (60, 760) if size == A4 else (20, round(size[1]) - 40)
    for row, line in enumerate(lines):
        canvas.drawString(left, top - 24 * row, line.format(number=number, due=due))
    canvas.save()
    return buffer.getvalue()


def write_invoices(folder: Path, count: int) -> list[Path]:
    """So many different invoices; every fourth one is due before it was issued, which asks for review."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"invoice-{number:03}.pdf" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(invoice_pdf(f"HL-{3000 + number}", "2025-02-01" if number % 4 == 3 else "2025-04-13"))
    return paths


def command(*arguments: object) -> list[str]:
    """The command line as a list for `subprocess`."""
    return [sys.executable, "-m", "extractor", *map(str, arguments)]


def call(*arguments: object, timeout: float = 120, **options: Any) -> subprocess.CompletedProcess[str]:
    """Runs the command in a process of its own; its output must be no traceback, whatever it is given."""
    done = subprocess.run(command(*arguments), capture_output=True, text=True, encoding="utf-8", timeout=timeout, check=False, **options)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def json_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a feed, every one of which must be whole."""
    if not path.exists():
        return []
    data = path.read_bytes()
    assert data == b"" or data.endswith(b"\n"), f"{path.name} ends in a torn line"
    return [json.loads(line) for line in data.splitlines()]


def workers(pid: int) -> list[int]:
    """The ids of the worker processes of a run on several documents. Needs `pgrep`."""
    found = subprocess.run(["pgrep", "-P", str(pid), "-f", "extractor.batch.worker"], capture_output=True, text=True, check=False)
    return list(map(int, found.stdout.split()))
