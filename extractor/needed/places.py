"""Owns where on a vendor's documents stands what its rules find: learned from full readings, it tells what to read of the next one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from extractor.geometry import Box, union
from extractor.layout.upright import Turn
from extractor.ocr.result import OcrPage

EDGE = 0.03
"""By how much of the width of the print an edge may stand elsewhere on another document of the vendor."""
RISE = 0.7
"""By how many heights of its line print may stand higher or lower."""
SHORTER = 0.4
"""What part of its length print may have on another document."""
SIZE = 0.3
"""By what part the height of print may differ."""
KEPT = 6
"""From so many full readings of a vendor, the latest ones, is known where what stands."""
VENDORS = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """A box in units of the width of all print on its page: its edges from the print's left, its middle from the print's top and bottom.

    page: from the first page, from 0; before_last: from the last.
    """

    page: int
    before_last: int
    left: float
    right: float
    down: float
    up: float
    height: float

    def is_at(self, other: Place) -> bool:
        """Whether print at `other` may be what stood here: it begins or ends there, is about as long, and as far from the nearer end of the page."""
        if not self._shares_an_edge(other) or not SHORTER <= (other.right - other.left) / max(self.right - self.left, 1e-6) <= 1 / SHORTER:
            return False
        allowed = RISE * max(self.height, other.height)
        if self.down <= self.up:
            return self.page == other.page and abs(self.down - other.down) <= allowed
        return self.before_last == other.before_last and abs(self.up - other.up) <= allowed

    def is_like(self, other: Place) -> bool:
        """Whether print at `other` begins and ends where this does, however high it stands."""
        same_size = abs(self.height - other.height) <= SIZE * max(self.height, other.height)
        return same_size and abs(self.left - other.left) <= EDGE and abs(self.right - other.right) <= EDGE

    def _shares_an_edge(self, other: Place) -> bool:
        return min(abs(self.left - other.left), abs(self.right - other.right)) <= EDGE


@dataclass(frozen=True, slots=True)
class Known:
    """What one full reading showed. marks: where the print stood that its fields come from. rules: field -> the rule that found it.

    bands: the first and the last print of each table that the vendor's file asks for.
    pages: how many it had. depth: how long the print of the first one is, in its widths.
    """

    marks: tuple[Place, ...]
    bands: tuple[tuple[Place, Place], ...]
    rules: Mapping[str, str | None]
    pages: int
    depth: float


@dataclass(slots=True)
class Places:
    """What is known of vendors, by rule set (its id and digest); the vendors longest unused are forgotten."""

    known: OrderedDict[tuple[str, str], list[Known]] = field(default_factory=OrderedDict)

    def of(self, key: tuple[str, str]) -> Sequence[Known]:
        if key in self.known:
            self.known.move_to_end(key)
        return self.known.get(key, ())

    def learn(self, key: tuple[str, str], known: Known) -> None:
        self.known[key] = [*self.of(key), known][-KEPT:]
        self.known.move_to_end(key)
        while len(self.known) > VENDORS:
            self.known.popitem(last=False)


def places_on(page: OcrPage, boxes: Sequence[Box], pages: int) -> list[Place]:
    """The places of all print on a page. boxes: in its pixels. pages: how many the document has."""
    if not boxes:
        return []
    turn = Turn.of(page)
    upright = [turn.to_upright(box) for box in boxes]
    frame = union(upright)
    unit = max(frame.width, 1.0)
    return [_place(box, frame, unit, page.number - 1, pages - page.number) for box in upright]


def _place(box: Box, frame: Box, unit: float, page: int, before_last: int) -> Place:
    left, right = (box.x - frame.x) / unit, (box.right - frame.x) / unit
    return Place(page, before_last, left, right, (box.center_y - frame.y) / unit, (frame.bottom - box.center_y) / unit, box.height / unit)


def wanted_of(places: Sequence[Place], known: Iterable[Known], *, anywhere: bool) -> Iterator[int]:
    """Which print to read of a page. anywhere: also what only looks like what was needed, however high it stands."""
    known = list(known)
    marks = {mark for one in known for mark in one.marks}
    bands = [band for one in known for band in one.bands]
    for index, place in enumerate(places):
        at_hand = any(mark.is_at(place) for mark in marks) or any(_between(place, *band) for band in bands)
        if at_hand or (anywhere and any(mark.is_like(place) for mark in marks)):
            yield index


def _between(place: Place, first: Place, last: Place) -> bool:
    """Whether print may belong to a table: its beginning is told by the top of the page, its end by the bottom."""
    begun = place.page > first.page or (place.page == first.page and place.down >= first.down - place.height)
    ended = place.before_last < last.before_last or (place.before_last == last.before_last and place.up < last.up - place.height)
    return begun and not ended


def overlapping(boxes: Sequence[Box], marks: Iterable[Box]) -> set[int]:
    """Which boxes take part in some marks, by index."""
    marks = list(marks)
    return {i for i, box in enumerate(boxes) if any(box.intersection(mark).area > 0.3 * min(box.area, mark.area) for mark in marks)}
