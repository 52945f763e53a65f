"""Owns how `lines` of a template become blocks: those with columns of an invoice, and all columns as a table of the file's own."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from extractor.invoice.fields import FIELDS
from extractor.issues import Issue, Level
from extractor.rules.imported.account import Outcome
from extractor.rules.imported.draft import Draft, entries_of, items_of, read_regexes, replacements, scalar_text, zone_of
from extractor.rules.imported.names import DETAILS, LINES, TABLES, columns_of, own_name
from extractor.rules.imported.regexes import BadRegex, carried_regex, group_names, renamed
from extractor.rules.settings import TABLES as BLOCK_TABLES
from extractor.rules.source import Entry, Mapping, Node

KINDS = {"int": "quantity", "float": "quantity", "date": "date", "datetime": "date"}
ROW_KEYS = ("first_line", "line", "last_line")
EDGES = ("start", "end")


def add_blocks(draft: Draft, name: str, node: Node, path: str) -> None:
    """Reads a table of lines: one set of regexes, or several under `rules`, or, though invoice2data stops at that, a bare list of them."""
    entries = entries_of(node)
    if not isinstance(node, Mapping):
        message = "invoice2data stops with an error at a list here; its items are read as if they stood under 'rules'"
        draft.account.defects.append(Issue("wrong-type", Level.WARNING, message, field=path, place=node.place))
        parts = [(entries_of(item), f"{path}[{number}]", item) for number, item in enumerate(items_of(node))]
    elif "rules" in entries:
        parts = [(entries_of(item), f"{path}.rules[{number}]", item) for number, item in enumerate(items_of(entries["rules"].node))]
    else:
        parts = [(entries, path, node)]
    zone = _zone(draft, entries.get("area"), f"{path}.area")
    blocks = [block | zone for rule, below, item in parts if (block := _block(draft, rule, below, item))]
    groups = tuple(dict.fromkeys(group for block in blocks for group in _groups(block)))
    if not blocks or not groups:
        if blocks:
            draft.account.defect(path, node.place, "no-value-group", "no line of this table has a named group, so that nothing comes of it")
        return
    _add(draft, name, blocks, groups)


def _zone(draft: Draft, entry: Entry | None, path: str) -> dict[str, Any]:
    if entry is None:
        return {}
    zone, page = zone_of(entry.node, path, draft.account)
    if page is not None:
        draft.account.changed(f"{path} (page)", entry.node, "a block looks at this part of every page, not of one alone")
    return {"zone": zone} if zone else {}


def _block(draft: Draft, entries: dict[str, Entry], path: str, node: Node) -> dict[str, Any] | None:
    """One set of regexes as a block whose groups have the names of the template."""
    account = draft.account
    block: dict[str, Any] = {}
    for key in EDGES:
        if key in entries:
            found = [regex for _, regex in read_regexes(entries[key].node, f"{path}.{key}", account, carried_regex)]
            if not found:
                _without(draft, entries, path, f"the table has no valid regex under '{key}'")
                return None
            block[key] = found[0]
            account.carried(f"{path}.{key}", entries[key].node, key)
        else:
            account.changed(f"{path} ({key})", node, f"without '{key}' invoice2data stops with an error; the block takes the document's {key}")
    for key in (*ROW_KEYS, "skip_line"):
        if key in entries:
            found = [regex for _, regex in read_regexes(entries[key].node, f"{path}.{key}", account, partial(carried_regex, by_line=True))]
            if found:
                block[key] = found if len(found) > 1 else found[0]
                account.carried(f"{path}.{key}", entries[key].node, key)
    if "line" not in block:
        account.defects.append(Issue("missing-key", Level.WARNING, "a table of lines needs a valid regex under 'line'", field=path, place=node.place))
        _without(draft, entries, path, "the table has no valid regex under 'line'")
        return None
    if "last_line" in block and "first_line" not in block:
        account.defect(f"{path}.last_line", entries["last_line"].node.place, "missing-key", "invoice2data finds no row where 'last_line' has no 'first_line'")
        _without(draft, entries, path, "the table has no 'first_line' to go with 'last_line'")
        return None
    return block | _settings(draft, entries, path, _groups(block))


def _without(draft: Draft, entries: dict[str, Entry], path: str, reason: str) -> None:
    """Says of all keys of a table that it has not come over."""
    told = {note.path for note in draft.account.notes if note.outcome is Outcome.DROPPED}
    for key in ("start", "end", "end_match", *ROW_KEYS, "skip_line", "types", "replace", "line_separator"):
        below = f"{path}.{key}"
        if key in entries and below not in told:
            draft.account.notes = [note for note in draft.account.notes if note.path != below]
            draft.account.dropped(below, entries[key].node, reason)


def _settings(draft: Draft, entries: dict[str, Entry], path: str, groups: tuple[str, ...]) -> dict[str, Any]:
    """What a set of regexes says beside them: types, replacements, which end counts."""
    account = draft.account
    found: dict[str, Any] = {}
    if "end_match" in entries:
        found["end_at"] = "last" if scalar_text(entries["end_match"].node) == "last" else "first"
        account.carried(f"{path}.end_match", entries["end_match"].node, f"end_at: {found['end_at']}")
    if "line_separator" in entries:
        account.dropped(f"{path}.line_separator", entries["line_separator"].node, "lines end where the print does")
    kinds = {}
    for name, entry in entries_of(entries["types"].node).items() if "types" in entries else ():
        kind = KINDS.get(scalar_text(entry.node) or "")
        if kind is None:
            account.defect(f"{path}.types.{name}", entry.node.place, "unknown-type", "invoice2data knows the types int, float and date")
        elif name in groups:
            kinds[name] = kind
            account.carried(f"{path}.types.{name}", entry.node, f"kind of value: {kind}")
        else:
            account.dropped(f"{path}.types.{name}", entry.node, f"no line has a group '{name}'")
    if kinds:
        found["columns"] = kinds
    if "replace" in entries:
        replace = _replacements(draft, entries["replace"].node, f"{path}.replace", groups)
        found |= {"replace": replace} if replace else {}
    return found


def _replacements(draft: Draft, node: Node, path: str, groups: tuple[str, ...]) -> dict[str, list[dict[str, str]]]:
    found = {}
    for number, part in enumerate(items_of(node)):
        for name, entry in entries_of(part).items():
            below = f"{path}.{name}" if part is node else f"{path}[{number}].{name}"
            pairs = replacements(draft.account, entry.node, below)
            if name in groups and pairs:
                found[name] = pairs
    return found


def _groups(block: dict[str, Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(group for key in ROW_KEYS for text in _texts(block.get(key)) for group in group_names(text)))


def _texts(value: Any) -> Iterable[str]:
    return () if value is None else (value,) if isinstance(value, str) else value


def _add(draft: Draft, name: str, blocks: list[dict[str, Any]], groups: tuple[str, ...]) -> None:
    """Puts blocks under the table of an invoice as far as its columns go; where some are left, all stand in a table of their own, too."""
    table, columns = TABLES.get(name, ("", LINES))
    mapped = columns_of(groups, columns)
    if table and mapped and table not in draft.blocks:
        names = {group: mapped.get(group) for group in groups}
        known = [_with_groups(block, names) for block in blocks]
        draft.blocks[table] = [block for block in known if _groups(block)]
        draft.tables[name] = table
        draft.account.carried(f"{name} (columns)", None, f"{table}: " + ", ".join(f"{group} as {column}" for group, column in mapped.items()))
        if set(mapped) == set(groups):
            return
    own = DETAILS.get(name, own_name(name))
    own = f"{own}_rows" if own in FIELDS or own in BLOCK_TABLES or own in draft.extra else own
    draft.blocks[own] = blocks
    draft.tables.setdefault(name, f"extra.{own}")
    draft.account.carried(f"{name} (all columns)", None, f"extra.{own}, with all columns: {', '.join(groups)}")


def _with_groups(block: dict[str, Any], names: dict[str, str | None]) -> dict[str, Any]:
    result = {key: value for key, value in block.items() if key != "columns"}
    for key in ROW_KEYS:
        if key in block:
            texts = [renamed(text, names) for text in _texts(block[key])]
            result[key] = texts if len(texts) > 1 else texts[0]
    if "replace" in block:
        result["replace"] = {names[group]: pairs for group, pairs in block["replace"].items() if names.get(group)}
        if not result["replace"]:
            del result["replace"]
    try:
        for text in (text for key in ROW_KEYS for text in _texts(result.get(key))):
            carried_regex(text, by_line=True)
    except BadRegex:
        return {}
    return result
