"""Owns doubts about keys that change nothing: the kind of the field, another key, or the rest of the file makes them idle."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.issues import Issue
from extractor.rules.labelled import MULTILINE
from extractor.rules.lint.regexes import LINE_REGEXES
from extractor.rules.lint.walk import Written, blocks_of, doubt, rules_of, view_of
from extractor.rules.shapes import Row

_OF_SPAN = ("lines", "skip", "until", "join")
"""Keys about the printed lines of a value."""
_OF_PRINT = (*_OF_SPAN, "pattern", "group", "view", "between", "end")
"""Keys about print, which a code is not."""
_NUMBERS = frozenset({"amount", "percent", "quantity"})
_TWICE = ("find", "regex", "date_format")


def idle_keys(written: Written) -> Iterator[Issue]:
    """Keys of rules that the kind of the field, or another key, makes idle."""
    for name, kind, row in rules_of(written.row):
        if "value" in row.entries:
            continue  # the reader tells what a constant makes idle
        if "regex" in row.entries:
            idle = _beside_regex(row, kind, view_of(written.row, row))
        elif "barcode" in row.entries:
            idle = dict.fromkeys(_OF_PRINT, "in a rule led by 'barcode'")
        elif "block" in row.entries:
            idle = {} if kind == "address" else {"join": f"on '{name}', which is no address"}
        else:
            idle = _on_print(row, name, kind)
        idle |= {} if kind in _NUMBERS else {"decimal": f"on '{name}', which is no number"}
        idle |= {} if kind == "date" else {"date_format": f"on '{name}', which is no date"}
        for key, why in idle.items():
            if key in row.entries:
                yield doubt("no-effect", f"'{key}' has no effect {why}; remove it", row.entries[key].place)


def _beside_regex(row: Row, kind: str, view: str) -> dict[str, str]:
    """What a rule led by a regex leaves aside, and why. Only on lines of print can a text go on beneath what was found."""
    listed = row.get("group") == "list"
    if row.get("lines", 1) > 1 and kind in MULTILINE and view == "lines" and "between" not in row.entries and not listed:
        return {"group": "in a rule whose value takes several lines"}
    where = "in a rule that searches the layout view" if view == "layout" else "in a rule led by 'regex'"
    keys = (*_OF_SPAN, "pattern") if row.get("group") != "join" else ("lines", "skip", "until", "pattern")
    return dict.fromkeys(keys, where)


def _on_print(row: Row, name: str, kind: str) -> dict[str, str]:
    """What a rule led by a label or a zone leaves aside, and why."""
    if kind not in MULTILINE:
        return dict.fromkeys(_OF_SPAN, f"on '{name}', which is no text of several lines")
    if not {"lines", "skip"} & set(row.entries):
        return dict.fromkeys(("join", "until"), "without 'lines'")
    return {}


def idle_settings(written: Written) -> Iterator[Issue]:
    """Settings of a file that none of its rules and blocks makes use of."""
    row = written.row
    searched = any("regex" in rule.entries and view_of(row, rule) == "layout" for _, _, rule in rules_of(row)) or "blocks" in row.entries
    clues = row.get("identify")
    by_regex = any(clue.kind == "regex" for key in ("all", "any", "none") for clue in clues.get(key, ())) if clues else False
    by_regex = by_regex or any("regex" in rule.entries for _, _, rule in rules_of(row))
    idle = {key: "no rule or block of this file searches the layout view" for key in ("normalize", "replace") if not searched}
    idle |= {"view": "no rule or clue of this file is a regex"} if not by_regex else {}
    idle |= {"priority": "only files with 'identify' are chosen by it"} if clues is None and "identify" not in row.entries else {}
    for key, why in idle.items():
        if key in row.entries:
            yield doubt("no-effect", f"'{key}' has no effect: {why}; remove it", row.entries[key].place)
    for _, block in blocks_of(row):
        if "end_at" in block.entries and "end" not in block.entries:
            yield doubt("no-effect", "'end_at' has no effect without 'end'; add it", block.entries["end_at"].place)


def repeated_items(written: Written) -> Iterator[Issue]:
    """Items that stand twice in a list where once is enough: files, places, regexes, fields."""
    lists = [(written.row, key) for key in ("extends", "normalize", "required", "date_format")]
    lists += [(row, key) for _, _, row in rules_of(written.row) for key in _TWICE]
    lists += [(block, key) for _, block in blocks_of(written.row) for key in LINE_REGEXES]
    for row, key in lists:
        items = row.get(key, ())
        if twice := next((item for number, item in enumerate(items) if item in items[:number]), None):
            yield doubt("no-effect", f"'{twice}' stands twice in '{key}'; remove one", row.place_of(key))
