"""Owns the way from a rule file's rows to its compiled form."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from extractor.invoice.fields import FIELDS
from extractor.issues import Issue, Level, Place
from extractor.rules import keys
from extractor.rules.expected import Expected
from extractor.rules.model import DEFAULT_PRIORITY, Example, Identify, LineTable, Rule, RuleFile, RuleSet, Zone
from extractor.rules.settings import Settings, blocks_of, replacements, required_of
from extractor.rules.shapes import Found, Row, report, suggestion
from extractor.rules.source import Source, parse, read_file

_AS_GIVEN = (
    "of",
    "under",
    "find",
    "max_gap",
    "end",
    "strict",
    "pattern",
    "unless",
    "kinds",
    "regex",
    "barcode",
    "block",
    "print_size",
    "page",
    "value",
    "sum",
    "lines",
    "skip",
    "until",
    "join",
    "weight",
)
"""Keys whose values a rule takes as they are."""


def read_rows(origin: Source) -> tuple[Row | None, list[Issue]]:
    """The file's top-level row and all findings about its keys and values; None where it is no mapping at all."""
    found: Found = list(origin.issues)
    if origin.root is None:
        if not found:
            report(found, Place("<text>", 1, 1), "wrong-type", "the file is empty; a rule file begins with 'format: 1'")
        return None, found
    row = keys.FILE.read(origin.root, found)
    # a value that was refused as YAML (an alias, a tag) is usually wrong as a value, too: one fault, one finding
    refused = {issue.place for issue in origin.issues}
    return row, [*origin.issues, *(issue for issue in found[len(origin.issues) :] if issue.place not in refused)]


def compile_file(path: str | os.PathLike[str], rule_id: str) -> tuple[RuleFile | None, list[Issue]]:
    """Reads and compiles one file. rule_id: its id where it states none. None where it has errors. Never raises for what the file holds."""
    return _compile(read_file(path), rule_id, Place(os.fspath(path), 1, 1))


def compile_text(text: str | bytes, rule_id: str = "text", file: str = "<text>") -> tuple[RuleFile | None, list[Issue]]:
    """Compiles YAML text; as `compile_file`.

    >>> file, issues = compile_text("format: 1\\nfields: {number: {label: Invoice No}}")
    >>> file.rule_set.rules["number"][0].labels, issues
    (('Invoice No',), [])
    """
    return _compile(parse(text, file), rule_id, Place(file, 1, 1))


def _compile(origin: Source, rule_id: str, place: Place) -> tuple[RuleFile | None, list[Issue]]:
    row, found = read_rows(origin)
    if row is None:
        return None, [issue if issue.id != "wrong-type" or origin.root is not None else replace(issue, place=place) for issue in found]
    settings = Settings.of(row, found)
    rules, extra = _rules(row, settings, found)
    _check_fields(rules, extra, found)
    blocks = blocks_of(row, settings, extra, found)
    rule_set = RuleSet(
        id=row.get("id", rule_id),
        rules=rules,
        tables=tuple(_table(entry, found) for entry in row.get("lines", ())),
        tax_tables=tuple(_tax_table(entry, found) for entry in row.get("taxes", ())),
        identify=_identify(row, found),
        vendor={keys.VENDOR_FIELDS[name]: value for name, value in _values(row.get("vendor")).items() if name in keys.VENDOR_FIELDS},
        other_ibans=_values(row.get("vendor")).get("other_ibans", ()),
        locales=row.get("locale", ()),
        currency=row.get("currency"),
        kind=row.get("kind"),
        extra=extra,
        decoys=row.get("decoys", ()),
        blocks=blocks,
        required=required_of(row, extra, blocks, found),
        priority=row.get("priority", DEFAULT_PRIORITY),
        on_layout=settings.on_layout,
        examples=tuple(_example(entry, found) for entry in row.get("examples", ())),
        place=place,
        digest=origin.digest,
    )
    extends = tuple((name, row.place_of("extends")) for name in row.get("extends", ()))
    failed = any(issue.level is Level.ERROR for issue in found)
    return (None if failed else RuleFile(rule_set, row.place_of("id"), extends)), sorted(found, key=_position)


def _position(issue: Issue) -> tuple[int, int]:
    return (issue.place.line, issue.place.column) if issue.place else (0, 0)


def _values(row: Row | None) -> Mapping[str, Any]:
    return row.values if row else {}


def _rules(row: Row, settings: Settings, found: Found) -> tuple[dict[str, tuple[Rule, ...]], dict[str, str]]:
    """Rules by field, those of extra fields under `extra.NAME`, and the kinds of the extra fields."""
    ids: dict[str, Place] = {}
    rules = {name: _field_rules(name, FIELDS[name].kind, rows, ids, settings, found) for name, rows in row.get("fields", {}).items()}
    extra = {}
    for name, entry in row.get("extra", {}).items():
        extra[name] = entry.get("type", "text")
        rules[f"extra.{name}"] = _field_rules(f"extra.{name}", extra[name], _extra_rows(entry, found), ids, settings, found)
    return rules, extra


def _check_fields(rules: Mapping[str, tuple[Rule, ...]], extra: Mapping[str, str], found: Found) -> None:
    """That rules name fields which exist, and that no field is looked for from its own value."""
    known = [*FIELDS, *(f"extra.{name}" for name in extra)]
    for rule in (rule for found_rules in rules.values() for rule in found_rules):
        named = [rule.of] if rule.of is not None else [name for name in rule.sum if name.startswith("extra.")]
        for name in named:
            if name not in known and rule.place is not None:
                report(found, rule.place, "unknown-field", f"rule '{rule.id}' names the field '{name}', which does not exist{suggestion(name, known)}")
        if rule.of is not None and rule.field in _led_from(rule.of, rules) and rule.place is not None:
            report(found, rule.place, "of-loop", f"rule '{rule.id}' looks for '{rule.field}' from '{rule.of}', which is itself looked for from '{rule.field}'")


def _led_from(name: str, rules: Mapping[str, tuple[Rule, ...]]) -> set[str]:
    """A field with all that its rules look from, and what those look from."""
    reached, left = set[str](), [name]
    while left:
        field_name = left.pop()
        if field_name not in reached:
            reached.add(field_name)
            left += [rule.of for rule in rules.get(field_name, ()) if rule.of is not None]
    return reached


def _extra_rows(entry: Row, found: Found) -> tuple[Row, ...]:
    beside = [name for name in entry.entries if name not in ("type", "rules")]
    if "rules" not in entry.entries:
        return (entry,)
    if beside:
        message = f"'{beside[0]}' beside 'rules' has no effect; move it into one of the rules"
        report(found, entry.entries[beside[0]].place, "conflicting-keys", message)
    rows: tuple[Row, ...] = entry.get("rules", ())
    return rows


def _field_rules(name: str, kind: str, rows: Iterable[Row], ids: dict[str, Place], settings: Settings, found: Found) -> tuple[Rule, ...]:
    rules = []
    for number, row in enumerate(rows, 1):
        _check_rule(row, found)
        rule = _rule(name, kind, row, row.get("id", f"{name}-{number}"), settings, found)
        if rule.group == "list" and not name.startswith("extra."):
            report(found, row.place_of("group"), "unknown-group", f"'{name}' holds one value; a list needs a field of your own under 'extra'")
        if rule.id in ids:
            report(found, row.place_of("id"), "duplicate-id", f"rule id '{rule.id}' stands twice in this file; the first is on line {ids[rule.id].line}")
        ids.setdefault(rule.id, row.place)
        rules.append(rule)
    return tuple(rules)


def _rule(name: str, kind: str, row: Row, rule_id: str, settings: Settings, found: Found) -> Rule:
    given = {key: row.get(key) for key in _AS_GIVEN if key in row.values} | settings.of_rule(row, found)
    pairs = replacements(row.get("replace", ()), found)
    labels = row.get("label", ())
    given["labels"] = tuple(label.text for label in labels)
    if any(label.weight != 1.0 for label in labels):
        given["label_weights"] = tuple(label.weight for label in labels)
    if not any(lead in row.values for lead in keys.EXCLUSIVE_LEADS):
        given["strict"] = True  # a zone that leads takes all that stands in it, so that print beside it would be noise
    return Rule(rule_id, name, kind, unlike=row.get("not"), zone=_zone(row), replace=pairs, place=row.place, **given)


def _zone(row: Row) -> Zone | None:
    return Zone(**row.get("zone").values) if row.get("zone") else None


def _check_rule(row: Row, found: Found) -> None:
    """What no single key shows: that exactly one thing leads, and that no key is without effect."""
    leads = [name for name in row.entries if name in keys.EXCLUSIVE_LEADS]
    constant = "value" in row.entries
    if not (leads or constant or "zone" in row.entries):
        report(found, row.place, "missing-key", f"a rule needs one of {', '.join(keys.RULE_LEADS)}")
        return
    for name in leads[1:]:
        report(found, row.entries[name].place, "conflicting-keys", f"'{name}' cannot stand beside '{leads[0]}'; write two rules")
    labelled = "label" in leads or "of" in leads
    without_effect = [] if labelled and not constant else ["find", "max_gap"]
    without_effect += [] if labelled else ["under"]
    if "sum" in leads:
        without_effect += [name for name in row.entries if name not in ("id", "sum", "type")]
    if constant:
        without_effect += ["pattern", "lines", "skip", "until", "join", *([] if leads else ["zone", "page"])]
    elif "block" in leads:
        without_effect += ["lines", "skip", "until"]
    if leads or constant:
        without_effect.append("print_size")
    _check_places(row, found)
    for name in without_effect:
        if name in row.entries:
            lead = "value" if constant else leads[0] if leads else "zone"
            report(found, row.entries[name].place, "no-effect", f"'{name}' has no effect in a rule led by '{lead}'; remove it", Level.WARNING)


def _check_places(row: Row, found: Found) -> None:
    """That places are said in words that go together."""
    if "between" in row.get("find", ()) and "end" not in row.entries:
        report(found, row.place_of("find"), "missing-key", "'find: between' needs 'end', the labels that the print between ends at")
    zone: Row | None = row.get("zone")
    labelled = [name for name in keys.ZONE_EDGES if zone is not None and name in zone.entries]
    if labelled and row.get("view") == "layout":
        report(found, row.place_of("zone"), "conflicting-keys", f"a zone {labelled[0].replace('_', ' ')} a label cannot stand beside 'view: layout'")


def _table(row: Row, found: Found) -> LineTable:
    columns: Mapping[str, tuple[str, ...]] = row.get("columns", {})
    if "columns" in row.values and not columns and not row.entries["columns"].node.entries:  # type: ignore[union-attr]
        report(found, row.place_of("columns"), "missing-key", "'columns' names no column")
    first = "amount" if "amount" in columns else next(iter(columns), "amount")
    start = row.get("row", first)
    if columns and start not in columns:
        report(found, row.place_of("row"), "unknown-column", f"column '{start}' starts a row but has no header under 'columns'{suggestion(start, columns)}")
    return LineTable(columns, start, row.get("end", ()), row.get("page", "any"), place=row.place)


def _tax_table(row: Row, found: Found) -> LineTable:
    columns: Mapping[str, tuple[str, ...]] = row.get("columns", {})
    if "columns" in row.values and not columns.keys() & {"base", "amount"}:
        report(found, row.place_of("columns"), "missing-key", "'columns' needs the header of 'base' or 'amount'; rows are told by them")
    return LineTable(columns, "amount", row.get("end", ()), row.get("page", "any"), place=row.place)


def _identify(row: Row, found: Found) -> Identify | None:
    clues: Row | None = row.get("identify")
    if clues is None:
        return None
    if not {"all", "any"} & set(clues.entries):
        report(found, clues.place, "missing-key", "identify needs 'all' or 'any'; 'none' alone fits almost every document")
    return Identify(**clues.values)


def _example(row: Row, found: Found) -> Example:
    given = [name for name in row.entries if name in ("document", "text")]
    if not given:
        report(found, row.place, "missing-key", "an example needs 'document' or 'text'")
    for name in given[1:]:
        report(found, row.entries[name].place, "conflicting-keys", f"'{name}' cannot stand beside '{given[0]}'; write two examples")
    expected: Expected = row.get("expect", Expected())
    return Example(
        expected.fields, row.get("document"), row.get("text"), row.get("applies", True), status=expected.status, issues=expected.issues, place=row.place
    )
