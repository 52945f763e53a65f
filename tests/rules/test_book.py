"""The rule book: which files are found, what their ids are, and that all errors come at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.errors import RuleFileError
from extractor.rules.book import RuleBook
from extractor.rules.source import MAX_BYTES
from extractor.shipped import shipped_rules_dir


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_yml", ".yml")
        path = path if path.suffix else path.with_suffix(".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("format: 1\n" + text, encoding="utf-8")
    return folder


def ids(book: RuleBook) -> list[str]:
    return list(book.rule_sets)


def test_the_shipped_files_load_without_a_finding() -> None:
    book = RuleBook.load()
    assert {"generic/de", "generic/en", "generic/fr", "receipts/en"} <= set(book.rule_sets)
    assert book.warnings == ()
    assert {"generic/de", "generic/en"} <= {rule_set.id for rule_set in book.general}


def test_ids_are_paths_below_the_folder_unless_stated(tmp_path: Path) -> None:
    write(tmp_path, acme="", sub__deep__b_yml="", named="id: my/own")
    (tmp_path / "notes.txt").write_text("no rules")
    assert ids(RuleBook.load([tmp_path], shipped=False)) == ["acme", "my/own", "sub/deep/b"]
    assert ids(RuleBook.load([tmp_path / "acme.yaml", str(tmp_path / "sub" / "deep")], shipped=False)) == ["acme", "b"]


def test_a_file_given_twice_counts_once(tmp_path: Path) -> None:
    write(tmp_path, acme="")
    assert ids(RuleBook.load([tmp_path, tmp_path / "acme.yaml"], shipped=False)) == ["acme"]


def test_vendors_say_how_to_identify_them(tmp_path: Path) -> None:
    book = RuleBook.load([write(tmp_path, acme="identify: {all: ACME}", plain="")], shipped=False)
    assert [rule_set.id for rule_set in book.vendors] == ["acme"]
    assert [rule_set.id for rule_set in book.general] == ["plain"]


def test_a_vendor_extends_a_shipped_file(tmp_path: Path) -> None:
    book = RuleBook.load([write(tmp_path, acme="extends: generic/en\nidentify: {all: ACME}\nfields: {number: {label: Our no}}")])
    rules = book.rule_sets["acme"].rules
    assert rules["number"][0].labels == ("Our no",)
    assert rules["total"]
    assert all(rule.inherited and rule.id.startswith("generic/en:") for rule in rules["total"])


def test_a_file_of_the_same_id_replaces_the_shipped_one(tmp_path: Path) -> None:
    book = RuleBook.load([write(tmp_path, generic__en="fields: {number: {label: Mine}}")])
    assert list(book.rule_sets["generic/en"].rules) == ["number"]
    assert "generic/de" in book.rule_sets


def test_the_shipped_folder_may_be_given_itself() -> None:
    folder = shipped_rules_dir()
    assert set(RuleBook.load([folder]).rule_sets) == set(RuleBook.load().rule_sets)
    assert set(RuleBook.load([folder / "generic"]).rule_sets) == set(RuleBook.load().rule_sets)


def test_two_files_of_one_id_are_an_error(tmp_path: Path) -> None:
    write(tmp_path, a="id: same", b="id: same")
    with pytest.raises(RuleFileError) as caught:
        RuleBook.load([tmp_path], shipped=False)
    (issue,) = caught.value.diagnostics
    assert str(issue).startswith(f"{tmp_path / 'b.yaml'}:2:5: error[duplicate-id] id 'same' belongs to {tmp_path / 'a.yaml'}, too")


def test_all_errors_of_all_files_come_at_once(tmp_path: Path) -> None:
    write(tmp_path, a="foo: 1\nbar: 2", b="currency: X", c="extends: nowhere", d="vendor: {bic: X}")
    with pytest.raises(RuleFileError) as caught:
        RuleBook.load([tmp_path, tmp_path / "none.yaml"])
    found = [(Path(issue.place.file).name, issue.id) for issue in caught.value.diagnostics if issue.place]
    assert found == [("a.yaml", "unknown-key")] * 2 + [("b.yaml", "bad-currency"), ("none.yaml", "unreadable"), ("c.yaml", "missing-extends")]
    assert "a.yaml:2:1: error[unknown-key]" in str(caught.value)


def test_warnings_keep_the_book(tmp_path: Path) -> None:
    book = RuleBook.load([write(tmp_path, a="vendor: {bic: X}")], shipped=False)
    assert [issue.id for issue in book.warnings] == ["bad-id"]
    assert ids(book) == ["a"]


def test_a_folder_without_rule_files_is_told(tmp_path: Path) -> None:
    book = RuleBook.load([tmp_path], shipped=False)
    assert [issue.id for issue in book.warnings] == ["no-rule-files"]


def test_files_that_are_no_yaml_are_findings_not_tracebacks(tmp_path: Path) -> None:
    (tmp_path / "binary.yaml").write_bytes(bytes(range(256)))
    (tmp_path / "huge.yaml").write_bytes(b"#" * (MAX_BYTES + 1))
    (tmp_path / "empty.yaml").write_bytes(b"")
    with pytest.raises(RuleFileError) as caught:
        RuleBook.load([tmp_path], shipped=False)
    assert [issue.id for issue in caught.value.diagnostics] == ["not-utf8", "wrong-type", "too-large"]
