"""Owns what a draft says of the whole document: its locale, and the labels above its table of line items."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from extractor.authoring.drafting.printed import BOTH_ORDERS
from extractor.authoring.drafting.samples import Sample, places
from extractor.invoice.amounts import read_amounts
from extractor.invoice.dates import read_dates
from extractor.invoice.stated import Value
from extractor.resolve.locale import with_territory
from extractor.rules import Matcher, RuleSet, read_table
from extractor.rules.labels import LabelHit
from extractor.rules.lines import TableRow

HEADER_LINES = 4
"""Labels of columns stand at most so many lines above the first row."""


def locale_for(sample: Sample, values: Sequence[tuple[str, Value | None]], base: RuleSet, currency: str | None) -> str | None:
    """The first locale in which every value is read right at once; None where none is, or nothing depends on it."""
    texts = [
        (place.text, value) for name, value in values if isinstance(value, Decimal | datetime.date) for place in places(sample, name, value, base.locales)[:1]
    ]
    country = sample.result.invoice.seller_vat_id or sample.result.invoice.iban or currency or ""
    local = (locale for locale in base.locales if locale.endswith(f"-{country[:2]}"))
    likely = dict.fromkeys([*local, *with_territory(base.locales, currency), *base.locales, *BOTH_ORDERS])
    fitting = (locale for locale in likely if all(_reads(text, value, locale) for text, value in texts))
    return next(fitting, None) if texts else None


def _reads(text: str, value: Value | None, locale: str) -> bool:
    if isinstance(value, Decimal):
        readings = read_amounts(text, locales=locale)
        return bool(readings) and abs(readings[0].value) == abs(value)
    return read_dates(text, locales=locale)[:1] == (value,)


def table_for(sample: Sample, base: RuleSet) -> dict[str, Any]:
    """The row `lines` of a rule file by the labels that stand above the table of the sample; empty where no table is read."""
    hits = Matcher(base).hits(sample.layout)
    rows = max((read_table(table, sample.layout, hits) for table in base.tables), key=len, default=[])
    if not rows or not sample.result.invoice.lines:
        return {}
    columns = _columns(rows, hits)
    if "amount" not in columns or len(columns) < 2:
        return {}
    end = _end(rows[-1], hits)
    return {"columns": columns, "row": "amount"} | ({"end": [end]} if end else {})


def _columns(rows: Sequence[TableRow], hits: Sequence[LabelHit]) -> dict[str, str]:
    """Column -> its label as printed, for the columns that hold something; labels near the first row before those further up."""
    page, first = rows[0].lines[0]
    above = [hit for hit in hits if hit.page.number == page and 0 < first - hit.line.index <= HEADER_LINES]
    above.sort(key=lambda hit: (-hit.line.index, hit.span.start))
    filled = dict.fromkeys(name for row in rows for name in row.cells)
    labels: dict[str, str] = {}
    taken: set[int] = set()
    for name in filled:
        hit = next((hit for hit in above if f"column.{name}" in hit.owners and id(hit) not in taken), None)
        if hit is not None:
            taken.add(id(hit))
            labels[name] = hit.line.text[hit.span.start : hit.span.end]
    return labels


def _end(last: TableRow, hits: Sequence[LabelHit]) -> str | None:
    """The first label below the last row that ends tables."""
    page, index = last.lines[-1]
    below = [hit for hit in hits if hit.page.number == page and hit.line.index > index and "end" in hit.owners]
    hit = min(below, key=lambda hit: (hit.line.index, hit.span.start), default=None)
    return hit.line.text[hit.span.start : hit.span.end] if hit else None
