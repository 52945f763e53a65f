"""Owns blocks: lines of one column that stand together, such as the name and address of a company.

A block is cut from the page by gaps and edges alone; what it says is the rules' business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from extractor.geometry import Box, union
from extractor.layout.model import Line, PageLayout, Span

BLOCK_GAP = 1.3
"""Lines that are further apart than this many heights of print belong to different blocks."""
EDGE = 0.8
"""Edges line up when they are at most this many heights of print apart."""
MAX_SIZE_RATIO = 2.6
"""Print this many times larger than the line beneath it is a heading of the page, not of the block."""


@dataclass(frozen=True)
class Piece:
    """A part of a line that stands by itself. box: upright pixels."""

    line: Line
    span: Span

    @cached_property
    def box(self) -> Box:
        return self.line.box_of(self.span.start, self.span.end)

    @property
    def text(self) -> str:
        return self.line.text[self.span.start : self.span.end]


@dataclass(frozen=True)
class Block:
    """Pieces of one column from top to bottom."""

    pieces: tuple[Piece, ...]

    @cached_property
    def box(self) -> Box:
        return union(piece.box for piece in self.pieces)


def pieces_of(page: PageLayout) -> list[Piece]:
    """The segments of a page's lines."""
    return [Piece(line, span) for line in page.lines for span in line.segment_spans]


def find_blocks(pieces: Iterable[Piece]) -> list[Block]:
    """The blocks that pieces of one page form, from top to bottom. Each piece is in one block."""
    stacks: list[list[Piece]] = []
    near: list[tuple[list[Piece], float, float]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.box.center_y, piece.box.x)):
        box = piece.box
        near = [found for found in near if box.y - found[1] <= found[2]]
        above = [at for at, (stack, _, _) in enumerate(near) if _goes_on(stack[-1].box, box)]
        if above:
            at = min(above, key=lambda at: (min(_offsets(near[at][0][-1].box, box)), box.y - near[at][1]))
            stack = near[at][0]
            stack.append(piece)
            near[at] = (stack, box.bottom, _reach(box))
        else:
            stacks.append([piece])
            near.append((stacks[-1], box.bottom, _reach(box)))
    return [Block(tuple(stack)) for stack in stacks]


def _reach(box: Box) -> float:
    """How far below a box the next line of its block can be at most."""
    return BLOCK_GAP * (1 + MAX_SIZE_RATIO) * box.height / 2


def _goes_on(above: Box, below: Box) -> bool:
    if above.x + above.width <= below.x or below.x + below.width <= above.x:
        return False  # first, since it sorts out most
    height = min(above.height, below.height)
    if below.center_y - above.center_y < 0.5 * height or below.y - above.bottom > BLOCK_GAP * (above.height + below.height) / 2:
        return False
    if above.height > MAX_SIZE_RATIO * below.height or below.height > MAX_SIZE_RATIO * above.height:
        return False
    return min(_offsets(above, below)) <= EDGE * height


def _offsets(above: Box, below: Box) -> tuple[float, float, float]:
    return abs(above.x - below.x), abs(above.right - below.right), abs(above.center_x - below.center_x)
