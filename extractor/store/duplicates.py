"""Owns finding the documents of a store that are the same invoice, and which of them is the first.

The first is the one that was taken up first, whichever is read first: so parallel workers, a killed run and a document that is
done again come to the same. A rejected document is no first, because what it lacks another scan may have. All of this happens
in the transaction that writes the document, under locks of what it is looked up by, so that of two processes only one finds none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from extractor.invoice.fields import Invoice
from extractor.output import ExtractionResult
from extractor.store.columns import SQLITE
from extractor.store.connect import lock
from extractor.store.rows import SAME_BYTES, DocumentStatus, invoice_of, status_of_decision
from extractor.store.same_invoice import Traits, figures_of, parts, sameness, traits_of
from extractor.store.tables import arrivals, documents, duplicate_keys, figures, invoices

_FIRST_STATUSES = (DocumentStatus.ACCEPTED, DocumentStatus.REVIEW)
# what every document needs is made once: to make a statement takes longer than to carry it out
_ARRIVED = {
    SQLITE: sqlite.insert(arrivals).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(arrivals).on_conflict_do_nothing(),
}
_HAS_LIKE = (
    select(duplicate_keys.c.document_id)
    .where(duplicate_keys.c.digest.in_(bindparam("digests", expanding=True)), duplicate_keys.c.document_id != bindparam("own"))
    .limit(1)
)


def note_arrivals(connection: Connection, ids: Iterable[str]) -> None:
    """Notes that documents were taken up, in this order; those that were before keep their place."""
    rows = [{"document_id": each} for each in ids]
    if rows:
        connection.execute(_ARRIVED[connection.dialect.name], rows)


@dataclass(frozen=True, slots=True)
class _Known:
    """A document as it is compared. position: when its file was taken up, and which invoice of it it is. row: of `documents`."""

    row: Any
    position: tuple[int, int]
    traits: Traits

    @property
    def may_be_first(self) -> bool:
        """Whether others may be duplicates of it."""
        return self.row.duplicate_of is None and self.row.status in _FIRST_STATUSES


def settle(
    connection: Connection, document: str, result: ExtractionResult, key: Sequence[str], touched: set[str], *, fresh: DocumentStatus | None
) -> DocumentStatus:
    """Finds what a document is a duplicate of, and what is one of it, after its rows were written. Gives its status.

    fresh: its status if it is no duplicate, where it was not in the store before, so that nothing can follow it yet; else None.
    touched: here go the ids of other documents whose status may have changed.
    """
    seen = figures_of(result)
    connection.execute(insert(figures), {"document_id": document, "figures": seen})
    return _settle(connection, document, traits_of(result.invoice, seen, key), key, fresh, touched)


def settle_again(connection: Connection, document: str, invoice: Invoice, key: Sequence[str], touched: set[str]) -> DocumentStatus:
    """As `settle`, for a document that a person corrected or decided on. Its pages show the figures that they showed."""
    seen = connection.execute(select(figures.c.figures).where(figures.c.document_id == document)).scalar()
    if seen is None:  # it was written before duplicates were looked for
        return _status(connection, document)
    connection.execute(delete(duplicate_keys).where(duplicate_keys.c.document_id == document))
    return _settle(connection, document, traits_of(invoice, seen, key), key, None, touched)


def _settle(connection: Connection, document: str, traits: Traits, key: Sequence[str], fresh: DocumentStatus | None, touched: set[str]) -> DocumentStatus:
    looked_up = sorted(parts(traits), key=lambda part: part[1])
    digests = [digest for _, digest in looked_up]
    lock(connection, digests)
    if looked_up:
        connection.execute(insert(duplicate_keys), [{"document_id": document, "part": part, "digest": digest} for part, digest in looked_up])
    if fresh is not None and connection.execute(_HAS_LIKE, {"digests": digests, "own": document}).first() is None:
        return fresh
    (own,) = _known(connection, documents.c.id == document, key)
    if fresh is not None:
        return _place(connection, own, key, touched, fresh=True)
    followers = list(_known(connection, and_(documents.c.duplicate_of == document, documents.c.duplicate_by != SAME_BYTES), key))
    _place(connection, own, key, touched)
    for follower in followers:  # it may be done again with another number, so that they are none any more
        _place(connection, follower, key, touched)
    return _status(connection, document)


def _status(connection: Connection, document: str) -> DocumentStatus:
    return DocumentStatus(connection.execute(select(documents.c.status).where(documents.c.id == document)).scalar_one())


def _place(connection: Connection, own: _Known, key: Sequence[str], touched: set[str], *, fresh: bool = False) -> DocumentStatus:
    """Makes a document a duplicate of the first one that is the same, or the first of those that are. Gives its status.

    What a person decided stands.
    """
    touched.add(own.row.id)
    others = [(known, how) for known in _alike(connection, own, key) if (how := sameness(own.traits, known.traits))]
    earlier = [(known, how) for known, how in others if known.position < own.position and known.may_be_first]
    if earlier and own.row.decided_by is None:
        first, how = min(earlier, key=lambda found: found[0].position)
        _make_duplicate(connection, own.row, first.row.id, how)
        return DocumentStatus.DUPLICATE
    status = status_of_decision(own.row.decision)
    if not fresh:
        connection.execute(update(documents).where(documents.c.id == own.row.id).values(status=status, duplicate_of=None, duplicate_by=None))
    if not fresh and own.row.part_number == 1:  # its copies followed it where it was a duplicate before
        copies = and_(documents.c.sha256 == own.row.sha256, documents.c.duplicate_by == SAME_BYTES)
        connection.execute(update(documents).where(copies).values(duplicate_of=own.row.id))
    if status in _FIRST_STATUSES:
        for known, how in others:
            if known.position > own.position and known.row.duplicate_by in (None, how) and known.row.decided_by is None:
                _make_duplicate(connection, known.row, own.row.id, how)
                touched.add(known.row.id)
    return status


def _make_duplicate(connection: Connection, row: Any, first: str, how: str) -> None:
    """Flags a document, and with it those that it was the first of."""
    values = {"status": DocumentStatus.DUPLICATE, "duplicate_of": first, "duplicate_by": how}
    connection.execute(update(documents).where(documents.c.id == row.id).values(**values))
    connection.execute(update(documents).where(documents.c.duplicate_of == row.id).values(duplicate_of=first))


def forget(connection: Connection, document: str, touched: set[str]) -> None:
    """Lets those go that are duplicates of a document by what it showed, before it is done again and gives no result. touched: as of `settle`."""
    rows = select(documents.c.id, documents.c.decision).where(documents.c.duplicate_of == document, documents.c.duplicate_by != SAME_BYTES)
    for row in connection.execute(rows).all():
        touched.add(row.id)
        values = {"status": status_of_decision(row.decision), "duplicate_of": None, "duplicate_by": None}
        connection.execute(update(documents).where(documents.c.id == row.id).values(**values))


def _alike(connection: Connection, own: _Known, key: Sequence[str]) -> list[_Known]:
    """The documents that share a part of a document's key and may be the first, or came later; however many duplicates there are."""
    digests = select(duplicate_keys.c.digest).where(duplicate_keys.c.document_id == own.row.id)
    ids = select(duplicate_keys.c.document_id).where(duplicate_keys.c.digest.in_(digests), duplicate_keys.c.document_id != own.row.id)
    first = and_(documents.c.duplicate_of.is_(None), documents.c.status.in_(_FIRST_STATUSES))
    return list(_known(connection, and_(documents.c.id.in_(ids), or_(first, arrivals.c.position >= own.position[0])), key))


def _known(connection: Connection, where: ColumnElement[bool], key: Sequence[str]) -> Iterable[_Known]:
    of = documents.c
    about = (of.id, of.sha256, of.part_number, of.status, of.decision, of.decided_by, of.duplicate_of, of.duplicate_by)
    query = select(*about, arrivals.c.position, figures.c.figures, *(column for column in invoices.columns if column.name != "document_id"))
    query = query.join_from(documents, arrivals, arrivals.c.document_id == of.file_id).join(invoices, invoices.c.document_id == of.id)
    for row in connection.execute(query.join(figures, figures.c.document_id == of.id).where(where)).all():
        yield _Known(row, (row.position, row.part_number), traits_of(invoice_of(row._asdict(), (), ()), row.figures, key))


def first_of(connection: Connection, first: str) -> str:
    """The first one of a document's duplicates: itself, or what it is a duplicate of."""
    query = select(func.coalesce(documents.c.duplicate_of, documents.c.id)).where(documents.c.id == first)
    return connection.execute(query).scalar() or first
