"""Exports for those who calculate with them: Parquet, read back by Arrow, and the lines as CSV."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from papers import call, write_invoices

from extractor.invoice.fields import FIELDS, LINE_FIELDS, TAX_FIELDS
from extractor.store.export import export
from extractor.store.read import StoredDocument
from extractor.validate import InvoiceSchema
from store.exported import HOSTILE, exported, stored, whole_invoice

WITHOUT_ARROW = """
import sys
sys.modules["pyarrow"] = None
from extractor.cli import main
sys.exit(main(["export", "--store", "books.db", "--format", "parquet"]))
"""


@pytest.fixture(scope="module")
def pa() -> Any:
    pytest.importorskip("pyarrow", reason="Parquet needs pyarrow (extra `parquet`)")
    import pyarrow.parquet

    return pyarrow


def read(pa: Any, content: bytes) -> Any:
    return pa.parquet.read_table(io.BytesIO(content))


def test_values_come_back_as_they_were(pa: Any) -> None:
    invoice = whole_invoice(seller_name=HOSTILE, extra={"cost_centre": "=7", "share": Decimal("1.50")})
    invoice.lines[0].unit_price = Decimal("12345678901234567890123456789.123456789")
    content, done = exported([stored(invoice), stored(None, "note.txt", "rejected")], "parquet")
    found, rejected = read(pa, content).to_pylist()
    assert (done.written, done.left_out) == (2, [])
    assert {name: found[name] for name in FIELDS} == {name: getattr(invoice, name) for name in FIELDS}
    assert found["taxes"] == [{name: getattr(row, name) for name in TAX_FIELDS} for row in invoice.taxes]
    assert found["lines"] == [{name: getattr(row, name) for name in LINE_FIELDS} for row in invoice.lines]
    assert found["extra"] == '{"cost_centre": "=7", "share": "1.50"}'
    assert (rejected["status"], rejected["total"], rejected["lines"]) == ("rejected", None, None)


def test_columns_are_typed(pa: Any) -> None:
    schema = read(pa, exported([], "parquet")[0]).schema
    money = pa.decimal128(38, 9)
    assert {str(schema.field(name).type) for name, field in FIELDS.items() if field.kind == "date"} == {"date32[day]"}
    assert {schema.field(name).type for name, field in FIELDS.items() if field.kind == "amount"} == {money}
    assert schema.field("lines").type.value_type.field("quantity").type == money
    assert schema.field("taxes").type.value_type.field("rate").type == money


@pytest.mark.parametrize("value", ["0.0000000001", "100000000000000000000000000000", "99999999999999999999999999999999999999"])
def test_what_does_not_fit_is_told_and_not_rounded(pa: Any, value: str) -> None:
    invoice = whole_invoice()
    invoice.lines[1].quantity = Decimal(value)
    content, done = exported([stored(invoice), stored(whole_invoice(), "other.pdf")], "parquet")
    ((document, (issue,)),) = done.left_out
    assert (document.row["source"], issue.id, issue.field, done.written) == ("invoice.pdf", "parquet-digits", "lines[1].quantity", 1)
    assert value in issue.message
    assert read(pa, content).column("source").to_pylist() == ["other.pdf"]


def test_zeros_at_the_end_need_no_place(pa: Any) -> None:
    content, done = exported([stored(whole_invoice(total=Decimal("1190.000000000000")))], "parquet")
    assert (read(pa, content).column("total").to_pylist(), done.left_out) == ([Decimal("1190")], [])


def test_row_groups_keep_memory_flat(pa: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("extractor.store.parquet.ROW_GROUP", 200)

    def many(count: int) -> Iterator[StoredDocument]:
        return (stored(whole_invoice(), f"{number}.pdf") for number in range(count))

    def peak(count: int) -> int:
        tracemalloc.start()
        with (tmp_path / "books.parquet").open("wb") as file:
            export(many(count), file, "parquet", InvoiceSchema(None))
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(10)
    few = peak(400)
    assert peak(1_900) < 1.1 * few
    assert pa.parquet.ParquetFile(tmp_path / "books.parquet").num_row_groups == 10


def test_lines_as_csv() -> None:
    invoice = whole_invoice()
    invoice.lines[0].description = "=1+1"
    content, _ = exported([stored(invoice), stored(None, "note.txt", "rejected")], "csv-lines")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8"))))
    assert [(row["position"], row["description"], row["quantity"], row["amount"]) for row in rows] == [
        ("1", "'=1+1", "2", "800.00"),
        ("2", "Repair", "2.5", "200.00"),
    ]
    assert {row["document_id"] for row in rows} == {stored(invoice).row["id"]}


def test_the_command_writes_parquet_whole(pa: Any, tmp_path: Path) -> None:
    write_invoices(tmp_path / "in", 4)
    assert call("batch", "in", "--store", "books.db", cwd=tmp_path).returncode == 1
    assert call("export", "--store", "books.db", "--format", "parquet", "-o", "books.parquet", cwd=tmp_path).returncode == 0
    table = pa.parquet.read_table(tmp_path / "books.parquet")
    assert table.column("total").to_pylist() == [Decimal(1200)] * 3
    missing = subprocess.run([sys.executable, "-c", WITHOUT_ARROW], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (missing.returncode, "invoice-extractor[parquet]" in missing.stderr, missing.stdout) == (6, True, "")
