"""Owns changing an invoice as a person says: `FIELD=VALUE` on header fields, rows, and what a rule file declares."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from extractor.invoice.fields import FIELDS, LINE_FIELDS, TAX_FIELDS, Field, Invoice, InvoiceLine, TaxLine, plain
from extractor.invoice.stated import stated_value

EXTRA = "extra."
_ROW = re.compile(r"(?P<table>lines|taxes)\[(?P<index>\d{1,4})\](?:\.(?P<column>\w+))?")
_ROWS: Mapping[str, tuple[type[InvoiceLine] | type[TaxLine], Mapping[str, Field]]] = {"lines": (InvoiceLine, LINE_FIELDS), "taxes": (TaxLine, TAX_FIELDS)}


@dataclass(frozen=True, slots=True)
class Change:
    """One field that a person stated. old, new: as JSON holds them; a row that was taken out as JSON text. None: no value.

    Where both are the same, the person confirmed what was found.
    """

    field: str
    old: str | None
    new: str | None


def apply_changes(invoice: Invoice, stated: Iterable[str], declared: Mapping[str, str] | None = None) -> tuple[Invoice, list[Change]]:
    """A changed copy of an invoice, and what was changed. declared: kinds of the fields under `extra` that a rule file declares.

    stated: `FIELD=VALUE`, one after the other; an empty value takes the field out, or the row: `lines[2]=`. The row behind the last
    one is made where a column of it is stated. Raises ValueError for what is no field, row or value.
    """
    changed, changes = copy.deepcopy(invoice), []
    for pair in stated:
        name, mark, text = pair.partition("=")
        if not mark:
            raise ValueError(f"'{pair}': write FIELD=VALUE")
        name, text = name.strip(), text.replace("\\n", "\n")
        try:
            changes.append(_apply(changed, name, text, declared or {}))
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return changed, changes


def _apply(invoice: Invoice, name: str, text: str, declared: Mapping[str, str]) -> Change:
    if row := _ROW.fullmatch(name):
        return _change_row(getattr(invoice, row["table"]), row, text)
    if name.startswith(EXTRA):
        return _change_extra(invoice.extra, name, text, declared)
    if name not in FIELDS:
        raise ValueError(f"there is no such field{_suggested(name, [*FIELDS, 'lines[0].amount', 'taxes[0].rate'])}")
    return _set(invoice, name, FIELDS[name], text, name)


def _set(holder: Any, attribute: str, field: Field, text: str, name: str) -> Change:
    old = getattr(holder, attribute)
    new = stated_value(field.kind, text) if text.strip() else None
    setattr(holder, attribute, new)
    return Change(name, _text(old), _text(new))


def _change_row(rows: list[Any], match: re.Match[str], text: str) -> Change:
    make, columns = _ROWS[match["table"]]
    index, column = int(match["index"]), match["column"]
    if index > len(rows) or (index == len(rows) and (column is None or not text.strip())):
        raise ValueError(f"there is no such row; there are {len(rows)}, counted from 0")
    if column is None:
        if text.strip():
            raise ValueError("name a column of the row, or nothing behind = to take it out")
        row = rows.pop(index)
        values = {each: plain(getattr(row, each)) for each in columns if getattr(row, each) is not None}
        return Change(match[0], json.dumps(values, ensure_ascii=False), None)
    if column not in columns:
        raise ValueError(f"there is no such column{_suggested(column, list(columns))}")
    stated = None if not text.strip() else stated_value(columns[column].kind, text)  # before a row is made for it
    if index == len(rows):
        rows.append(make())
    old = getattr(rows[index], column)
    setattr(rows[index], column, stated)
    return Change(match[0], _text(old), _text(stated))


def _change_extra(extra: dict[str, Any], name: str, text: str, declared: Mapping[str, str]) -> Change:
    own = name.removeprefix(EXTRA)
    if own not in extra and own not in declared:
        raise ValueError(f"no rule file declares it{_suggested(own, [*extra, *declared])}")
    old = extra.get(own)
    if isinstance(old, list | dict):
        raise ValueError("it holds several values and cannot be corrected here")
    new = stated_value(declared.get(own, "text"), text) if text.strip() else None
    if new is None:
        extra.pop(own, None)
    else:
        extra[own] = plain(new)
    return Change(name, _text(old), _text(new))


def _text(value: Any) -> str | None:
    return None if value is None else str(plain(value))


def _suggested(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"; did you mean '{near[0]}'?" if near else ""
