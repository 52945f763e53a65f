"""`check_paths`: diagnostics of the reader plus what only a second look shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.rules.check import check_paths
from extractor.rules.lint import vendors
from extractor.shipped import shipped_rules_dir


def findings(path: Path) -> list[tuple[str, str, int, int]]:
    return [(str(issue.level), issue.id, issue.place.line, issue.place.column) for issue in check_paths([path]) if issue.place]


def write(path: Path, text: str) -> Path:
    path.write_text("format: 1\n" + text, encoding="utf-8")
    return path


def test_shipped_files_are_clean() -> None:
    assert [str(issue) for issue in check_paths([shipped_rules_dir()])] == []


def test_errors_and_doubts_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.yaml", "fields:\n  net: {label: Sum}\n  total: {label: 'sum:'}\n  tax: {regex: '('}\nfoo: 1")
    assert findings(path) == [("warning", "shared-label", 4, 18), ("error", "bad-regex", 5, 16), ("error", "unknown-key", 6, 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fields:\n  net: {label: [Net, Sum]}\n  total: {label: [Total, SUM]}", [("warning", "shared-label", 4, 26)]),
        ("fields:\n  net: {label: Sum}\n  total: {label: Sum, page: last}", []),
        ("fields:\n  period_start: {label: Period}\n  period_end: {label: Period, pattern: '- .*'}", []),
        ("fields:\n  buyer_name: {label: Bill to}\n  buyer_address: {label: Bill to, lines: 4}", []),
        ("fields:\n  total: [{label: Sum}, {label: Sum, find: above, weight: 0.5}]", []),
        ("fields:\n  total: {label: Sum}\nextra: {x: {type: amount, label: Sum}}", [("warning", "shared-label", 4, 34)]),
        ("fields:\n  date: {label: Order date}\ndecoys: [Page, Order Date]", [("warning", "shared-label", 3, 17)]),
    ],
)
def test_labels_that_two_fields_claim(tmp_path: Path, text: str, expected: list[tuple[str, str, int, int]]) -> None:
    assert findings(write(tmp_path / "a.yaml", text)) == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (r"fields: {number: {regex: '(\w+\s?)+$'}}", (2, 26)),
        (r"fields: {number: {label: No, pattern: '(a|aa)+!'}}", (2, 39)),
        (r"fields: {number: {label: No, replace: {regex: '(\d|\d\d)+$', with: ''}}}", (2, 47)),
        (r"identify: {any: [ACME, {regex: '(\d|\d\d)+!'}]}", (2, 32)),
        (r"extra: {meter: {type: text, rules: [{regex: '(x+x+)+y'}]}}", (2, 45)),
    ],
)
def test_slow_regexes(tmp_path: Path, text: str, place: tuple[int, int]) -> None:
    assert findings(write(tmp_path / "a.yaml", text)) == [("warning", "slow-regex", *place)]


@pytest.mark.parametrize("regex", [r"Invoice\s*#\s*(\d+)", r"(\d{1,4}[ .])*+\d{4}", r"(?P<value>[A-Z]{2}\d{2}( ?\w{4}){3,7})", r"^.*total.*$"])
def test_decent_regexes_are_not_slow(tmp_path: Path, regex: str) -> None:
    assert findings(write(tmp_path / "a.yaml", f"fields: {{number: {{regex: '{regex}'}}}}")) == []


def test_vendors_that_no_document_tells_apart(tmp_path: Path) -> None:
    write(tmp_path / "a.yaml", "identify: {all: [ACME Ltd, Leeds]}")
    write(tmp_path / "b.yaml", "identify: {all: [Leeds, acme  ltd]}")
    write(tmp_path / "c.yaml", "identify: {all: [ACME Ltd]}")
    same, wider = check_paths([tmp_path])
    assert str(same).startswith(f"{tmp_path / 'b.yaml'}:2:1: warning[same-identify] 'b' is identified by exactly what identifies 'a'")
    assert str(wider) == f"{tmp_path / 'c.yaml'}:2:1: info[wider-identify] every document of 'a' fits 'c', too; it wins only where its further clues are read"


def test_documents_of_examples_must_exist(tmp_path: Path) -> None:
    (tmp_path / "there.png").touch()
    path = write(tmp_path / "a.yaml", "examples:\n  - {document: there.png, expect: {}}\n  - {document: gone.png, expect: {}}")
    assert findings(path) == [("warning", "missing-document", 4, 16)]


def test_labels_of_an_extended_file_are_its_own_affair(tmp_path: Path) -> None:
    assert findings(write(tmp_path / "a.yaml", "extends: generic/en\nfields:\n  total: {label: Amount due}")) == []


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert [issue.id for issue in check_paths([tmp_path / "none.yaml"])] == ["unreadable"]
    assert [issue.id for issue in check_paths([tmp_path])] == ["no-rule-files"]


def test_vendors_without_a_clue_in_common_are_not_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(40):
        clues = "[Alder & Birch]" if number in (7, 31) else f"[Company {number} Ltd]"
        write(tmp_path / f"{number:02}.yaml", f"identify: {{all: {clues}}}\nfields: {{total: {{label: Total}}}}")
    compared: list[tuple[str, str]] = []
    inner = vendors._alike
    monkeypatch.setattr(vendors, "_alike", lambda one, two, place: [compared.append((one.rule_set.id, two.rule_set.id)), inner(one, two, place)][1])
    assert [(issue.id, issue.place.file) for issue in check_paths([tmp_path]) if issue.place] == [("same-identify", str(tmp_path / "31.yaml"))]
    own = [pair for pair in compared if all(rule_id.isdigit() for rule_id in pair)]
    assert own == [("07", "31")]
