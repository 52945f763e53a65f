"""Owns making files of several invoices, whose boundaries are known: labelled documents one after the other, as people scan and join them.

Everything that a stack of paper brings is drawn by lot: blank backs, separator sheets in words or with a barcode, delivery notes and
terms behind an invoice, neighbours of one vendor, and invoices of up to four pages with and without page numbers.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pypdfium2
from PIL import Image, ImageOps
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from measuring.documents import Data

INVOICES, PAGES = 5, 4
"""A file holds up to so many invoices of up to so many pages."""
SCAN_DPI = 150
BARCODE = "PATCHT"
KINDS = frozenset({"invoice", "credit_note", "receipt"})

Lines = Sequence[str]


@dataclass(frozen=True)
class Paper:
    """One document with one invoice. name: for messages; maker: whoever lays out alike; number: what must not be twice in a file; "" where it has none."""

    name: str
    maker: str
    number: str
    pdf: bytes
    pages: int


@dataclass(frozen=True)
class Bundle:
    """A file of several invoices. begins: the page, from 1, at which each of them begins; ends: the last page that is part of it; traits: what lies in it."""

    pdf: bytes
    papers: tuple[Paper, ...]
    begins: tuple[int, ...]
    ends: tuple[int, ...]
    traits: frozenset[str]


def papers(data: Data, fixtures: Path) -> list[Paper]:
    """The labelled documents, and those of the project's own fixtures, that have a text layer or are pictures, of up to `PAGES` pages."""
    found = [_paper(f"{d.set_name}/{d.key[1]}", f"{d.set_name}/{d.layout or d.key[1]}", d.path, d.truth) for d in data.documents.values()]
    truths = sorted(fixtures.glob("*/truth.json"))
    own = ((folder, path) for folder in (truth.parent for truth in truths) for path in (folder / "text.pdf", folder / "scan.jpg") if path.is_file())
    found += [_paper(f"{folder.name}/{path.name}", folder.name, path, json.loads((folder / "truth.json").read_text(encoding="utf-8"))) for folder, path in own]
    return [paper for paper in found if paper is not None]


def _paper(name: str, maker: str, path: Path, truth: Any) -> Paper | None:
    if truth.get("kind", "invoice") not in KINDS or path.suffix not in (".pdf", ".jpg", ".png"):
        return None
    pdf = path.read_bytes() if path.suffix == ".pdf" else _pictures([ImageOps.exif_transpose(Image.open(path))])
    pages = len(pypdfium2.PdfDocument(pdf))
    return Paper(name, maker, _plain(truth.get("number") or ""), pdf, pages) if pages <= PAGES else None


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text)).upper()


def bundle(random: Random, known: Sequence[Paper], *, scanned: bool) -> Bundle:
    """One file, drawn by lot. scanned: as pictures of all pages, a little askew, as a scanner makes them."""
    stack = _Stack(random)
    for paper in _drawn(random, known):
        stack.add(paper)
    pdf = stack.save()
    if scanned:
        pdf = _pictures([_as_scanned(random, page.render(scale=SCAN_DPI / 72).to_pil()) for page in pypdfium2.PdfDocument(pdf)])
    return Bundle(pdf, tuple(stack.papers), tuple(stack.begins), tuple(stack.ends), frozenset(stack.traits) | ({"scanned"} if scanned else {"text"}))


def _drawn(random: Random, known: Sequence[Paper]) -> Iterator[Paper]:
    """Different invoices; often the next one is of the same maker."""
    numbers = set[str]()
    paper: Paper | None = None
    for _ in range(random.randint(1, INVOICES)):
        siblings = [each for each in known if paper is not None and each.maker == paper.maker]
        pool = [each for each in (siblings if siblings and random.random() < 0.3 else known) if each.name not in numbers and each.number not in numbers]
        if random.random() < 0.35 or not pool:
            paper = _made(random)
        else:
            several = [each for each in pool if each.pages > 1]
            paper = random.choice(several if several and random.random() < 0.5 else pool)
        numbers |= {paper.name} | ({paper.number} if paper.number else set())
        yield paper


class _Stack:
    """Sheets of paper, one after the other. sides: `single`, `backs` (every page has a blank back) or `both` (an invoice begins on a new sheet)."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._pdf = pypdfium2.PdfDocument.new()
        self.papers: list[Paper] = []
        self.begins: list[int] = []
        self.ends: list[int] = []
        self._sides = random.choices(["single", "backs", "both"], [8, 1, 1])[0]
        self._separated = random.choices(["", "blank", "words", "barcode"], [7, 1, 1, 1])[0] if self._sides == "single" else ""
        self.traits = {self._sides, f"separated by {self._separated or 'nothing'}"}

    def add(self, paper: Paper) -> None:
        if self.papers and self._separated:
            self._page(_separator(self._separated))
        self.begins.append(len(self._pdf) + 1)
        for index in range(paper.pages):
            self._page(paper.pdf, index)
            self.ends[len(self.begins) - 1 :] = [len(self._pdf)]
            if self._sides == "backs":
                self._page(_sheet(()))
        if self._random.random() < 0.12:
            self._page(_attachment(self._random))
            self.traits.add("attachment")
        if self._sides == "both" and len(self._pdf) % 2:
            self._page(_sheet(()))
        if self.papers and self.papers[-1].maker == paper.maker:
            self.traits.add("neighbours of one maker")
        self.papers.append(paper)

    def save(self) -> bytes:
        buffer = io.BytesIO()
        self._pdf.save(buffer)
        return buffer.getvalue()

    def _page(self, pdf: bytes, index: int = 0) -> None:
        self._pdf.import_pages(pypdfium2.PdfDocument(pdf), pages=[index])


def _pictures(pages: Sequence[Image.Image]) -> bytes:
    buffer = io.BytesIO()
    first, *rest = (page.convert("RGB") for page in pages)
    first.save(buffer, "PDF", save_all=True, append_images=rest, resolution=SCAN_DPI, quality=80)
    return buffer.getvalue()


def _as_scanned(random: Random, page: Image.Image) -> Image.Image:
    """Grey, a little askew, with specks."""
    grey = page.convert("L").rotate(random.uniform(-0.5, 0.5), fillcolor=255, resample=Image.Resampling.BILINEAR)
    for _ in range(random.randint(0, 40)):
        grey.putpixel((random.randrange(grey.width), random.randrange(grey.height)), random.randrange(120))
    return grey


def _sheet(lines: Lines, size: float = 10, leading: float = 15, draw: Callable[[Canvas], None] | None = None) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    _write(canvas, lines, size, leading)
    if draw is not None:
        draw(canvas)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _write(canvas: Canvas, lines: Lines, size: float = 10, leading: float = 15) -> None:
    """Lines from the top; what stands behind a tab is put at the right."""
    for row, line in enumerate(lines):
        left, _, right = line.partition("\t")
        canvas.setFont("Helvetica", size)
        canvas.drawString(55, 790 - leading * row, left)
        canvas.drawRightString(540, 790 - leading * row, right)


def _separator(kind: str) -> bytes:
    if kind == "blank":
        return _sheet(())
    if kind == "words":
        return _sheet(("PATCH T", "DOCUMENT SEPARATOR"), 30, 60)
    return _sheet((), draw=_barcode)


def _barcode(canvas: Canvas) -> None:
    from reportlab.graphics.barcode.code128 import Code128

    Code128(BARCODE, barWidth=1.6, barHeight=80).drawOn(canvas, 100, 500)


def _attachment(random: Random) -> bytes:
    day = random.randint(1, 28)
    clauses = [f"{n}. The customer accepts clause {n} of these terms, and that goods remain ours until they are paid in full." for n in range(1, 30)]
    return _sheet(
        random.choice(
            [
                ("General terms and conditions", "Valid from 1 January 2024", *clauses, "\tPage 1 of 1"),
                ("Allgemeine Geschäftsbedingungen", "Stand 01.01.2024", *clauses, "Seite 1 von 1"),
                (
                    "Delivery note",
                    f"Delivery note no. DN-{random.randint(1000, 9999)}",
                    f"Date {day:02}/03/2025",
                    "Quantity  Description",
                    "4  Brackets",
                    "7  Bolts, 10 mm",
                ),
                (
                    "Lieferschein",
                    f"Lieferschein-Nr. {random.randint(10000, 99999)}",
                    f"Datum {day:02}.03.2025",
                    "Menge  Bezeichnung",
                    "4  Winkel",
                    "7  Schrauben",
                ),
                ("Timesheet", "Week 12", *(f"{d:02}.03.2025  8.0 hours  Installation" for d in range(1, 20))),
            ]
        )
    )


WORDS = {
    "en": (
        "Invoice",
        "Invoice number",
        "Invoice date",
        "Total",
        "Page {} of {}",
        "Page {}",
        "Carried forward",
        "Brought forward",
        "VAT No GB999000{}",
        "Bill to",
    ),
    "de": ("Rechnung", "Rechnungsnummer", "Rechnungsdatum", "Gesamtbetrag", "Seite {} von {}", "Seite {}", "Übertrag", "Übertrag", "USt-IdNr. DE9990{}0", "An"),
    "fr": ("Facture", "Facture n°", "Date de facture", "Total TTC", "Page {} sur {}", "Page {}", "À reporter", "Report", "N° TVA FR00999{}00", "Client"),
}
GOODS = ("Brackets", "Bolts", "Hinges", "Lamp shades", "Copper wire", "Roof tiles", "Paint", "Doors", "Window frames", "Gravel", "Pumps", "Valves")
SELLERS = ("Harbour Lantern Works Ltd", "Quarry & Sons", "Moorland Tools GmbH", "Atelier du Lac SARL", "Bergmann Technik AG", "Thistle Trading Co")


def _made(random: Random) -> Paper:
    """An invoice of one to four pages; what later pages repeat, how they are numbered, and what is carried forward is drawn by lot."""
    words = WORDS[random.choice(sorted(WORDS))]
    seller, number, pages = random.choice(SELLERS), f"{random.choice('ABRT')}{random.randint(10000, 99999)}", random.randint(1, PAGES)
    head = [seller, f"{random.randint(1, 99)} Quay Street, Saltmouth", words[8].format(SELLERS.index(seller) + 100), ""]
    numbers = [f"{words[1]}: {number}", f"{words[2]}: {random.randint(1, 28):02}.{random.randint(1, 12):02}.2025"]
    numbered, repeats, carries = random.choice(["of", "plain", "none", "none"]), random.choice(["all", "head", "number", "none"]), random.random() < 0.3
    canvas = Canvas(buffer := io.BytesIO(), pagesize=A4, invariant=1)
    total = 0
    for page in range(1, pages + 1):
        goods = [(random.choice(GOODS), random.randint(1, 900)) for _ in range(random.randint(4, 22))]
        lines = [*head, f"{words[9]}", "Brook Lane Nurseries", "8 Mill Road, Anytown", "", words[0], *numbers, ""] if page == 1 else []
        lines += {"all": [*head, words[0], *numbers], "head": head, "number": [numbers[0]], "none": []}[repeats] if page > 1 else []
        lines += [f"{words[7]}\t{total}.00"] if carries and page > 1 else []
        lines += [f"{name}\t{price}.00" for name, price in goods]
        total += sum(price for _, price in goods)
        lines += [f"{words[6]}\t{total}.00"] if carries and page < pages else []
        lines += ["", f"{words[3]} EUR\t{total}.00"] if page == pages else []
        _write(canvas, [*lines, "", {"of": words[4].format(page, pages), "plain": words[5].format(page), "none": ""}[numbered]])
        canvas.showPage()
    canvas.save()
    return Paper(f"made/{number}", f"made/{seller}", number, buffer.getvalue(), pages)
