"""Owns writing a file: the rows of all its invoices take the place of what there was of it, within the caller's transaction."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from extractor.split import Part
from extractor.store.accounts import Account, Judged, accounts_of, lock_sellers
from extractor.store.accounts import settle as settle_accounts
from extractor.store.changed import held
from extractor.store.columns import storable
from extractor.store.duplicates import first_of, forget, note_arrivals, settle
from extractor.store.rows import DocumentStatus, Entry, content_rows, document_row
from extractor.store.tables import CONTENT, documents
from extractor.store.versions import Versions

Recorded = list[tuple[Entry, DocumentStatus]]

_DELETE_UNREAD = delete(documents).where(documents.c.source == bindparam("of_source"), documents.c.sha256.is_(None))


def part_of(row: Any) -> Part | None:
    """Which invoice of its file a row of `documents` is; None for the whole file."""
    return Part(tuple(row.page_numbers), row.part_number, row.part_count) if row.page_numbers else None


def record_file(connection: Connection, entries: Sequence[Entry], versions: Versions, run_id: str | None, now: datetime.datetime) -> Recorded:
    """Writes the documents of one file, one for each entry. Gives the entries, and where each ended.

    Those that the file no longer holds, because it is divided otherwise now, go. Where a person worked on one of them, or where a
    copy of another file turns out to be known, all stay as they are. Raises IntegrityError where another process wrote the file,
    or one with the same content, meanwhile.
    """
    given = entries[0].input
    is_copy = entries[0].duplicate_of is not None
    there = _rows_of(connection, given.source, given.sha256) if given.attempts or is_copy else []
    if any(row.reviewed_at is not None for row in there) or (there and is_copy):
        return [(_as_it_is(row, entries), DocumentStatus(row.status)) for row in there]
    if not given.attempts and given.sha256 is not None:  # it could not be read before, and now it can
        connection.execute(_DELETE_UNREAD, {"of_source": storable(given.source)})
    note_arrivals(connection, [given.file_id])
    named = [account for entry in entries if (account := Account.of(entry)) is not None]
    before = accounts_of(connection, [row.id for row in there]) if there else {}
    lock_sellers(connection, [each.seller for each in (*named, *before.values())])
    touched: set[str] = set()
    if there:
        _clear(connection, [row.id for row in there], [entry.input.id for entry in entries], touched)
    known = {row.id: row.version for row in there}
    statuses = {entry.input.id: _write(connection, entry, versions, run_id, now, known.get(entry.input.id), touched) for entry in entries}
    judged = settle_accounts(connection, named, statuses, before, touched)
    return [_as_judged(entry, statuses[entry.input.id], judged.get(entry.input.id)) for entry in entries]


def _as_judged(entry: Entry, status: DocumentStatus, judged: Judged | None) -> tuple[Entry, DocumentStatus]:
    if judged is None:
        return entry, status
    return entry if judged.change is None else held(entry, judged.change), judged.status


def _rows_of(connection: Connection, source: str, sha256: str | None) -> list[Any]:
    of = documents.c
    # in PostgreSQL nobody shall correct them before this transaction ends
    query = select(documents).where(of.source == storable(source), of.sha256 == sha256).order_by(of.part_number).with_for_update()
    return list(connection.execute(query).all())


def _as_it_is(row: Any, entries: Sequence[Entry]) -> Entry:
    return Entry(next((entry.input for entry in entries if entry.input.id == row.id), entries[0].input))


def _clear(connection: Connection, there: Sequence[str], ids: Sequence[str], touched: set[str]) -> None:
    """Takes away what was found before, and documents that are none any more; what is a duplicate of those becomes one of the first of `ids`."""
    for table in CONTENT:
        connection.execute(delete(table).where(table.c.document_id.in_(there)))
    gone = [document for document in there if document not in ids]
    for document in gone:
        forget(connection, document, touched)
    if gone:
        connection.execute(delete(documents).where(documents.c.id.in_(gone)))
        connection.execute(update(documents).where(documents.c.duplicate_of.in_(gone)).values(duplicate_of=ids[0]))


def _write(
    connection: Connection, entry: Entry, versions: Versions, run_id: str | None, now: datetime.datetime, version: int | None, touched: set[str]
) -> DocumentStatus:
    """Writes a document, and finds what it is a duplicate of. version: of the row that is there; None where there is none.

    touched: here go the ids of other documents whose status may have changed.
    """
    if entry.duplicate_of is not None:
        entry = replace(entry, duplicate_of=first_of(connection, entry.duplicate_of))
    row = document_row(entry, versions, run_id, now)
    if version is None:
        connection.execute(insert(documents), row)
    else:
        connection.execute(update(documents).where(documents.c.id == row["id"]).values(**row, version=version + 1))
    if entry.result is None:
        if version is not None:
            forget(connection, row["id"], touched)
        return entry.status
    for table, rows in content_rows(row["id"], entry.result):
        if rows:
            connection.execute(insert(table), rows)
    return settle(connection, row["id"], entry.result, versions.duplicate_key, touched, fresh=entry.status if version is None else None)
