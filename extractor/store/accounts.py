"""Owns whether a document is to be paid to another account than its seller's documents before, and what follows from that.

The documents of a seller are judged in the order in which their files were taken up, whichever is read first: each by the accounts
that the ones before it made known. So parallel workers, a killed run and a document that is done again come to the same. A document
makes its account known unless it is rejected, a duplicate, or itself changed; then a person must accept it. All of this happens in the
transaction that writes the document, under locks of its sellers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, true, tuple_, update

from extractor.invoice.fields import Invoice
from extractor.invoice.identifiers import normalize_iban
from extractor.layout.printed import letters
from extractor.store.changed import Change, apply, withdraw
from extractor.store.connect import lock
from extractor.store.rows import DocumentStatus, Entry
from extractor.store.tables import accounts, arrivals, documents

Place = tuple[int, int]
"""When a file was taken up, and which invoice of it a document is."""
_COUNTING = (DocumentStatus.ACCEPTED, DocumentStatus.REVIEW)
_TOLD = 3
"""So many known accounts are named at most."""
_OF = accounts.c
_PLACE = tuple_(_OF.position, _OF.part_number)
# what every document needs is made once: to make a statement takes longer than to carry it out
_EARLIER = exists().where(
    _OF.seller == bindparam("seller"),
    _OF.iban == bindparam("iban"),
    _OF.known == true(),
    tuple_(arrivals.c.position, bindparam("part_number")) > _PLACE,
)
_LOOK_UP = select(arrivals.c.position, _EARLIER.label("is_known")).where(arrivals.c.document_id == bindparam("file_id"))
_INSERT = insert(accounts)
_KNOWN = (
    select(_OF.iban, func.min(_OF.position).label("position"))
    .where(_OF.seller == bindparam("seller"), _OF.known == true(), tuple_(bindparam("position"), bindparam("part_number")) > _PLACE)
    .group_by(_OF.iban)
)
_NAMER = (
    select(documents.c.id, documents.c.source, documents.c.page_numbers)
    .join_from(accounts, documents)
    .where(_OF.seller == bindparam("seller"), _OF.iban == bindparam("iban"), _OF.known == true(), _OF.position == bindparam("position"))
    .order_by(_OF.part_number)
    .limit(1)
)
_ABOUT = ("id", "source", "page_numbers", "status", "verdict", "decision", "decided_by", "route_reason")
_FROM = (
    select(_OF.iban, _OF.known, _OF.stated, _OF.is_old, _OF.before, *(documents.c[name] for name in _ABOUT))
    .join_from(accounts, documents)
    .where(_OF.seller == bindparam("seller"), _OF.iban.is_not(None), tuple_(bindparam("position"), bindparam("part_number")) <= _PLACE)
    .order_by(_OF.position, _OF.part_number)
)


@dataclass(frozen=True, slots=True)
class Judged:
    """Where a document ended. change: where its account is another one."""

    status: DocumentStatus
    change: Change | None


@dataclass(frozen=True, slots=True)
class Account:
    """The account that a document names. seller: digest of who it is of. iban: None where there is none that can be paid to.

    stated: accounts that the vendor's rule file states. is_old: it was in the store before accounts were compared.
    """

    document_id: str
    file_id: str
    part_number: int
    seller: str
    iban: str | None
    stated: tuple[str, ...] = ()
    is_old: bool = False

    @classmethod
    def of(cls, entry: Entry) -> Account | None:
        """The account in an entry; None where there is no result, or nothing that tells the seller."""
        if entry.result is None:
            return None
        given, invoice, rules = entry.input, entry.result.invoice, entry.result.rules
        seller = seller_of(invoice, rules.id if rules.vendor else None)
        if seller is None:
            return None
        number = given.part.number if given.part is not None else 1
        return cls(given.id, given.file_id, number, seller, account_of(invoice), tuple(filter(None, map(normalize_iban, rules.ibans))))


def seller_of(invoice: Invoice, vendor: str | None) -> str | None:
    """A digest of who the seller is: by the vendor's rule file, else VAT identifier, tax number, or name. None where nothing tells."""
    names = {"vendor": vendor, "vat_id": invoice.seller_vat_id, "tax_id": invoice.seller_tax_id, "name": letters(invoice.seller_name or "")}
    told = next((f"{kind}\n{letters(name) if kind != 'vendor' else name}" for kind, name in names.items() if name), None)
    return None if told is None else hashlib.sha256(told.encode()).hexdigest()


def account_of(invoice: Invoice) -> str | None:
    """The IBAN of an invoice; None where its check digits are wrong, so that nothing can be paid there."""
    return normalize_iban(invoice.iban) if invoice.iban else None


def accounts_of(connection: Connection, ids: Iterable[str]) -> dict[str, Any]:
    """The rows of `accounts` of some documents, by id."""
    return {row.document_id: row for row in connection.execute(select(accounts).where(_OF.document_id.in_(list(ids))))}


def lock_sellers(connection: Connection, sellers: Iterable[str]) -> None:
    """Keeps others from judging documents of these sellers until this transaction ends."""
    lock(connection, sorted(set(sellers)))


def settle(
    connection: Connection, named: Sequence[Account], statuses: Mapping[str, DocumentStatus], before: Mapping[str, Any], touched: Collection[str] = ()
) -> dict[str, Judged]:
    """Writes the accounts of documents that were written, and judges whom that concerns. Gives those that were judged, by id.

    statuses: where the documents ended, but for their accounts. before: rows of `accounts` that were there of their files.
    touched: other documents whose status changed meanwhile.
    """
    concerned: dict[str, Place] = {}
    gone = dict(before)
    for account in named:
        there = before.get(account.document_id)
        place, is_settled = _note(connection, account, statuses[account.document_id], there)
        if not is_settled:
            _concern(concerned, account.seller, place)
        elif _is_same(there, account):
            del gone[account.document_id]
    for row in (*gone.values(), *(accounts_of(connection, touched).values() if touched else ())):
        _concern(concerned, row.seller, (row.position, row.part_number))
    return _judge_all(connection, concerned, statuses.keys())


class Reviewed:
    """The account of a document that a person works on, within the transaction that writes that. Made first of all, it waits for others."""

    def __init__(self, connection: Connection, document: str, invoice: Invoice) -> None:
        """invoice: as it is afterwards."""
        self._connection, self._document = connection, document
        self._there = accounts_of(connection, [document]).get(document)
        self._account = _account_again(connection, document, invoice, self._there)
        lock_sellers(connection, [each.seller for each in (self._there, self._account) if each is not None])

    def take_back(self) -> None:
        """Takes back what was told of the account, before corrections are written."""
        row = accounts_of(self._connection, [self._document]).get(self._document)
        if row is not None and row.before is not None:
            withdraw(self._connection, self._document, row.before)

    def settle(self, status: DocumentStatus, touched: Collection[str]) -> DocumentStatus:
        """Writes the account as it was corrected, and judges whom that concerns. Gives the document's status."""
        self._connection.execute(delete(accounts).where(_OF.document_id == self._document))
        before = {} if self._there is None else {self._document: self._there}
        named = [] if self._account is None else [self._account]
        judged = settle(self._connection, named, {self._document: status}, before, {*touched, self._document}).get(self._document)
        return status if judged is None else judged.status

    def judge(self, touched: Collection[str]) -> None:
        """Judges whom it concerns that the document was decided on."""
        concerned: dict[str, Place] = {}
        for row in accounts_of(self._connection, {*touched, self._document}).values():
            _concern(concerned, row.seller, (row.position, row.part_number))
        _judge_all(self._connection, concerned, (self._document,))


def _account_again(connection: Connection, document: str, invoice: Invoice, there: Any) -> Account | None:
    of = documents.c
    row = connection.execute(select(of.file_id, of.part_number, of.rules_id, of.rules_vendor).where(of.id == document)).one_or_none()
    seller = None if row is None else seller_of(invoice, row.rules_id if row.rules_vendor else None)
    if row is None or seller is None:
        return None
    stated = () if there is None else tuple(there.stated or ())
    return Account(document, row.file_id, row.part_number, seller, account_of(invoice), stated)


def _concern(concerned: dict[str, Place], seller: str, place: Place) -> None:
    concerned[seller] = min(place, concerned.get(seller, place))


def _is_same(there: Any, account: Account) -> bool:
    return there is not None and (there.seller, there.iban) == (account.seller, account.iban)


def _note(connection: Connection, account: Account, status: DocumentStatus, there: Any) -> tuple[Place, bool]:
    """Writes the row of a document. Gives its place, and whether nobody has to be judged because of it.

    there: the row that was there before.
    """
    key = {"file_id": account.file_id, "seller": account.seller, "iban": account.iban, "part_number": account.part_number}
    position, is_known = connection.execute(_LOOK_UP, key).one()
    is_same = _is_same(there, account)
    is_old = account.is_old or (is_same and there.is_old)
    counts = account.iban is not None and status in _COUNTING
    if is_same:
        is_stated = is_old or (account.iban in account.stated) == (account.iban in (there.stated or ()))
        is_settled = is_stated and there.before is None and there.known == counts
    else:
        is_settled = is_known or account.iban is None
    row = {
        "document_id": account.document_id,
        "seller": account.seller,
        "iban": account.iban,
        "position": position,
        "part_number": account.part_number,
        "known": counts and is_settled,
        "stated": list(account.stated) or None,
        "is_old": is_old,
    }
    connection.execute(_INSERT, row)
    return (position, account.part_number), is_settled


class _Known:
    """The accounts that the documents of a seller made known up to the one that is judged."""

    def __init__(self, connection: Connection, seller: str, place: Place) -> None:
        self._connection, self._seller = connection, seller
        rows = connection.execute(_KNOWN, {"seller": seller, "position": place[0], "part_number": place[1]})
        self._namers: dict[str, Any] = {row.iban: row.position for row in rows}

    def is_changed(self, row: Any) -> bool:
        """Whether a document names another account."""
        return bool(self._namers) and row.iban not in self._namers and row.iban not in (row.stated or ()) and not row.is_old

    def add(self, row: Any) -> None:
        """Makes the account of a document known."""
        self._namers.setdefault(row.iban, row)

    def told(self) -> str:
        """The accounts, each with the first document that names it."""
        shown = [self._told(iban) for iban in sorted(self._namers)[:_TOLD]]
        return " and ".join([*shown, *(["others"] if len(self._namers) > _TOLD else [])])

    def _told(self, iban: str) -> str:
        if isinstance(self._namers[iban], int):
            self._namers[iban] = self._connection.execute(_NAMER, {"seller": self._seller, "iban": iban, "position": self._namers[iban]}).one()
        row = self._namers[iban]
        pages = f", page {', '.join(map(str, row.page_numbers))}" if row.page_numbers else ""
        return f"{iban} (document {row.id[:8]}, {row.source}{pages})"


def _judge_all(connection: Connection, concerned: Mapping[str, Place], own: Collection[str]) -> dict[str, Judged]:
    lock_sellers(connection, concerned)
    judged: dict[str, Judged] = {}
    for seller, place in concerned.items():
        judged |= _judge(connection, seller, place, own)
    return judged


def _judge(connection: Connection, seller: str, place: Place, own: Collection[str]) -> dict[str, Judged]:
    """Judges the documents of a seller from one on, in order. own: those that this transaction writes."""
    known, judged = _Known(connection, seller, place), dict[str, Judged]()
    for row in connection.execute(_FROM, {"seller": seller, "position": place[0], "part_number": place[1]}).all():
        change = Change(row.iban, known.told()) if known.is_changed(row) else None
        status = apply(connection, row, change, is_own=row.id in own)
        judged[row.id] = Judged(status, change)
        is_accepted = row.decided_by is not None and status is DocumentStatus.ACCEPTED
        counts = is_accepted or (change is None and status in _COUNTING)
        if counts != row.known:
            connection.execute(update(accounts).where(_OF.document_id == row.id).values(known=counts))
        if counts:
            known.add(row)
    return judged
