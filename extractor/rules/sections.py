"""Owns the sections of a form: what stands beneath the heading of a party, up to the next heading, is that party's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractor.layout import Line, PageLayout
from extractor.layout.blocks import Piece
from extractor.rules.addresses import Head, bare_heads
from extractor.rules.labels import LabelHit
from extractor.rules.model import PARTIES

LARGEST_GAP = 3.0
"""A section ends before a gap of more heights of print than this."""
LINES_AWAY = 16
"""A section ends this many heights of print below its heading at the latest."""
FIT = 0.8
"""How sure it is that what stands in a section is the party's."""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands beneath a party's heading. party: one of `PARTIES`."""

    party: str
    page: PageLayout
    pieces: tuple[Piece, ...]


def find_sections(page: PageLayout, hits: Sequence[LabelHit], owners: Mapping[str, tuple[str, float]]) -> list[Section]:
    """The sections of a page on which both parties have a heading, one beneath the other.

    hits: the page's labels. owners: what `parties.head_labels` gave. A heading alone tells little: beneath the addressee
    of a letter stands whatever the sender has to say.
    """
    found = []
    heads = sorted(bare_heads(hits, owners), key=lambda head: head.box.y)
    for head in heads:
        column = [other for other in heads if abs(other.box.x - head.box.x) < head.box.height]
        if {other.party for other in column} >= set(PARTIES) and not any(_is_beside(head, other) for other in heads):
            end = next((other.box.y for other in column if other.box.y > head.box.bottom), page.height)
            pieces = tuple(Piece(line, span) for line in _lines(page, head, end) for span in line.segment_spans)
            found.append(Section(head.party, page, pieces))
    return found


def _is_beside(head: Head, other: Head) -> bool:
    return other is not head and abs(other.box.center_y - head.box.center_y) < head.box.height


def _lines(page: PageLayout, head: Head, end: float) -> Iterator[Line]:
    """The lines that begin where the heading does, up to the end or a gap."""
    height, bottom = head.box.height, head.box.bottom
    below = (line for line in page.lines if line.box.y >= head.box.bottom - height / 2 and abs(line.box.x - head.box.x) < height)
    for line in sorted(below, key=lambda line: line.box.y):
        if line.box.center_y >= end or line.box.y - bottom > LARGEST_GAP * height or line.box.y - head.box.bottom > LINES_AWAY * height:
            return
        bottom = line.box.bottom
        yield line
