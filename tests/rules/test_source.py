"""Reading YAML: YAML 1.2 scalars, places, and everything that is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extractor.rules import source
from extractor.rules.source import Mapping, Scalar, Sequence, parse, read_file


def only(text: str | bytes) -> source.Issue:
    (issue,) = parse(text, "f.yaml").issues
    return issue


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("False", False),
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("null", None),
        ("~", None),
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("0x1F", 31),
        ("0o17", 15),
        ("012", 12),
        ("1.50", Decimal("1.50")),
        ("1e3", Decimal(1000)),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("2025-12-01", "2025-12-01"),
        (".inf", ".inf"),
        ("1e9999999", "1e9999999"),
        ("9" * 5000, "9" * 5000),
        ("'12'", "12"),
        ('"true"', "true"),
    ],
)
def test_scalars_follow_yaml_1_2(written: str, value: object) -> None:
    root = parse(f"key: {written}").root
    assert isinstance(root, Mapping)
    node = root.entries[0].node
    assert isinstance(node, Scalar)
    assert node.value == value
    assert type(node.value) is type(value)


def test_every_key_and_value_has_its_place() -> None:
    root = parse("a: 1\nb:\n  - x\n  - {c: d}\n").root
    assert isinstance(root, Mapping)
    b = root.entries[1]
    assert (b.place.line, b.place.column) == (2, 1)
    assert isinstance(b.node, Sequence)
    inner = b.node.items[1]
    assert isinstance(inner, Mapping)
    assert (inner.entries[0].place.line, inner.entries[0].place.column) == (4, 6)
    assert (inner.entries[0].node.place.line, inner.entries[0].node.place.column) == (4, 9)


def test_columns_count_characters_not_bytes() -> None:
    root = parse("{é: ü, ß: x}".encode()).root
    assert isinstance(root, Mapping)
    assert root.entries[1].place.column == 8


def test_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    result = parse(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert result.issues == ()
    assert isinstance(result.root, Mapping)
    assert [(entry.key, entry.place.line, entry.place.column) for entry in result.root.entries] == [("a", 1, 1), ("b", 2, 1)]


@pytest.mark.parametrize(
    ("text", "issue_id", "line", "column"),
    [
        ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1),
        ("a: {x: 1, 'x': 2}", "duplicate-key", 1, 11),
        ("a: !!python/object/apply:os.system [id]", "tag", 1, 4),
        ("a: ! x", "tag", 1, 4),
        ("a: !!str 1", "tag", 1, 4),
        ("a: &x 1", "alias", 1, 4),
        ("a: *x", "alias", 1, 4),
        ("? [a]\n: 1", "wrong-type", 1, 3),
        ("a: [1, 2", "syntax", 1, 4),
        ("a: 1\nb: 'x\nc: 1\n", "syntax", 2, 4),
        ("a: b: c", "syntax", 1, 5),
        ("a:\n\tb: 1", "syntax", 2, 1),
        ("a: 1\n---\nb: 1", "syntax", 2, 1),
        ("a: x\x00y", "syntax", 1, 5),
        (b"a: 1\nb: x\xff", "not-utf8", 2, 5),
        ("a: 1".encode("utf-16"), "not-utf8", 1, 1),
        ("\n" + "[" * 30, "too-deep", 2, 21),
        ("- " * 500_000, "too-deep", 1, 41),
        ("[" * 500_000, "too-deep", 1, 21),
        ("x: " + "y" * source.MAX_BYTES, "too-large", 1, 1),
    ],
)
def test_what_is_refused_and_where(text: str | bytes, issue_id: str, line: int, column: int) -> None:
    issue = only(text)
    assert issue.place is not None
    assert (issue.id, issue.place.file, issue.place.line, issue.place.column) == (issue_id, "f.yaml", line, column)


def test_number_of_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_NODES", 3)
    assert only("[1, 2, 3, 4]").id == "too-large"


def test_alias_bomb_costs_nothing() -> None:
    text = "a: &a [x, x]\n" + "".join(f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20))
    assert {issue.id for issue in parse(text).issues} == {"alias"}


def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path) -> None:
    assert [issue.id for issue in read_file(tmp_path / "none.yaml").issues] == ["unreadable"]
    assert [issue.id for issue in read_file(tmp_path).issues] == ["unreadable"]
    assert [issue.id for issue in read_file("a\0b").issues] == ["unreadable"]


def test_without_libyaml_the_same_tree_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: 1\nb: [x, 'y', \"2\"]\nc: |\n  text\nd:\n"
    fast = parse(text)
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert parse(text) == fast


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    result = parse(data)
    assert result.root is None or not any(issue.id in ("syntax", "not-utf8", "too-deep") for issue in result.issues)


@given(st.text(alphabet="ab:-[]{}&*!'\"|>?#, \n\t%@1", max_size=80))
def test_no_text_raises(text: str) -> None:
    for issue in parse(text).issues:
        assert issue.place is not None
        assert issue.place.line >= 1
        assert issue.place.column >= 1
