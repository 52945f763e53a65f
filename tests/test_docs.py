"""The documentation says what is: its code runs, its rule files are without findings, its made parts are current."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from papers import call, invoice_pdf, write_invoices

from extractor.issues import Level
from extractor.ocr import OcrResult
from extractor.ocr.typed import typed_pages
from extractor.pipeline import Extractor
from extractor.routing.lint import check_policy
from extractor.rules import RuleBook
from extractor.rules.check import check_paths
from extractor.shipped import shipped_schema

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
FAULTY = "<!-- faulty on purpose -->\n"
"""Before a rule file that is there for what is found in it: its examples need not come out."""


def blocks(language: str, *, faulty: bool = True) -> list[tuple[str, str]]:
    """The page and code of each block in a language; without those that are faulty on purpose where these are not wanted."""
    texts = [(path.name, path.read_text(encoding="utf-8")) for path in PAGES]
    found = [(page, block[2], text.endswith(FAULTY, 0, block.start())) for page, text in texts for block in BLOCK.finditer(text) if block[1] == language]
    return [(page, code) for page, code, wrong in found if faulty or not wrong]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("documents")
    shutil.copy(ROOT / "fixtures/acme-supplies/clean/page-1.png", path / "invoice.png")
    shutil.copy(ROOT / "fixtures/acme-supplies/mixed.pdf", path / "stack.pdf")
    shutil.copy(ROOT / "fixtures/einvoices/factur-x.pdf", path)
    return path


@pytest.mark.parametrize(("page", "code"), blocks("python"), ids=lambda value: value if value.endswith(".md") else "")
def test_python_in_the_documentation_runs(page: str, code: str, folder: Path) -> None:
    run = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "12345" in run.stdout or "import extractor.ocr" not in code


def test_the_ocr_example_gives_valid_json_and_one_row_a_region(folder: Path) -> None:
    code = next(code for page, code in blocks("python") if "import extractor.ocr as ocr" in code)
    run = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    result = json.loads(run.stdout.splitlines()[0])
    Draft202012Validator(shipped_schema("ocr-v1")).validate(result)
    regions = [region for page in result["pages"] for region in page["regions"]]
    rows = (folder / "invoice.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == len(regions)
    assert all(re.fullmatch(r'"(?:[^"]|"")*",\d+(?:\.\d)?', row) for row in rows)
    assert any(row.startswith('"Invoice #12345",') for row in rows)


@pytest.mark.parametrize(("page", "code"), [block for block in blocks("yaml") if "format: 1" in block[1] and "routes:" not in block[1]])
def test_rule_files_in_the_documentation_have_no_errors(page: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "acme.yaml"
    path.write_text(code, encoding="utf-8")
    assert [str(issue) for issue in check_paths([path]) if issue.level is Level.ERROR] == []


@pytest.mark.parametrize(("page", "code"), [block for block in blocks("yaml") if "routes:" in block[1]])
def test_policies_in_the_documentation_have_no_findings(page: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(code, encoding="utf-8")
    assert check_policy(path, RuleBook.load().rule_sets.vendor_ids) == []


@pytest.mark.parametrize(("page", "code"), [block for block in blocks("yaml", faulty=False) if "\nexamples:" in block[1]])
def test_examples_of_rule_files_in_the_documentation_come_out(page: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "documented.yaml").write_text(code, encoding="utf-8")
    extractor = Extractor(rules=tmp_path)
    rule_set = next(each for each in extractor.book.vendors if each.id == "documented")
    for example in rule_set.examples:
        result = extractor.interpret(read_example(example.document, example.text)).to_dict()
        for name, expected in example.expect.items():
            assert shown(result["invoice"], name, expected) == expected, f"{page}: {name}"
        asking = sorted({issue["id"] for issue in result["issues"] if issue["level"] != Level.INFO})
        assert result["status"] == (example.status or result["status"]), page
        assert asking == list(asking if example.issues is None else example.issues), page


def read_example(document: str | None, text: str | None) -> OcrResult:
    """What was read of an example: of a document, what its fixture has beside it."""
    if document is None:
        return typed_pages(text or "")
    return OcrResult.from_json((ROOT / "docs" / document).with_suffix(".ocr.json").read_bytes())


def shown(invoice: dict[str, Any], name: str, expected: Any) -> Any:
    """A value of an invoice as an example writes it; of rows only the columns that it names."""
    value = invoice.get(name)
    if not isinstance(expected, list):
        return value
    return [{column: row.get(column) for column in wanted} for row, wanted in zip(value or [], expected, strict=True)]


def test_the_picture_of_the_tutorial_is_current() -> None:
    run = subprocess.run([sys.executable, str(ROOT / "docs/picture.py"), "--check"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_made_parts_are_current() -> None:
    run = subprocess.run([sys.executable, str(ROOT / "docs/make.py"), "--check"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_folder_to_a_queried_database_as_the_readme_says(tmp_path: Path) -> None:
    session = next(code for page, code in blocks("sh") if page == "README.md" and "--store books.db" in code)
    batch, query, export = map(shlex.split, session.splitlines())
    write_invoices(tmp_path / "inbox", 20)
    assert call(*batch[1:], cwd=tmp_path).returncode == 1  # some of these need review
    connection = sqlite3.connect(tmp_path / query[1])
    found = connection.execute(query[2]).fetchall()
    connection.close()
    assert len(found) == 15
    assert {row[0] for row in found} == {"Harbour Lantern Works Ltd"}
    assert call(*export[1:], cwd=tmp_path).returncode == 0
    assert len((tmp_path / "books.csv").read_text(encoding="utf-8").splitlines()) == 16


def test_links_between_pages_lead_somewhere() -> None:
    for path in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_way_from_a_sample_to_a_tested_file(tmp_path: Path) -> None:
    (session,) = (code for page, code in blocks("console") if page == "rules.md")
    commands = [line.removeprefix("$ extractor ").split() for line in session.splitlines()]
    assert len(commands) <= 6
    (tmp_path / "invoice.pdf").write_bytes(invoice_pdf())
    (tmp_path / "next.pdf").write_bytes(invoice_pdf("HL-2187"))
    for command in commands:
        run = call(*command, cwd=tmp_path)
        assert run.returncode == 0, f"{command}: {run.stderr}"
    found = json.loads(run.stdout)
    assert (found["rules"]["id"], found["rules"]["vendor"], found["invoice"]["number"]) == ("harbour", True, "HL-2187")
