"""Owns a document that is read in parts: its print is found first, and of that only what somebody asks for is read.

Text layers cost nothing and are there at once. Print that was found and not read can be seen as `UNREAD` marks of its size, so that
what was read keeps its surroundings: the layout has the same lines and columns, and nobody takes two boxes with a third between them for neighbours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from extractor.errors import RecognitionFailed
from extractor.geometry import Box
from extractor.ocr.barcodes import Barcode
from extractor.ocr.result import TEXT_LAYER, OcrPage, OcrRegion, OcrResult

UNREAD = "\ufffc"
"""Stands for a character that nobody has read yet (OBJECT REPLACEMENT CHARACTER): no label, pattern or number has it."""
_CHARACTER = 0.5
"""How wide a character is, as a share of the height of its line."""

Read = Callable[[list[int]], list[OcrRegion | None]]


@dataclass(slots=True)
class PartlyRead:
    """A page of which more and more is read.

    page: its size and how its print lies. bounds: of the print that was found, in page pixels, in reading order. read_some: reads
    print by index. known: what was read, by index; None for what turned out to be no text. then: called with the page once all of it
    is read. by_engine, truncated: of what was there at once, as in `OcrResult`.
    """

    page: OcrPage
    bounds: Sequence[Box]
    read_some: Read | None
    known: dict[int, OcrRegion | None] = field(default_factory=dict)
    then: Callable[[OcrPage], None] | None = None
    by_engine: bool = True
    truncated: bool = False

    def read(self, indices: Iterable[int]) -> bool:
        """Reads what is not yet known of some boxes; whether there was any."""
        new = [index for index in dict.fromkeys(indices) if index not in self.known]
        if not new or self.read_some is None:
            return False
        self.known.update(zip(new, self.read_some(new), strict=True))
        if not self.unread:
            self.read_some = None  # it holds the pixels
            if self.then is not None:
                self.then(self.as_read())
        return True

    @property
    def unread(self) -> list[int]:
        """What was found and not read, by index."""
        return [index for index in range(len(self.bounds)) if index not in self.known]

    def as_read(self) -> OcrPage:
        """The page with what was read, in reading order."""
        regions = (self.known.get(index) for index in range(len(self.bounds)))
        partial = bool(self.unread)
        return replace(self.page, regions=tuple(filter(None, regions)), partial=partial, found=len(self.bounds) if partial else None)

    def as_seen(self) -> OcrPage:
        """The same, with marks in place of what was not read."""
        sideways = self.page.rotation in (90, 270)
        regions = (self.known[i] if i in self.known else _mark(box, sideways) for i, box in enumerate(self.bounds))
        return replace(self.as_read(), regions=tuple(filter(None, regions)))


def _mark(box: Box, sideways: bool) -> OcrRegion:
    length, height = (box.height, box.width) if sideways else (box.width, box.height)
    return OcrRegion(UNREAD * max(1, round(length / max(1.0, height) / _CHARACTER)), None, box)


def _no_codes(number: int) -> tuple[Barcode, ...]:
    return ()


def _no_page(number: int) -> PartlyRead:
    raise RecognitionFailed(f"page {number} cannot be opened")


@dataclass(slots=True)
class PartlyReadDocument:
    """The pages of a document, each opened when it is asked for: only then it is rendered and its print found.

    pages: all of them without regions. open_page: opens one, by its number. codes_of: the codes of one that is not opened.
    """

    pages: Sequence[OcrPage]
    engine: str
    engine_version: str
    open_page: Callable[[int], PartlyRead] = _no_page
    codes_of: Callable[[int], tuple[Barcode, ...]] = _no_codes
    warnings: list[str] = field(default_factory=list)
    opened: dict[int, PartlyRead] = field(default_factory=dict)
    _codes: dict[int, tuple[Barcode, ...]] = field(default_factory=dict)

    def page(self, number: int) -> PartlyRead:
        """A page by its number, from 1."""
        if number not in self.opened:
            self.opened[number] = self.open_page(number)
        return self.opened[number]

    def read(self, number: int, indices: Iterable[int]) -> bool:
        """Reads print of a page; whether there was any that was not yet read."""
        return self.page(number).read(indices)

    def read_all(self) -> None:
        """Reads what is left of all pages, one after the other."""
        for page in self.pages:
            opened = self.page(page.number)
            opened.read(opened.unread)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left to read."""
        return len(self.opened) == len(self.pages) and not any(page.unread for page in self.opened.values())

    def as_read(self) -> OcrResult:
        """What was read so far."""
        return self._result(PartlyRead.as_read)

    def as_seen(self) -> OcrResult:
        """The same, with marks in place of what was found and not read."""
        return self._result(PartlyRead.as_seen)

    def _result(self, view: Callable[[PartlyRead], OcrPage]) -> OcrResult:
        pages = tuple(view(self.opened[page.number]) if page.number in self.opened else self._unopened(page) for page in self.pages)
        opened = self.opened.values()
        name, version = (self.engine, self.engine_version) if any(page.by_engine for page in opened) else (TEXT_LAYER, "")
        return OcrResult(pages, name, version, any(page.truncated for page in opened), tuple(self.warnings)).rounded()

    def _unopened(self, page: OcrPage) -> OcrPage:
        if page.number not in self._codes:
            self._codes[page.number] = self.codes_of(page.number)
        return replace(page, barcodes=self._codes[page.number])
