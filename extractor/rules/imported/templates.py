"""Owns the import of whole templates of invoice2data (YAML or JSON): a file in, the text of a rule file and an account out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.issues import Issue, Level, Place
from extractor.rules.compile import compile_text
from extractor.rules.imported.account import Account
from extractor.rules.imported.draft import Draft, entries_of, items_of, scalar_text
from extractor.rules.imported.fields import ASIDE, add_field, add_table
from extractor.rules.imported.lines import add_blocks
from extractor.rules.imported.options import add_options, add_priority, add_required
from extractor.rules.imported.regexes import BadRegex, carried_regex
from extractor.rules.imported.yaml_text import yaml_text
from extractor.rules.source import Entry, Mapping, Node, Source, parse

SUFFIXES = (".yml", ".yaml", ".json")
KEYWORDS = ("regex", "text")
"""How keywords are meant: as regexes, as invoice2data documents them, or as texts, as version 1.0.1 takes them."""
_ORDER = ("priority", "locale", "currency", "decimal", "date_format", "normalize", "replace")


@dataclass(frozen=True, slots=True)
class ImportedTemplate:
    """What became of one template. name: of the rule file, relative to its folder; text: the rule file, None where there is none."""

    source: Path
    name: Path
    text: str | None
    account: Account


def template_files(source: Path) -> list[tuple[Path, Path]]:
    """The templates at `source`, a file or a folder, each with the name of its rule file relative to the folder of rules."""
    if not source.is_dir():
        return [(source, Path(_file_name(source.stem)))]
    files = sorted(path for path in source.rglob("*") if path.suffix.casefold() in SUFFIXES and path.is_file())
    names: dict[Path, Path] = {}
    for path in files:
        name = path.relative_to(source).parent / _file_name(path.stem)
        taken = set(names.values())
        number = 2
        while name in taken:
            name = name.with_name(_file_name(f"{path.stem}-{number}"))
            number += 1
        names[path] = name
    return list(names.items())


def _file_name(stem: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "-", stem).lstrip("_.-") or "template"
    return f"{plain}.yaml"


def import_templates(source: str | os.PathLike[str], *, keywords: str = "regex") -> Iterator[ImportedTemplate]:
    """Imports a template, or all in a folder; what is wrong with one is told in its account, and the others go on."""
    for path, name in template_files(Path(source)):
        yield import_template(path, name, keywords=keywords)


def import_template(path: Path, name: Path, *, keywords: str = "regex") -> ImportedTemplate:
    """Imports one template. keywords: see `KEYWORDS`. Raises nothing for what the file holds."""
    account = Account()
    origin = _read(path)
    account.defects += origin.issues
    root = origin.root
    if not isinstance(root, Mapping):
        if not origin.issues:
            account.defect("", Place(os.fspath(path), 1, 1), "no-template", "this is no template: a mapping with keywords and fields", Level.ERROR)
        return ImportedTemplate(path, name, None, account)
    rules = _rules(root, account, keywords)
    account.close(root)
    if rules is None:
        return ImportedTemplate(path, name, None, account)
    text = f"# From the invoice2data template {path.name}\n{yaml_text(rules)}"
    errors = [issue for issue in compile_text(text, name.stem, os.fspath(name))[1] if issue.level is Level.ERROR]
    place = Place(os.fspath(path), 1, 1)
    account.defects += (Issue(issue.id, issue.level, f"the rule file made of it is wrong: {issue.message}", place=place) for issue in errors)
    return ImportedTemplate(path, name, None if errors else text, account)


def _read(path: Path) -> Source:
    """The tree of a template; of a key that stands twice the last counts, as for invoice2data.

    JSON is read as the YAML that it is, once tabs, which can only stand between its values, are spaces.
    """
    try:
        data = path.read_bytes()
        return parse(data.replace(b"\t", b" ") if path.suffix.casefold() == ".json" else data, os.fspath(path), last_counts=True)
    except OSError as error:
        return Source(None, (Issue("unreadable", Level.ERROR, f"the file cannot be read: {error.strerror}", place=Place(os.fspath(path), 1, 1)),))


def _rules(root: Mapping, account: Account, keywords: str) -> dict[str, Any] | None:
    """The rule file as plain values; None where nothing tells the vendor or nothing is to be found."""
    entries = entries_of(root)
    for name in ("keywords", "fields"):
        if name not in entries or (name == "fields" and not isinstance(entries[name].node, Mapping)):
            message = f"a template needs '{name}'" + (", a mapping" if name == "fields" else "")
            account.defect(name, entries[name].place if name in entries else root.place, "missing-key", message, Level.ERROR)
    if any(defect.id == "missing-key" for defect in account.defects):
        return None
    identify = _identify(entries, account, keywords)
    if not identify:
        return None
    draft = Draft(account)
    for entry in entries_of(entries["fields"].node).values():
        add_field(draft, entry)
    if "lines" in entries:
        add_blocks(draft, "lines", entries["lines"].node, "lines")
    for number, table in enumerate(items_of(entries["tables"].node) if "tables" in entries else ()):
        add_table(draft, table, f"tables[{number}]")
    _add_issuer(draft, entries)
    add_options(draft, entries["options"].node if "options" in entries else None)
    add_priority(draft, entries.get("priority"))
    add_required(draft, entries.get("required_fields"))
    if "input_module" in entries:
        account.dropped("input_module", entries["input_module"].node, "which program reads the text is not up to a rule file")
    return _file(draft, identify)


def _identify(entries: dict[str, Entry], account: Account, keywords: str) -> dict[str, Any]:
    found = {"all": _clues(entries["keywords"].node, "keywords", account, keywords)}
    if "exclude_keywords" in entries:
        found["none"] = _clues(entries["exclude_keywords"].node, "exclude_keywords", account, keywords)
    if not found["all"]:
        account.defect("keywords", entries["keywords"].node.place, "no-keywords", "no keyword is left that could tell the vendor", Level.ERROR)
        return {}
    return {name: clues for name, clues in found.items() if clues}


def _clues(node: Node, path: str, account: Account, keywords: str) -> list[dict[str, str]]:
    clues: dict[str, None] = {}
    notes = []
    for item in items_of(node):
        text = scalar_text(item)
        if text:
            clue, note = _clue(text, keywords)
            clues[clue] = None
            notes += [note] if note else []
    if notes:
        account.changed(path, node, "identify: " + "; ".join(notes))
    else:
        account.carried(path, node, "identify, as regexes" if keywords == "regex" else "identify, as texts letter for letter")
    return [{"regex": clue} for clue in clues]


def _clue(text: str, keywords: str) -> tuple[str, str | None]:
    """A keyword as a regex, and what is to be said of it."""
    literal = re.sub(r"([\\.^$*+?{}\[\]|()])", r"\\\1", text)
    if keywords == "text":
        return literal, None
    try:
        pattern = carried_regex(text)
    except BadRegex:
        return literal, f"'{text}' is no regex and is taken as a text"
    if re.search(text, "") is not None:
        return literal, f"'{text}' as a regex stands on every page and is taken as a text"
    if re.search(text, text) is None:
        return f"{pattern}|{literal}", f"'{text}' as a regex does not find its own text; both are looked for"
    return pattern, None


def _add_issuer(draft: Draft, entries: dict[str, Entry]) -> None:
    """The name of the seller: `issuer`, else the first keyword; beside a regex for it only where that finds nothing."""
    keyword = next((text for item in items_of(entries["keywords"].node) if (text := scalar_text(item))), "")
    issuer = (scalar_text(entries["issuer"].node) if "issuer" in entries else None) or keyword
    if "issuer" in entries:
        draft.account.carried("issuer", entries["issuer"].node, "vendor.name")
    if draft.fields.get("seller_name"):
        draft.fields["seller_name"].append({"value": issuer, "weight": ASIDE})
    elif issuer.strip():
        draft.vendor = {"name": issuer} | draft.vendor


def _file(draft: Draft, identify: dict[str, Any]) -> dict[str, Any]:
    file: dict[str, Any] = {"format": 1}
    if draft.vendor:
        file["vendor"] = draft.vendor
    file["identify"] = identify
    file["view"] = "layout"
    file |= {name: _one(draft.settings[name]) for name in _ORDER if name in draft.settings}
    if draft.fields:
        file["fields"] = {name: _one(rules) for name, rules in draft.fields.items()}
    if draft.blocks:
        file["blocks"] = {name: _one(blocks) for name, blocks in draft.blocks.items()}
    if draft.extra:
        file["extra"] = {name: _extra(entry) for name, entry in draft.extra.items()}
    if "required" in draft.settings:
        file["required"] = draft.settings["required"]
    return file


def _one(values: Any) -> Any:
    """The only item of a list in place of the list."""
    return values[0] if isinstance(values, list) and len(values) == 1 else values


def _extra(entry: dict[str, Any]) -> dict[str, Any]:
    rules: Iterable[dict[str, Any]] = entry["rules"]
    only = list(rules)
    return {"type": entry["type"], **only[0]} if len(only) == 1 else {"type": entry["type"], "rules": only}
