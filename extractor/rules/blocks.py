"""Owns tables that are read by regexes line by line: blocks between two texts, and lists of all matches of a rule."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import regex

from extractor.errors import RuleTimeout
from extractor.invoice.fields import LINE_FIELDS, TAX_FIELDS
from extractor.issues import Issue, Level
from extractor.layout import Layout
from extractor.rules.candidate import Candidate
from extractor.rules.model import Block, Rule, RuleSet
from extractor.rules.patterns import find_all, find_first
from extractor.rules.searches import candidate_of, rewritten, search
from extractor.rules.views import Part, SearchText, search_text

VALUE = "value"
"""The column of a table that is a plain list."""
BLOCK_FIT = 0.9
"""How well a cell answers its block, as a cell under a header does."""

MAX_SECONDS = 5.0
"""Time limit of all lines of one block together."""

Row = dict[str, Candidate]


@dataclass(frozen=True, slots=True)
class Tables:
    """Rows by the name of their table. singles: lists of which one value is no list. issues: regexes that overran."""

    rows: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    singles: frozenset[str] = frozenset()
    issues: tuple[Issue, ...] = ()


def read_blocks(rule_set: RuleSet, layout: Layout) -> Tables:
    """Reads all blocks of a file, and all values of its fields that are lists."""
    rows: dict[str, list[Row]] = {}
    issues = []
    lists = [rule for rules in rule_set.rules.values() for rule in rules if rule.group == "list"]
    items: list[Block | Rule] = [*rule_set.blocks, *lists]
    for item in items:
        name = item.name if isinstance(item, Block) else item.field.removeprefix("extra.")
        try:
            found = _block_rows(item, layout) if isinstance(item, Block) else _list_rows(item, layout, rule_set.locales)
            rows.setdefault(name, []).extend(found)
        except RuleTimeout as error:
            issues.append(Issue("rule-timeout", Level.WARNING, str(error), field=name, place=item.place))
    singles = frozenset(rule.field.removeprefix("extra.") for rule in lists)
    return Tables({name: found for name, found in rows.items() if found}, singles, tuple(issues))


def _list_rows(rule: Rule, layout: Layout, locales: Sequence[str]) -> list[Row]:
    """The different values that a rule finds, in the order of the text."""
    found = {candidate.text: candidate for candidate in reversed(search(rule, layout, locales))}
    return [{VALUE: candidate} for candidate in reversed(found.values())]


@dataclass(slots=True)
class _Cell:
    texts: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def add(self, text: str, parts: Sequence[Part]) -> None:
        self.texts.append(text)
        self.parts.extend(parts)


def _block_rows(block: Block, layout: Layout) -> list[Row]:
    text = search_text(layout, block.view, block.zone)
    rows = [row for offset, part in _bodies(block, text.text) for row in _Reader(block, text).read(part, offset)]
    columns = {name: _column(block, name) for name in dict.fromkeys(name for row in rows for name in row)}
    return [cells for row in rows if (cells := _cells(block, row, columns))]


def _bodies(block: Block, text: str) -> Iterator[tuple[int, str]]:
    """What stands between each start and the end that follows it, each with its position."""
    owner = f"blocks.{block.name}"
    position, before = 0, -1
    while before < position:  # where start and end match empty texts, nothing comes of going on
        before = position
        if block.start is not None:
            start = find_first(block.start, text[position:], owner)
            if start is None:
                return
            position += start.end()
        ends = [] if block.end is None else _ends(block, text[position:], owner)
        if block.end is not None and not ends:
            return
        end = ends[-1 if block.end_at == "last" else 0] if ends else None
        yield position, text[position : position + end.start()] if end else text[position:]
        if end is None or block.start is None:
            return
        position += end.end()


def _ends(block: Block, text: str, owner: str) -> list[regex.Match[str]]:
    assert block.end is not None
    if block.end_at == "last":
        return find_all(block.end, text, owner)
    first = find_first(block.end, text, owner)
    return [first] if first else []


class _Reader:
    """Reads the lines of one block's body as rows: a first line opens one, lines go on with it, a last line closes it."""

    def __init__(self, block: Block, text: SearchText) -> None:
        self.block = block
        self.owner = f"blocks.{block.name}"
        self.text = text
        self.first = block.first_line or (() if block.last_line else block.line)
        self.until = time.monotonic() + MAX_SECONDS
        self.rows: list[dict[str, _Cell]] = []
        self.row: dict[str, _Cell] = {}
        self.is_open = False

    def read(self, body: str, offset: int) -> list[dict[str, _Cell]]:
        for line in body.split("\n"):
            if line.strip("\r") and not self._match(self.block.skip_line, line):
                self._take(line, offset)
            offset += len(line) + 1
        self._close()
        return self.rows

    def _take(self, line: str, offset: int) -> None:
        if match := self._match(self.first, line):
            self._close()
            self.is_open = True
            self._add(match, offset)
        elif self.is_open and (match := self._match(self.block.last_line, line)):
            self._add(match, offset)
            self._close()
            self.is_open = False
        elif self.is_open and (match := self._match(self.block.line, line)):
            self._add(match, offset)

    def _match(self, patterns: Sequence[str], line: str) -> regex.Match[str] | None:
        if patterns and time.monotonic() > self.until:
            raise RuleTimeout(f"the regexes of block {self.block.name!r} ran longer than {MAX_SECONDS:g} s and were stopped")
        for pattern in patterns:
            match = find_first(pattern, line, self.owner)
            if match:
                return match
        return None

    def _add(self, match: regex.Match[str], offset: int) -> None:
        for name in match.re.groupindex:
            text = (match.group(name) or "").strip()
            if text:
                start = match.string.index(text, match.start(name))
                self.row.setdefault(name, _Cell()).add(text, self.text.locate(offset + start, offset + start + len(text)))

    def _close(self) -> None:
        if self.row:
            self.rows.append(self.row)
        self.row = {}


def _column(block: Block, name: str) -> Rule:
    """The cells of a column as if a rule had found them."""
    table = {"lines": LINE_FIELDS, "taxes": TAX_FIELDS}.get(block.name)
    kind = table[name].kind if table else block.kinds.get(name, "text")
    return Rule(f"blocks.{block.name}", f"{block.name}.{name}", kind, weight=BLOCK_FIT, writing=block.writing)


def _cells(block: Block, row: Mapping[str, _Cell], columns: Mapping[str, Rule]) -> Row:
    found = {name: candidate_of(columns[name], "\n".join(cell.texts), cell.parts) for name, cell in row.items() if cell.parts}
    return {name: rewritten(block.replace.get(name, ()), candidate) for name, candidate in found.items()}
