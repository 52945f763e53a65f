"""Owns the canonical form of a page: words, segments, lines, and text in which each character knows its word.

Coordinates called `box` are upright pixels (the print as it is read); `bounds` are the page's own pixels.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain

from extractor.geometry import Box, union
from extractor.layout.upright import Turn
from extractor.ocr.barcodes import Barcode
from extractor.record import record

SEGMENT_GAP = "  "
"""What stands between two segments in the text of a line: two spaces, so that a rule can tell a wide gap from a narrow one."""

STRAY_WORDS = 0.03
"""Up to this share of the words of a page may stand outside of its print on either side."""
NARROW, WIDE = frozenset("iIjlftr.,:;'|!()[]{}1-/\"`´’"), frozenset("mwMW@%€&")


def relative_widths(text: str) -> list[float]:
    """How wide each character is against a digit in common proportional fonts (estimates from Helvetica's metrics).

    >>> relative_widths("iM0 ")
    [0.5, 1.5, 1.0, 0.5]
    """
    return [_relative_width(character) for character in text]


@lru_cache(maxsize=4096)
def _relative_width(c: str) -> float:
    return 0.5 if c in NARROW or c.isspace() else 1.5 if c in WIDE else 1.25 if c.isupper() else 1.0


@record
class Word:
    """Text without white space. box: upright pixels. confidence: 0 to 1, None where the engine gives none."""

    text: str
    box: Box
    confidence: float | None
    source: str = ""

    def part(self, start: int, end: int) -> Box:
        """Where the characters from start to end stand, in upright pixels, by the usual widths of characters."""
        if start <= 0 and end >= len(self.text):
            return self.box
        widths = relative_widths(self.text)
        scale = self.box.width / sum(widths)
        return Box(self.box.x + sum(widths[:start]) * scale, self.box.y, sum(widths[start:end]) * scale, self.box.height)


@record
class Span:
    """Characters `start` to `end` of a line's text."""

    start: int
    end: int


class Line:
    """Words on one baseline, left to right, cut into segments at wide gaps.

    index: position among the page's lines. segments: tuples of words. text: words joined by one space, segments by
    `SEGMENT_GAP`. box: upright pixels. starts: where in the text each of the words begins.
    """

    def __init__(self, index: int, segments: Sequence[Sequence[Word]]) -> None:
        self.index = index
        self.segments = tuple(map(tuple, segments))
        self.words = tuple(chain.from_iterable(self.segments))
        self.box = union([word.box for word in self.words])
        self.text = SEGMENT_GAP.join([" ".join([word.text for word in segment]) for segment in self.segments])
        self.starts: list[int] = []
        self._boxes: dict[tuple[int, int], Box] = {}
        self.segment_spans: list[Span] = []
        position = 0
        for segment in self.segments:
            first = position
            for word in segment:
                self.starts.append(position)
                position += len(word.text) + 1
            self.segment_spans.append(Span(first, position - 1))
            position += len(SEGMENT_GAP) - 1

    @cached_property
    def height(self) -> float:
        """The typical height of its words in pixels."""
        heights = sorted(word.box.height for word in self.words)
        return heights[len(heights) // 2]

    def words_in(self, start: int, end: int) -> list[tuple[Word, int, int]]:
        """The words that own the characters from start to end, each with the part of its own text that is meant."""
        found = []
        first = max(0, bisect_right(self.starts, start) - 1)
        last = bisect_left(self.starts, end, first)
        for word, at in zip(self.words[first:last], self.starts[first:last], strict=True):
            low, high = start - at if start > at else 0, min(end - at, len(word.text))
            if low < high:
                found.append((word, low, high))
        return found

    def box_of(self, start: int, end: int) -> Box:
        """Where the characters from start to end stand, in upright pixels; the whole line's box where they own no word."""
        if (known := self._boxes.get((start, end))) is not None:
            return known
        parts = [word.part(low, high) for word, low, high in self.words_in(start, end)]
        found = self._boxes[start, end] = union(parts) if parts else self.box
        return found

    def confidence_of(self, start: int, end: int) -> float | None:
        """The lowest confidence (0 to 1) among the words of these characters; None where none is known."""
        if len(self._confidences) == 1:  # as of all words of a text layer
            return next(iter(self._confidences)) if self.text[start:end].strip() else None
        known = [word.confidence for word, _, _ in self.words_in(start, end) if word.confidence is not None]
        return min(known, default=None)

    @cached_property
    def _confidences(self) -> frozenset[float | None]:
        return frozenset([word.confidence for word in self.words])

    def segment_at(self, position: int) -> Span:
        """The segment that the character at `position` belongs to (or the one before it, in a gap)."""
        return next((span for span in reversed(self.segment_spans) if span.start <= position), self.segment_spans[0])

    def __repr__(self) -> str:
        return f"Line({self.index}, {self.text!r})"


class PageLayout:
    """One page in canonical form. width, height: upright pixels. dpi: pixels per inch. lines: in reading order.

    barcodes: the codes on it, with bounds in the page's own pixels.
    """

    def __init__(self, number: int, turn: Turn, dpi: float, lines: Sequence[Line], barcodes: Sequence[Barcode] = ()) -> None:
        self.number = number
        self.turn = turn
        self.width, self.height = turn.upright_size
        self.dpi = dpi
        self.lines = tuple(lines)
        self.barcodes = tuple(barcodes)
        self.text = "\n".join(line.text for line in self.lines)
        self._starts = []
        position = 0
        for line in self.lines:
            self._starts.append(position)
            position += len(line.text) + 1

    @cached_property
    def line_height(self) -> float:
        """The typical height of a line of print in pixels; a sixtieth of the page where it has none."""
        heights = sorted(line.height for line in self.lines)
        return heights[len(heights) // 2] if heights else self.height / 60

    @cached_property
    def columns(self) -> float:
        """How many characters of the usual width stand side by side across the print; 0 where there is none.

        Stray words at the edges do not count: what a hand wrote beside the print, what shines through.
        """
        words = [word for line in self.lines for word in line.words]
        if not words:
            return 0.0
        stray = int(len(words) * STRAY_WORDS)
        left = sorted(word.box.x for word in words)[stray]
        right = sorted(word.box.right for word in words)[-1 - stray]
        return (right - left) * sum(len(word.text) for word in words) / sum(word.box.width for word in words)

    def locate(self, start: int, end: int) -> list[tuple[Line, Span]]:
        """The lines, and the parts of them, that characters start to end of `text` come from."""
        found = []
        for i in range(max(0, bisect_right(self._starts, start) - 1), len(self.lines)):
            first = self._starts[i]
            if first >= end:
                break
            low, high = max(start - first, 0), min(end - first, len(self.lines[i].text))
            if low < high:
                found.append((self.lines[i], Span(low, high)))
        return found

    def bounds(self, box: Box) -> Box:
        """An upright box in the page's own pixels, clipped to the page."""
        page = self.turn.to_page(box)
        width, height = self.turn.width, self.turn.height
        left, right = min(max(page.x, 0.0), width), min(max(page.right, 0.0), width)
        top, bottom = min(max(page.y, 0.0), height), min(max(page.bottom, 0.0), height)
        return Box(left, top, right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class Layout:
    """All pages of a document in canonical form."""

    pages: tuple[PageLayout, ...]

    @property
    def text(self) -> str:
        """The text of all pages, a form feed between them."""
        return "\f".join(page.text for page in self.pages)
