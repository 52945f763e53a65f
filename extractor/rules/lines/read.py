"""Owns reading the table of line items from the first page that has its header to its end."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import product

import regex

from extractor.geometry import union
from extractor.invoice.amounts import has_amount, read_amounts, read_percent, read_quantity
from extractor.layout import Layout, Line, PageLayout
from extractor.rules.labels import LabelHit
from extractor.rules.lines.figures import multiplies, name_columns
from extractor.rules.lines.header import HeaderFinder, Hits
from extractor.rules.lines.model import OTHER, Cell, Header, Piece, TableRow
from extractor.rules.lines.names import NameLine, line_end, name_line, name_of, plain_name
from extractor.rules.lines.pieces import is_figure, left_edge, pieces
from extractor.rules.lines.rows import Block, BodyLine, blocks
from extractor.rules.model import LineTable
from extractor.rules.views import allows_page

ENDS = frozenset({"end", "net", "tax", "total", "amount_due"})
"""Owners of labels that close a table: its own end labels, and the totals that follow it."""
_TOLD = regex.compile(r"\s*:\s*\p{L}")
_PERCENT = regex.compile(r"\d+(?:[.,]\d+)? ?%")


def read_table(table: LineTable, layout: Layout, hits: Sequence[LabelHit]) -> list[TableRow]:
    """The rows of a table on all pages that it stands on; empty where its header is not found."""
    by_line: dict[tuple[int, int], list[LabelHit]] = {}
    for hit in hits:
        by_line.setdefault((hit.page.number, hit.line.index), []).append(hit)
    finder = HeaderFinder(table, by_line)
    rows: list[TableRow] = []
    header: Header | None = None
    for page in (each for each in layout.pages if allows_page(table.page, each, layout.pages)):
        found = finder.find(page)
        if found and header and rows and not _goes_on(header, found):
            found = None
        if header is None and found is None:
            continue
        header = found or header
        assert header is not None
        body = sorted((line for line in page.lines if found is None or line.box.center_y > found.bottom), key=lambda line: line.box.center_y)
        lines, ended = _dealt_out(page, body, header, finder, by_line)
        header = name_columns(header, [line.pieces for line in lines])
        rows += _rows(page, header, blocks(header, table.row, lines))
        if ended and rows:
            break
    return rows


def _goes_on(header: Header, found: Header) -> bool:
    """Whether a header on a later page is that of the same table: it names most of the columns."""
    names, others = ({column.name for column in each.columns if column.name} for each in (header, found))
    return len(names & others) * 3 >= len(names) * 2


def _dealt_out(page: PageLayout, body: Sequence[Line], header: Header, finder: HeaderFinder, by_line: Hits) -> tuple[list[BodyLine], bool]:
    """The lines of a page up to the end of the table, and whether that is there. Headers and sums carried forward are left out."""
    left = left_edge(header, body)
    lines: list[BodyLine] = []
    started = False
    for line in body:
        hits = by_line.get((page.number, line.index), [])
        dealt = BodyLine(line, tuple(pieces(line, header, left)))
        if _ends(line, hits) and not _is_item(header, dealt.pieces):
            if started or has_amount(line.text):
                return lines, True
            continue  # a part of the header
        started = started or has_amount(line.text)
        if dealt.pieces and not _is_aside(line, hits) and not finder.is_header(page, line):
            lines.append(dealt)
    return lines, False


def _ends(line: Line, hits: Sequence[LabelHit]) -> bool:
    """Whether a line closes the table: an end label or that of a total leads a segment, with hardly any other words.

    Without an amount on the line, the label of a total does not, nor one that is told something: notes to items say
    `VAT: 7 %` and `Notes: ...` as well.
    """
    closes = len(line.segment_spans) > 1 or has_amount(line.text)
    for hit in hits:
        if hit.owners & (ENDS if closes else {"end"}) and hit.span.start == line.segment_at(hit.span.start).start:
            rest = line.text[hit.span.end : line.segment_at(hit.span.start).end]
            if not closes and _TOLD.match(rest):
                continue
            if _few_words(rest):
                return True
    return False


def _is_aside(line: Line, hits: Sequence[LabelHit]) -> bool:
    """Whether a line is none of the table's: a label of no field with an amount or hardly a word behind it, as for sums carried forward."""
    label = next((hit for hit in hits if "decoy" in hit.owners and hit.span.start == 0), None)
    if label is None:
        return False
    return is_figure(line.text[line.segment_spans[-1].start :]) or _few_words(line.text[label.span.end :])


def _few_words(text: str) -> bool:
    return sum(1 for word in text.split() if word.isalpha()) <= 2


def _is_item(header: Header, line: Sequence[Piece]) -> bool:
    """Whether a line is an item whatever its name: its quantity times its price is its amount."""
    texts = {header.columns[piece.column].name: piece.text for piece in line}
    if not {"quantity", "unit_price", "amount"} <= texts.keys():
        return False
    return _agree(texts["quantity"], texts["unit_price"], texts["amount"])


def _agree(quantity: str, price: str, amount: str) -> bool:
    values = product(_numbers(quantity), _numbers(price), _numbers(amount))
    return any(multiplies(*triple) for triple in values)


def _numbers(text: str) -> list[Decimal]:
    return [reading.value for reading in read_amounts(text)[:2]] or list(read_quantity(text)[:2])


def _rows(page: PageLayout, header: Header, found: Sequence[Block]) -> list[TableRow]:
    names = [_name_lines(block.pieces(header, "description")) for block in found]
    end = line_end(names, _next_column(header, found))
    return [_row(page, header, block, name_of(lines, block.anchor.line.box, end)) for block, lines in zip(found, names, strict=True)]


def _name_lines(found: Sequence[Piece]) -> list[NameLine]:
    by_line: dict[int, list[Piece]] = {}
    for piece in found:
        by_line.setdefault(piece.line.index, []).append(piece)
    return [name_line(parts[0].line, [(part.start, part.end) for part in parts]) for parts in by_line.values()]


def _next_column(header: Header, found: Sequence[Block]) -> float:
    """Where the column right of the names begins: its header or its print, whichever is further left."""
    at = next((i for i, column in enumerate(header.columns) if column.name == "description"), len(header.columns))
    if at + 1 >= len(header.columns):
        return header.page.width
    return min([header.columns[at + 1].box.x, *(p.box.x for block in found for p in block.anchor.pieces if p.column == at + 1)])


def _row(page: PageLayout, header: Header, block: Block, name: Sequence[NameLine]) -> TableRow:
    cells: dict[str, Cell] = {}
    for column in dict.fromkeys(column.name for column in header.columns if column.name not in (OTHER, "description")):
        found = _beside(block, block.pieces(header, column))
        if found:
            cells[column] = _cell(page, found)
    price = _fitting_price(block.pieces(header, "unit_price"), cells)
    if price is not None:
        cells["unit_price"] = _cell(page, [price])
    lines = [(page.number, line.line.index) for line in block.lines]
    return TableRow(cells | _named(page, header, name, cells), lines, _percents(header, block))


def _percents(header: Header, block: Block) -> tuple[Decimal, ...]:
    texts = (piece.text for piece in block.anchor.pieces if header.columns[piece.column].name not in ("tax_rate", "description"))
    found = (read_percent(match.group()) for text in texts for match in _PERCENT.finditer(text))
    return tuple(rate for rate in found if rate is not None)


def _beside(block: Block, found: Sequence[Piece]) -> list[Piece]:
    """Of the print in one column that of one line: the anchor's, else the nearest."""
    if not found:
        return []
    nearest = min(found, key=lambda piece: abs(piece.line.box.center_y - block.anchor.middle)).line
    return [piece for piece in found if piece.line is nearest]


def _fitting_price(prices: Sequence[Piece], cells: dict[str, Cell]) -> Piece | None:
    """Of several prices of one row (list price, discount, price) the one that makes the amount."""
    if len(prices) < 2 or not {"quantity", "amount"} <= cells.keys():
        return None
    return next((price for price in prices if _agree(cells["quantity"].text, price.text.lstrip("= "), cells["amount"].text)), None)


def _cell(page: PageLayout, found: Sequence[Piece]) -> Cell:
    known = [c for piece in found if (c := piece.line.confidence_of(piece.start, piece.end)) is not None]
    return Cell(" ".join(piece.text for piece in found), page.number, page.bounds(union(piece.box for piece in found)), min(known, default=None))


def _named(page: PageLayout, header: Header, lines: Sequence[NameLine], cells: dict[str, Cell]) -> dict[str, Cell]:
    """The item's name, and the article number that stands before it where no column has one."""
    if not lines:
        return {}
    parts = any(column.parts for column in header.columns if column.name == "description")
    unit = (cells["unit"] if "unit" in cells else cells["quantity"]).text.split()[-1] if {"unit", "quantity"} & cells.keys() else ""
    text, code = plain_name("\n".join(line.text for line in lines), unit, parts)
    known = [c for line in lines for word in line.line.words if (c := word.confidence) is not None]
    bounds = page.bounds(union(line.box for line in lines))
    cell = Cell(text, page.number, bounds, min(known, default=None))
    found = {"description": cell}
    if code and "code" not in cells:
        found["code"] = Cell(code, page.number, bounds, cell.ocr)
    return found
