"""Owns what recognition gives: `OcrRegion`, `OcrPage`, `OcrResult`, and their JSON and CSV forms.

Bounds are always in the pixels of the page as it came in (after EXIF orientation), origin top left, even where the
page was turned, straightened or scaled for reading. `OcrPage.rotation` and `OcrPage.skew` tell how the print lies on
that page, so that whoever needs upright lines (the layout) can turn the boxes.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import repeat, starmap
from pathlib import Path
from typing import Any, overload

from extractor.errors import RecognitionFailed
from extractor.geometry import Box
from extractor.ocr.barcodes import Barcode
from extractor.record import record

TEXT_LAYER = "text_layer"
"""`OcrRegion.source` of a region that was taken from a PDF's text layer instead of being read from pixels."""


@record
class OcrRegion:
    """One piece of text that an engine read.

    text: as read. confidence: 0 to 100, None where the engine gives none. bounds: page pixels.
    source: the name of the engine that read it, or `TEXT_LAYER`.
    """

    text: str
    confidence: float | None
    bounds: Box
    source: str = ""

    def to_dict(self) -> dict[str, Any]:
        confidence = None if self.confidence is None else round(self.confidence, 2)
        row: dict[str, Any] = {"text": self.text, "confidence": confidence, "bounds": self.bounds.to_dict()}
        return row | ({"source": self.source} if self.source else {})

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> OcrRegion:
        return cls(str(data["text"]), _confidence(data.get("confidence")), Box.from_dict(data["bounds"]), str(data.get("source", "")))

    def rounded(self) -> OcrRegion:
        """What `from_dict(self.to_dict())` gives. Raises ValueError as that does."""
        confidence = None if self.confidence is None else round(self.confidence, 2)
        return OcrRegion(self.text, _confidence(confidence), self.bounds.rounded(), self.source)


class LayerRegions(Sequence[OcrRegion]):
    """The words of a text layer as regions, equal to a tuple of the same. Each is made when it is asked for.

    bounds: to a tenth of a pixel, as JSON has them. Reading an invoice takes texts and bounds alone; regions are for those who
    look at what was read.
    """

    __slots__ = ("bounds", "texts")

    def __init__(self, texts: Sequence[str], bounds: Sequence[Box]) -> None:
        self.texts = tuple(texts)
        self.bounds = tuple(bounds)

    def columns(self) -> Iterator[tuple[str, float | None, Box, str]]:
        """Text, confidence, bounds and source of each word: a text layer is not read, and so not misread."""
        return zip(self.texts, repeat(100.0), self.bounds, repeat(TEXT_LAYER))

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[OcrRegion]:
        return starmap(OcrRegion, self.columns())

    @overload
    def __getitem__(self, index: int) -> OcrRegion: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[OcrRegion, ...]: ...
    def __getitem__(self, index: int | slice) -> OcrRegion | tuple[OcrRegion, ...]:
        return tuple(self)[index] if isinstance(index, slice) else OcrRegion(self.texts[index], 100.0, self.bounds[index], TEXT_LAYER)

    def __eq__(self, other: object) -> bool:
        return tuple(self) == tuple(other) if isinstance(other, tuple | LayerRegions) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))


def _confidence(value: Any) -> float | None:
    confidence = None if value is None else float(value)
    if confidence is not None and not 0 <= confidence <= 100:
        raise ValueError(f"confidence must be from 0 to 100: {confidence}")
    return confidence


@dataclass(frozen=True, slots=True)
class OcrPage:
    """The regions of one page.

    number: from 1. width, height: pixels. dpi: pixels per inch, so that rules can speak of millimetres.
    rotation: by how many degrees clockwise (0, 90, 180, 270) the print is turned on the page.
    skew: by how many degrees clockwise, beyond `rotation`, its lines slope (-45 to 45, usually near 0).
    partial: not all of its print was read. found: then, how many pieces of print there are; None where nobody looked.
    barcodes: the codes that are printed on it, of any symbology.
    """

    number: int
    width: int
    height: int
    regions: Sequence[OcrRegion] = ()
    dpi: float = 200.0
    rotation: int = 0
    skew: float = 0.0
    partial: bool = False
    found: int | None = None
    barcodes: tuple[Barcode, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        row: dict[str, Any] = {"number": self.number, "width": self.width, "height": self.height, "dpi": round(self.dpi, 2)}
        row |= {"rotation": self.rotation, "skew": round(self.skew, 3)}
        row |= ({"partial": True} if self.partial else {}) | ({"regions_found": self.found} if self.found is not None else {})
        row |= {"barcodes": [barcode.to_dict() for barcode in self.barcodes]} if self.barcodes else {}
        return row | {"regions": [region.to_dict() for region in self.regions]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> OcrPage:
        regions = tuple(OcrRegion.from_dict(region) for region in data["regions"])
        width, height, dpi = int(data["width"]), int(data["height"]), float(data.get("dpi", 200.0))
        found = int(data["regions_found"]) if "regions_found" in data else None
        lies = int(data.get("rotation", 0)), float(data.get("skew", 0.0))
        barcodes = tuple(Barcode.from_dict(barcode) for barcode in data.get("barcodes", ()))
        return cls(int(data["number"]), width, height, regions, dpi, *lies, bool(data.get("partial", False)), found, barcodes)._checked()

    def rounded(self) -> OcrPage:
        """What `from_dict(self.to_dict())` gives. Raises ValueError as that does."""
        regions = self.regions if isinstance(self.regions, LayerRegions) else tuple(region.rounded() for region in self.regions)
        barcodes = tuple(code.rounded() for code in self.barcodes)
        return replace(self, regions=regions, dpi=float(round(self.dpi, 2)), skew=float(round(self.skew, 3)), barcodes=barcodes)._checked()

    def _checked(self) -> OcrPage:
        if self.width <= 0 or self.height <= 0 or not 0 < self.dpi < 1e5:
            raise ValueError(f"page {self.number} has no size")
        if self.rotation not in (0, 90, 180, 270):
            raise ValueError(f"rotation must be 0, 90, 180 or 270: {self.rotation}")
        return self


@dataclass(frozen=True, slots=True)
class OcrResult:
    """What was read from a document: pages of regions, the engine's name and version.

    truncated: the engine is known to have cut texts short (an evaluation licence); warnings: in words.
    """

    pages: tuple[OcrPage, ...]
    engine: str
    engine_version: str = ""
    truncated: bool = False
    warnings: tuple[str, ...] = field(default=())

    @property
    def regions(self) -> Iterator[OcrRegion]:
        """All regions, page after page."""
        return (region for page in self.pages for region in page.regions)

    @property
    def partial(self) -> bool:
        """Whether print was left unread (`regions="needed"`)."""
        return any(page.partial for page in self.pages)

    @property
    def text(self) -> str:
        """The texts of all regions, one a line, in the engine's order."""
        return "\n".join(region.text for region in self.regions)

    def of_pages(self, numbers: Container[int]) -> OcrResult:
        """The same result with only the pages of these numbers."""
        return replace(self, pages=tuple(page for page in self.pages if page.number in numbers))

    def filter(self, min_confidence: float = 0.0) -> OcrResult:
        """The same result with only regions of at least this confidence (0 to 100).

        Regions whose confidence is unknown are kept: nothing says that they are wrong.
        """
        pages = (replace(page, regions=tuple(r for r in page.regions if r.confidence is None or r.confidence >= min_confidence)) for page in self.pages)
        return replace(self, pages=tuple(pages))

    def to_dict(self) -> dict[str, Any]:
        row: dict[str, Any] = {"engine": {"name": self.engine, "version": self.engine_version}, "truncated": self.truncated}
        return row | {"warnings": list(self.warnings), "pages": [page.to_dict() for page in self.pages]}

    def to_json(self, indent: int | None = None) -> str:
        """JSON text that satisfies `schemas/ocr-v1.schema.json`."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent)

    @classmethod
    def from_json(cls, text: str | bytes) -> OcrResult:
        """Reads `to_json()`. Raises RecognitionFailed where the text is no such result (not finite, no size, not JSON)."""
        try:
            data = json.loads(text)
            pages = tuple(OcrPage.from_dict(page) for page in data["pages"])
            engine = data.get("engine", {})
            return cls(pages, str(engine.get("name", "")), str(engine.get("version", "")), bool(data.get("truncated", False)), tuple(data.get("warnings", ())))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError) as error:
            raise RecognitionFailed(f"not a valid OCR result: {error}") from error

    def rounded(self) -> OcrResult:
        """What `from_json(self.to_json())` gives. Raises RecognitionFailed as that does."""
        try:
            return replace(self, pages=tuple(page.rounded() for page in self.pages))
        except (ValueError, TypeError, OverflowError) as error:
            raise RecognitionFailed(f"not a valid OCR result: {error}") from error

    def to_csv(self) -> str:
        """One `"text",confidence` row a region; the confidence (0 to 100, one decimal) is empty where it is unknown."""
        return "".join(_csv_row(region) for region in self.regions)

    def save_as_csv(self, path: str | os.PathLike[str]) -> None:
        """Writes `to_csv()` as UTF-8."""
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            file.writelines(_csv_row(region) for region in self.regions)


def _csv_row(region: OcrRegion) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="").writerow([region.text])
    return f"{buffer.getvalue()},{'' if region.confidence is None else round(region.confidence, 1)}\n"
