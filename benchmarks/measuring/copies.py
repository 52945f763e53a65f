"""Owns copies of documents as they come in twice, and others that only look like copies: each made of one document, by a seed.

bytes        the same file under another name
re-saved     the same pages, written anew by another program
re-scanned   the pages as pixels of another resolution, turned by up to 3 degrees, with noise and JPEG
re-numbered  the same page with another number in place of the first one: another invoice
next month   the same page with another number and another date
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from extractor.document.load import load_document
from extractor.output import ExtractionResult
from extractor.resolve import FieldValue

Pages = list[Image.Image]
SKEW = 3.0
"""A scanner's pages are turned by up to so many degrees."""


@dataclass(frozen=True)
class Original:
    """A document that is copied. result: what was extracted of its pages as they are rendered here."""

    path: Path
    pages: Pages
    result: ExtractionResult


def pages_of(path: Path) -> Pages:
    """The pages of a document, as pixels."""
    with load_document(path) as document:
        return [page.image().convert("RGB") for page in document.pages]


def same_bytes(_random: Random, original: Original) -> bytes:
    return original.path.read_bytes()


def re_saved(random: Random, original: Original) -> bytes:
    """A PDF by another writer, an image in another format."""
    buffer = io.BytesIO()
    if original.path.suffix == ".pdf":
        with pypdfium2.PdfDocument(original.path) as document:
            document.save(buffer)
        return buffer.getvalue() + b"%% saved anew\n"
    return saved(original.pages, random.randint(70, 95))


def re_scanned(random: Random, original: Original) -> bytes:
    return saved([scanned(random, page) for page in original.pages], random.randint(45, 80))


def scanned(random: Random, page: Image.Image) -> Image.Image:
    """A page as another scanner gives it."""
    scale = random.uniform(0.75, 1.15)
    turned = page.resize((round(page.width * scale), round(page.height * scale)), Image.Resampling.BICUBIC)
    turned = turned.rotate(random.uniform(-SKEW, SKEW), Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255))
    turned = turned.filter(ImageFilter.GaussianBlur(random.uniform(0, 0.7)))
    noise = np.random.default_rng(random.randrange(2**32)).normal(0, random.uniform(4, 14), (turned.height, turned.width, 1))
    return Image.fromarray(np.clip(np.asarray(turned) * random.uniform(0.92, 1.0) + noise, 0, 255).astype(np.uint8))


def re_numbered(random: Random, original: Original) -> bytes | None:
    return _with(random, original, {"number": other_number(random, original.result.invoice.number or "")})


def next_month(random: Random, original: Original) -> bytes | None:
    """None where number or date do not stand on the page as they can be replaced."""
    invoice = original.result.invoice
    if invoice.date is None:
        return None
    return _with(random, original, {"number": other_number(random, invoice.number or ""), "date": later(original.result.fields["date"].text, invoice.date)})


def other_number(random: Random, number: str) -> str | None:
    """The same number with another last digit; None where it has none."""
    place = next((index for index in reversed(range(len(number))) if number[index].isdigit()), None)
    if place is None:
        return None
    return f"{number[:place]}{(int(number[place]) + random.randint(1, 9)) % 10}{number[place + 1 :]}"


def later(text: str, day: date) -> str | None:
    """A printed date with another day of the month, in the form that it was printed in."""
    other = day + timedelta(days=3 if day.day <= 25 else -3)
    for old, new in ((f"{day.day:02}", f"{other.day:02}"), (str(day.day), str(other.day))):
        if text.count(old) == 1:
            return text.replace(old, new)
    return None


def _with(random: Random, original: Original, changes: Mapping[str, str | None]) -> bytes | None:
    """The pages, scanned, with other values painted over the ones that were read."""
    pages = [page.copy() for page in original.pages]
    for name, new in changes.items():
        evidence = original.result.fields.get(name)
        if new is None or evidence is None or evidence.bounds is None or evidence.page is None or new == evidence.text:
            return None
        paint(pages[evidence.page - 1], evidence, new)
    return saved([scanned(random, page) for page in pages], random.randint(60, 85))


def paint(page: Image.Image, evidence: FieldValue, text: str) -> None:
    """Writes another text over the place of a value."""
    box = evidence.bounds
    assert box is not None
    brush = ImageDraw.Draw(page)
    corner = page.getpixel((max(0, round(box.x) - 2), max(0, round(box.y) - 2)))
    brush.rectangle((box.x - 1, box.y - 1, box.right + 1, box.bottom + 1), fill=corner)
    font = ImageFont.load_default(size=max(8.0, box.height * 0.8))
    brush.text((box.x, box.y + box.height / 2), text, fill=(0, 0, 0), font=font, anchor="lm")


def saved(pages: Pages, quality: int) -> bytes:
    """Pages as a JPEG, or several as a TIFF of JPEGs."""
    buffer = io.BytesIO()
    if len(pages) == 1:
        pages[0].save(buffer, "JPEG", quality=quality)
    else:
        pages[0].save(buffer, "TIFF", save_all=True, append_images=pages[1:], compression="jpeg", quality=quality)
    return buffer.getvalue()


COPIES: Mapping[str, Callable[[Random, Original], bytes | None]] = {"bytes": same_bytes, "re-saved": re_saved, "re-scanned": re_scanned}
"""Kinds of copies of the same invoice."""
OTHERS: Mapping[str, Callable[[Random, Original], bytes | None]] = {"re-numbered": re_numbered, "next month": next_month}
"""Kinds of other invoices that look like copies."""


def difference_hash(page: Image.Image) -> int:
    """The difference hash of a page (dHash of 64 bits): whether each of 8 x 8 fields is brighter than the one on its right."""
    small = np.asarray(page.convert("L").resize((9, 8), Image.Resampling.LANCZOS), dtype=int)
    return int("".join("1" if bit else "0" for bit in (small[:, 1:] > small[:, :-1]).flatten()), 2)
