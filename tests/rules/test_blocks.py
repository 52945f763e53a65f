"""Blocks: rows that regexes read line by line between two texts."""

from __future__ import annotations

import pytest

from extractor.layout import lay_out
from extractor.ocr.typed import typed_pages
from extractor.rules.blocks import read_blocks
from extractor.rules.compile import compile_text

PAGE = """\
Items
1. Rope      2 m     5,00
   of hemp
   30 metres
2. Lantern   1 pc    7,00
   note: fragile
Sum                 12,00
Items
3. Oar       4 pc    8,00
Sum                  8,00
4. Anchor    1 pc   99,00
"""
ROW = r"'^\d+\. (?P<description>\w+)\s+(?P<quantity>\d+ \w+)\s+(?P<amount>\S+)$'"


def rows(block: str, text: str = PAGE, table: str = "lines") -> list[dict[str, str]]:
    file, issues = compile_text(f"format: 1\nblocks:\n  {table}:\n    {block}")
    assert issues == []
    assert file is not None
    tables = read_blocks(file.rule_set, lay_out(typed_pages(text)))
    assert tables.issues == ()
    return [{name: cell.text for name, cell in row.items()} for row in tables.rows.get(table, ())]


def test_one_line_a_row_in_every_block() -> None:
    found = rows(f"{{start: ^Items, end: ^Sum, line: {ROW}}}")
    assert [row["description"] for row in found] == ["Rope", "Lantern", "Oar"]
    assert found[0] == {"description": "Rope", "quantity": "2 m", "amount": "5,00"}


def test_without_start_and_end_the_whole_document_is_a_block() -> None:
    assert [row["description"] for row in rows(f"{{line: {ROW}}}")] == ["Rope", "Lantern", "Oar", "Anchor"]
    assert [row["description"] for row in rows(f"{{start: Sum  , line: {ROW}}}")] == ["Oar", "Anchor"]
    assert [row["description"] for row in rows(f"{{end: Sum  , line: {ROW}}}")] == ["Rope", "Lantern"]


def test_the_last_end_takes_in_the_ends_before_it() -> None:
    assert [row["description"] for row in rows(f"{{start: ^Items, end: ^Sum, end_at: last, line: {ROW}}}")] == ["Rope", "Lantern", "Oar"]


def test_a_block_that_never_ends_is_none() -> None:
    assert rows(f"{{start: ^Items, end: Nowhere, line: {ROW}}}") == []


def test_rows_of_several_lines() -> None:
    found = rows(rf"{{start: ^Items, end: ^Sum, first_line: {ROW}, line: '^\s+(?P<description>\w.*)$', skip_line: 'note:'}}")
    assert [row["description"] for row in found] == ["Rope\nof hemp\n30 metres", "Lantern", "Oar"]


def test_a_last_line_closes_a_row() -> None:
    found = rows(rf"{{start: ^Items, end: ^Sum, first_line: {ROW}, line: '^\s+(?P<description>\w.*)$', last_line: '^\s+(?P<description>of .*)$'}}")
    assert found[0]["description"] == "Rope\nof hemp"


def test_several_regexes_a_line() -> None:
    text = "Birds\n1 Owl\nFish\n2 Eel"
    found = rows("{line: ['^(?P<pos>\\d+) (?P<name>.*)', '^(?P<group>.*)']}", text, "animals")
    assert found == [{"group": "Birds"}, {"pos": "1", "name": "Owl"}, {"group": "Fish"}, {"pos": "2", "name": "Eel"}]


def test_replacements_in_a_column() -> None:
    found = rows(f"{{end: Sum  , line: {ROW}, replace: {{quantity: [{{regex: ' m$', with: ' metre'}}]}}}}")
    assert [row["quantity"] for row in found] == ["2 metre", "1 pc"]


def test_cells_have_places() -> None:
    file, _ = compile_text(f"format: 1\nblocks: {{lines: {{line: {ROW}}}}}")
    assert file is not None
    cell = read_blocks(file.rule_set, lay_out(typed_pages(PAGE))).rows["lines"][1]["amount"]
    assert cell.bounds is not None
    assert (cell.page, cell.bounds.x, cell.bounds.width) == (1, 80 + 21 * 12, 4 * 12)


def test_a_block_that_begins_and_ends_with_nothing_is_read_once() -> None:
    assert len(rows(f"{{start: 'x*', end: 'y*', line: {ROW}}}")) == 0


def test_a_zone_narrows_a_block() -> None:
    assert [row["description"] for row in rows(f"{{zone: {{bottom: 40mm}}, line: {ROW}}}")] == ["Rope", "Lantern"]


def test_a_regex_that_overruns_costs_only_its_block() -> None:
    file, _ = compile_text(f"format: 1\nblocks:\n  lines: {{line: {ROW}}}\n  hostile: {{line: '(?P<x>(?:(?:a|aa)+)+$(?<=b))'}}")
    assert file is not None
    tables = read_blocks(file.rule_set, lay_out(typed_pages(PAGE + "a" * 60)))
    assert list(tables.rows) == ["lines"]
    assert [(issue.id, issue.field) for issue in tables.issues] == [("rule-timeout", "hostile")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("blocks: {lines: {line: '(?P<descripton>.)'}}", ("unknown-column", 2, 24)),
        ("blocks: {lines: {line: '.'}}", ("no-value-group", 2, 24)),
        ("blocks: {lines: {start: x}}", ("missing-key", 2, 17)),
        ("blocks: {stops: {line: '(?P<a>.)', last_line: x}}", ("missing-key", 2, 47)),
        ("blocks: {stops: {line: '(?P<a>.)', columns: {b: text}}}", ("unknown-column", 2, 45)),
        ("blocks: {stops: {line: '(?P<a>.)', columns: {a: number}}}", ("unknown-kind", 2, 49)),
        ("blocks: {total: {line: '(?P<a>.)'}}", ("bad-name", 2, 1)),
        ("blocks: {stops: {line: ['(?P<a>.)', '(?P<b>']}}", ("bad-regex", 2, 37)),
        ("required: [totl]", ("unknown-field", 2, 11)),
        ("required: [extra.stops]", ("unknown-field", 2, 11)),
        ("priority: 11", ("bad-priority", 2, 11)),
        ("date_format: dd.mm.yyyy", ("bad-date-format", 2, 14)),
        ("decimal: ';'", ("bad-decimal", 2, 10)),
        ("normalize: [no_spces]", ("unknown-form", 2, 13)),
        ("replace: {regex: a, with: '\\1'}", ("bad-regex", 2, 27)),
        ("fields: {total: {regex: a, group: list}}", ("unknown-group", 2, 35)),
        ("fields: {total: {regex: a, group: sums}}", ("unknown-group", 2, 35)),
        ("fields: {total: {regex: a, view: grid}}", ("unknown-view", 2, 34)),
        ("fields: {total: {regex: a, between: {start: b}}}", ("missing-key", 2, 37)),
        ("fields: {total: {label: a, group: sum}}", ("no-effect", 2, 28)),
    ],
)
def test_mistakes_are_told_with_their_place(text: str, expected: tuple[str, int, int]) -> None:
    _, issues = compile_text(f"format: 1\n{text}")
    assert [(issue.id, issue.place.line, issue.place.column) for issue in issues if issue.place] == [expected]
