"""The accuracy benchmark: its figures on a tiny data folder, its command, its page."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import json
import multiprocessing
import subprocess
import sys
from pathlib import Path

import pytest
from measuring import peer, predict
from measuring.causes import Error, cause, cause_rows, causes_table
from measuring.comparison import comparison_tables
from measuring.documents import HEADER_FIELDS, Data
from measuring.figures import Results, calibration_error, headline_table, reliability_table, straight_through_table
from measuring.peer_fields import to_fields
from measuring.tables import BEGIN, END, Table, write_between_markers
from papers import ROOT

SHARED = ROOT.parent / "shared" / "data"
KEY = ("tiny", "other")


def results_of(data: Data, **changes: object) -> Results:
    """Predictions that repeat the truth of the first document, changed for the second one as told."""
    truth = {key: value for key, value in data.documents[("tiny", "right")].truth.items() if key != "meta"}
    evidence = {name: {"confidence": 0.95, "status": "ok", "origin": "read", "text": str(value), "alternatives": []} for name, value in truth.items()}
    rows = {
        document: {"set": "tiny", "fields": dict(truth), "status": "valid", "evidence": evidence, "text": "", "seconds": 0.1} for document in data.documents
    }
    rows[KEY] = rows[KEY] | changes
    return Results(data, rows)


def test_headline_counts_header_fields(tiny: Path) -> None:
    data = Data(tiny)
    results = results_of(data)
    count = results.count(results.all_documents, HEADER_FIELDS)
    # number, date, currency, total twice, and an IBAN that only the second truth has; date and total of the second are wrong
    assert count == (9, 8, 6)
    (row,) = headline_table(results).rows
    assert row[:6] == ["tiny", "2", "9", "75.0", "66.7", "70.6"]


def test_straight_through_has_two_readings(tiny: Path) -> None:
    results = results_of(Data(tiny), fields={"number": "12345", "seller_name": "Somebody Else"})
    row = straight_through_table(results).rows[-1]
    passed, header, header_complete, everything, complete = row[1:]
    assert passed == "2 of 2 (100.0)"
    assert (header, header_complete) == ("2 of 2 (100.0)", "1 of 2 (50.0)")
    assert (everything, complete) == ("1 of 2 (50.0)", "1 of 2 (50.0)")


def test_documents_in_review_do_not_pass(tiny: Path) -> None:
    assert straight_through_table(results_of(Data(tiny), status="review")).rows[-1][1] == "1 of 2 (50.0)"


def test_reliability_sorts_values_by_confidence(tiny: Path) -> None:
    rows = {row[0]: row[1:] for row in reliability_table(results_of(Data(tiny))).rows}
    # seven exact values of each document, of which the second one has two wrong
    assert rows["0.9 to 1.0"][:3] == ["14", "95.0", "85.7"]
    assert rows["0.0 to 0.5"][0] == "0"


def test_a_perfectly_calibrated_confidence_has_no_error() -> None:
    assert calibration_error([(0.5, True), (0.5, False)]) == 0
    assert calibration_error([(1.0, False)]) == 1


@pytest.mark.parametrize(
    ("field", "value", "evidence", "text", "expected"),
    [
        ("iban", None, {}, "IBAN DE00 9999 9999 0000 0000 00", "missing: no candidate; the value stands in the text"),
        ("iban", None, {}, "IBAN DE00 9999 9999 OO00 0000 00", "missing: no candidate; the value stands in the text with one or two characters misread"),
        ("iban", None, {}, "nothing", "missing: no candidate; the value does not stand in the text as labelled"),
        ("total", "9.00", {"alternatives": [["1250.01", "1,250.01"]]}, "", "wrong: the right value was among the candidates and lost"),
        ("total", "125001", {"text": "1.250,01"}, "1.250,01", "wrong: right print, other decimal mark"),
        ("total", "-1250.01", {"text": "-1250.01"}, "-1250.01", "wrong: right amount, other sign"),
        ("total", "1240.01", {"origin": "derived"}, "", "wrong: derived from other values"),
        ("date", "2025-12-01", {"text": "01.12.2025"}, "01.12.2025", "wrong: right print, other order of day, month and year"),
        ("seller_name", "ACME Supplies Invoice", {}, "", "wrong: longer than the truth"),
        ("seller_name", "ACME", {}, "", "wrong: shorter than the truth"),
        ("seller_name", "ACME Suppiles", {}, "", "wrong: one or two characters away from the truth"),
        ("seller_name", "Larkspur Bakery LLC", {}, "", "wrong: the name or address of somebody else was taken"),
        ("number", "77", {}, "Order 77, invoice 12345", "wrong: another print was taken; the right value stands in the text"),
    ],
)
def test_each_error_gets_its_cause(tiny: Path, field: str, value: str | None, evidence: dict[str, object], text: str, expected: str) -> None:
    data = Data(tiny)
    error = Error(field, value, {"status": "review", "evidence": {field: evidence}, "text": text})
    if field == "date":
        data.documents[KEY].truth["date"] = "2025-01-12"  # type: ignore[index]
    assert cause(data, data.documents[KEY], error) == expected


def test_every_wrong_or_missing_value_is_counted_once(tiny: Path) -> None:
    results = results_of(Data(tiny))
    assert {(row["id"], row["field"]) for row in cause_rows(results)} == {("other", "date"), ("other", "total"), ("other", "iban")}
    assert sum(int(row[1]) for row in causes_table(results).rows) == 3


def test_two_programs_side_by_side(tiny: Path) -> None:
    data = Data(tiny)
    ours = results_of(data)
    theirs = Results(data, {key: {"fields": {}, "status": "no match", "seconds": 2.0} for key in data.documents})
    by_set, *_, times = comparison_tables(ours, theirs, "other 1.0", "nothing", cached=False)
    assert by_set.rows[0] == ["tiny", "9", "8", "6", "75.0", "66.7", "70.6", "0", "0", "-", "0.0", "0.0"]
    assert [row[2] for row in times.rows] == ["0.100", "2.000"]


def test_names_of_the_other_program() -> None:
    found = {
        "amount": 9.5,
        "vat": "XX1",
        "partner_street": "1 Quay",
        "partner_zip": "4711",
        "lines": [{"name": "Tea", "price_subtotal": 9.5}, {"line_note": "x"}],
    }
    assert to_fields(found) == {
        "seller_vat_id": "XX1",
        "total": "9.5",
        "seller_address": "1 Quay 4711",
        "lines": [{"description": "Tea", "amount": "9.5"}],
        "taxes": [],
    }


def test_the_page_keeps_what_stands_around_the_tables(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_between_markers(page, Table("T", ("a", "b"), [["x|y", "1"]]).to_markdown())
    assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\n\n### T\n\n| a | b |\n| --- | ---: |\n| x/y | 1 |\n\n{END}\nafter\n"
    page.write_text("no markers", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks the lines"):
        write_between_markers(page, "")


def test_the_command_predicts_and_prints(tiny: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    done = run_command("--data", str(tiny), "--mode", "text", "--jobs", "1", "--out", str(tmp_path / "out"), "--markdown", str(page))
    assert done.returncode == 0, done.stderr
    for title in ("Headline", "Straight through", "Reliability of the confidence", "Causes of error"):
        assert title in done.stdout
        assert f"### {title}" in page.read_text(encoding="utf-8")
    row = predict.read(tmp_path / "out" / "predictions-text.jsonl")[1]
    assert (row["id"], row["fields"]["number"], row["evidence"]["number"]["origin"]) == ("right", "12345", "read")
    assert "Larkspur" in row["text"]


def test_the_other_program_runs_on_the_same_documents(tiny: Path, tmp_path: Path) -> None:
    if importlib.util.find_spec("invoice2data") is None:
        done = run_command("--data", str(tiny), "--against", "invoice2data")
        assert done.returncode == 1
        assert "pip install" in done.stderr
        return
    done = run_command("--data", str(tiny), "--mode", "text", "--jobs", "1", "--against", "invoice2data", "--out", str(tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    rows = predict.read(tmp_path / "out" / "predictions-invoice2data-text.jsonl")
    assert [(row["id"], row["status"]) for row in rows] == [("other", "no match"), ("right", "no match")]


def test_a_document_that_takes_too_long_is_given_up(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("invoice2data", reason="invoice2data is not installed (extra `bench`)")
    documents = list(Data(tiny).documents.values())
    monkeypatch.setattr(peer, "SECONDS_A_DOCUMENT", 0)
    assert [(row["status"], row["fields"]) for row in peer.run(documents, "text", 1)] == [("timeout", {})] * 2
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("module", sorted(path.stem for path in (ROOT / "benchmarks" / "measuring").glob("*.py") if path.stem != "__init__"))
def test_examples_in_the_benchmark(module: str) -> None:
    assert doctest.testmod(importlib.import_module(f"measuring.{module}")).failed == 0


def test_every_labelled_document_is_found() -> None:
    if not (SHARED / "index.csv").is_file():
        pytest.skip("the evaluation data are not beside the project")
    data = Data(SHARED)
    assert "robust" not in data.groups
    assert {"hybrid", "hybrid: invoice/good", "sroie: seen_vendor"} <= data.groups.keys()
    for document in data.documents.values():
        labelled = {key: value for key, value in document.truth.items() if key != "meta"}
        assert all(count.n == count.correct for count in data.scalar_score(document, labelled).values())


def test_the_page_has_its_markers_and_no_place_of_a_machine() -> None:
    page = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
    assert page.index(BEGIN) < page.index(END)
    assert str(ROOT) not in page
    assert json.dumps("--data DIR")[1:-1] in page


def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "benchmarks" / "accuracy.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
