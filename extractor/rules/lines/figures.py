"""Owns what figures say about their columns: quantity x unit price = amount tells which column is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import permutations

from extractor.invoice.amounts import read_amounts, read_quantity
from extractor.invoice.arithmetic import is_product
from extractor.rules.lines.model import FIGURES, OTHER, Header, Piece
from extractor.rules.lines.pieces import is_figure

PRODUCT = ("quantity", "unit_price", "amount")
SAMPLE = 30
"""So many rows say which column is which."""
MAX_COLUMNS = 7
COARSE = 50
CENT = Decimal("0.01")

Values = Mapping[int, tuple[Decimal, ...]]
"""The readings of the figures of a row, by column."""


def name_columns(header: Header, lines: Sequence[Sequence[Piece]]) -> Header:
    """The header with the columns named for which quantity x unit price = amount holds in most rows.

    The names that the labels give stay where they fit as well as any other. lines: the pieces of the table's lines.
    """
    rows = [values for line in lines if len(values := _values(header, line)) >= 3][:SAMPLE]
    if not rows:
        return header
    columns = sorted({column for row in rows for column in row})[-MAX_COLUMNS:]
    named = {name: i for i, column in enumerate(header.columns) for name in PRODUCT if column.name == name}
    ranked = [_rank(columns_of, named, rows) for columns_of in permutations(columns, 3)]
    best = max(ranked, key=lambda rank: (rank.fitting, rank.kept, rank.ordered), default=None)
    kept = _rank(tuple(named[name] for name in PRODUCT), named, rows) if len(named) == 3 else None
    if best is None or best.fitting * 2 < len(rows) or (kept is not None and kept.fitting * 2 >= best.fitting):
        return header
    return _renamed(header, dict(zip(PRODUCT, best.columns, strict=True)))


def multiplies(quantity: Decimal, price: Decimal, amount: Decimal) -> bool:
    """Whether the amount is clearly the product: coarse prices of large quantities say nothing about columns.

    >>> multiplies(Decimal(2), Decimal("1.50"), Decimal("3.00")), multiplies(Decimal(900), Decimal("0.01"), Decimal("6.00"))
    (True, False)
    """
    return amount != 0 and is_product(quantity, price, amount) and abs(abs(quantity * price) - abs(amount)) <= abs(amount) / COARSE + CENT


@dataclass(frozen=True, slots=True)
class _Rank:
    """How well three columns make products. kept: how many of them have the name already; ordered: quantity, price, amount."""

    columns: tuple[int, ...]
    fitting: int
    kept: int
    ordered: bool


def _rank(columns: tuple[int, ...], named: Mapping[str, int], rows: Sequence[Values]) -> _Rank:
    fitting = sum(1 for row in rows if _fits(row, columns))
    kept = sum(1 for name, column in zip(PRODUCT, columns, strict=True) if named.get(name) == column)
    return _Rank(columns, fitting, kept, list(columns) == sorted(columns))


def _fits(row: Values, columns: Sequence[int]) -> bool:
    if not all(column in row for column in columns):
        return False
    quantities, prices, amounts = (row[column] for column in columns)
    return any(multiplies(quantity, price, amount) for quantity in quantities for price in prices for amount in amounts)


def _values(header: Header, line: Sequence[Piece]) -> dict[int, tuple[Decimal, ...]]:
    found: dict[int, tuple[Decimal, ...]] = {}
    for piece in line:
        if header.columns[piece.column].name not in FIGURES | {OTHER} or piece.column in found:
            continue
        readings = tuple(reading.value for reading in read_amounts(piece.text)[:2]) if is_figure(piece.text) else ()
        readings = readings or read_quantity(piece.text)[:2]
        if readings:
            found[piece.column] = readings
    return found


def _renamed(header: Header, names: Mapping[str, int]) -> Header:
    given = {column: name for name, column in names.items()}
    columns = tuple(
        replace(column, name=given[i]) if i in given else replace(column, name=OTHER) if column.name in names else column
        for i, column in enumerate(header.columns)
    )
    return replace(header, columns=columns)
