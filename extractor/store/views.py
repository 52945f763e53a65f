"""Owns the views: the part of the store that others may build on. They are made anew whenever a column is added.

A view's name ends in the version of its promise: columns may be added to `invoices_v1`, none is taken away, renamed or given
another meaning; what cannot keep that becomes `invoices_v2` beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Dialect, Numeric, Select, Table, cast, column, select, text

from extractor.invoice.fields import FIELDS, LINE_FIELDS, TAX_FIELDS
from extractor.store.columns import SQLITE, ExactDecimal
from extractor.store.tables import corrections, documents, fields, invoices, issues, lines, reviews, taxes

_DOCUMENT = ("id", "source", "sha256", "status", "verdict", "duplicate_of", "duplicate_by", "error_kind", "error_message", "pages", "read_by")
_ROUTING = ("decision", "route", "route_reason", "tags")
_REVIEW = ("file_id", "page_numbers", "part_number", "part_count", "version", "changed_at", "reviewed_by", "reviewed_at", "decided_by")
_DOCUMENT_COLUMNS = (*_DOCUMENT, "rules_id", "rules_vendor", "attempts", "first_seen", "finished_at", "seconds", *_ROUTING, *_REVIEW)

VIEWS: dict[str, tuple[Table, tuple[str, ...]]] = {
    "documents_v1": (documents, _DOCUMENT_COLUMNS),
    "invoices_v1": (invoices, (*FIELDS, "extra")),
    "lines_v1": (lines, ("position", *LINE_FIELDS)),
    "taxes_v1": (taxes, ("position", *TAX_FIELDS)),
    "fields_v1": (fields, tuple(c.name for c in fields.columns if c.name != "document_id")),
    "issues_v1": (issues, tuple(c.name for c in issues.columns if c.name != "document_id")),
    "corrections_v1": (corrections, tuple(c.name for c in corrections.columns if c.name != "document_id")),
    "reviews_v1": (reviews, tuple(c.name for c in reviews.columns if c.name != "document_id")),
}
"""Name -> the table and the columns of it that the view shows, behind those of `_OF_DOCUMENT`."""
_OF_DOCUMENT = ("source", "sha256", "status", "finished_at")
"""What a view of a document's contents shows of the document, behind its id."""


def create_views(connection: Connection) -> None:
    """Makes all views as the tables now are, in place of the ones that are there."""
    drop_views(connection)
    for name in VIEWS:
        connection.execute(text(f"CREATE VIEW {name} AS {view_query(name, connection.dialect)}"))


def drop_views(connection: Connection) -> None:
    """Takes all views away, so that the tables behind them can change."""
    for name in VIEWS:
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))


def view_query(name: str, dialect: Dialect) -> str:
    """The SELECT behind a view."""
    table, names = VIEWS[name]
    return str(_query(table, names, dialect).compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def view_columns(name: str) -> Mapping[str, str]:
    """The columns of a view, in order, with what each means."""
    table, names = VIEWS[name]
    about: Iterable[Column[Any]] = () if table is documents else (documents.c[each] for each in _OF_DOCUMENT)
    shown = {"document_id": "Id of the document"} if table is not documents else {}
    clash = set(names) if table is not documents else set()
    shown |= {_clear(each.name, clash): each.comment or "" for each in about}
    return shown | {each: table.c[each].comment or "" for each in names}


def _query(table: Table, names: Iterable[str], dialect: Dialect) -> Select[Any]:
    if table is documents:
        return select(*(documents.c[name] for name in names))
    clash = set(names)
    about = [documents.c[name].label(_clear(name, clash)) for name in _OF_DOCUMENT]
    own = [_shown(table.c[name], dialect) for name in names]
    return select(table.c.document_id, *about, *own).join_from(table, documents, table.c.document_id == documents.c.id)


def _clear(name: str, taken: set[str]) -> str:
    """A column of the document under a name of its own where the table has one of the same name."""
    return f"document_{name}" if name in taken else name


def _shown(of: Column[Any], dialect: Dialect) -> ColumnElement[Any]:
    """A column as a view shows it. In SQLite decimal text becomes a number: as text, '9.50' would be more than 1000."""
    if isinstance(of.type, ExactDecimal) and dialect.name == SQLITE:
        return cast(column(f"{of.table.name}.{of.name}", is_literal=True), Numeric()).label(of.name)
    return of
