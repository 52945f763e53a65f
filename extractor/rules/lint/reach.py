"""Owns doubts about rules that can never give a value, or never one that is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from extractor.issues import Issue
from extractor.rules.keys import VENDOR_FIELDS
from extractor.rules.labels import folded_label
from extractor.rules.lint.walk import Written, doubt, fields_of, plain, rules_of
from extractor.rules.match import MULTILINE, PAYMENT
from extractor.rules.model import MM_PER_INCH, PT_PER_INCH, Length, Rule
from extractor.rules.shapes import Row

WIDEST_MM, TALLEST_MM = 420, 1200
"""Pages are no wider than A3 laid across; rolls of receipts are the longest."""
_FIND = Rule("", "", "text").find
_BLOCK_KEYS = ("lines", "skip", "join")


def unreached_rules(written: Written) -> Iterator[Issue]:
    """Rules that only repeat an earlier one, that stand beside a constant, or that weigh nothing."""
    vendor: Row | None = written.row.get("vendor")
    stated = {VENDOR_FIELDS[key]: entry.place for key, entry in vendor.entries.items()} if vendor else {}
    for name, _, rows in fields_of(written.row):
        constant = next((row for row in rows if _is_constant(row)), None)
        for number, row in enumerate(rows):
            weight = row.get("weight", 1.0)
            if weight == 0:
                yield doubt("unreachable-rule", "a rule of weight 0 never wins; raise its weight or remove it", row.place_of("weight"))
            elif name in stated and name not in PAYMENT:
                yield _beaten(row, f"the vendor's own value on line {stated[name].line}")
            elif constant is not None and row is not constant and weight <= constant.get("weight", 1.0):
                yield _beaten(row, f"the constant on line {constant.place.line}")
            elif (other := next((other for other in rows[:number] if _covers(other, row)), None)) is not None:
                yield doubt("unreachable-rule", f"this rule finds nothing that the rule on line {other.place.line} does not find", row.place)


def _beaten(row: Row, what: str) -> Issue:
    return doubt("unreachable-rule", f"this rule does not come to bear: {what} holds for every document", row.place)


def _is_constant(row: Row) -> bool:
    return "value" in row.values and not {"label", "regex"} & set(row.entries)


def _covers(first: Row, second: Row) -> bool:
    """Whether a rule finds all that a later one finds, and counts as much."""
    one, two = _compared(first), _compared(second)
    labels, others = one.pop("label"), two.pop("label")
    pages, weights = (one.pop("page"), two.pop("page")), (one.pop("weight"), two.pop("weight"))
    return one == two and set(others) <= set(labels) and pages[0] in ("any", pages[1]) and weights[0] >= weights[1]


def _compared(row: Row) -> dict[str, Any]:
    """The keys of a rule in one form, with what holds where they are absent."""
    values = {key: plain(value) for key, value in row.values.items() if key not in ("id", "type")}
    page = values.get("page", "any")
    absent = {"find": list(_FIND), "weight": 1.0}
    return {**absent, **values, "page": 1 if page == "first" else page, "label": [folded_label(label) for label in values.get("label", ())]}


def idle_keys(written: Written) -> Iterator[Issue]:
    """Keys that the kind of the field, or another key, makes idle."""
    for name, kind, row in rules_of(written.row):
        if "value" in row.entries:
            continue  # the reader tells what a constant makes idle
        single = kind not in MULTILINE
        for key in (key for key in (*_BLOCK_KEYS, "pattern") if key in row.entries):
            if "regex" in row.entries and "lines" not in row.entries:
                yield doubt("no-effect", f"'{key}' has no effect in a rule led by 'regex'; remove it", row.entries[key].place)
            elif single and key in _BLOCK_KEYS and "regex" not in row.entries:
                yield doubt("no-effect", f"'{key}' has no effect on '{name}', which is no text of several lines; remove it", row.entries[key].place)
            elif key == "join" and "regex" not in row.entries and not {"lines", "skip"} & set(row.entries):
                yield doubt("no-effect", "'join' has no effect without 'lines'; add it", row.entries[key].place)


def lost_zones(written: Written) -> Iterator[Issue]:
    """Zones with nothing in them, and those beyond the edge of every page."""
    for _, _, row in rules_of(written.row):
        zone: Row | None = row.get("zone")
        if zone is None:
            continue
        edges: Mapping[str, Length] = zone.values
        for start, end, largest in (("left", "right", WIDEST_MM), ("top", "bottom", TALLEST_MM)):
            if (message := _lost(edges, start, end, largest)) is not None:
                yield doubt("lost-zone", message, zone.place_of(start if start in edges else end))


def _lost(edges: Mapping[str, Length], start: str, end: str, largest: float) -> str | None:
    first, last = _measured(edges.get(start)), _measured(edges.get(end))
    if first is not None and first[0] >= (largest if first[1] == "mm" else 1):
        return f"this zone begins beyond the edge of every page: '{start}' is too large"
    if last is not None and last[0] == 0:
        return f"nothing stands in this zone: '{end}' is 0"
    if first is not None and last is not None and first[1] == last[1] and first[0] >= last[0]:
        return f"nothing stands in this zone: '{start}' is not before '{end}'"
    return None


def _measured(length: Length | None) -> tuple[float, str] | None:
    """A length in millimetres, or as a part of the page."""
    if length is None:
        return None
    return (length.value * MM_PER_INCH / PT_PER_INCH, "mm") if length.unit == "pt" else (length.value, length.unit)


def repeated_items(written: Written) -> Iterator[Issue]:
    """Files that are extended twice, and places that are looked at twice."""
    lists = [(written.row, "extends"), *((row, "find") for _, _, row in rules_of(written.row))]
    for row, key in lists:
        items: Sequence[str] = row.get(key, ())
        if twice := next((item for number, item in enumerate(items) if item in items[:number]), None):
            yield doubt("no-effect", f"'{twice}' stands twice in '{key}'; remove one", row.place_of(key))
