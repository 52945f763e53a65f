"""Adding an example to a rule file: only that is added, whatever else stands there."""

from __future__ import annotations

from pathlib import Path

import pytest
from papers import ROOT

from extractor.authoring.new_example import add_example, with_example
from extractor.errors import OutputError, RuleFileError
from extractor.invoice.fields import Invoice
from extractor.ocr import OcrResult
from extractor.rules import source
from extractor.rules.source import Mapping, Sequence

EXAMPLE = {"document": "acme/a-1.ocr.json", "expect": {"number": "007", "seller_address": "1 Quay\nSaltmouth", "lines": [{"amount": "9.50"}]}}
ITEM = "- document: acme/a-1.ocr.json\n  expect: {number: '007', seller_address: \"1 Quay\\nSaltmouth\", lines: [{amount: '9.50'}]}"


def added(indent: str) -> str:
    return "".join(f"{indent}{line}\n" for line in ITEM.split("\n"))


@pytest.mark.parametrize(
    ("before", "behind", "indent"),
    [
        ("# head\nformat: 1\n", "", None),
        ("format: 1\nexamples:\n  - text: |  # why\n      a\n      # b\n    expect: {}\n", "", "  "),
        ("format: 1\nexamples:\n- text: a\n", "", ""),
        ("format: 1\nexamples:\n    - text: a  # one\n", "\n# what follows\n\ncurrency: EUR\n# end\n", "    "),
        ("format: 1\nexamples:\n  - text: a\n    # of the example\n", "# of nothing\n", "  "),
    ],
)
def test_an_example_is_added_behind_the_others(before: str, behind: str, indent: str | None) -> None:
    heading = "\nexamples:\n" if indent is None else ""
    assert with_example(before + behind, EXAMPLE) == before + heading + added("  " if indent is None else indent) + behind


def test_line_endings_and_a_missing_last_one_are_kept() -> None:
    assert with_example("format: 1\r\nexamples:\r\n- text: a", EXAMPLE) == ("format: 1\nexamples:\n- text: a\n" + added("")).replace("\n", "\r\n")


@pytest.mark.parametrize("text", ["examples: [{text: a}]\n", "examples:\n  [{text: a}]\n", "examples: x\n", "- a\n", "{format: 1}\n"])
def test_what_cannot_be_added_to_as_text_is_left(text: str) -> None:
    with pytest.raises(OutputError):
        with_example(text, EXAMPLE)


def test_a_file_that_is_wrong_is_left() -> None:
    with pytest.raises(RuleFileError, match="stands twice"):
        with_example("a: 1\na: 2\n", EXAMPLE)


@pytest.mark.parametrize("path", sorted((ROOT / "rules" / "vendors").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_line_of_a_real_file_stays(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    changed = with_example(text, EXAMPLE)
    kept = changed.splitlines()
    for line in text.splitlines():
        kept.remove(line)
    assert len([line for line in kept if line.strip()]) in (2, 3)
    root = source.parse(changed).root
    assert isinstance(root, Mapping)
    (examples,) = [entry.node for entry in root.entries if entry.key == "examples"]
    assert isinstance(examples, Sequence)
    last = examples.items[-1]
    assert isinstance(last, Mapping)
    assert [entry.key for entry in last.entries] == ["document", "expect"]


def test_nothing_is_written_where_the_example_is_there_or_the_file_is_not(tmp_path: Path) -> None:
    rules = tmp_path / "acme.yaml"
    rules.write_text("format: 1\n")
    ocr, invoice = OcrResult((), "none"), Invoice(number="7", extra={"meter": "M-1", "readings": ["1", "2"]})
    assert add_example(rules, "a-1", ocr, invoice) == tmp_path / "acme" / "a-1.ocr.json"
    text = rules.read_text()
    assert "expect: {number: '7', extra.meter: M-1}" in text
    with pytest.raises(OutputError, match="was added before"):
        add_example(rules, "a-1", ocr, invoice)
    assert rules.read_text() == text
    with pytest.raises(OutputError, match="cannot be read"):
        add_example(tmp_path / "none.yaml", "a-1", ocr, invoice)
    assert not (tmp_path / "none").exists()
