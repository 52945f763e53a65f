"""Owns the draft of a rule file while a template is read: what is found so far, and small readers that tell on bad values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from extractor.invoice.fields import FIELDS
from extractor.rules.imported.account import Account
from extractor.rules.imported.names import HEADER, own_name
from extractor.rules.imported.regexes import BadRegex, carried_regex, replacement_fits
from extractor.rules.source import Entry, Mapping, Node, Scalar
from extractor.rules.source import Sequence as SequenceNode

POINTS_PER_INCH = 72


@dataclass(slots=True)
class Draft:
    """vendor, fields, extra, blocks: as in a rule file. tables: names of the template's tables -> where they are now."""

    account: Account
    vendor: dict[str, str] = field(default_factory=dict)
    fields: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    extra: dict[str, dict[str, Any]] = field(default_factory=dict)
    blocks: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    def add_rule(self, name: str, kind: str, rule: dict[str, Any]) -> str:
        """Adds a rule for a field of the template; gives the name that the field has now."""
        if name in HEADER:
            self.fields.setdefault(HEADER[name], []).append(rule)
            return HEADER[name]
        own = own_name(name)
        own = f"{own}_" if own in FIELDS or own in self.blocks else own
        entry = self.extra.setdefault(own, {"type": kind, "rules": []})
        entry["rules"].append(rule)
        return f"extra.{own}"

    def current_name(self, name: str) -> str | None:
        """What a field or table of the template is called now; None where it has not come over."""
        if name in self.tables:
            return self.tables[name]
        if name in HEADER:
            new = HEADER[name]
            return new if new in self.fields or new in self.vendor or new == "currency" else None
        own = own_name(name)
        return next((f"extra.{each}" for each in (own, f"{own}_") if each in self.extra), None)


def entries_of(node: Node | None) -> dict[str, Entry]:
    """The entries of a mapping by key; empty for anything else."""
    return {entry.key: entry for entry in node.entries} if isinstance(node, Mapping) else {}


def scalar_text(node: Node) -> str | None:
    """The text of a single value as it is written; None for a list, a mapping, or nothing."""
    return node.text if isinstance(node, Scalar) and node.value is not None else None


def items_of(node: Node) -> tuple[Node, ...]:
    """The items of a list, or the only one."""
    return node.items if isinstance(node, SequenceNode) else (node,)


def regexes_of(node: Node, path: str, account: Account, read: Callable[[str], str]) -> list[str]:
    """The regexes of a key that holds one or many; those that are not valid are told and left out."""
    return [regex for _, regex in read_regexes(node, path, account, read)]


def read_regexes(node: Node, path: str, account: Account, read: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    """Each regex as it is written and as a rule file has it."""
    for number, item in enumerate(items_of(node)):
        below = f"{path}[{number}]" if isinstance(node, SequenceNode) else path
        text = scalar_text(item)
        if text is None or not text:
            account.defect(below, item.place, "wrong-type", "this must be a regex, but is no text")
            continue
        try:
            yield text, read(text)
        except BadRegex as error:
            account.defect(below, item.place, "bad-regex", str(error))


def zone_of(node: Node, path: str, account: Account) -> tuple[dict[str, str], int | None]:
    """`area` as a zone in points, and its page where it is one; an empty zone where the area is not complete."""
    entries = entries_of(node)
    numbers = {}
    for key in ("f", "l", "r", "x", "y", "W", "H"):
        try:
            numbers[key] = float(scalar_text(entries[key].node) or "")
        except (KeyError, ValueError):
            account.defect(path, node.place, "bad-area", f"an area needs the number '{key}' (and f, l, r, x, y, W, H all together)")
            return {}, None
    scale = POINTS_PER_INCH / (numbers["r"] or POINTS_PER_INCH)
    left, top = numbers["x"] * scale, numbers["y"] * scale
    edges = {"left": left, "top": top, "right": left + numbers["W"] * scale, "bottom": top + numbers["H"] * scale}
    zone = {edge: f"{round(length, 1):g}pt" for edge, length in edges.items() if length > 0 or edge in ("right", "bottom")}
    account.carried(path, node, "zone of the page, in points")
    return zone, int(numbers["f"]) if numbers["f"] == numbers["l"] else None


def replacements(account: Account, node: Node, path: str) -> list[dict[str, str]]:
    """Pairs of regex and replacement, or one pair; those that are not valid are told and left out."""
    items = node.items if isinstance(node, SequenceNode) else ()
    pairs = [node] if len(items) == 2 and all(scalar_text(item) is not None for item in items) else list(items)
    found = []
    for number, pair in enumerate(pairs):
        below = path if pair is node else f"{path}[{number}]"
        texts = [scalar_text(item) for item in pair.items] if isinstance(pair, SequenceNode) else []
        if len(texts) != 2 or texts[0] is None:
            account.defect(below, pair.place, "bad-replacement", "a replacement is a list of a regex and what takes its place")
            continue
        try:
            pattern, replacement = carried_regex(texts[0]), texts[1] or ""
        except BadRegex as error:
            account.defect(below, pair.place, "bad-regex", str(error))
            continue
        if replacement_fits(texts[0], replacement):
            found.append({"regex": pattern, "with": replacement})
        else:
            account.defect(below, pair.place, "bad-replacement", f"the replacement '{replacement}' names a group that the regex does not have")
    account.carried(path, node, f"{len(found)} replacement(s)")
    return found
