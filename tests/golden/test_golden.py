"""Every fixture document gives what it gave when somebody last looked. `pytest tests/golden --update-golden` looks anew."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extractor import Extractor

from .documents import DOCUMENTS, FIXTURES, FixtureDocument
from .golden import Comparison, State, changes_of, compare, outcome, read_expected, update_expected


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_documents_give_what_is_expected(
    document: FixtureDocument, rules: str, books: dict[str, Extractor], request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    found = outcome(books[rules].interpret(document.replayed()), document.truth)
    if request.config.getoption("update_golden"):
        changes = update_expected(document.folder, document.entry["file"], rules, found)
        with capsys.disabled():
            print("".join(f"\n{document} ({rules}) {change}" for change in changes), end="")
    expected = read_expected(document.folder).get(document.entry["file"], {}).get(rules)
    assert expected is not None, "no golden result yet; run: pytest tests/golden --update-golden, and look at what it prints"
    changed = [str(change) for change in changes_of(expected, found)]
    assert not changed, "if this is right, run: pytest tests/golden --update-golden"


@pytest.mark.parametrize("folder", sorted({document.folder for document in DOCUMENTS}), ids=lambda folder: folder.name)
def test_golden_files_name_only_documents_that_exist(folder: Path) -> None:
    assert read_expected(folder).keys() == {document.entry["file"] for document in DOCUMENTS if document.folder == folder}


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_vendor_files_give_every_header_field(document: FixtureDocument, books: dict[str, Extractor]) -> None:
    found = books["vendor"].interpret(document.replayed()).invoice.to_dict()
    header = {name: value for name, value in document.truth.items() if isinstance(value, str)}
    lost = {name for name, value in header.items() if found.get(name) != value}
    assert lost <= MISREAD.get(str(document), set())


MISREAD = {
    "atelier-colvert/scan.jpg": {"iban"},
    "feldhase-buerobedarf/scan.jpg": {"iban"},
    "pennyworth-larch/scanned.pdf": {"iban"},
}
"""Values that the OCR engine misreads beyond repair: it drops one of many equal digits. They are told as `iban-checksum`."""


def test_the_four_states() -> None:
    expected = {"number": "1", "total": "2.00", "lines": [{"amount": "2.00"}], "iban": "X"}
    actual = {"number": "1", "total": "3.00", "lines": [{"amount": "2.00"}, {"amount": "1.00"}]}
    assert compare(expected, actual) == [
        Comparison("number", State.MATCH, "1", "1"),
        Comparison("total", State.DIFFER, "2.00", "3.00"),
        Comparison("lines[0].amount", State.MATCH, "2.00", "2.00"),
        Comparison("iban", State.MISSING, "X", None),
        Comparison("lines[1].amount", State.UNEXPECTED, None, "1.00"),
    ]


def test_updating_tells_what_changes_and_leaves_the_rest(tmp_path: Path) -> None:
    first = update_expected(tmp_path, "a.png", "vendor", {"status": "valid", "issues": [], "invoice": "truth"})
    assert [str(change) for change in first] == [
        "status: unexpected, expected None, found 'valid'",
        "invoice: unexpected, expected None, found 'truth'",
    ]
    update_expected(tmp_path, "a.png", "generic", {"status": "review", "issues": ["x"], "invoice": {"total": None}})
    before = (tmp_path / "expected.json").read_text("utf-8")
    assert update_expected(tmp_path, "a.png", "vendor", {"status": "valid", "issues": [], "invoice": "truth"}) == []
    assert (tmp_path / "expected.json").read_text("utf-8") == before
    changed = update_expected(tmp_path, "a.png", "vendor", {"status": "review", "issues": [], "invoice": "truth"})
    assert [change.state for change in changed] == [State.DIFFER]
    assert json.loads((tmp_path / "expected.json").read_text("utf-8"))["a.png"]["generic"]["status"] == "review"


def test_golden_results_are_no_tolerant_ones() -> None:
    document = next(document for document in DOCUMENTS if document.folder == FIXTURES / "acme-supplies")
    expected = read_expected(document.folder)[document.entry["file"]]["vendor"]
    assert changes_of(expected, expected) == []
    assert changes_of(expected, expected | {"invoice": {"total": "1250.01"}})
    assert changes_of(expected, expected | {"status": "invalid"})
    assert changes_of(expected, expected | {"issues": [*expected["issues"], "conflict total"]})
