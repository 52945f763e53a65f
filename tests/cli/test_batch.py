"""`extractor batch`, `status` and `export`: a folder in, books out."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from papers import BAD, FIXTURES, LINES, TEXT_PDF, call, command, invoice_pdf, write_invoices

from extractor.shipped import shipped_schema
from extractor.store.formats import defused

FORMULA = "=1+1 Lantern Works Ltd"


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents in `in` and a store of them in `books.db`: 7 accepted, 2 in review, 2 rejected, 1 duplicate."""
    folder = tmp_path_factory.mktemp("books")
    write_invoices(folder / "in", 8)
    (folder / "in" / "formula.pdf").write_bytes(invoice_pdf(lines=(FORMULA, *LINES[1:])))
    (folder / "in" / "note.txt").write_text("no document")
    shutil.copy(folder / "in" / "invoice-000.pdf", folder / "in" / "zz.pdf")
    (folder / "in" / "nothing.pdf").write_bytes(invoice_pdf(lines=["Dear Sir or Madam, nothing is to be paid."]))
    done = call("batch", "in", "--store", "books.db", "--metrics", "metrics.txt", "--log-json", "--log-level", "info", cwd=folder)
    assert done.returncode == 4, done.stderr
    (folder / "log").write_text(done.stderr)
    (folder / "summary").write_text(done.stdout)
    return folder


def export(books: Path, *arguments: object) -> str:
    done = call("export", "--store", "books.db", *arguments, cwd=books)
    assert done.returncode == 0, done.stderr
    return done.stdout


def exported(books: Path, *arguments: object) -> list[dict[str, Any]]:
    return [json.loads(line) for line in export(books, *arguments).splitlines()]


def test_a_folder_to_a_queried_database(tmp_path: Path) -> None:
    write_invoices(tmp_path / "inbox", 20)
    assert call("batch", "inbox", "--store", "books.db", cwd=tmp_path).returncode == 1
    query = "SELECT seller_name, count(*), sum(total) FROM invoices_v1 WHERE status = 'accepted' AND total > 1000 GROUP BY seller_name"
    connection = sqlite3.connect(tmp_path / "books.db")
    assert connection.execute(query).fetchall() == [("Harbour Lantern Works Ltd", 15, 18000)]
    connection.close()


def test_the_summary_and_the_status(books: Path) -> None:
    assert "12 documents in" in (books / "summary").read_text()
    assert "7 accepted, 2 review, 2 rejected, 1 duplicate" in (books / "summary").read_text()
    found = json.loads(call("status", "--store", "books.db", "--json", cwd=books).stdout)
    assert found["statuses"] == {"accepted": 7, "review": 2, "rejected": 2, "duplicate": 1}
    assert (found["documents"], found["failed"], found["attempts"], found["repeated"]) == (12, 1, 12, 0)
    assert found["last_run"]["statuses"] == found["statuses"]
    assert found["last_run"]["documents_per_second"] > 0
    assert sum(sum(vendor["statuses"].values()) for vendor in found["vendors"]) == 10
    assert "rejected" in call("status", "--store", "books.db", cwd=books).stdout


def test_the_summary_tells_where_documents_are_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    shutil.copy(FIXTURES / "acme-supplies" / "scan.jpg", tmp_path / "in" / "a.jpg")  # is read while the other one is done long since
    shutil.copy(FIXTURES / "acme-supplies" / "text.pdf", tmp_path / "in" / "b.pdf")
    done = call("batch", "in", "--store", "books.db", "--jobs", 2, "--log-level", "info", "--no-cache", cwd=tmp_path)
    assert done.stderr.index("accepted") < done.stderr.index("b.pdf") < done.stderr.index("a.jpg"), "not what was to be tested"
    assert "2 documents in" in done.stdout
    assert ": 1 accepted, 0 review, 0 rejected, 1 duplicate" in done.stdout


def test_records_carry_the_document(books: Path) -> None:
    records = [json.loads(line) for line in (books / "log").read_text().splitlines()]
    ids = {row["source"]["path"]: row["source"]["id"] for row in exported(books)}
    by_source = {record["source"]: record for record in records if "source" in record}
    assert len(by_source) == 12
    assert all(by_source[source]["document"] == document for source, document in ids.items())
    note = by_source[str(books / "in" / "note.txt")]
    assert (note["level"], note["status"]) == ("warning", "rejected")
    assert "plain text" in note["reason"]


def test_metrics_are_openmetrics(books: Path) -> None:
    from prometheus_client.openmetrics.parser import text_string_to_metric_families

    families = {family.name: family for family in text_string_to_metric_families((books / "metrics.txt").read_text())}
    counts = {sample.labels["status"]: sample.value for sample in families["extractor_documents"].samples if sample.name.endswith("_total")}
    assert counts == {"accepted": 7, "review": 2, "rejected": 2, "duplicate": 1}
    assert families["extractor_run_active"].samples[0].value == 0
    assert next(sample.value for sample in families["extractor_document_seconds"].samples if sample.name.endswith("_count")) == 11


def test_lines_satisfy_the_schema(books: Path) -> None:
    rows = exported(books, "--status", "accepted", "--status", "review")
    validator = Draft202012Validator(shipped_schema("invoice-v1"))
    assert [list(validator.iter_errors(row)) for row in rows] == [[]] * 9
    assert {row["source"]["status"] for row in rows} == {"accepted", "review"}
    assert next(row["seller_name"] for row in exported(books)) == FORMULA


def test_what_was_not_accepted_says_why(books: Path) -> None:
    note, nothing, copy = exported(books, "--status", "rejected", "--status", "duplicate")
    assert note["error"]["kind"] == "UnsupportedDocument"
    assert (nothing["status"], "missing-field" in {issue["id"] for issue in nothing["issues"]}) == ("invalid", True)
    first = next(row for row in exported(books) if row["source"]["path"].endswith("invoice-000.pdf"))
    assert (copy["duplicate_of"], copy["duplicate_by"]) == (first["source"]["id"], "bytes")


def test_a_stricter_schema_leaves_out_and_tells(books: Path, tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text(json.dumps({"properties": {"seller_name": {"pattern": "^Harbour"}}}))
    done = call("export", "--store", "books.db", "--schema", schema, cwd=books)
    assert done.returncode == 3
    assert "formula.pdf is left out" in done.stderr
    assert len(done.stdout.splitlines()) == 6
    schema.write_text(json.dumps({"additionalProperties": False}))
    assert call("export", "--store", "books.db", "--schema", schema, cwd=books).returncode == 5


def test_csv_holds_no_formula(books: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(export(books, "--format", "csv", "--status", "accepted", "--status", "rejected"))))
    assert [row["seller_name"] for row in rows if row["source"].endswith("formula.pdf")] == [f"'{FORMULA}"]
    assert [row["total"] for row in rows if row["status"] == "accepted"] == ["1200.00"] * 7
    raw = list(csv.DictReader(io.StringIO(export(books, "--format", "csv", "--no-defuse"))))
    assert FORMULA in [row["seller_name"] for row in raw]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_text_that_is_no_formula_any_more(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_spreadsheet_runs_nothing(books: Path, tmp_path: Path) -> None:
    def formulas(*options: str) -> bool:
        (tmp_path / "books.csv").write_text(export(books, "--format", "csv", *options), encoding="utf-8")
        convert = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "fods", "--outdir", str(tmp_path), "books.csv"]
        subprocess.run(convert, cwd=tmp_path, check=True, capture_output=True, timeout=120)
        return "table:formula" in (tmp_path / "books.fods").read_text(encoding="utf-8")

    assert (formulas(), formulas("--no-defuse")) == (False, True)


def test_a_file_is_written_whole_or_not_at_all(books: Path, tmp_path: Path) -> None:
    target = tmp_path / "books.jsonl"
    assert export(books, "--output", target) == ""
    assert len(target.read_text(encoding="utf-8").splitlines()) == 7
    assert target.stat().st_mode & 0o777 == 0o666 & ~umask()
    before = target.read_bytes()
    failed = call("export", "--store", "books.db", "--output", target, "--schema", "none.json", cwd=books)
    assert (failed.returncode, target.read_bytes()) == (5, before)
    assert call("export", "--store", "books.db", "--output", tmp_path / "none" / "x", cwd=books).returncode == 6
    assert sorted(path.name for path in tmp_path.iterdir()) == ["books.jsonl"]


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_since(books: Path) -> None:
    assert exported(books, "--since", "2999-01-01") == []
    assert len(exported(books, "--since", "2000-01-01T00:00:00+02:00")) == 7
    assert call("export", "--store", "books.db", "--since", "yesterday", cwd=books).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["batch", "in"], 2, "--store"),
        (["batch", "-", "--store", "x.db"], 2, "standard input"),
        (["batch", "in", "--store", "oracle://me:hush@host"], 8, "no store of the kind"),
        (["batch", "in", "--store", "x.db", "--split", "auto", "--regions", "needed"], 2, "--split looks at all print"),
        (["export", "--store", "books.db", "--format", "ubl", "--status", "accepted", "--status", "rejected"], 2, "no invoice to be sent on"),
        (["status", "--store", "none.db"], 8, "there is no store at none.db"),
        (["export", "--store", "none.db"], 8, "there is no store at none.db"),
        (["export", "--store", "books.db", "--format", "xml"], 2, "there are jsonl, csv, csv-lines, parquet, ubl"),
    ],
)
def test_wrong_usage(books: Path, arguments: list[str], code: int, told: str) -> None:
    done = call(*arguments, cwd=books)
    assert (done.returncode, told in done.stderr) == (code, True), done.stderr
    assert "hush" not in done.stderr


def test_the_store_may_be_named_by_the_environment(books: Path) -> None:
    done = call("status", cwd=books, env=os.environ | {"EXTRACTOR_STORE": "books.db"})
    assert done.returncode == 0
    assert "12 documents" in done.stdout


def test_a_store_in_the_folder_itself_is_no_document(tmp_path: Path) -> None:
    write_invoices(tmp_path, 2)
    for _ in range(2):
        assert call("batch", ".", "--store", "books.db", cwd=tmp_path).returncode == 0
    assert json.loads(call("status", "--store", "books.db", "--json", cwd=tmp_path).stdout)["documents"] == 2


def test_quiet_prints_nothing_but_errors(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    shutil.copy(TEXT_PDF, tmp_path / "in")
    shutil.copy(BAD / "empty.pdf", tmp_path / "in") if (BAD / "empty.pdf").exists() else None
    done = subprocess.run(command("batch", "in", "--store", "books.db", "-q"), cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("", "")


def test_documents_by_url(tmp_path: Path) -> None:
    pytest.importorskip("fsspec", reason="URLs need fsspec (extra `url`)")
    write_invoices(tmp_path / "in", 2)
    for known in (0, 2):
        done = call("batch", (tmp_path / "in").as_uri(), "--store", "books.db", "--jobs", 1, cwd=tmp_path)
        assert (done.returncode, f"{2 - known} accepted" in done.stdout) == (0, True), done.stderr
    assert [row["source"]["path"] for row in exported(tmp_path)] == [path.as_uri() for path in sorted((tmp_path / "in").iterdir())]
    refused = call("batch", "ftp://me:hush@host/in", "--store", "books.db", cwd=tmp_path)
    assert (refused.returncode, "hush" in refused.stderr) == (2, False)
