"""Owns `Scene`: a page as it was read, with what is known of its print, ready to be varied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from extractor.geometry import Box, union
from extractor.invoice.fields import FIELDS, LINE_FIELDS
from extractor.layout.upright import Turn
from extractor.layout.words import plain_text
from extractor.ocr.result import OcrPage, OcrRegion, OcrResult
from extractor.output import ExtractionResult

COVERED = 0.6
"""A region of which a value's box covers this share is part of the value."""
TELLING = 3
"""A value of fewer characters may stand by chance elsewhere."""


@dataclass(frozen=True, slots=True)
class PrintedValue:
    """A value that was read from a page. name: its field; text: as printed; value: `Decimal`, date or str; boxes: page pixels."""

    name: str
    kind: str
    text: str
    value: Any
    page: int
    bounds: Box
    label: str | None = None
    label_bounds: Box | None = None


@dataclass(frozen=True, slots=True)
class TaxSum:
    """A tax that the page states: base x rate (percent) = amount."""

    base: Decimal
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Scene:
    """An example as read. ocr: upright, without skew; expect: as in the example; fixed: texts of the vendor's own that never change and tell it."""

    ocr: OcrResult
    expect: Mapping[str, Any]
    values: tuple[PrintedValue, ...] = ()
    taxes: tuple[TaxSum, ...] = ()
    fixed: tuple[str, ...] = ()

    def with_pages(self, pages: Iterator[OcrPage] | list[OcrPage]) -> Scene:
        """The same scene with other pages."""
        return replace(self, ocr=replace(self.ocr, pages=tuple(pages)))

    def value_spans(self, page: OcrPage, region: OcrRegion) -> list[tuple[int, int]]:
        """Which characters of a region's text belong to values, in order."""
        values = (
            value for value in self.values if len(value.text) >= TELLING or (value.page == page.number and value.bounds.intersection(region.bounds).area > 0)
        )
        texts = {part for value in values for part in value.text.split("\n") if part}
        spans = {span for text in texts for span in _occurrences(text, region.text)}
        if any(covers(value.bounds, region.bounds) for value in self.values if value.page == page.number):
            spans.add((0, len(region.text)))
        return sorted(spans)

    def is_of_field(self, page: OcrPage, region: OcrRegion) -> bool:
        """Whether a region holds a part of a value or of a label that led to one."""
        boxes = (box for value in self.values if value.page == page.number for box in (value.bounds, value.label_bounds) if box)
        return bool(self.value_spans(page, region)) or any(region.bounds.intersection(box).area > 0 for box in boxes)

    def is_of_vendor(self, row: Iterable[OcrRegion]) -> bool:
        """Whether regions side by side hold what tells the vendor."""
        shown = folded("".join(region.text for region in sorted(row, key=lambda region: region.bounds.x)))
        return any(folded(text) in shown for text in self.fixed if folded(text))


def folded(text: str) -> str:
    """Letters and figures alone, in lower case.

    >>> folded("Acme Ltd. 17")
    'acmeltd17'
    """
    return "".join(filter(str.isalnum, text.casefold()))


def covers(box: Box, region: Box) -> bool:
    """Whether a box covers most of a region.

    >>> covers(Box(0, 0, 90, 10), Box(0, 0, 100, 10)), covers(Box(0, 0, 30, 10), Box(0, 0, 100, 10))
    (True, False)
    """
    return box.intersection(region).area > COVERED * region.area > 0


def _occurrences(text: str, within: str) -> Iterator[tuple[int, int]]:
    start = within.find(text)
    while start >= 0:
        yield start, start + len(text)
        start = within.find(text, start + 1)


def in_one_piece(scene: Scene) -> Scene:
    """The scene with each value in a region of its own, where an engine cut it into words."""
    return scene.with_pages([_pieced(page, [value for value in scene.values if value.page == page.number]) for page in scene.ocr.pages])


def _pieced(page: OcrPage, values: list[PrintedValue]) -> OcrPage:
    regions = list(page.regions)
    for value in values:
        parts = sorted((region for region in regions if covers(value.bounds, region.bounds)), key=lambda region: region.bounds.x)
        text = " ".join(part.text for part in parts)
        if len(parts) > 1 and text == value.text:
            known = [part.confidence for part in parts if part.confidence is not None]
            whole = replace(parts[0], text=text, bounds=union(part.bounds for part in parts), confidence=min(known, default=None))
            regions = [whole if region is parts[0] else region for region in regions if region is parts[0] or not any(region is part for part in parts)]
    return replace(page, regions=tuple(regions))


def upright(ocr: OcrResult) -> OcrResult:
    """The same print on pages that need no turning; texts in the plain form that rules see."""
    return replace(ocr, pages=tuple(map(_upright_page, ocr.pages)))


def _upright_page(page: OcrPage) -> OcrPage:
    turn = Turn.of(page)
    width, height = turn.upright_size
    regions = tuple(replace(region, text=plain_text(region.text), bounds=turn.to_upright(region.bounds)) for region in page.regions)
    return replace(page, width=round(width), height=round(height), regions=regions, rotation=0, skew=0.0)


def scene_of(result: ExtractionResult, expect: Mapping[str, Any], extra: Mapping[str, str], fixed: tuple[str, ...] = ()) -> Scene:
    """The scene of a result that was extracted from an upright page. extra: kinds of declared fields, by name."""
    found = ((tax.base, tax.rate, tax.amount) for tax in result.invoice.taxes)
    taxes = tuple(TaxSum(base, rate, amount) for base, rate, amount in found if base is not None and rate is not None and amount is not None)
    return Scene(result.ocr, dict(expect), tuple(_printed(result, extra)), taxes, fixed)


def _printed(result: ExtractionResult, extra: Mapping[str, str]) -> Iterator[PrintedValue]:
    for name, found in result.fields.items():
        if found.value is not None and found.page is not None and found.bounds is not None and found.text:
            yield PrintedValue(name, kind_of(name, extra), found.text, found.value, found.page, found.bounds, found.label, found.label_bounds)


def kind_of(name: str, extra: Mapping[str, str]) -> str:
    """The kind of a field, of a declared one (`extra.NAME`) or of a column (`lines[0].amount`).

    >>> kind_of("total", {}), kind_of("extra.meter", {"meter": "identifier"}), kind_of("lines[0].quantity", {})
    ('amount', 'identifier', 'quantity')
    """
    if name in FIELDS:
        return FIELDS[name].kind
    last = name.rpartition(".")[2]
    return extra.get(last, "text") if name.startswith("extra.") else LINE_FIELDS[last].kind if last in LINE_FIELDS else "text"
