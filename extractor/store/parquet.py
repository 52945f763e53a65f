"""Owns the export to Parquet: typed columns, exact decimals, dates, line items and taxes as lists of structs (Apache Arrow)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from decimal import Context, Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO

from extractor.errors import OutputError
from extractor.invoice.fields import FIELDS, LINE_FIELDS, TAX_FIELDS, Field, Invoice, plain
from extractor.issues import Issue, Level
from extractor.store.formats import DOCUMENT_COLUMNS, ExportOptions, LeaveOut, document_value
from extractor.store.read import StoredDocument

if TYPE_CHECKING:
    import pyarrow as pa

DECIMAL_PRECISION, DECIMAL_SCALE = 38, 9
"""Digits of a number in all, and behind the point: what 128 bits hold, and what warehouses take as their exact decimal."""
ROW_GROUP = 5_000
"""Documents in a row group: some megabytes, so that readers can skip much and the writer holds little."""
_NUMBERS = frozenset({"amount", "quantity", "percent"})
_MISSING = "Parquet needs the package pyarrow, which is not installed; run: pip install 'invoice-extractor[parquet]'"


def write_parquet(found: Iterable[StoredDocument], file: BinaryIO, options: ExportOptions, leave_out: LeaveOut) -> None:
    """One row a document, in row groups; a number with more digits than the column holds leaves its document out: nothing is rounded.

    Raises OutputError where pyarrow is not installed.
    """
    arrow = _arrow()
    schema = parquet_schema()
    rows = _rows(found, leave_out)
    with arrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        while (group := arrow.Table.from_pylist(list(islice(rows, ROW_GROUP)), schema=schema)).num_rows:
            writer.write_table(group)


def parquet_schema() -> pa.Schema:
    """The columns and their types. Raises OutputError where pyarrow is not installed.

    Numbers are decimal128(38, 9), dates date32, lines and taxes lists of structs; `extra` is JSON, since each rule file declares its own.
    """
    arrow = _arrow()
    document = [arrow.field(name, arrow.string(), nullable=name not in ("id", "status", "source")) for name in DOCUMENT_COLUMNS]
    header = [arrow.field(name, _type(field)) for name, field in FIELDS.items()]
    rows = {"taxes": TAX_FIELDS, "lines": LINE_FIELDS}
    lists = [arrow.field(name, arrow.list_(arrow.struct([(key, _type(field)) for key, field in table.items()]))) for name, table in rows.items()]
    return arrow.schema([*document, *header, *lists, arrow.field("extra", arrow.string())])


def _arrow() -> Any:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise OutputError(_MISSING) from error
    return pyarrow


def _type(field: Field) -> pa.DataType:
    arrow = _arrow()
    if field.kind in _NUMBERS:
        return arrow.decimal128(DECIMAL_PRECISION, DECIMAL_SCALE)
    return arrow.date32() if field.kind == "date" else arrow.string()


def _rows(found: Iterable[StoredDocument], leave_out: LeaveOut) -> Iterator[dict[str, Any]]:
    for document in found:
        problems = [] if document.invoice is None else list(_too_long(document.invoice))
        if problems:
            leave_out(document, problems)
        else:
            yield {name: document_value(document, name) for name in DOCUMENT_COLUMNS} | _invoice(document.invoice)


def _invoice(invoice: Invoice | None) -> dict[str, Any]:
    if invoice is None:
        return {}
    header = {name: getattr(invoice, name) for name in FIELDS}
    taxes = [{name: getattr(row, name) for name in TAX_FIELDS} for row in invoice.taxes]
    lines = [{name: getattr(row, name) for name in LINE_FIELDS} for row in invoice.lines]
    extra = json.dumps(plain(invoice.extra), ensure_ascii=False) if invoice.extra else None
    return header | {"taxes": taxes, "lines": lines, "extra": extra}


def _too_long(invoice: Invoice) -> Iterator[Issue]:
    tables: list[tuple[str, Any, dict[str, Field]]] = [("", invoice, FIELDS)]
    tables += [(f"taxes[{index}].", row, TAX_FIELDS) for index, row in enumerate(invoice.taxes)]
    tables += [(f"lines[{index}].", row, LINE_FIELDS) for index, row in enumerate(invoice.lines)]
    for prefix, row, table in tables:
        for name, field in table.items():
            value = getattr(row, name)
            if field.kind in _NUMBERS and value is not None and not fits(value):
                what = f"{prefix}{name} is {value:f}; a column holds {DECIMAL_PRECISION - DECIMAL_SCALE} digits before the point and {DECIMAL_SCALE} behind"
                yield Issue("parquet-digits", Level.ERROR, what, field=f"{prefix}{name}")


def fits(value: Decimal) -> bool:
    """Whether a column holds the number as it is; zeros at the end need no place.

    >>> fits(Decimal("1250.000000001")), fits(Decimal("0.0000000001")), fits(Decimal("1E+29")), fits(Decimal("1.00000000000"))
    (True, False, False, True)
    """
    if not value.is_finite():
        return False
    exact = value.normalize(Context(prec=len(value.as_tuple().digits)))
    exponent = exact.as_tuple().exponent
    assert isinstance(exponent, int)  # it is a letter only in what is not finite
    return exponent >= -DECIMAL_SCALE and exact.adjusted() < DECIMAL_PRECISION - DECIMAL_SCALE
