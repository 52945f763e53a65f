"""Owns the name of an item: which of the texts under its header name it, and which only say more about it.

A name begins on the first line and goes on where it was wrapped: where the next word found no room on the line. A line that
was broken before its end begins a note, and so does a smaller or indented one, one further away, and one that has a label
of its own (`GTIN: ...`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from extractor.geometry import Box, union
from extractor.invoice.dates import find_dates
from extractor.layout import Line
from extractor.ocr.result import TEXT_LAYER

PARAGRAPH, PARAGRAPH_READ = 1.4, 1.8
"""Lines of one paragraph are at most this far apart, in heights of print from middle to middle; some engines see print lower than it is."""
SMALLER, SMALLER_READ = 0.88, 0.7
"""A line below this share of the height of the first is printed smaller; the heights that OCR gives are less exact."""
INDENT = 0.8
"""Lines of a name begin at the same place, give or take so many heights of print."""
FILLED = 0.6
"""Lines are full that fill this share of the room before the next column."""
_LABELLED = regex.compile(r"\s*\p{L}[\p{L}\p{M} ./'’()-]{0,38}\s?:(?=\s|\d|$)")
_NUMBER = regex.compile(r"^[\d\s-]{6,}$")
_FIRST_WORD = regex.compile(r"(?:[^\w\s]+ )?\S+")
_CODE = regex.compile(r"(?P<code>(?=[^\s]*\d)[A-Z0-9][A-Z0-9._/-]+) [-–—] (?=\S)")
_BRACKETED = regex.compile(r"\[(?P<code>[^\[\]\s]{2,30})\] ?(?=\S)")
_IN_BRACKETS = regex.compile(r"\s*\((?:\d[\d.,]*\s*)?(?P<unit>\p{L}[\p{L}.]{0,9})\)$")


@dataclass(frozen=True, slots=True)
class NameLine:
    """One line of the print under the header of names."""

    text: str
    box: Box
    line: Line
    first_word: float
    labelled: bool

    @property
    def exact(self) -> bool:
        """Whether its height is the font's, not what an OCR engine saw of it."""
        return all(word.source == TEXT_LAYER for word in self.line.words)


def name_line(line: Line, spans: Sequence[tuple[int, int]]) -> NameLine:
    """The parts of a line that stand under the header of names."""
    text = " ".join(line.text[start:end] for start, end in spans)
    start, end = spans[0]
    word = _FIRST_WORD.match(line.text, start, end)
    first = line.box_of(start, word.end() if word else end)
    return NameLine(text, union(line.box_of(*span) for span in spans), line, first.width, _LABELLED.match(line.text, start) is not None)


def line_end(rows: Sequence[Sequence[NameLine]], next_column: float) -> float:
    """Where lines of names end, in upright pixels, by all rows of a table. next_column: where the next column begins."""
    lines = [line for row in rows for line in row[: _paragraph(row)] if line is row[0] or not _is_note(row[0], line)]
    left = min((line.box.x for line in lines), default=0.0)
    return max([line.box.right for line in lines] + [left + FILLED * max(0.0, next_column - left)])


def name_of(lines: Sequence[NameLine], row: Box, end: float) -> Sequence[NameLine]:
    """Those lines of a row that are its name. row: the line that the row's figures stand on. end: see `line_end`."""
    skip = 0
    while skip < len(lines) - 1 and lines[skip].labelled and lines[skip].box.center_y < row.y:
        skip += 1  # a note to the row above
    lines = lines[skip:]
    return lines[: _length(lines, end)]


def _length(lines: Sequence[NameLine], end: float) -> int:
    paragraph = _paragraph(lines)
    closed = paragraph < len(lines)
    count = 1
    for previous, line in pairwise(lines[:paragraph]):
        if _is_note(lines[0], line) or not (closed or _is_full(previous, line, end)):
            break
        count += 1
    return count


def plain_name(text: str, unit: str, parts: bool) -> tuple[str, str | None]:
    """A name without the article number before it and the unit in brackets behind it, and that number.

    unit: the row's own unit. parts: the column holds a name and a description, with a dash between them.

    >>> plain_name("AB-12 - Steel bolts (kg)", "kg", False), plain_name("[X1] Desk", "", False)
    (('Steel bolts', 'AB-12'), ('Desk', 'X1'))
    """
    match = _CODE.match(text) or _BRACKETED.match(text)
    code = match["code"] if match else None
    text = text[match.end() :] if match else text
    bracket = _IN_BRACKETS.search(text)
    if bracket and unit and bracket["unit"].casefold().rstrip(".") == unit.casefold().rstrip("."):
        text = text[: bracket.start()]
    if parts:
        text = regex.split(r" [-–—] ", text, maxsplit=1)[0]
    return text, code


def _paragraph(lines: Sequence[NameLine]) -> int:
    """How many lines follow each other without a gap."""
    return next((i for i in range(1, len(lines)) if _is_apart(lines[i - 1], lines[i])), len(lines))


def _is_apart(above: NameLine, below: NameLine) -> bool:
    apart = PARAGRAPH if above.exact else PARAGRAPH_READ
    return below.box.center_y - above.box.center_y > apart * min(above.line.height, below.line.height)


def _is_note(first: NameLine, line: NameLine) -> bool:
    if line.line.height < (SMALLER if line.exact else SMALLER_READ) * first.line.height:
        return True
    if abs(line.box.x - first.box.x) > INDENT * first.line.height and abs(line.box.center_x - first.box.center_x) > INDENT * first.line.height:
        return True
    return line.labelled or _NUMBER.search(line.text) is not None or bool(find_dates(line.text))


def _is_full(above: NameLine, below: NameLine, end: float) -> bool:
    """Whether the first word of a line had no room on the line above."""
    return above.box.right + 0.25 * above.line.height + below.first_word > end
