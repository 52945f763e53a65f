"""Reviewing on a store: what is set is validated, kept with who and when, and nobody overwrites what he has not seen."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from papers import LINES, invoice_pdf
from sqlalchemy import text

from extractor import ExtractionResult, Extractor
from extractor.errors import CorruptDocument, ReviewConflict, ReviewError
from extractor.invoice.fields import InvoiceLine, TaxLine
from extractor.review import Checks, ReviewedDocument, Wanted, apply_changes, correct, decide, find_document, queue
from extractor.routing import Action
from extractor.store import DocumentStatus, Entry, Input, Store, Versions
from extractor.store.read import stored_documents
from extractor.validate import InvoiceSchema

NUMBER = "HL-7700"
GIVEN = Input("/in/doubtful.pdf", "b" * 64)
SCHEMA = InvoiceSchema()


@pytest.fixture(scope="session")
def doubtful(extractor: Extractor) -> ExtractionResult:
    """Another invoice than the good one, due before it was issued."""
    return extractor.extract(invoice_pdf(NUMBER, due="2025-01-01"))


@pytest.fixture(scope="session")
def checks(extractor: Extractor) -> Checks:
    return Checks(extractor.book, extractor.schema, extractor.thresholds)


@pytest.fixture
def store(address: str, versions: Versions, good: ExtractionResult, doubtful: ExtractionResult) -> Iterator[Store]:
    with Store(address) as made:
        made.record(Entry(Input("/in/good.pdf", "a" * 64), good), versions)
        made.record(Entry(GIVEN, doubtful), versions)
        made.record(Entry(Input("/in/bad.pdf", "c" * 64), error=CorruptDocument("damaged")), versions)
        yield made


@pytest.fixture
def document(store: Store) -> ReviewedDocument:
    return find_document(store, GIVEN.id)


Set = Callable[..., DocumentStatus]


@pytest.fixture
def set_fields(store: Store, checks: Checks) -> Set:
    """Corrects a document as it was read, by default as it is now."""

    def set_fields(*stated: str, by: str = "anna", document: ReviewedDocument | None = None) -> DocumentStatus:
        document = document or find_document(store, GIVEN.id)
        invoice, changes = apply_changes(document.invoice, stated)
        corrected = {*(row["field"] for row in document.corrections), *(change.field for change in changes)}
        return correct(store, document, invoice, changes, checks.issues(document, invoice, corrected), by)

    return set_fields


def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    return store.read(lambda connection: [tuple(row) for row in connection.execute(text(query))])


def issue_ids(document: ReviewedDocument) -> set[str]:
    return {issue["id"] for issue in document.stored.issues}


def test_the_queue_holds_what_asks_for_a_person(store: Store) -> None:
    found = queue(store, Wanted())
    assert ([each.row["source"] for each in found.documents], found.total) == (["/in/doubtful.pdf"], 1)
    assert found.to_dict()["documents"][0]["invoice"]["number"] == "HL-7700"


@pytest.mark.parametrize(
    ("wanted", "sources"),
    [
        ({"statuses": ("rejected",)}, ["bad"]),
        ({"issue": "due-before-issue"}, ["doubtful"]),
        ({"issue": "no-text"}, []),
        ({"field": "due_date"}, ["doubtful"]),
        ({"rules": "generic/en", "statuses": ("accepted", "review")}, ["good", "doubtful"]),
        ({"seller": "LANTERN", "statuses": ("accepted",)}, ["good"]),
        ({"seller": "100%"}, []),
        ({"source": "OUBT"}, ["doubtful"]),
        ({"since": datetime.datetime(2100, 1, 1, tzinfo=datetime.UTC)}, []),
        ({"since": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}, ["doubtful"]),
    ],
)
def test_the_queue_is_filtered(store: Store, wanted: dict[str, Any], sources: list[str]) -> None:
    found = queue(store, Wanted(**wanted))
    assert [each.row["source"] for each in found.documents] == [f"/in/{name}.pdf" for name in sources]


def test_the_queue_tells_how_many_there_are_beyond_its_limit(store: Store) -> None:
    found = queue(store, Wanted(("accepted", "review", "rejected"), limit=2))
    assert (len(found.documents), found.total) == (2, 3)


def test_a_document_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    assert find_document(store, GIVEN.id[:6].upper()).id == GIVEN.id
    for wrong in ("", "abc", "ffffffff", f"{GIVEN.id}0", "%%%%"):
        with pytest.raises(ReviewError):
            find_document(store, wrong)


def test_a_document_shows_evidence_alternatives_and_issues(document: ReviewedDocument) -> None:
    shown = document.to_dict()
    assert shown["fields"]["due_date"]["label"] == "Due date"
    assert shown["fields"]["due_date"]["label_dx"] > 0
    assert shown["fields"]["net"]["alternatives"]
    assert "due-before-issue" in {issue["id"] for issue in shown["issues"]}


def test_a_correction_is_validated_and_kept_with_who_and_when(store: Store, document: ReviewedDocument, set_fields: Set) -> None:
    assert set_fields("due_date=2025-04-13", "number= HL-2042 ") is DocumentStatus.REVIEW
    now = find_document(store, GIVEN.id)
    assert (now.invoice.due_date, now.invoice.number) == (datetime.date(2025, 4, 13), "HL-2042")
    assert (now.stored.row["verdict"], now.version, now.stored.row["reviewed_by"]) == ("valid", 2, "anna")
    assert "due-before-issue" in issue_ids(document)
    assert issue_ids(now) & {"due-before-issue", "conflict"} == set()
    kept = [(row["field"], row["old_value"], row["new_value"], row["corrected_by"]) for row in now.corrections]
    assert kept == [("due_date", "2025-01-01", "2025-04-13", "anna"), ("number", "HL-7700", "HL-2042", "anna")]
    age = datetime.datetime.now(datetime.UTC) - now.corrections[0]["corrected_at"]
    assert datetime.timedelta(0) <= age < datetime.timedelta(minutes=5)


def test_what_extraction_found_is_kept(store: Store, document: ReviewedDocument, set_fields: Set) -> None:
    set_fields("due_date=2025-04-13")
    set_fields("due_date=2025-05-13")
    ((verdict, invoice),) = store.read(lambda connection: connection.exec_driver_sql("SELECT verdict, invoice FROM originals").all())
    assert verdict == "review"
    assert '"due_date": "2025-01-01"' in str(invoice).replace("'", '"')
    now = find_document(store, GIVEN.id)
    assert now.fields["due_date"]["value"] == "2025-01-01"
    assert [row["old_value"] for row in now.corrections] == ["2025-01-01", "2025-04-13"]


def test_amounts_that_do_not_add_up_are_told(store: Store, set_fields: Set) -> None:
    set_fields("due_date=2025-04-13", "total=1300.00")
    now = find_document(store, GIVEN.id)
    assert "BR-CO-15" in issue_ids(now)
    assert now.stored.row["verdict"] == "review"
    set_fields("total=1200.00")
    assert find_document(store, GIVEN.id).stored.row["verdict"] == "valid"


def test_a_value_that_the_schema_forbids_makes_the_document_invalid(store: Store, set_fields: Set) -> None:
    set_fields("total=")
    now = find_document(store, GIVEN.id)
    assert now.stored.row["verdict"] == "invalid"
    with pytest.raises(ReviewError, match="cannot be accepted"):
        decide(store, now, Action.ACCEPT, "anna", None, SCHEMA)


def test_rows_are_set_made_and_taken_out(document: ReviewedDocument) -> None:
    invoice, changes = apply_changes(document.invoice, ["lines[0].amount=9.50", "lines[0].description=Lamp", "lines[1].quantity=2", "taxes[0].rate=19"])
    assert invoice.lines == [InvoiceLine(description="Lamp", amount=Decimal("9.50")), InvoiceLine(quantity=Decimal(2))]
    assert invoice.taxes == [TaxLine(rate=Decimal(19), base=Decimal("1000.00"), amount=Decimal("200.00"))]
    assert document.invoice.lines == []
    invoice, changes = apply_changes(invoice, ["lines[0]="])
    assert invoice.lines == [InvoiceLine(quantity=Decimal(2))]
    assert [(change.field, change.old, change.new) for change in changes] == [("lines[0]", '{"description": "Lamp", "amount": "9.50"}', None)]


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("total", "write FIELD=VALUE"),
        ("totl=1", "did you mean 'total'"),
        ("total=1,5", "no amount"),
        ("total=NaN", "no amount"),
        ("date=13.04.2025", "no date"),
        ("currency=QQQ", "no currency"),
        ("kind=letter", "no kind"),
        ("iban=DE1", "form of an IBAN"),
        ("bic=1", "form of a BIC"),
        ("lines[1].amount=1", "no such row"),
        ("lines[0]=", "no such row"),
        ("lines[0].amuont=1", "did you mean 'amount'"),
        ("taxes[0]=5", "name a column"),
        ("extra.meter=1", "no rule file declares it"),
    ],
)
def test_what_is_no_field_or_value_is_refused(document: ReviewedDocument, stated: str, told: str) -> None:
    with pytest.raises(ValueError, match=told.replace("(", r"\(")):
        apply_changes(document.invoice, [stated])


def test_values_take_their_normal_form(document: ReviewedDocument) -> None:
    invoice, _ = apply_changes(document.invoice, ["iban=de89 3704 0044 0532 0130 00", "currency=EUR", "seller_address=1 Quay\\nSaltmouth", "kind=credit_note"])
    assert (invoice.iban, invoice.currency, invoice.seller_address, invoice.kind) == ("DE89370400440532013000", "EUR", "1 Quay\nSaltmouth", "credit_note")


def test_declared_fields_are_set_by_their_kind(document: ReviewedDocument) -> None:
    invoice, _ = apply_changes(document.invoice, ["extra.used=12.50", "extra.meter=M-1"], {"used": "amount", "meter": "identifier"})
    assert invoice.extra == {"used": "12.50", "meter": "M-1"}
    with pytest.raises(ValueError, match=r"extra\.used: 'x' is no amount"):
        apply_changes(document.invoice, ["extra.used=x"], {"used": "amount"})


def test_of_two_reviewers_the_second_is_told(store: Store, document: ReviewedDocument, set_fields: Set) -> None:
    set_fields("due_date=2025-04-13", by="anna", document=document)
    with pytest.raises(ReviewConflict, match=r"version 2, and you saw version 1: anna changed it at 20"):
        set_fields("due_date=2025-06-13", by="ben", document=document)
    with pytest.raises(ReviewConflict):
        decide(store, document, Action.REJECT, "ben", "late", SCHEMA)
    now = find_document(store, GIVEN.id)
    assert (now.invoice.due_date, len(now.corrections), now.reviews) == (datetime.date(2025, 4, 13), 1, [])


def test_a_run_that_did_the_document_again_is_told_apart(
    store: Store, document: ReviewedDocument, set_fields: Set, versions: Versions, good: ExtractionResult
) -> None:
    store.record(Entry(replace(GIVEN, attempts=1), good), versions)
    with pytest.raises(ReviewConflict, match="a run did it again"):
        set_fields("due_date=2025-06-13", document=document)


def test_decisions_are_kept_and_accepted_documents_are_exported(store: Store, document: ReviewedDocument) -> None:
    before = datetime.datetime.now(datetime.UTC)
    assert decide(store, document, Action.ACCEPT, "anna", "the due date is a misprint", SCHEMA) is DocumentStatus.ACCEPTED
    exported = list(stored_documents(store, ["accepted"], since=before))
    assert [each.row["id"] for each in exported] == [GIVEN.id]
    now = find_document(store, GIVEN.id)
    assert [(row["decision"], row["reason"], row["decided_by"]) for row in now.reviews] == [("accept", "the due date is a misprint", "anna")]
    assert decide(store, now, Action.REJECT, "ben", "paid already", SCHEMA) is DocumentStatus.REJECTED
    assert rows(store, "SELECT decision, decided_by FROM reviews_v1 ORDER BY position") == [("accept", "anna"), ("reject", "ben")]


def test_what_has_no_invoice_can_be_rejected_and_not_accepted(store: Store) -> None:
    bad = find_document(store, Input("/in/bad.pdf", "c" * 64).id)
    with pytest.raises(ReviewError, match="could not be read"):
        decide(store, bad, Action.ACCEPT, "anna", None, SCHEMA)
    assert decide(store, bad, Action.REJECT, "anna", "an advertisement", SCHEMA) is DocumentStatus.REJECTED


def test_a_duplicate_is_decided_on_with_its_first(store: Store, versions: Versions) -> None:
    copy = Input("/in/copy.pdf", GIVEN.sha256)
    store.record(Entry(copy, duplicate_of=GIVEN.id, duplicate_by="bytes"), versions)
    with pytest.raises(ReviewError, match="is a copy of"):
        decide(store, find_document(store, copy.id), Action.ACCEPT, "anna", None, SCHEMA)


def test_a_rejected_document_that_is_set_right_goes_to_review_and_an_accepted_one_that_is_not(
    store: Store, versions: Versions, extractor: Extractor, set_fields: Set, checks: Checks
) -> None:
    invalid = extractor.extract(invoice_pdf("HL-9", lines=[line for line in LINES if "Total" not in line and "VAT" not in line]))
    given = Input("/in/invalid.pdf", "d" * 64)
    assert store.record(Entry(given, invalid), versions) is DocumentStatus.REJECTED
    assert set_fields("total=1200.00", "number=HL-9", document=find_document(store, given.id)) is DocumentStatus.REVIEW
    good = find_document(store, Input("/in/good.pdf", "a" * 64).id)
    assert set_fields("due_date=2025-01-01", document=good) is DocumentStatus.REVIEW


def test_a_document_that_a_person_worked_on_is_not_done_again(store: Store, set_fields: Set, versions: Versions, good: ExtractionResult) -> None:
    set_fields("number=MINE")
    assert store.record(Entry(replace(GIVEN, attempts=1), good), versions) is DocumentStatus.REVIEW
    assert find_document(store, GIVEN.id).invoice.number == "MINE"


def test_a_corrected_number_makes_and_unmakes_duplicates(store: Store, set_fields: Set) -> None:
    first = Input("/in/good.pdf", "a" * 64).id
    assert set_fields("number=HL-2041", "due_date=2025-04-13") is DocumentStatus.DUPLICATE
    assert find_document(store, GIVEN.id).stored.row["duplicate_of"] == first
    assert set_fields("number=HL-2042") is DocumentStatus.REVIEW
    assert find_document(store, GIVEN.id).stored.row["duplicate_of"] is None


def test_what_a_person_accepted_is_no_duplicate_however_often_others_are_written(
    store: Store, set_fields: Set, versions: Versions, good: ExtractionResult
) -> None:
    set_fields("number=HL-2041", "due_date=2025-04-13")
    assert decide(store, find_document(store, GIVEN.id), Action.ACCEPT, "anna", "a second delivery", SCHEMA) is DocumentStatus.ACCEPTED
    store.record(Entry(Input("/in/good.pdf", "a" * 64, attempts=1), good), versions)
    now = find_document(store, GIVEN.id)
    assert (now.stored.row["status"], now.stored.row["duplicate_of"], now.stored.row["decided_by"]) == ("accepted", None, "anna")


def test_duplicates_of_what_a_person_rejects_are_let_go(store: Store, set_fields: Set) -> None:
    set_fields("number=HL-2041", "due_date=2025-04-13")
    first = find_document(store, Input("/in/good.pdf", "a" * 64).id)
    decide(store, first, Action.REJECT, "anna", "a draft", SCHEMA)
    assert find_document(store, GIVEN.id).stored.row["status"] == "review"
