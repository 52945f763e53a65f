"""Owns doubts about rules that can never give a value, or never one that is taken."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from extractor.issues import Issue
from extractor.rules.keys import VENDOR_FIELDS
from extractor.rules.labels import folded_label
from extractor.rules.lint.walk import Written, blocks_of, doubt, fields_of, plain, rules_of, view_of, writing_of
from extractor.rules.match import PAYMENT
from extractor.rules.model import MM_PER_INCH, PT_PER_INCH, Length, Rule
from extractor.rules.shapes import Row

WIDEST_MM, TALLEST_MM = 420, 1200
"""Pages are no wider than A3 laid across; rolls of receipts are the longest."""
_ABSENT = {"find": [*Rule("", "", "text").find], "weight": 1.0, "lines": 1, "page": "any"}
"""What holds where a key of a rule is absent."""


def unreached_rules(written: Written) -> Iterator[Issue]:
    """Rules that only repeat an earlier one, that stand beside a constant, or that weigh nothing."""
    vendor: Row | None = written.row.get("vendor")
    stated = {VENDOR_FIELDS[key]: entry.place for key, entry in vendor.entries.items() if key in VENDOR_FIELDS} if vendor else {}
    for name, _, rows in fields_of(written.row):
        constant = next((row for row in rows if _is_constant(row)), None)
        for number, row in enumerate(rows):
            weight = row.get("weight", 1.0)
            if weight == 0:
                yield doubt("unreachable-rule", "a rule of weight 0 never wins; raise its weight or remove it", row.place_of("weight"))
            elif name in stated and name not in PAYMENT:
                yield _beaten(row, f"the vendor's own value on line {stated[name].line}")
            elif constant is not None and row is not constant and row.get("group") != "list" and weight <= constant.get("weight", 1.0):
                yield _beaten(row, f"the constant on line {constant.place.line}")
            elif (other := next((other for other in rows[:number] if _covers(other, row, written.row)), None)) is not None:
                yield doubt("unreachable-rule", f"this rule finds nothing that the rule on line {other.place.line} does not find", row.place)


def _beaten(row: Row, what: str) -> Issue:
    return doubt("unreachable-rule", f"this rule does not come to bear: {what} holds for every document", row.place)


def _is_constant(row: Row) -> bool:
    return "value" in row.values and not {"label", "regex", "barcode"} & set(row.entries)


def _covers(first: Row, second: Row, file: Row) -> bool:
    """Whether a rule finds all that a later one finds, and counts as much."""
    one, two = _compared(first, file), _compared(second, file)
    wider = one.pop("weight") >= two.pop("weight")
    if one.get("group") is None:  # several matches that become one value become another one with more of them
        pages = one.pop("page"), two.pop("page")
        wider = wider and pages[0] in ("any", pages[1])
        for key in ("label", "regex"):
            wider = wider and set(two.pop(key)) <= set(one.pop(key))
    return wider and one == two


def _compared(row: Row, file: Row) -> dict[str, Any]:
    """The keys of a rule in one form, with what holds where they are absent: what its file says, or else what is usual."""
    values: dict[str, Any] = dict(_ABSENT) | {key: plain(value) for key, value in row.values.items() if key not in ("id", "type")}
    if "regex" in values:
        values["view"] = view_of(file, row)
    values["writing"] = writing_of(file, row)
    values.pop("decimal", None)
    values.pop("date_format", None)
    page = 1 if values["page"] == "first" else values["page"]
    return {**values, "page": page, "label": [(folded_label(label.text), label.weight) for label in values.get("label", ())], "regex": values.get("regex", [])}


def repeated_blocks(written: Written) -> Iterator[Issue]:
    """Blocks that read the same rows as an earlier one, so that each row comes twice."""
    seen: dict[str, Row] = {}
    for name, block in blocks_of(written.row):
        first = seen.setdefault(f"{name} {sorted((key, str(plain(value))) for key, value in block.values.items())}", block)
        if first is not block:
            yield doubt("no-effect", f"this block reads the rows that the one on line {first.place.line} reads, once more; remove it", block.place)


def lost_zones(written: Written) -> Iterator[Issue]:
    """Zones with nothing in them, and those beyond the edge of every page."""
    rows = itertools.chain((row for _, _, row in rules_of(written.row)), (block for _, block in blocks_of(written.row)))
    for row in rows:
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
