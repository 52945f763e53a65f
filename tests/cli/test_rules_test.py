"""`extractor rules test`: exit codes, goldens that are written, reports, and no engine where the cache knows the page."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner

from extractor.cli.app import app
from extractor.ocr.engines.rapid import RapidOcrEngine

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
PAGE = "Invoice number  4711\nInvoice date  1 May 2025\nTotal  EUR 9.50\n"


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["rules", "test", *map(str, arguments)], standalone_mode=False)
    assert result.exception is None, result.output
    return int(result.return_value), result.output


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(PAGE, encoding="utf-8")
    path = tmp_path / "a.expected.json"
    path.write_text('{"number": "4712"}', encoding="utf-8")
    return path


def test_what_ships_matches_and_is_covered() -> None:
    code, output = run("--coverage")
    assert code == 0, output


def test_a_difference_is_told_in_text_json_and_junit(golden: Path, tmp_path: Path) -> None:
    code, output = run(tmp_path, "--junit", tmp_path / "junit.xml")
    assert code == 1
    assert "differ" in output
    assert "'4712'" in output
    assert "'4711'" in output
    assert ET.parse(tmp_path / "junit.xml").find(".//failure") is not None
    code, output = run(tmp_path, "--format", "json")
    assert code == 1
    assert json.loads(output)["cases"][0]["checks"][0]["state"] == "differ"


def test_update_changes_a_golden_only_when_told_so(golden: Path, tmp_path: Path) -> None:
    assert run(tmp_path, "--update")[0] == 1
    assert json.loads(golden.read_text(encoding="utf-8")) == {"number": "4712"}
    assert run(tmp_path, "--update", "--yes")[0] == 0
    assert json.loads(golden.read_text(encoding="utf-8")) == {"number": "4711"}


def test_update_writes_a_golden_that_is_new(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(PAGE, encoding="utf-8")
    assert run(tmp_path / "b.txt")[0] == 1
    assert run(tmp_path / "b.txt", "--update")[0] == 0
    assert json.loads((tmp_path / "b.expected.json").read_text(encoding="utf-8"))["number"] == "4711"
    assert run(tmp_path)[0] == 0


def test_only_and_fail_fast_run_less(golden: Path, tmp_path: Path) -> None:
    (tmp_path / "c.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "c.expected.json").write_text("{}", encoding="utf-8")
    assert run(tmp_path, "-k", "c.txt") == (0, "1 of 1 cases match\n")
    assert "0 of 1 cases match" in run(tmp_path, "-x")[1]


def test_nothing_to_test_is_no_success(tmp_path: Path) -> None:
    assert run(tmp_path)[0] == 1


def test_a_gap_in_coverage_fails(tmp_path: Path) -> None:
    rules = (
        "format: 1\nidentify: {all: Tansy Mill}\nvendor: {name: Tansy Mill}\nfields:\n  number:\n    - {label: Ref, pattern: 'T\\d+'}\n    - {label: Ticket}\n"
    )
    (tmp_path / "tansy.yaml").write_text(rules + 'examples:\n  - {text: "Tansy Mill\\nRef  T12", expect: {number: T12}}\n', encoding="utf-8")
    assert run(tmp_path)[0] == 0
    code, output = run(tmp_path, "--coverage")
    assert code == 1
    assert "rule-never-found" in output


def test_a_second_run_asks_no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTRACTOR_CACHE_DIR", str(tmp_path / "cache"))
    folder = tmp_path / "goldens"
    folder.mkdir()
    shutil.copy(FIXTURES / "acme-supplies/clean/page-1.png", folder / "a.png")
    (folder / "a.expected.json").write_text('{"number": "12345"}', encoding="utf-8")
    assert run(folder)[0] == 0

    def read(*_: object) -> None:
        raise AssertionError("the engine was asked")

    monkeypatch.setattr(RapidOcrEngine, "read", read)
    assert run(folder)[0] == 0
