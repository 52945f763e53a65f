"""The CSV of fields: one row a field and document, readable by any CSV reader."""

from __future__ import annotations

import csv
import dataclasses
from pathlib import Path

import pytest
from papers import TEXT_PDF, invoice_pdf

from extractor import ExtractionResult, Extractor
from extractor.output import FieldsCsv
from extractor.output.fields_csv import COLUMNS


@pytest.fixture(scope="module")
def result(extractor: Extractor) -> ExtractionResult:
    return extractor.extract(TEXT_PDF)


def written(path: Path, *results: ExtractionResult) -> list[dict[str, str]]:
    with FieldsCsv(path) as rows:
        for result in results:
            rows.write(result)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_one_row_for_each_field_that_has_a_value(result: ExtractionResult, tmp_path: Path) -> None:
    rows = written(tmp_path / "fields.csv", result)
    assert [row["field"] for row in rows] == [name for name, value in result.fields.items() if value.value is not None]
    assert {row["document"] for row in rows} == {str(TEXT_PDF)}
    assert any(row["field"].startswith("lines[") for row in rows)


def test_columns_hold_value_and_evidence(result: ExtractionResult, tmp_path: Path) -> None:
    (row,) = (row for row in written(tmp_path / "fields.csv", result) if row["field"] == "total")
    value = result.fields["total"]
    assert tuple(row) == COLUMNS
    assert row["value"] == "1250.00"
    assert row["text"] == value.text
    assert row["status"] == "ok"
    assert row["confidence"] == f"{value.confidence:.3f}"
    assert value.bounds is not None
    assert [float(row[side]) for side in ("x", "y", "width", "height")] == list(value.bounds.to_dict().values())


def test_documents_follow_each_other_under_one_header(result: ExtractionResult, extractor: Extractor, tmp_path: Path) -> None:
    rows = written(tmp_path / "fields.csv", result, extractor.extract(invoice_pdf()))
    assert list(dict.fromkeys(row["document"] for row in rows)) == [str(TEXT_PDF), "document"]
    assert (tmp_path / "fields.csv").read_text(encoding="utf-8").count("document,field,") == 1


def test_quotes_commas_and_line_breaks_survive(extractor: Extractor, tmp_path: Path) -> None:
    lines = ["Invoice number: 17", "Invoice date: 2025-03-14", 'Bill to: Smith, Jones & "Partners"', "Total: GBP 1,200.00"]
    result = dataclasses.replace(extractor.extract(invoice_pdf(lines=lines)), source='a, "b"\n.pdf')
    rows = written(tmp_path / "fields.csv", result)
    assert {row["document"] for row in rows} == {'a, "b"\n.pdf'}
    assert {row["field"]: row["value"] for row in rows}["total"] == "1200.00"


def test_a_path_that_is_no_text_is_escaped(result: ExtractionResult, tmp_path: Path) -> None:
    rows = written(tmp_path / "fields.csv", dataclasses.replace(result, source="caf\udce9.pdf"))
    assert {row["document"] for row in rows} == {"caf\\udce9.pdf"}


def test_no_document_is_a_header_alone(tmp_path: Path) -> None:
    assert written(tmp_path / "fields.csv") == []
    assert (tmp_path / "fields.csv").read_text(encoding="utf-8").strip() == ",".join(COLUMNS)
