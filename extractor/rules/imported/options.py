"""Owns how the options of a template, and what stands beside them, become settings of a rule file."""

from __future__ import annotations

from typing import Any

from extractor.invoice.locales import is_known_locale
from extractor.invoice.writing import is_date_format
from extractor.rules.imported.draft import Draft, entries_of, items_of, replacements, scalar_text
from extractor.rules.model import DEFAULT_PRIORITY
from extractor.rules.source import Entry, Node, Scalar

MONTH_FIRST = "en-US"
"""The locale of a template that names no language: invoice2data reads 01/02/2024 as the second of January."""
NORMALIZERS = {"remove_whitespace": "no_spaces", "remove_accents": "no_accents", "lowercase": "lowercase"}
CHECKS = ("strict_fields", "extra_fields")


def add_options(draft: Draft, node: Node | None) -> None:
    """Reads `options`; what is absent has invoice2data's default."""
    entries = entries_of(node)
    settings = draft.settings
    settings["locale"] = _locales(draft, entries.get("languages"))
    if (currency := _currency(draft, entries.get("currency"))) is not None:
        settings.setdefault("currency", currency)
    settings["decimal"] = _decimal(draft, entries.get("decimal_separator"))
    if formats := _date_formats(draft, entries.get("date_formats")):
        settings["date_format"] = formats
    if normalize := _normalize(draft, entries):
        settings["normalize"] = normalize
    if "replace" in entries and (pairs := replacements(draft.account, entries["replace"].node, "options.replace")):
        settings["replace"] = pairs
    for name in CHECKS:
        if name in entries:
            draft.account.dropped(f"options.{name}", entries[name].node, "it only checks names of fields; `extractor rules check` does that")


def _locales(draft: Draft, entry: Entry | None) -> list[str]:
    languages = []
    for item in items_of(entry.node) if entry else ():
        text = scalar_text(item) or ""
        if text and is_known_locale(text):
            languages.append(MONTH_FIRST if text == "en" else text)
        elif text or entry is None or items_of(entry.node) != (item,):
            draft.account.defect("options.languages", item.place, "bad-language", f"'{text}' is no code of a language")
    if entry is None or not languages:
        return [MONTH_FIRST]
    others = [language for language in languages if language != MONTH_FIRST]
    told = "locale; where no date format fits, the order of day and month follows it, while invoice2data takes the month first"
    if others:
        draft.account.changed("options.languages", entry.node, told)
    else:
        draft.account.carried("options.languages", entry.node, "locale, the month first")
    return [*dict.fromkeys([*languages, MONTH_FIRST])]


def _currency(draft: Draft, entry: Entry | None) -> str | None:
    from babel.core import get_global

    if entry is None:
        draft.account.changed("options.currency (absent)", None, "currency: EUR, as invoice2data takes it; a currency that is printed counts more")
        return "EUR"
    code = (scalar_text(entry.node) or "").strip().upper()
    if code not in get_global("all_currencies"):
        draft.account.defect("options.currency", entry.node.place, "bad-currency", f"'{code}' is no currency code of ISO 4217")
        return None
    draft.account.changed("options.currency", entry.node, "currency where the document prints none; invoice2data does not look at what is printed")
    return code


def _decimal(draft: Draft, entry: Entry | None) -> str:
    mark = scalar_text(entry.node) if entry else "."
    if mark in (",", "."):
        if entry:
            draft.account.carried("options.decimal_separator", entry.node, "decimal")
        return mark
    assert entry is not None
    draft.account.defect("options.decimal_separator", entry.node.place, "bad-decimal", f"'{mark}' is no decimal mark; a full stop is taken")
    return "."


def _date_formats(draft: Draft, entry: Entry | None) -> list[str]:
    found = []
    for number, item in enumerate(items_of(entry.node) if entry else ()):
        text = scalar_text(item) or ""
        if text and is_date_format(text):
            found.append(text)
        elif text:
            message = f"'{text}' is no format that dates can be read by; write one such as %d.%m.%Y"
            draft.account.defect(f"options.date_formats[{number}]", item.place, "bad-date-format", message)
    if entry is not None:
        draft.account.carried("options.date_formats", entry.node, "date_format" if found else "nothing in it")
    return found


def _normalize(draft: Draft, entries: dict[str, Entry]) -> list[str]:
    names = []
    for name, form in NORMALIZERS.items():
        if name in entries:
            node = entries[name].node
            if isinstance(node, Scalar) and node.value is True:
                names.append(form)
            draft.account.carried(f"options.{name}", node, f"normalize: {form}" if names[-1:] == [form] else "off, as it is without it")
    return names


def add_priority(draft: Draft, entry: Entry | None) -> None:
    """Reads `priority`, any whole number with 5 as the default; rule files have 0 to 10."""
    if entry is None:
        return
    try:
        priority = int(scalar_text(entry.node) or "")
    except ValueError:
        draft.account.defect("priority", entry.node.place, "wrong-type", "priority must be a whole number")
        return
    bounded = min(10, max(0, priority))
    if bounded != priority:
        draft.account.changed("priority", entry.node, f"priority: {bounded}, the nearest there is")
    else:
        draft.account.carried("priority", entry.node, "priority")
    if bounded != DEFAULT_PRIORITY:
        draft.settings["priority"] = bounded


def add_required(draft: Draft, entry: Entry | None) -> None:
    """Reads `required_fields`. Where it is absent nothing is required beyond the schema of invoices."""
    if entry is None:
        return
    names: list[Any] = []
    for number, item in enumerate(items_of(entry.node)):
        text = scalar_text(item)
        current = draft.current_name(text) if text else None
        if current is None:
            draft.account.dropped(f"required_fields[{number}]", item, f"'{text}' has not come over, so it cannot be required")
        else:
            names.append(current)
    draft.account.carried("required_fields", entry.node, "required: without one the invoice is invalid, where invoice2data gives nothing at all")
    if names:
        draft.settings["required"] = list(dict.fromkeys(names))
