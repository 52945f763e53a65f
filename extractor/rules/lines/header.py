"""Owns finding the header of a table: the lines whose labels name its columns, also where a label is stacked over lines."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import regex

from extractor.geometry import Box, union
from extractor.invoice.amounts import has_amount
from extractor.invoice.currencies import currency_of
from extractor.layout import Line, PageLayout, Span
from extractor.rules.labels import LabelHit, folded_label
from extractor.rules.lines.model import FIGURES, OTHER, Column, Header
from extractor.rules.model import LineTable

Hits = Mapping[tuple[int, int], Sequence[LabelHit]]
"""The labels of each line (page number, index)."""

MIN_COLUMNS = 2
MIN_NAMED = 0.35
"""Share of a header's text that must be labels of columns."""
MIN_LINE_NAMED = 0.4
"""The same for a further line of a header."""
MAX_SIDE = 4
"""How many lines above and below a line may belong to the same header."""
INTERLEAVED = 0.85
"""Lines this close, in heights of print from middle to middle, stand beside each other in one header."""
STACKED = 1.95
"""Lines of one label are at most this far apart, in heights of print from middle to middle."""

_JOINS = regex.compile(r"&|\+|\b(?:and|und|et|y|e|en|i)\b")
_CURRENCY_BEHIND = regex.compile(r" ?(?:[(\[](?:in )?(?P<sign>[A-Z]{3}|\p{Sc})[)\]]|(?:in )?(?P<sign>[A-Z]{3}|\p{Sc})(?![\p{L}\d]))")
_BETWEEN = regex.compile(r" ?(?:,|&|\+|and|und|et|y|e|en|i) ?")


class HeaderFinder:
    """Finds headers of one table on pages."""

    def __init__(self, table: LineTable, hits: Hits) -> None:
        self._table = table
        self._hits = hits
        self._labels: dict[str, tuple[str, ...]] = {}
        for name, labels in table.columns.items():
            for label in labels:
                folded = folded_label(label)
                self._labels[folded] = (*self._labels.get(folded, ()), name)

    def find(self, page: PageLayout) -> Header | None:
        """The header of a page that names the most columns; None where there is none."""
        lines = sorted(page.lines, key=lambda line: line.box.center_y)
        middles = [line.box.center_y for line in lines]
        best: Header | None = None
        for line in lines:
            if not self._names(page, line):
                continue
            at = bisect_left(middles, line.box.center_y)
            header = self._read(page, line, lines[max(0, at - MAX_SIDE) : at + MAX_SIDE + 1])
            if header and (best is None or _worth(header) > _worth(best)):
                best = header
        return best

    def is_header(self, page: PageLayout, line: Line) -> bool:
        """Whether a line alone is a header."""
        return self._header(page, [line]) is not None

    def _names(self, page: PageLayout, line: Line) -> list[_Label]:
        """The labels of columns on a line; where it has several, also those that OCR joined to the label of something else."""
        found: list[_Label] = []
        others: list[LabelHit] = []
        for hit in self._hits.get((page.number, line.index), ()):
            names = tuple(name for name in self._table.columns if f"column.{name}" in hit.owners)
            if names:
                found.append(_Label(hit.span.start, _with_currency(line, hit.span.end), names, _JOINS.search(hit.label) is not None))
            else:
                others.append(hit)
        if len(found) >= MIN_COLUMNS:
            found += [label for hit in others for label in self._split(hit)]
        return found

    def _split(self, hit: LabelHit) -> list[_Label]:
        """Labels of columns in the label of something else.

        Two in one print (`Tax Amount` may head a column of rates and one of amounts), or one with the currency behind it (`Total EUR`).
        """
        text, start = hit.line.text[hit.span.start : hit.span.end], hit.span.start
        currency = next((match for match in _CURRENCY_BEHIND.finditer(text) if match.end() == len(text) and currency_of(match["sign"])), None)
        if currency is not None and (names := self._labels.get(folded_label(text[: currency.start()]))):
            return [_Label(start, hit.span.end, names, False)]
        for space in (match.start() for match in regex.finditer(" ", text)):
            left, right = (self._labels.get(folded_label(part), ()) for part in (text[:space], text[space + 1 :]))
            if left and right and left[0] != right[0]:
                return [_Label(start, start + space, left, False), _Label(start + space + 1, start + len(text), right, False)]
        return []

    def _read(self, page: PageLayout, seed: Line, near: Sequence[Line]) -> Header | None:
        """The best header that a line and its neighbours make up: with those beside it alone, then with those above and below."""
        bands = (self._band(page, seed, near, reach) for reach in (0.0, INTERLEAVED, STACKED))
        return max((header for band in bands if (header := self._header(page, band))), key=_worth, default=None)

    def _band(self, page: PageLayout, seed: Line, near: Sequence[Line], reach: float) -> list[Line]:
        at = next(i for i, line in enumerate(near) if line is seed)
        band = [seed]
        for side in (near[:at][::-1], near[at + 1 :]):
            edge = seed
            for line in side:
                apart = abs(line.box.center_y - edge.box.center_y) / max(seed.height, 1)
                beside = apart <= min(reach, INTERLEAVED)
                if apart > reach or any(c.isdigit() for c in line.text):
                    break
                if not (beside and line.box.overlap_x(seed.box) > 0) and _share_named(list(self._atoms(page, line))) < MIN_LINE_NAMED:
                    break
                band.append(line)
                edge = line
        return sorted(band, key=lambda line: line.box.center_y)

    def _header(self, page: PageLayout, lines: Sequence[Line]) -> Header | None:
        if sum(len(self._names(page, line)) for line in lines) < MIN_COLUMNS or any(has_amount(line.text) for line in lines):
            return None  # totals have labels, too, but headers have no amounts
        atoms = [atom for line in lines for atom in self._atoms(page, line)]
        columns = _named([self._column(stack) for stack in _stacks(atoms)], page.width, self._table.row)
        found = {column.name for column in columns if column.name}
        if len(found) < MIN_COLUMNS or self._table.row not in found or _share_named(atoms) < MIN_NAMED:
            return None
        return Header(page, tuple(lines), tuple(columns))

    def _atoms(self, page: PageLayout, line: Line) -> Iterator[_Atom]:
        """The labels of a line, and what stands between them."""
        named = _joined(line, self._names(page, line))
        for segment in line.segment_spans:
            position = segment.start
            for label in [label for label in named if segment.start <= label.start < segment.end]:
                if _says(line.text[position : label.start]):
                    yield _Atom(line.text[position : label.start].strip(), line.box_of(position, label.start), (), segment)
                yield _Atom(line.text[label.start : label.end], line.box_of(label.start, label.end), label.names, segment, label.parts)
                position = max(position, label.end)
            if _says(line.text[position : segment.end]):
                yield _Atom(line.text[position : segment.end].strip(), line.box_of(position, segment.end), (), segment)

    def _column(self, stack: Sequence[_Atom]) -> Column:
        """One column of labels that stand above each other: known as a whole, else by the part that says most."""
        box = union(atom.box for atom in stack)
        whole = self._labels.get(folded_label(" ".join(atom.text for atom in stack)))
        if whole is None:
            known = [atom for atom in stack if atom.names]
            whole = max(known, key=lambda atom: len(atom.text)).names if known else ()
        return Column(whole[0] if whole else OTHER, whole, box, any(atom.parts for atom in stack))


@dataclass(frozen=True, slots=True)
class _Atom:
    """A label, or words that are none, on one line of a header."""

    text: str
    box: Box
    names: tuple[str, ...]
    segment: Span
    parts: bool = False


@dataclass(frozen=True, slots=True)
class _Label:
    """A label on a line, or several that share one cell. parts: it names several things."""

    start: int
    end: int
    names: tuple[str, ...]
    parts: bool


def _with_currency(line: Line, end: int) -> int:
    """Where a label ends, with the currency behind it in the same print."""
    match = _CURRENCY_BEHIND.match(line.text, end, line.segment_at(end - 1).end)
    return match.end() if match and currency_of(match["sign"]) else end


def _says(text: str) -> bool:
    return any(c.isalnum() or c == "#" for c in text)


def _joined(line: Line, labels: Sequence[_Label]) -> list[_Label]:
    """Labels of texts with `&` or a comma between them as one: they name the parts of one cell."""
    joined: list[_Label] = []
    for label in sorted(labels, key=lambda label: label.start):
        last = joined[-1] if joined else None
        if last and "description" in last.names and "description" in label.names and _BETWEEN.fullmatch(line.text, last.end, label.start):
            joined[-1] = _Label(last.start, label.end, ("description",), True)
        else:
            joined.append(label)
    return joined


def _stacks(atoms: Sequence[_Atom]) -> list[list[_Atom]]:
    """Atoms that stand above each other, each stack from top to bottom, the stacks from left to right."""
    stacks: list[list[_Atom]] = []
    for atom in atoms:
        above = [stack for stack in stacks if _is_above(stack, atom)]
        if above:
            max(above, key=lambda stack: union(part.box for part in stack).overlap_x(atom.box)).append(atom)
        else:
            stacks.append([atom])
    return sorted(stacks, key=lambda stack: min(atom.box.x for atom in stack))


def _is_above(stack: Sequence[_Atom], atom: _Atom) -> bool:
    beside = [part for part in stack if part.box.center_y >= atom.box.center_y - 0.2 * atom.box.height]
    if len(beside) == len(stack) or any(part.segment is not atom.segment or (part.names and atom.names) for part in beside):
        return False
    box = union(part.box for part in stack)
    return box.overlap_x(atom.box) > 0.5 * min(box.width, atom.box.width)


def _share_named(atoms: Sequence[_Atom]) -> float:
    """How much of the text names columns: a sentence may name some, too."""
    return sum(len(atom.text) for atom in atoms if atom.names) / max(1, sum(len(atom.text) for atom in atoms))


def _worth(header: Header) -> tuple[int, int, int]:
    """How good a header is: it names many columns, on few lines above each other, with all that stands beside them."""
    middles = [line.box.center_y for line in header.lines]
    stacked = sum(1 for above, below in pairwise(middles) if below - above > INTERLEAVED * header.lines[0].height)
    return len({column.name for column in header.columns if column.name}), -stacked, len(header.lines)


def _named(columns: Sequence[Column], width: float, row: str) -> list[Column]:
    """One column for each name, from left to right.

    Of two headers for one column the right one counts; of two descriptions the one with more room, and a header on its
    left heads the article numbers. Where no header names the amounts, the right one of two prices does, a price without
    a quantity, and one on the right of all other columns.
    """
    names: list[str] = []
    for column in columns:
        names.append(next((name for name in column.names if name not in names), column.name))
    lefts = [column.box.x for column in columns]
    room = [right - left for left, right in zip(lefts, [*lefts[1:], width], strict=False)]
    prices = [i for i, name in enumerate(names) if name == "unit_price"]
    if row == "amount" and row not in names and prices and (len(prices) > 1 or "quantity" not in names or prices[-1] == len(names) - 1):
        names[prices[-1]] = row
    for name in set(names) - {OTHER}:
        same = [i for i, other in enumerate(names) if other == name]
        kept = max(same, key=lambda i: room[i]) if name == "description" else same[-1]
        for i in same:
            if i != kept:
                names[i] = "code" if name == "description" and i < kept and "code" not in names else OTHER
    return [replace(column, name=name, parts=name not in FIGURES and column.parts) for name, column in zip(names, columns, strict=True)]
