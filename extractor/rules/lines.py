"""Owns reading the table of line items: header labels give columns, cells are dealt out to them, rows go on over pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from extractor.geometry import Box, union
from extractor.invoice.amounts import find_amounts
from extractor.layout import Layout, Line, PageLayout
from extractor.rules.labels import LabelHit
from extractor.rules.model import LineTable

NUMERIC = frozenset({"quantity", "unit_price", "tax_rate", "amount"})
"""Columns that hold figures; figures are aligned with their header, text flows to the right of its header's left edge."""
OTHER = ""
"""The name of a column whose header stands for no column of `LINE_FIELDS`: its cells are left aside."""
ENDS = frozenset({"end", "net", "tax", "total", "amount_due"})
"""Owners of labels that close a table: its own end labels, and the totals that follow it."""
MIN_COLUMNS = 2
WRAP_GAP = 1.3
"""A wrapped description is at most this many heights of print below its row."""
HEADER_GAP = 0.9
"""Header labels may stand on several lines that are at most this many heights apart."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one column of one row. bounds: page pixels. ocr: 0 to 1, None where the engine gives none."""

    text: str
    page: int
    bounds: Box
    ocr: float | None


@dataclass(slots=True)
class TableRow:
    """One row of the table: cells by column, and the lines (page number, index) that it takes up."""

    cells: dict[str, Cell] = field(default_factory=dict)
    lines: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Header:
    page: PageLayout
    lines: tuple[Line, ...]
    columns: tuple[tuple[str, Box], ...]
    left: float = 0.0

    @property
    def bottom(self) -> float:
        return max(line.box.bottom for line in self.lines)


def read_table(table: LineTable, layout: Layout, hits: Sequence[LabelHit]) -> list[TableRow]:
    """The rows of a table on all pages that it stands on; empty where its header is not found."""
    by_line: dict[tuple[int, int], list[LabelHit]] = {}
    for hit in hits:
        by_line.setdefault((hit.page.number, hit.line.index), []).append(hit)
    rows: list[TableRow] = []
    header: _Header | None = None
    for page in layout.pages:
        found = _find_header(table, page, by_line)
        if header is None and found is None:
            continue
        header = found or header
        assert header is not None
        body = [line for line in page.lines if found is None or line.box.center_y > found.bottom]
        body.sort(key=lambda line: line.box.center_y)
        header = replace(header, left=_left_edge(header, body))
        if _read_body(table, page, body, _Reader(header, by_line, rows)):
            break
    return rows


def _find_header(table: LineTable, page: PageLayout, by_line: Mapping[tuple[int, int], list[LabelHit]]) -> _Header | None:
    """The lines of a page that name the most columns of the table."""
    best: _Header | None = None
    for i, line in enumerate(page.lines):
        if not _column_hits(table, page, [line], by_line):
            continue
        lines = [line]
        for other in page.lines[i + 1 : i + 3]:
            if 0 <= other.box.center_y - lines[-1].box.center_y <= (1 + HEADER_GAP) * line.height and _column_hits(table, page, [other], by_line):
                lines.append(other)
        for count in range(1, len(lines) + 1):
            header = _header(table, page, lines[:count], by_line)
            if header and (best is None or _known(header) > _known(best)):
                best = header
    return best


def _known(header: _Header) -> int:
    return len({name for name, _ in header.columns if name})


def _column_hits(
    table: LineTable, page: PageLayout, lines: Sequence[Line], by_line: Mapping[tuple[int, int], list[LabelHit]]
) -> list[tuple[LabelHit, tuple[str, ...]]]:
    found = []
    for hit in (hit for line in lines for hit in by_line.get((page.number, line.index), ())):
        names = tuple(name for name in table.columns if f"column.{name}" in hit.owners)
        if names:
            found.append((hit, names))
    return found


def _header(table: LineTable, page: PageLayout, lines: Sequence[Line], by_line: Mapping[tuple[int, int], list[LabelHit]]) -> _Header | None:
    if any(find_amounts(line.text) for line in lines):
        return None  # totals have labels, too, but headers have no amounts
    hits = _column_hits(table, page, lines, by_line)
    boxes = sorted(((names, hit.line.box_of(hit.span.start, hit.span.end)) for hit, names in hits), key=lambda found: found[1].x)
    columns = _named(boxes, page.width)
    found = {name for name, _ in columns if name}
    if len(found) < MIN_COLUMNS or table.row not in found:
        return None
    unnamed = [box for line in lines for box in _unnamed(line, [hit for hit, _ in hits if hit.line is line])]
    # A word above or below a header that is known belongs to that header.
    columns += [(OTHER, box) for box in unnamed if all(box.overlap_x(header) <= 0 for _, header in columns)]
    return _Header(page, tuple(lines), tuple(sorted(columns, key=lambda column: column[1].x)))


def _named(boxes: Sequence[tuple[tuple[str, ...], Box]], width: float) -> list[tuple[str, Box]]:
    """One column for each header, from left to right.

    Of two headers for one column the right one counts; of two descriptions the one with more room, and a header on its
    left heads the article numbers.
    """
    names: list[str] = []
    for options, _ in boxes:
        names.append(next((name for name in options if name not in names), options[0]))
    lefts = [box.x for _, box in boxes]
    room = [right - left for left, right in zip(lefts, [*lefts[1:], width], strict=False)]
    for name in set(names):
        same = [i for i, other in enumerate(names) if other == name]
        kept = max(same, key=lambda i: room[i]) if name == "description" else same[-1]
        for i in same:
            if i != kept:
                names[i] = "code" if name == "description" and i < kept and "code" not in names else OTHER
    return [(name, box) for name, (_, box) in zip(names, boxes, strict=True)]


def _unnamed(line: Line, hits: Sequence[LabelHit]) -> Iterator[Box]:
    """The words of a header line that name no column, each run of them as one box."""
    for segment in line.segment_spans:
        position = segment.start
        named = sorted((hit.span.start, hit.span.end) for hit in hits if segment.start <= hit.span.start < segment.end)
        for start, end in [*named, (segment.end, segment.end)]:
            if any(c.isalnum() for c in line.text[position:start]):
                yield line.box_of(position, start)
            position = max(position, end)


@dataclass(slots=True)
class _Reader:
    header: _Header
    by_line: Mapping[tuple[int, int], list[LabelHit]]
    rows: list[TableRow]


@dataclass(frozen=True, slots=True)
class _Wrapped:
    """A line that holds only a part of a description."""

    line: Line
    cell: Cell


def _read_body(table: LineTable, page: PageLayout, lines: Sequence[Line], reader: _Reader) -> bool:
    """Reads rows from lines top to bottom; True where the table ended."""
    last: Line | None = None
    waiting: list[_Wrapped] = []
    for line in lines:
        hits = reader.by_line.get((page.number, line.index), [])
        if _ends(line, hits):
            _share_out(waiting, last, None, reader.rows)
            return bool(reader.rows)
        if any("decoy" in hit.owners and hit.span.start == 0 for hit in hits) or _header(table, page, [line], reader.by_line):
            continue
        cells = dict(_cells(page, line, reader.header))
        if _is_figure(cells.get(table.row)):
            above = _share_out(waiting, last, line, reader.rows)
            description = [part.cell for part in above] + [cells[name] for name in ("description",) if name in cells]
            reader.rows.append(TableRow(cells | _description(description), [(page.number, part.index) for part in (*[w.line for w in above], line)]))
            last, waiting = line, []
        elif "description" in cells and not _has_figures(cells):
            waiting.append(_Wrapped(line, cells["description"]))
    _share_out(waiting, last, None, reader.rows)
    return False


def _share_out(waiting: Sequence[_Wrapped], last: Line | None, row: Line | None, rows: Sequence[TableRow]) -> list[_Wrapped]:
    """Gives the row above its share of the lines between two rows, and returns what belongs to the row below.

    Lines of one row stand closer to each other than to the next row: the widest gap parts them. Where no gap is wider,
    all belong to the row above, since most tables begin a row with its figures.
    """
    chain = [*([last] if last else []), *(part.line for part in waiting), *([row] if row else [])]
    gaps = [max(0.0, below.box.y - above.box.bottom) for above, below in pairwise(chain)]
    if last is None:
        cut = 0
    elif row is None:
        cut = len(waiting)
    else:
        widest = max(range(len(gaps)), key=lambda i: (gaps[i], i))
        cut = widest if gaps[widest] > 1.2 * min(gaps) + 1 else len(waiting)
    mine = _near(waiting[:cut], last) if last else []
    if mine:
        rows[-1].cells |= _description([*[rows[-1].cells[name] for name in ("description",) if name in rows[-1].cells], *[part.cell for part in mine]])
        rows[-1].lines += [(part.cell.page, part.line.index) for part in mine]
    return _near(waiting[cut:][::-1], row)[::-1] if row else []


def _near(parts: Sequence[_Wrapped], row: Line | None) -> list[_Wrapped]:
    """Those lines that follow each other, from a row on, without a gap."""
    near: list[_Wrapped] = []
    previous = row
    for part in parts:
        if previous is not None and -part.line.box.overlap_y(previous.box) > WRAP_GAP * part.line.height:
            break
        near.append(part)
        previous = part.line
    return near


def _description(cells: Sequence[Cell]) -> dict[str, Cell]:
    if not cells:
        return {}
    known = [cell.ocr for cell in cells if cell.ocr is not None]
    text = "\n".join(cell.text for cell in cells)
    return {"description": Cell(text, cells[0].page, union(cell.bounds for cell in cells), min(known, default=None))}


def _ends(line: Line, hits: Sequence[LabelHit]) -> bool:
    """Whether a line closes the table: an end label or that of a total leads a segment, with hardly any other words."""
    for hit in hits:
        if hit.owners & ENDS and hit.span.start == line.segment_at(hit.span.start).start:
            rest = line.text[hit.span.end : line.segment_at(hit.span.start).end]
            if sum(1 for word in rest.split() if word.isalpha()) <= 2:
                return True
    return False


def _is_figure(cell: Cell | None) -> bool:
    if cell is None:
        return False
    spans = find_amounts(cell.text, bare_integers=True)
    return sum(end - start for start, end in spans) * 2 >= len(cell.text)


def _has_figures(cells: Mapping[str, Cell]) -> bool:
    return any(_is_figure(cells.get(name)) for name in ("amount", "unit_price"))


def _cells(page: PageLayout, line: Line, header: _Header) -> Iterator[tuple[str, Cell]]:
    """The line's print by column; pieces that fall into one column are joined."""
    pieces: dict[str, list[tuple[int, int]]] = {}
    for span in line.segment_spans:
        for start, end in _pieces(line, span.start, span.end, header):
            name = _column_of(line.text[start:end], line.box_of(start, end), header)
            pieces.setdefault(name, []).append((start, end))
    for name, spans in pieces.items():
        if name != OTHER:
            yield name, _cell(page, line, spans)


def _cell(page: PageLayout, line: Line, spans: Sequence[tuple[int, int]]) -> Cell:
    text = " ".join(line.text[start:end] for start, end in spans)
    box = union(line.box_of(start, end) for start, end in spans)
    known = [c for start, end in spans if (c := line.confidence_of(start, end)) is not None]
    return Cell(text, page.number, page.bounds(box), min(known, default=None))


def _pieces(line: Line, start: int, end: int, header: _Header) -> list[tuple[int, int]]:
    """A segment as it is; where it reaches under several headers, cut before each word that stands under another one.

    A word under no header goes with the word before it, and so does text that reaches under a column of figures:
    a description is wider than its header.
    """
    box = line.box_of(start, end)
    under = sum(1 for _, column in header.columns if column.overlap_x(box) > 0.3 * min(column.width, box.width))
    if under < 2:
        return [(start, end)]
    pieces: list[tuple[int, int]] = []
    above: tuple[str, Box] | None = None
    position = start
    for word in line.text[start:end].split(" "):
        first, position = position, position + len(word) + 1
        if not word:
            continue
        head = _header_above(line.box_of(first, position - 1), header)
        if head and above and head[0] in NUMERIC and above[0] not in NUMERIC and not any(c.isdigit() for c in word):
            head = above
        if pieces and (head is None or above is None or head == above):
            pieces[-1] = (pieces[-1][0], position - 1)
        else:
            pieces.append((first, position - 1))
        above = head or above
    return pieces


def _header_above(box: Box, header: _Header) -> tuple[str, Box] | None:
    """The column under whose header a word stands most."""
    column = max(header.columns, key=lambda column: column[1].overlap_x(box))
    return column if column[1].overlap_x(box) > 0 else None


def _column_of(text: str, box: Box, header: _Header) -> str:
    if box.right < header.left - box.height:
        return OTHER
    figures = sum(c.isdigit() for c in text) * 2 >= sum(c.isalnum() for c in text)

    def distance(column: tuple[str, Box]) -> float:
        name, head = column
        aligned = min(abs(head.x - box.x), abs(head.right - box.right), abs(head.center_x - box.center_x))
        away = max(0.0, -head.overlap_x(box))
        if name in NUMERIC:
            return away + 0.3 * aligned + (0.0 if figures else 3 * box.height)
        starts_left = max(0.0, head.x - box.x - box.height)
        beyond = max(0.0, box.x - head.right)
        return starts_left + (0.5 * beyond if not figures else away) + 0.3 * min(aligned, abs(head.x - box.x))

    return min(header.columns, key=distance)[0]


def _left_edge(header: _Header, lines: Sequence[Line]) -> float:
    """Where the table begins: at its first header where rows line up with that, else wherever its print begins.

    What stands left of a table whose rows line up with their headers is another column of the page.
    """
    first = header.columns[0][1]
    starts = [line.box_of(span.start, span.end).x for line in lines for span in line.segment_spans]
    aligned = sum(1 for x in starts if abs(x - first.x) < first.height)
    return first.x if aligned >= 2 else 0.0
