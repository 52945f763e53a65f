"""Owns a small table rule and reading pages with it, for the tests of line items."""

from __future__ import annotations

from extractor.layout import Layout
from extractor.rules.lines import TableRow, read_table
from extractor.rules.match import Matcher
from extractor.rules.model import LineTable, Rule, RuleSet

COLUMNS = {
    "description": ("Description", "Item", "Article", "Name"),
    "code": ("Code", "Art. No"),
    "quantity": ("Qty", "Quantity"),
    "unit_price": ("Unit price", "Price"),
    "tax_rate": ("VAT %", "VAT"),
    "amount": ("Amount", "Line total"),
}
TABLE = LineTable(COLUMNS, end=("Subtotal", "Notes"))
RULES = RuleSet(
    "t",
    rules={"total": (Rule("t", "total", "amount", labels=("Total",)),), "tax": (Rule("x", "tax", "amount", labels=("VAT amount", "Tax")),)},
    tables=(TABLE,),
    decoys=("Carried forward", "Brought forward", "Continued on page"),
)

HEAD = ["Description", "Qty", "Unit price", "Amount"]
X = [60, 330, 430, 530]
ITEMS = [["Blue widget", "2", "10.00", "20.00"], ["Green widget", "1", "5.50", "5.50"], ["Assembly", "3", "40.00", "120.00"]]
FOUR = ("description", "quantity", "unit_price", "amount")


def rows(pages: Layout, table: LineTable = TABLE) -> list[TableRow]:
    return read_table(table, pages, Matcher(RULES).hits(pages))


def cells(pages: Layout, *names: str) -> list[list[str | None]]:
    """The texts of some columns of each row."""
    return [[row.cells[name].text if name in row.cells else None for name in names] for row in rows(pages)]
