"""Owns which lines of a table's body make up one row.

A figure in the column that starts rows is the anchor of a row. What stands beside it belongs to it; lines of text between
two rows are shared out by the gaps between them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from extractor.geometry import Box, union
from extractor.layout import Line
from extractor.record import record
from extractor.rules.lines.model import FIGURES, Header, Piece
from extractor.rules.lines.pieces import is_figure

WRAP_GAP = 1.3
"""Lines of one row are at most this many heights of print apart."""
BESIDE = 0.15
"""Share of the height by which lines of one row overlap that are not on one baseline."""
FIGURES_APART = 1.6
"""Figures of one row are at most this many heights of print apart, from middle to middle."""


@record
class BodyLine:
    """A line of a table's body, dealt out to its columns."""

    line: Line
    pieces: tuple[Piece, ...]

    @property
    def middle(self) -> float:
        """Its height on the page, in upright pixels."""
        return self.line.box.center_y


@dataclass(slots=True)
class Block:
    """The lines of one row. anchor: the one with the figure that starts it. lines: from top to bottom."""

    anchor: BodyLine
    lines: list[BodyLine] = field(default_factory=list)

    def pieces(self, header: Header, name: str) -> list[Piece]:
        """What stands in one column, from top to bottom."""
        return [piece for line in self.lines for piece in line.pieces if header.columns[piece.column].name == name]


def blocks(header: Header, row: str, lines: Sequence[BodyLine]) -> list[Block]:
    """The rows of one page. row: name of the column that starts rows. lines: of the body, from top to bottom."""
    anchors = [line for line in lines if any(header.columns[p.column].name == row and is_figure(p.text) for p in line.pieces)]
    if not anchors:
        return []
    found = [Block(anchor, [anchor]) for anchor in anchors]
    between: list[list[BodyLine]] = [[] for _ in range(len(found) + 1)]
    middles = [anchor.middle for anchor in anchors]
    chosen = {id(anchor) for anchor in anchors}
    for line in (line for line in lines if id(line) not in chosen):
        at = bisect_left(middles, line.middle)
        owner = _owner(header, line, found[max(0, at - 1) : at + 1])
        if owner is not None:
            owner.lines.append(line)
        elif _names(header, line):
            between[at].append(line)
    for block in found:
        block.lines.sort(key=lambda line: line.middle)
    _share_out(header, found, between)
    return found


def _owner(header: Header, line: BodyLine, near: Sequence[Block]) -> Block | None:
    """The row that a line stands beside, or whose figures it goes on with. Lines come from top to bottom."""
    nearest = min(near, key=lambda block: abs(block.anchor.middle - line.middle), default=None)
    if nearest is None:
        return None
    height = min(line.line.height, nearest.anchor.line.height)
    if line.line.box.overlap_y(nearest.anchor.line.box) > BESIDE * height:
        return nearest
    apart = min(abs(known.middle - line.middle) for known in (nearest.anchor, nearest.lines[-1]))
    return nearest if apart <= FIGURES_APART * height and _has_figures(header, line) else None


def _has_figures(header: Header, line: BodyLine) -> bool:
    return any(header.columns[piece.column].name in FIGURES and is_figure(piece.text) for piece in line.pieces)


def _names(header: Header, line: BodyLine) -> bool:
    return any(header.columns[piece.column].name == "description" for piece in line.pieces)


def _box(header: Header, line: BodyLine) -> Box:
    """Where the description stands; the whole line's box where it has none."""
    boxes = [piece.box for piece in line.pieces if header.columns[piece.column].name == "description"]
    return union(boxes) if boxes else line.line.box


def _share_out(header: Header, found: Sequence[Block], between: Sequence[Sequence[BodyLine]]) -> None:
    """Gives each row its share of the lines above and below it.

    Lines of one row stand closer to each other than to the next row: the widest gap parts them. Where no gap is wider,
    all go the same way: up, unless the first row has its text above its figures.
    """
    first = found[0]
    bare = not any(_names(header, line) for line in first.lines if _has_figures(header, line))
    upwards = not (bare and _near(header, between[0][::-1], first.lines[0]))
    taken_below = not upwards
    for (above, below), waiting in zip(pairwise(found), between[1:-1], strict=True):
        cut = _cut(header, waiting, above, below, upwards)
        _extend(header, above, waiting[:cut])
        taken_below = bool(_extend_up(header, below, waiting[cut:])) or taken_below
    _extend(header, found[-1], between[-1])
    if bare or taken_below:
        _extend_up(header, first, between[0])


def _cut(header: Header, waiting: Sequence[BodyLine], above: Block, below: Block, upwards: bool) -> int:
    chain = [_box(header, line) for line in (above.lines[-1], *waiting, below.lines[0])]
    gaps = [max(0.0, lower.y - upper.bottom) for upper, lower in pairwise(chain)]
    widest = max(range(len(gaps)), key=lambda i: (gaps[i], i))
    if gaps[widest] > 1.2 * min(gaps) + 1:
        return widest
    return len(waiting) if upwards else 0


def _extend(header: Header, block: Block, below: Sequence[BodyLine]) -> None:
    block.lines.extend(_near(header, below, block.lines[-1]))


def _extend_up(header: Header, block: Block, above: Sequence[BodyLine]) -> list[BodyLine]:
    near = _near(header, above[::-1], block.lines[0])[::-1]
    block.lines[:0] = near
    return near


def _near(header: Header, lines: Sequence[BodyLine], row: BodyLine) -> list[BodyLine]:
    """Those lines that follow each other, from a row on, without a gap."""
    near: list[BodyLine] = []
    previous = row.line.box
    for line in lines:
        box = _box(header, line)
        if -box.overlap_y(previous) > WRAP_GAP * line.line.height:
            break
        near.append(line)
        previous = box
    return near
