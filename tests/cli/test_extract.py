"""`extractor extract`: what it prints and writes, and what it ends with."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pypdfium2
import pytest
from click.testing import CliRunner, Result
from papers import BAD, FIXTURES, call, command, invoice_pdf

from extractor.cli.app import app
from extractor.ocr import OcrResult

TWO_VENDORS = "format: 1\nid: {id}\nidentify: {{all: [Harbour Lantern Works]}}\nextends: [generic/en]\n"


def run(*arguments: object) -> Result:
    """Runs the command in this process; its end is the exit code that `main` would give for a result."""
    return CliRunner().invoke(app, list(map(str, arguments)), standalone_mode=False)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.pdf"
    path.write_bytes(invoice_pdf())
    return path


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    path = tmp_path / "doubtful.pdf"
    path.write_bytes(invoice_pdf(due="2025-01-01"))
    return path


def test_one_document_is_json_where_output_is_piped(good: Path) -> None:
    done = call("extract", good)
    assert done.returncode == 0
    assert json.loads(done.stdout)["invoice"]["total"] == "1200.00"
    assert done.stderr == ""


def test_several_documents_are_json_lines_in_the_order_given(good: Path, doubtful: Path) -> None:
    done = call("extract", doubtful, BAD / "empty.png", good)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["status"] for row in rows] == ["review", "error", "valid"]
    assert [row["source"]["path"] for row in rows] == [str(doubtful), str(BAD / "empty.png"), str(good)]
    assert done.returncode == 4


def test_a_document_given_twice_is_read_once(good: Path) -> None:
    assert len(run("extract", good, good).stdout.splitlines()) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_gets_a_table(good: Path, doubtful: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "140", "LINES": "50"}
    with subprocess.Popen(command("extract", good, doubtful, BAD / "empty.png"), stdout=follower, stderr=follower, stdin=follower, env=environment) as process:
        os.close(follower)
        shown = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # the other side has closed the terminal
                break
            if not part:
                break
            shown += part
    os.close(leader)
    text = shown.decode("utf-8")
    assert process.returncode == 4
    for piece in ("total", "1200.00", "HL-2041", "valid", "review", "due-before-issue", "could not be read", "CorruptDocument"):
        assert piece in text
    assert '"invoice"' not in text
    assert "Traceback" not in text


def test_standard_input_is_a_document(good: Path) -> None:
    with good.open("rb") as file:
        done = call("extract", "-", stdin=file)
    assert done.returncode == 0
    assert json.loads(done.stdout)["invoice"]["number"] == "HL-2041"


def test_an_empty_standard_input_is_an_error() -> None:
    done = call("extract", "-", stdin=subprocess.DEVNULL)
    assert done.returncode == 4
    assert json.loads(done.stdout)["error"]["kind"] == "CorruptDocument"


def test_json_into_a_file_prints_nothing(good: Path, doubtful: Path, tmp_path: Path) -> None:
    done = run("extract", good, "--json", tmp_path / "one.json")
    assert (done.stdout, done.return_value) == ("", 0)
    assert (tmp_path / "one.json").read_text(encoding="utf-8").startswith("{\n")
    assert json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))["status"] == "valid"
    assert run("extract", good, doubtful, "--json", tmp_path / "two.jsonl").return_value == 1
    assert [json.loads(line)["status"] for line in (tmp_path / "two.jsonl").read_text(encoding="utf-8").splitlines()] == ["valid", "review"]


def test_ocr_rows_of_one_document_go_into_a_file(good: Path, tmp_path: Path) -> None:
    run("extract", good, "--ocr-csv", tmp_path / "rows.csv")
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert "HL-2041" in [row[0] for row in rows]
    assert {row[1] for row in rows} == {"100.0"}
    assert (tmp_path / "rows.csv").read_text(encoding="utf-8").startswith('"')


def test_ocr_rows_of_several_documents_go_into_a_folder(good: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    same_name = tmp_path / "other" / "good.pdf"
    same_name.write_bytes(invoice_pdf("HL-2"))
    for _ in range(2):  # a second run writes the same files
        run("extract", good, same_name, BAD / "empty.png", "--ocr-csv", tmp_path / "rows")
        assert sorted(path.name for path in (tmp_path / "rows").iterdir()) == ["good.pdf-2.csv", "good.pdf.csv"]
    assert "HL-2041" in (tmp_path / "rows" / "good.pdf.csv").read_text(encoding="utf-8")


def test_ocr_rows_of_one_document_go_into_a_folder_that_exists(good: Path, tmp_path: Path) -> None:
    (tmp_path / "rows").mkdir()
    run("extract", good, "--ocr-csv", tmp_path / "rows")
    assert [path.name for path in (tmp_path / "rows").iterdir()] == ["good.pdf.csv"]


def test_fields_go_into_a_csv(good: Path, doubtful: Path, tmp_path: Path) -> None:
    run("extract", good, BAD / "empty.png", doubtful, "--fields-csv", tmp_path / "fields.csv")
    with (tmp_path / "fields.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["document"] for row in rows} == {str(good), str(doubtful)}
    assert {row["value"] for row in rows if row["field"] == "total"} == {"1200.00"}


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    """A file of two invoices, the second one on two pages."""
    joined = pypdfium2.PdfDocument.new()
    for pdf in (invoice_pdf(), (FIXTURES / "pennyworth-larch" / "text.pdf").read_bytes()):
        joined.import_pages(pypdfium2.PdfDocument(pdf))
    joined.save(tmp_path / "stack.pdf")
    return tmp_path / "stack.pdf"


def test_split_writes_every_invoice_of_a_file(stack: Path, tmp_path: Path) -> None:
    done = run("extract", stack, "--split", "auto", "--json", tmp_path / "o.jsonl", "--fields-csv", tmp_path / "f.csv", "--ocr-csv", tmp_path / "ocr")
    assert done.return_value == 0, done.output
    rows = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["invoice"]["number"], row["source"]["pages"]) for row in rows] == [("HL-2041", [1]), ("SI/0048213", [2, 3])]
    with (tmp_path / "f.csv").open(encoding="utf-8", newline="") as file:
        found = {(row["document"], row["page"]) for row in csv.DictReader(file) if row["field"] == "total"}
    assert found == {(f"{stack}#page=1", "1"), (f"{stack}#pages=2-3", "3")}
    assert sorted(path.name for path in (tmp_path / "ocr").iterdir()) == ["stack.pdf#page=1.csv", "stack.pdf#pages=2-3.csv"]


def test_without_split_a_file_is_one_document(stack: Path) -> None:
    (row,) = [json.loads(line) for line in run("extract", stack).output.splitlines()]
    assert row["source"].keys() == {"path", "sha256"}


def test_the_worst_invoice_of_a_file_decides_the_exit_code(good: Path, doubtful: Path, tmp_path: Path) -> None:
    joined = pypdfium2.PdfDocument.new()
    for number, due in (("HL-1", "2025-01-01"), ("HL-2", "2025-04-13")):
        joined.import_pages(pypdfium2.PdfDocument(invoice_pdf(number, due)))
    joined.save(tmp_path / "stack.pdf")
    assert run("extract", "--split", "auto", tmp_path / "stack.pdf").return_value == 1


def test_an_own_schema(good: Path, tmp_path: Path) -> None:
    (tmp_path / "own.json").write_text('{"required": ["iban"]}', encoding="utf-8")
    done = run("extract", good, "--schema", tmp_path / "own.json")
    assert done.return_value == 3
    assert ("missing-field", "iban") in [(issue["id"], issue.get("field")) for issue in json.loads(done.stdout)["issues"]]


def test_min_confidence_asks_for_review(good: Path) -> None:
    assert run("extract", good, "--min-confidence", "1").return_value == 1
    assert run("extract", good, "--min-confidence", "0").return_value == 0
    assert run("extract", good, "--min-confidence", "0", "--min-confidence", "number=1").return_value == 1


@pytest.mark.parametrize("given", ["1.5", "nan", "colour=0.9", "number=high"])
def test_a_min_confidence_that_cannot_be_meant(good: Path, given: str) -> None:
    assert isinstance(run("extract", good, "--min-confidence", given).exception, click.BadParameter)


def test_passwords() -> None:
    path = BAD / "encrypted.pdf"
    for arguments, kind in (((), "EncryptedDocument"), (("--password", "wrong"), "EncryptedDocument")):
        done = run("extract", path, *arguments)
        assert (done.return_value, json.loads(done.stdout)["error"]["kind"]) == (4, kind)
    done = run("extract", path, "--password", "secret")
    assert json.loads(done.stdout)["invoice"]["number"] == "12345"


@pytest.mark.parametrize(
    ("option", "value", "name"),
    [
        ("--max-bytes", "100", "max_bytes"),
        ("--max-pages", "1", "max_pages"),
        ("--max-pixels", "1000", "max_pixels"),
        ("--max-seconds", "0.000000001", "max_seconds"),
    ],
)
def test_limits_are_refused_by_name(option: str, value: str, name: str) -> None:
    path = FIXTURES / "acme-supplies" / "multi-page.tiff" if name == "max_pixels" else FIXTURES / "pennyworth-larch" / "text.pdf"
    done = run("extract", path, option, value, "--no-cache")
    assert done.return_value == 4
    error = json.loads(done.stdout)["error"]
    assert error["kind"] == "DocumentTooLarge"
    assert name in error["message"]


def test_rules_of_the_caller(good: Path, tmp_path: Path) -> None:
    (tmp_path / "harbour.yaml").write_text(TWO_VENDORS.format(id="harbour"), encoding="utf-8")
    done = run("extract", good, "--rules", tmp_path / "harbour.yaml")
    assert json.loads(done.stdout)["rules"]["id"] == "harbour"


def test_quiet_prints_errors_only(good: Path) -> None:
    done = call("extract", good, BAD / "empty.png", "--quiet")
    assert done.stdout == ""
    assert done.stderr.splitlines() == [f"error: {BAD / 'empty.png'}: {BAD / 'empty.png'}: the file is empty"]


class TestExitCodes:
    """Each by a real case, from a process of its own."""

    def test_0_valid(self, good: Path) -> None:
        assert call("extract", good).returncode == 0

    def test_1_review(self, good: Path, doubtful: Path) -> None:
        assert call("extract", good, doubtful).returncode == 1

    def test_2_usage(self) -> None:
        done = call("extract")
        assert done.returncode == 2
        assert "Missing argument 'FILES...'" in done.stderr

    def test_3_invalid(self, doubtful: Path) -> None:
        assert call("extract", doubtful, BAD / "blank-page.pdf").returncode == 3

    def test_4_unreadable(self, tmp_path: Path) -> None:
        assert call("extract", tmp_path / "missing.pdf", BAD / "blank-page.pdf").returncode == 4

    def test_4_unknown_engine(self, good: Path) -> None:
        done = call("extract", good, "--engine", "magic")
        assert done.returncode == 4
        for name in ("rapidocr", "tesseract", "aspose", "replay"):
            assert name in done.stderr

    def test_4_unknown_language(self, good: Path) -> None:
        done = call("extract", good, "-l", "en", "-l", "xx")
        assert done.returncode == 4
        assert "unknown language 'xx'; known: en, de, fr" in done.stderr

    def test_5_rule_file(self, good: Path, tmp_path: Path) -> None:
        (tmp_path / "broken.yaml").write_text("format: 1\nfeilds: {}\n", encoding="utf-8")
        done = call("extract", good, "--rules", tmp_path)
        assert done.returncode == 5
        assert "broken.yaml:2:1: error[unknown-key]" in done.stderr
        assert "did you mean 'fields'" in done.stderr

    def test_5_schema(self, good: Path, tmp_path: Path) -> None:
        (tmp_path / "broken.json").write_text('{"type": "sort of"}', encoding="utf-8")
        done = call("extract", good, "--schema", tmp_path / "broken.json")
        assert done.returncode == 5
        assert "not a valid JSON Schema" in done.stderr

    def test_5_two_vendors(self, good: Path, tmp_path: Path) -> None:
        for name in ("harbour-a", "harbour-b"):
            (tmp_path / f"{name}.yaml").write_text(TWO_VENDORS.format(id=name), encoding="utf-8")
        done = call("extract", good, "--rules", tmp_path)
        assert done.returncode == 5
        error = json.loads(done.stdout)["error"]
        assert error["kind"] == "AmbiguousVendor"
        assert "harbour-a, harbour-b" in error["message"]

    def test_6_output(self, good: Path, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        for option in ("--json", "--fields-csv"):
            done = call("extract", good, option, tmp_path / "file" / "out")
            assert done.returncode == 6
            assert done.stderr.startswith("error: ")

    @pytest.mark.skipif(sys.platform == "win32", reason="needs pipes of POSIX")
    def test_141_nobody_reads(self, tmp_path: Path) -> None:
        paths = []
        for number in range(30):
            (tmp_path / f"{number}.pdf").write_bytes(invoice_pdf(f"HL-{number}"))
            paths.append(tmp_path / f"{number}.pdf")
        with subprocess.Popen(command("extract", *paths), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.readline()
            process.stdout.close()
            told = process.stderr.read()
        assert process.returncode == 141
        assert told == b""


USAGE = {
    "feed without rejects": (["--feed", "feed.jsonl"], "--feed and --rejects go together"),
    "rejects without feed": (["--rejects", "r.jsonl"], "--feed and --rejects go together"),
    "confidence above one": (["--min-confidence", "1.5"], "--min-confidence"),
    "confidence that is no number": (["--min-confidence", "nan"], "not a number"),
    "seconds that are no number": (["--max-seconds", "nan"], "not a number"),
    "no seconds": (["--max-seconds", "0"], "--max-seconds"),
    "no pages": (["--max-pages", "0"], "--max-pages"),
    "half a page": (["--max-pages", "0.5"], "--max-pages"),
    "unknown mode": (["--mode", "magic"], "--mode"),
    "unknown option": (["--colour"], "No such option"),
    "rules that are not there": (["--rules", "nowhere"], "does not exist"),
    "feed and rejects in one": (["--feed", "a.jsonl", "--rejects", "./a.jsonl"], "given twice"),
    "two outputs in one file": (["--json", "out", "--fields-csv", "out"], "given twice"),
    "output over the document": (["--json", "good.pdf"], "given twice"),
    "OCR rows over the document": (["--ocr-csv", "./good.pdf"], "given twice"),
    "feed of standard input": (["-", "--feed", "a.jsonl", "--rejects", "b.jsonl"], "standard input"),
}


@pytest.mark.parametrize("case", USAGE)
def test_wrong_usage_ends_with_2_and_touches_nothing(good: Path, monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    monkeypatch.chdir(good.parent)
    arguments, message = USAGE[case]
    before = {path: path.read_bytes() for path in good.parent.iterdir()}
    done = CliRunner().invoke(app, ["extract", "good.pdf", *arguments])
    assert done.exit_code == 2
    assert message in done.stderr.replace("\n", " ")
    assert {path: path.read_bytes() for path in good.parent.iterdir()} == before


def test_the_replay_engine_needs_a_recording(good: Path) -> None:
    done = call("extract", good, "--engine", "replay")
    assert done.returncode == 4
    assert "recording" in done.stderr


def test_ocr_json_can_be_read_again(good: Path, tmp_path: Path) -> None:
    assert run("ocr", good, "--json", tmp_path / "ocr.json").exception is None
    assert "HL-2041" in OcrResult.from_json((tmp_path / "ocr.json").read_bytes()).text


def test_jobs_write_what_one_process_writes(good: Path, doubtful: Path, tmp_path: Path) -> None:
    sources = [doubtful, BAD / "truncated.pdf", good, tmp_path / "missing.pdf", FIXTURES / "acme-supplies" / "text.pdf"]
    for jobs in (1, 2):
        folder = tmp_path / str(jobs)
        folder.mkdir()
        done = call("extract", *sources, "--jobs", jobs, "--json", "a.jsonl", "--fields-csv", "a.csv", "--ocr-csv", "rows", cwd=folder)
        assert (done.returncode, done.stdout, done.stderr) == (4, "", "")
    written = sorted(path.relative_to(tmp_path / "1") for path in (tmp_path / "1").rglob("*") if path.is_file())
    assert len(written) == 2 + 3
    assert [(tmp_path / "2" / path).read_bytes() for path in written] == [(tmp_path / "1" / path).read_bytes() for path in written]


def test_nothing_is_written_where_workers_cannot_be_set_up(good: Path, doubtful: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.json").write_text("kept", encoding="utf-8")
    done = call("extract", good, doubtful, "--engine", "nonsense", "--jobs", 2, "--json", tmp_path / "kept.json")
    assert done.returncode == 4
    assert (tmp_path / "kept.json").read_text(encoding="utf-8") == "kept"


@pytest.mark.parametrize("arguments", [["-", "a.pdf"], ["a.pdf", "--jobs", "2"]])
def test_what_a_cluster_cannot_be_given(arguments: list[str]) -> None:
    done = call("extract", *arguments, "--cluster", "tcp://127.0.0.1:1")
    assert done.returncode == 2


def test_a_scan_of_a_known_vendor_is_read_in_part(tmp_path: Path) -> None:
    folder, target = FIXTURES / "wattle-lane-larder", tmp_path / "out.jsonl"
    result = run("extract", folder / "clean" / "page-1.png", folder / "scan.jpg", "--regions", "needed", "--no-cache", "--jobs", 1, "--json", target)
    assert result.return_value == 0
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert ["read-in-part" in {issue["id"] for issue in row["issues"]} for row in rows] == [False, True]
    assert rows[0]["invoice"]["total"] == rows[1]["invoice"]["total"]


@pytest.mark.parametrize("beside", [("--ocr-csv", "out.csv"), ("--split", "auto")])
def test_what_takes_all_print_cannot_stand_beside_reading_in_part(good: Path, beside: tuple[str, ...]) -> None:
    refused = run("extract", good, "--regions", "needed", *beside)
    assert isinstance(refused.exception, click.UsageError)
    assert beside[0] in str(refused.exception)
