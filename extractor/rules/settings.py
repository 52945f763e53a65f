"""Owns what a rule file says once for all its rules: which text they search, how numbers and dates are written; and its blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from extractor.invoice.fields import FIELDS, LINE_FIELDS, TAX_FIELDS
from extractor.invoice.writing import Writing
from extractor.issues import Level, Place
from extractor.rules.model import NORMALIZERS, Block, TextView, Zone
from extractor.rules.patterns import compiled
from extractor.rules.shapes import Found, Row, report, suggestion
from extractor.rules.source import Sequence as SequenceNode

TABLES: Mapping[str, Mapping[str, Any]] = {"lines": LINE_FIELDS, "taxes": TAX_FIELDS}
"""Tables that every invoice has, with their columns."""
_PATTERNS = ("first_line", "line", "last_line")


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for rules that say nothing else. view: the layout view as the file prepares it; on_layout: whether rules search it."""

    view: TextView = TextView()
    on_layout: bool = False
    decimal: str | None = None
    dates: tuple[str, ...] = ()

    @classmethod
    def of(cls, row: Row, found: Found) -> Settings:
        """The settings of a file."""
        chosen = row.get("normalize", ())
        view = TextView(tuple(name for name in NORMALIZERS if name in chosen), replacements(row.get("replace", ()), found))
        return cls(view, row.get("view") == "layout", row.get("decimal"), row.get("date_format", ()))

    def writing(self, row: Row) -> Writing | None:
        """How the numbers and dates of a rule or a block are written."""
        writing = Writing(row.get("decimal", self.decimal), row.get("date_format", self.dates))
        return None if writing == Writing() else writing

    def of_rule(self, row: Row, found: Found) -> dict[str, Any]:
        """The arguments of a `Rule` that its row gives together with the file."""
        on_layout = row.get("view", "layout" if self.on_layout else "lines") == "layout"
        between = row.get("between")
        given = {"group": row.get("group"), "writing": self.writing(row), "view": self.view if on_layout and "regex" in row.values else None}
        if between is not None:
            given["between"] = (between.get("start", ""), between.get("end", ""))
        if row.get("group") == "join" and "join" not in row.values:
            given["join"] = " "
        for name in ("view", "group", "between"):
            if name in row.entries and "regex" not in row.entries:
                report(found, row.entries[name].place, "no-effect", f"'{name}' has no effect in a rule without 'regex'; remove it", Level.WARNING)
        return given


def replacements(rows: tuple[Row, ...], found: Found) -> tuple[tuple[str, str], ...]:
    """Pairs of regex and replacement; a replacement that names a group which its regex has not is reported."""
    for row in rows:
        _check_replacement(row, found)
    return tuple((row.get("regex", ""), row.get("with", "")) for row in rows if "regex" in row.values)


def _check_replacement(row: Row, found: Found) -> None:
    if "regex" not in row.values or "with" not in row.values:
        return
    pattern = compiled(row.get("regex"))
    for match in re.finditer(r"\\(?:g<(\w+)>|([1-9]\d?))", row.get("with")):
        group = match[1] or match[2]
        if not (int(group) <= pattern.groups if group.isdigit() else group in pattern.groupindex):
            report(found, row.place_of("with"), "bad-regex", f"the replacement names group '{group}', which the regex does not have")


def blocks_of(row: Row, settings: Settings, extra: Mapping[str, str], found: Found) -> tuple[Block, ...]:
    """The blocks of a file. extra: names of its extra fields."""
    blocks = []
    for name, rows in row.get("blocks", {}).items():
        if name in FIELDS or name in extra:
            report(found, row.entries["blocks"].place, "bad-name", f"'{name}' is a field already; a table needs a name of its own")
        blocks += [_block(name, entry, settings, found) for entry in rows]
    return tuple(blocks)


def _block(name: str, row: Row, settings: Settings, found: Found) -> Block:
    columns = {column for key in _PATTERNS for pattern in row.get(key, ()) for column in compiled(pattern).groupindex}
    if not columns and "line" in row.values:
        report(found, row.place_of("line"), "no-value-group", "no line of this block has a named group; write (?P<name>...) around what is wanted")
    _check_columns(name, row, columns, found)
    if "last_line" in row.values and "first_line" not in row.values:
        report(found, row.place_of("last_line"), "missing-key", "'last_line' closes a row that nothing opens; add 'first_line'")
    replace = {column: replacements(pairs, found) for column, pairs in row.get("replace", {}).items()}
    texts = {key: row.get(key) for key in ("start", "end", "end_at", *_PATTERNS, "skip_line") if key in row.values}
    zone = Zone(**row.get("zone").values) if row.get("zone") else None
    kinds = row.get("columns", {})
    texts |= {"kinds": kinds, "replace": replace, "view": settings.view, "zone": zone, "writing": settings.writing(row)}
    return Block(name, texts.pop("line", ()), **texts, place=row.place)


def _check_columns(name: str, row: Row, columns: set[str], found: Found) -> None:
    known = TABLES.get(name)
    for place, column in _columns(row):
        if known is not None and column not in known:
            report(found, place, "unknown-column", f"unknown column '{column}' of {name}{suggestion(column, known)}")
    for key in ("columns", "replace"):
        for column in row.get(key, {}):
            if column not in columns:
                report(found, row.place_of(key), "unknown-column", f"no line has a group named '{column}'{suggestion(column, columns)}")
    if known is not None and "columns" in row.values:
        report(found, row.entries["columns"].place, "no-effect", f"the columns of {name} have their kinds already; remove 'columns'", Level.WARNING)


def _columns(row: Row) -> Iterator[tuple[Place, str]]:
    """Every named group of the lines with the place of its regex."""
    for key in _PATTERNS:
        if key in row.values:
            node = row.entries[key].node
            nodes = node.items if isinstance(node, SequenceNode) else (node,)
            patterns = row.get(key)
            places = [item.place for item in nodes] if len(nodes) == len(patterns) else [node.place] * len(patterns)
            yield from ((place, column) for place, pattern in zip(places, patterns, strict=True) for column in compiled(pattern).groupindex)


def required_of(row: Row, extra: Mapping[str, str], blocks: tuple[Block, ...], found: Found) -> tuple[str, ...]:
    """The names under `required`, each a field, a table, or `extra.name`."""
    own = [f"extra.{name}" for name in (*extra, *(block.name for block in blocks if block.name not in TABLES))]
    known = [*FIELDS, *TABLES, *own]
    names: tuple[str, ...] = row.get("required", ())
    for name in names:
        if name not in known:
            report(found, row.place_of("required"), "unknown-field", f"unknown field '{name}'{suggestion(name, known)}")
    return names
