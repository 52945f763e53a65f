"""The store: what goes in comes out, one transaction a document, and two processes do not get in each other's way."""

from __future__ import annotations

import datetime
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import inspect, text

from extractor import ExtractionResult
from extractor.errors import CorruptDocument, StoreError
from extractor.invoice.fields import FIELDS, Invoice, InvoiceLine, TaxLine
from extractor.store import SAME_BYTES, DocumentStatus, Entry, Input, Store, Versions
from extractor.store.read import StoredDocument, stored_documents
from extractor.store.tables import CONTENT, metadata
from extractor.store.views import VIEWS, view_columns

HARD_INVOICE = Invoice(
    number="0-1\0\udce9",
    date=datetime.date(2025, 12, 1),
    total=Decimal("1250.00"),
    net=Decimal("-0.10"),
    tax=Decimal("12345678901234567890.123456"),
    discount=Decimal("1E+3"),
    lines=[InvoiceLine(description="später", quantity=Decimal("3"), unit_price=Decimal("0.3333333333")), InvoiceLine(amount=Decimal("9.50"))],
    taxes=[TaxLine(rate=Decimal("19"), base=Decimal("10.00"), amount=Decimal("1.90"), category="S")],
    extra={"meter_id": "M-1", "readings": ["1", "2"], "used": Decimal("12.50")},
)


def only(store: Store) -> StoredDocument:
    (document,) = stored_documents(store)
    return document


def rows(store: Store, query: str) -> list[tuple[object, ...]]:
    return store.read(lambda connection: [tuple(row) for row in connection.execute(text(query))])


def test_an_invoice_comes_back_as_it_went_in(address: str, versions: Versions, good: ExtractionResult) -> None:
    with Store(address) as store:
        store.record(Entry(Input("/in/a.pdf", "a" * 64), good), versions)
        assert only(store).invoice == good.invoice
        assert [issue["id"] for issue in only(store).issues] == [issue.id for issue in good.issues]


def test_every_digit_of_an_amount_is_kept_and_any_text_can_be_stored(address: str, versions: Versions, good: ExtractionResult) -> None:
    with Store(address) as store:
        store.record(Entry(Input("/in/caf\udce9.pdf", "a" * 64), replace(good, invoice=HARD_INVOICE)), versions)
        found = only(store)
    expected = HARD_INVOICE.to_dict() | {"number": "0-1\ufffd\\udce9", "extra": {"meter_id": "M-1", "readings": ["1", "2"], "used": "12.50"}}
    assert found.invoice is not None
    assert found.invoice.to_dict() == expected
    assert found.row["source"] == "/in/caf\\udce9.pdf"


def test_evidence_is_kept_by_field(address: str, versions: Versions, good: ExtractionResult) -> None:
    with Store(address) as store:
        store.record(Entry(Input("/in/a.pdf", "a" * 64), good), versions)
        ((value, page, x, rule, label),) = rows(store, "SELECT value, page, x, rule_id, label FROM fields_v1 WHERE name = 'number'")
    evidence = good.fields["number"]
    assert evidence.bounds is not None
    assert (value, page, x, rule, label) == (evidence.value, evidence.page, evidence.bounds.x, evidence.rule_id, evidence.label)


def test_a_document_that_is_done_again_replaces_what_there_was(address: str, versions: Versions, good: ExtractionResult, doubtful: ExtractionResult) -> None:
    given = Input("/in/a.pdf", "a" * 64)
    with Store(address) as store:
        assert store.record(Entry(given, error=CorruptDocument("damaged")), versions) is DocumentStatus.REJECTED
        assert store.record(Entry(replace(given, attempts=1), good), versions) is DocumentStatus.ACCEPTED
        assert store.record(Entry(replace(given, attempts=2), doubtful), versions) is DocumentStatus.REVIEW
        found = only(store)
        assert (found.row["attempts"], found.row["error_kind"], found.invoice) == (3, None, doubtful.invoice)
        for table in CONTENT:
            assert rows(store, f"SELECT count(*) FROM {table.name} WHERE document_id <> '{given.id}'") == [(0,)]


def test_where_another_process_was_first_a_document_is_no_second_one(address: str, versions: Versions, good: ExtractionResult) -> None:
    first, copy = Input("/in/a.pdf", "a" * 64), Input("/in/b.pdf", "a" * 64)
    with Store(address) as store:
        assert store.record(Entry(first, good), versions) is DocumentStatus.ACCEPTED
        assert store.record(Entry(first, good), versions) is DocumentStatus.ACCEPTED
        assert store.record(Entry(copy, good), versions) is DocumentStatus.DUPLICATE
        assert rows(store, "SELECT source, status, duplicate_of, duplicate_by FROM documents_v1 ORDER BY source") == [
            ("/in/a.pdf", "accepted", None, None),
            ("/in/b.pdf", "duplicate", first.id, SAME_BYTES),
        ]
        assert store.first_with(["a" * 64, "b" * 64]) == {"a" * 64: first.id}


def test_what_could_not_be_read_gives_way_to_what_can(address: str, versions: Versions, good: ExtractionResult) -> None:
    with Store(address) as store:
        store.record(Entry(Input("/in/a.pdf", None), error=CorruptDocument("no such file")), versions)
        store.record(Entry(Input("/in/b.pdf", None), error=CorruptDocument("no such file")), versions)
        store.record(Entry(Input("/in/a.pdf", "a" * 64), good), versions)
        assert rows(store, "SELECT source, status FROM documents_v1 ORDER BY source") == [("/in/a.pdf", "accepted"), ("/in/b.pdf", "rejected")]


def test_nothing_of_a_document_is_there_where_a_part_of_it_fails(address: str, versions: Versions, good: ExtractionResult) -> None:
    twice = {name: replace(value, name="number") for name, value in good.fields.items()}  # two rows of one key
    with Store(address) as store:
        with pytest.raises(StoreError):
            store.record(Entry(Input("/in/a.pdf", "a" * 64), replace(good, fields=twice)), versions)
        assert list(stored_documents(store)) == []


def test_the_tables_are_those_that_the_migrations_make(address: str) -> None:
    with Store(address) as store:
        inspector = inspect(store.engine)
        made = {table: {column["name"] for column in inspector.get_columns(table)} for table in metadata.tables}
        assert made == {name: {column.name for column in table.columns} for name, table in metadata.tables.items()}
        indexes = {name: {index["name"] for index in inspector.get_indexes(name)} for name in metadata.tables}
        assert indexes == {name: {str(index.name) for index in table.indexes} for name, table in metadata.tables.items()}


def test_a_field_that_a_store_lacks_is_added_and_shown(address: str, versions: Versions, good: ExtractionResult) -> None:
    with Store(address) as store:
        store.record(Entry(Input("/in/a.pdf", "a" * 64), good), versions)
        for view in VIEWS:
            store.write(lambda connection, view=view: connection.execute(text(f"DROP VIEW {view}")))
        store.write(lambda connection: connection.execute(text("ALTER TABLE invoices DROP COLUMN iban")))
    with Store(address) as store:
        assert rows(store, "SELECT number, iban FROM invoices_v1") == [(good.invoice.number, None)]


@pytest.mark.parametrize("view", VIEWS)
def test_views_show_what_is_documented(address: str, view: str) -> None:
    with Store(address) as store:
        assert [column["name"] for column in inspect(store.engine).get_columns(view)] == list(view_columns(view))


def test_amounts_of_views_compare_as_numbers(address: str, versions: Versions, good: ExtractionResult) -> None:
    with Store(address) as store:
        for number, total in enumerate(("9.50", "1250.00", "100.10")):
            invoice = replace(good.invoice, total=Decimal(total))
            store.record(Entry(Input(f"/in/{number}.pdf", f"{number:064}"), replace(good, invoice=invoice)), versions)
        assert rows(store, "SELECT total FROM invoices_v1 WHERE total > 99 ORDER BY total") == [(Decimal("100.1"),), (1250,)] or "sqlite" in address
        assert rows(store, "SELECT count(*), max(total) FROM invoices_v1 WHERE total > 99") == [(2, 1250)]


def test_a_store_is_made_once_where_processes_open_it_at_the_same_time(address: str) -> None:
    code = "import sys; from extractor.store import Store; Store(sys.argv[1]).close()"
    started = [subprocess.Popen([sys.executable, "-c", code, address], stderr=subprocess.PIPE, text=True) for _ in range(3)]
    ends = [(process.communicate(timeout=120)[1], process.returncode) for process in started]
    assert ends == [("", 0)] * 3
    with Store(address, create=False) as store:
        assert rows(store, "SELECT count(*) FROM documents_v1") == [(0,)]


def test_a_store_of_a_newer_version_is_refused(address: str) -> None:
    with Store(address) as store:
        store.write(lambda connection: connection.execute(text("UPDATE invoice_store_version SET version_num = '9999'")))
    with pytest.raises(StoreError, match="newer version of this program"):
        Store(address)


def test_tables_of_something_else_are_left_alone(address: str) -> None:
    with Store(address) as store:
        store.write(lambda connection: connection.execute(text("DROP TABLE invoice_store_version")))
    with pytest.raises(StoreError, match="not of a store of this program"):
        Store(address)


def test_documents_are_chosen_by_status_and_time(address: str, versions: Versions, good: ExtractionResult, doubtful: ExtractionResult) -> None:
    with Store(address) as store:
        store.record(Entry(Input("/in/a.pdf", "a" * 64), good), versions)
        between = datetime.datetime.now(datetime.UTC)
        store.record(Entry(Input("/in/b.pdf", "b" * 64), doubtful), versions)
        other = replace(good, invoice=replace(good.invoice, number="HL-1"))
        store.record(Entry(Input("/in/c.pdf", "c" * 64), other), versions)

        def chosen(statuses: list[str], since: datetime.datetime | None = None) -> list[str]:
            return [document.row["source"][-5] for document in stored_documents(store, statuses, since)]

        assert (chosen([]), chosen(["accepted"]), chosen(["accepted"], between), chosen([], between)) == (["a", "b", "c"], ["a", "c"], ["c"], ["b", "c"])


def test_all_fields_have_a_column() -> None:
    assert set(FIELDS) < {column.name for column in metadata.tables["invoices"].columns}
