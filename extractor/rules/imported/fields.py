"""Owns how the fields of a template become rules: regexes, constants, and values in the rows of `tables`."""

from __future__ import annotations

from typing import Any

from extractor.rules.imported.draft import Draft, entries_of, read_regexes, regexes_of, replacements, scalar_text, zone_of
from extractor.rules.imported.lines import add_blocks
from extractor.rules.imported.names import HEADER, PAYMENT, VENDOR
from extractor.rules.imported.regexes import carried_regex, field_regex, group_names, renamed
from extractor.rules.model import GROUPS
from extractor.rules.source import Entry, Mapping, Node
from extractor.rules.source import Sequence as SequenceNode

KINDS = {"int": "quantity", "float": "amount", "date": "date", "datetime": "date"}
ASIDE = 0.3
"""The weight of a constant that holds where the regex of the same field finds nothing."""
STATIC = "static_"


def add_field(draft: Draft, entry: Entry) -> None:
    """Reads one entry of `fields`."""
    path = f"fields.{entry.key}"
    if isinstance(entry.node, Mapping):
        _add_parsed(draft, entry.key, entry.node, path)
    elif entry.key.startswith(STATIC):
        _add_constant(draft, entry.key, entry.node, path)
    elif isinstance(entry.node, SequenceNode) or scalar_text(entry.node) is not None:
        _add_plain(draft, entry.key, entry.node, path)
    else:
        draft.account.defect(path, entry.place, "empty-field", f"field '{entry.key}' is empty; give it a regex or remove it")


def _add_plain(draft: Draft, name: str, node: Node, path: str) -> None:
    """A regex, or a list of them, whose type follows from the field's name."""
    is_sum = name.startswith("sum_amount") and isinstance(node, SequenceNode)
    name = name.removeprefix("sum_") if is_sum else name
    kind = "amount" if name.startswith("amount") else "date" if name.startswith("date") or name.endswith("date") else "text"
    regexes = regexes_of(node, path, draft.account, field_regex)
    if regexes:
        rule = _rule(regexes, "sum" if is_sum else None, name)
        draft.account.carried(path, node, _told(draft.add_rule(name, kind, rule), rule))


def _rule(regexes: list[str], group: str | None, name: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"regex": regexes if len(regexes) > 1 else regexes[0]}
    if group is not None:
        rule["group"] = group
    elif name not in HEADER:
        rule["group"] = "list"
    return rule


def _told(name: str, rule: dict[str, Any]) -> str:
    if "group" not in rule:
        return f"{name}; of several different matches the likeliest, where invoice2data gives a list"
    return f"{name}, all different matches" if rule["group"] == "list" else f"{name}, {rule['group']} of its matches"


def _add_parsed(draft: Draft, name: str, node: Mapping, path: str) -> None:
    """A mapping with `parser`."""
    entries = entries_of(node)
    parser = scalar_text(entries["parser"].node) if "parser" in entries else None
    if parser == "lines":
        draft.account.carried(f"{path}.parser", entries["parser"].node, "blocks")
        add_blocks(draft, name, node, path)
    elif parser == "static":
        draft.account.carried(f"{path}.parser", entries["parser"].node, "a constant")
        if "value" in entries:
            _add_constant(draft, name, entries["value"].node, f"{path}.value")
        else:
            draft.account.defect(path, node.place, "missing-key", f"field '{name}' is static but has no 'value'")
    elif parser == "regex":
        draft.account.carried(f"{path}.parser", entries["parser"].node, "a regex")
        _add_regex(draft, name, entries, path)
    else:
        message = f"field '{name}' has no parser" if parser is None else f"field '{name}' has the unknown parser '{parser}'"
        draft.account.defect(path, node.place, "unknown-parser", f"{message}; known: regex, static, lines")


def _add_regex(draft: Draft, name: str, entries: dict[str, Entry], path: str) -> None:
    account = draft.account
    if "regex" not in entries:
        account.defect(path, entries["parser"].place, "missing-key", f"field '{name}' has no 'regex'")
        return
    regexes = regexes_of(entries["regex"].node, f"{path}.regex", account, field_regex)
    settings = {key: entry for key, entry in entries.items() if key in ("type", "group", "area", "replace", "extract_number")}
    if not regexes:
        for key, entry in settings.items():
            account.dropped(f"{path}.{key}", entry.node, "the field has no valid regex")
        return
    kind = _kind(draft, settings.get("type"), f"{path}.type")
    rule = _rule(regexes, _group(draft, settings.get("group"), f"{path}.group"), name)
    rule |= _place(draft, settings.get("area"), f"{path}.area")
    pairs = replacements(account, settings["replace"].node, f"{path}.replace") if "replace" in settings else []
    if "extract_number" in settings:
        account.carried(f"{path}.extract_number", settings["extract_number"].node, "a replacement that keeps the number")
        pairs.append({"regex": r"^.*?([-+]?\d+(?:[.,\s']\d+)*).*$", "with": r"\1"})
    if pairs:
        rule["replace"] = pairs
    new = draft.add_rule(name, kind, rule)
    account.carried(f"{path}.regex", entries["regex"].node, _told(new, rule))


def _kind(draft: Draft, entry: Entry | None, path: str) -> str:
    if entry is None:
        return "text"
    kind = KINDS.get(scalar_text(entry.node) or "")
    if kind is None:
        draft.account.defect(path, entry.node.place, "unknown-type", "invoice2data knows the types int, float and date")
        return "text"
    draft.account.carried(path, entry.node, f"kind of value: {kind}")
    return kind


def _group(draft: Draft, entry: Entry | None, path: str) -> str | None:
    if entry is None:
        return None
    group = scalar_text(entry.node)
    if group not in GROUPS or group == "list":
        draft.account.defect(path, entry.node.place, "unknown-group", "invoice2data knows the groups sum, min, max, first, last and join")
        return None
    draft.account.carried(path, entry.node, f"group: {group}")
    return group


def _place(draft: Draft, entry: Entry | None, path: str) -> dict[str, Any]:
    if entry is None:
        return {}
    zone, page = zone_of(entry.node, path, draft.account)
    return ({"zone": zone} if zone else {}) | ({"page": page} if page else {})


def _add_constant(draft: Draft, name: str, node: Node, path: str) -> None:
    text = scalar_text(node)
    name = name.removeprefix(STATIC)
    field = HEADER.get(name)
    if text is None or not text.strip():
        draft.account.defect(path, node.place, "empty-field", f"the constant '{name}' has no value")
    elif field in VENDOR and VENDOR[field] not in draft.vendor:
        draft.vendor[VENDOR[field]] = text
        if field in PAYMENT:
            draft.account.changed(path, node, f"vendor.{VENDOR[field]}: compared with what is printed, never taken as the value")
        else:
            draft.account.carried(path, node, f"vendor.{VENDOR[field]}")
    elif field == "currency":
        draft.settings["currency"] = text.strip().upper()
        draft.account.carried(path, node, "currency")
    else:
        rule = {"value": text} | ({"weight": ASIDE} if field and field in draft.fields else {})
        draft.account.carried(path, node, draft.add_rule(name, "text", rule))


def add_table(draft: Draft, node: Node, path: str) -> None:
    """Reads one of `tables`: each group of `body` is a field, looked for in each line between `start` and `end`."""
    entries = entries_of(node)
    account = draft.account
    found: dict[str, str] = {}
    for key in ("start", "end", "body"):
        texts = [text for text, _ in read_regexes(entries[key].node, f"{path}.{key}", account, carried_regex)] if key in entries else []
        if not texts:
            account.defect(path, node.place, "missing-key", f"a table needs the regexes 'start', 'end' and 'body'; '{key}' is not there or not valid")
            return
        account.carried(f"{path}.{key}", entries[key].node, "between" if key != "body" else "one rule a group")
        found[key] = texts[0]
    between = {key: carried_regex(found[key]) for key in ("start", "end")}
    types = entries_of(entries["types"].node) if "types" in entries else {}
    fields = entries_of(entries["fields"].node) if "fields" in entries else {}
    groups = group_names(found["body"])
    for name in groups:
        settings = entries_of(fields[name].node) if name in fields else {}
        kind = _kind(draft, types.get(name), f"{path}.types.{name}")
        nested = _kind(draft, settings.get("type"), f"{path}.fields.{name}.type")
        group = _group(draft, settings.get("group"), f"{path}.fields.{name}.group")
        body = carried_regex(renamed(found["body"], {each: "value" if each == name else None for each in groups}), by_line=True)
        draft.add_rule(name, _kind_by_name(name) or (kind if name in types else nested), _rule([body], group, name) | {"between": between})
    for key, named in (("types", types), ("fields", fields)):
        for name, entry in named.items():
            if name not in groups:
                account.dropped(f"{path}.{key}.{name}", entry.node, f"the body has no group '{name}'")
    for key in ("field_separator", "line_separator"):
        if key in entries:
            account.dropped(f"{path}.{key}", entries[key].node, "lines end where the print does")


def _kind_by_name(name: str) -> str | None:
    return "date" if name.startswith("date") or name.endswith("date") else "amount" if name.startswith("amount") else None
