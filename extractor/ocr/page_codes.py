"""Owns looking for codes on a page that is text: only in its pictures and drawings, each drawn alone, known logos not at all."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from extractor.errors import DocumentError
from extractor.geometry import Box
from extractor.ocr.barcodes import MAX_CODES, Barcode, distinct, find_barcodes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extractor.document.model import CodeArea, Page, TextLayer
    from extractor.ocr.pictures import KnownPictures

MAX_AREAS = 32
"""So many parts of a page are drawn."""
_MARGIN_MM = 2.5
"""White around a code, which its picture need not have."""
_THOROUGH_PIXELS = 1_000_000
"""What is larger is rather the background of a page than a code."""
_COVERED = 0.5
"""Share of a picture that its code takes; the rest is its white edge."""


def codes_beside_text(page: Page, layer: TextLayer, known: KnownPictures[Any]) -> tuple[tuple[Barcode, ...], tuple[str, ...]]:
    """The codes that are drawn on a page with a text layer, bounds in its pixels, and what could not be looked at, in words."""
    unknown = (area for area in layer.code_areas if not (area.digest and known.is_without_codes(_drawn(area))))
    areas = sorted(unknown, key=lambda area: bool(area.digest))  # what is drawn like a code comes before pictures of any kind
    found: list[Barcode] = []
    for area in areas[:MAX_AREAS]:
        if any(_inside(code.bounds, area.bounds) for code in found):
            continue  # a picture and its mask, or what lies on it
        try:
            codes = list(_in_area(page, area.bounds))
        except DocumentError as error:
            return tuple(found), (f"page {page.number}: its pictures were not looked at for codes: {error}",)
        if area.digest and not codes:
            known.note_without_codes(_drawn(area))
        found += codes
    return tuple(distinct(found)[:MAX_CODES]), ()


def _drawn(area: CodeArea) -> str:
    """Tells a picture and how large it is drawn."""
    return f"{area.digest} {area.bounds.width:.0f}x{area.bounds.height:.0f}"


def _in_area(page: Page, bounds: Box) -> Iterator[Barcode]:
    margin = _MARGIN_MM / 25.4 * page.dpi
    left, top = max(0, math.floor(bounds.x - margin)), max(0, math.floor(bounds.y - margin))
    right, bottom = min(page.width, math.ceil(bounds.right + margin)), min(page.height, math.ceil(bounds.bottom + margin))
    if right <= left or bottom <= top:
        return
    thorough = (right - left) * (bottom - top) <= _THOROUGH_PIXELS
    for code in find_barcodes(page.crop((left, top, right, bottom)), thorough=thorough):
        yield Barcode(code.text, code.symbology, code.bounds.moved(left, top), code.data)


def _inside(bounds: Box, area: Box) -> bool:
    return bounds.intersection(area).area >= _COVERED * area.area


def without_codes(areas: Iterable[Box], codes: Iterable[Barcode]) -> tuple[Box, ...]:
    """The areas that are more than a code: what an engine reads in its modules is no text."""
    bounds = [code.bounds for code in codes]
    return tuple(area for area in areas if not any(_inside(box, area) for box in bounds))
