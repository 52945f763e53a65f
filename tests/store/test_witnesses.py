"""Witnesses in a store: a fraud of a batch ends in review with who says what, its clean twin is accepted, and a person settles it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from golden import test_frauds as frauds
from papers import FIXTURES, call

from extractor import Extractor
from extractor.issues import Issue, Level
from extractor.resolve import EInvoice
from extractor.review import Checks, ReviewedDocument, apply_changes, correct, find_document
from extractor.store import DocumentStatus, Entry, Input, Store, Versions
from extractor.store.read import stored_documents

PLANTED = frauds.PLANTED[0]
"""The print names another account than the e-invoice and the code."""
FRAUD, CLEAN = Input("/in/fraud.pdf", "a" * 64), Input("/in/clean.pdf", "b" * 64)


@pytest.fixture(scope="module")
def reader() -> Iterator[Extractor]:
    with Extractor(language=["de", "en"], threads=1) as made:
        yield made


@pytest.fixture(scope="module")
def checks(reader: Extractor) -> Checks:
    return Checks(reader.book, reader.schema, reader.thresholds)


@pytest.fixture
def store(address: str, reader: Extractor) -> Iterator[Store]:
    with Store(address) as made:
        result = frauds.read(reader, PLANTED, "RE-2026-0815", clean=False)
        told = Issue("code-value", Level.INFO, "the amount is not of the form that EPC asks for", "amount_due", 1)
        made.record(Entry(FRAUD, replace(result, issues=(*result.issues, told))), Versions.of(reader))
        made.record(Entry(CLEAN, frauds.read(reader, PLANTED, "RE-2026-0816", clean=True)), Versions.of(reader))
        yield made


def told(document: ReviewedDocument, name: str) -> list[str]:
    return [issue["message"] for issue in document.stored.issues if issue["id"] == name]


def set_fields(store: Store, checks: Checks, *stated: str) -> DocumentStatus:
    document = find_document(store, FRAUD.id)
    invoice, changes = apply_changes(document.invoice, stated)
    corrected = {*(row["field"] for row in document.corrections), *(change.field for change in changes)}
    return correct(store, document, invoice, changes, checks.issues(document, invoice, corrected), "anna")


def test_a_field_keeps_what_witnesses_say_of_it(store: Store) -> None:
    claims = find_document(store, FRAUD.id).fields["iban"]["claims"]
    assert {(claim["witness"], claim["value"], claim["agrees"]) for claim in claims} == {
        ("factur-x.xml", frauds.ACCOUNT, True),
        ("EPC QR code on page 1", frauds.ACCOUNT, True),
    }


def test_a_conflict_stays_the_same_until_a_person_sets_the_field(store: Store, checks: Checks) -> None:
    (before,) = told(find_document(store, FRAUD.id), "conflict")
    assert frauds.OTHER_ACCOUNT in before
    set_fields(store, checks, "payment_terms=sofort")
    assert told(find_document(store, FRAUD.id), "conflict") == [before]
    set_fields(store, checks, f"iban={frauds.ACCOUNT}")
    document = find_document(store, FRAUD.id)
    assert told(document, "conflict") == []
    assert told(document, "code-value") == ["the amount is not of the form that EPC asks for"]
    assert document.stored.row["verdict"] == "valid"


def test_another_amount_settles_no_conflict_of_witnesses(address: str, reader: Extractor, checks: Checks) -> None:
    planted = next(each for each in frauds.PLANTED if each.title == "amount in the code")
    with Store(address) as store:
        store.record(Entry(FRAUD, frauds.read(reader, planted, "RE-2026-0815", clean=False)), Versions.of(reader))
        before = told(find_document(store, FRAUD.id), "conflict")
        assert before
        set_fields(store, checks, "net=1000.00")
        assert told(find_document(store, FRAUD.id), "conflict") == before


def test_a_policy_sees_what_was_claimed_again(store: Store, checks: Checks) -> None:
    document = find_document(store, FRAUD.id)
    found = checks.issues(document, document.invoice, ())
    assert {issue.message for issue in found if issue.level is Level.WARNING} == {
        each["message"] for each in document.stored.issues if each["level"] == "warning"
    }


def test_how_e_invoices_are_taken_is_part_of_the_versions() -> None:
    with Extractor() as prefers, Extractor(einvoice=EInvoice.CHECK) as checks:
        assert Versions.of(prefers).settings != Versions.of(checks).settings


def test_a_fraud_in_a_batch_goes_to_review_and_its_twin_is_accepted(address: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "clean.pdf").write_bytes(frauds.document(PLANTED, "RE-2026-0816", clean=True))
    (folder / "fraud.pdf").write_bytes(frauds.document(PLANTED, "RE-2026-0815", clean=False))
    done = call("batch", folder, "--store", address, "--language", "de", "--language", "en")
    assert done.returncode == 1
    assert "1 accepted, 1 review" in done.stdout
    with Store(address) as store:
        held = next(each.row["id"] for each in stored_documents(store, ["review"]))
    shown = call("review", "show", held, "--store", address).stdout
    assert f"warning[conflict] iban: {frauds.ACCOUNT} (factur-x.xml" in shown
    assert f"against {frauds.OTHER_ACCOUNT} (printed on page 1)" in shown
    assert f"as {frauds.ACCOUNT} (EPC QR code on page 1" in shown
    assert call("review", "set", held, f"iban={frauds.ACCOUNT}", "--store", address, "--by", "anna").returncode == 0
    assert "conflict" not in call("review", "show", held, "--store", address).stdout.split("warning[")[-1].partition("\n")[0]


def test_xml_alone_goes_through_batch_status_and_export(address: str, tmp_path: Path) -> None:
    for form, name in (("cii", "cii.xml"), ("ubl", "credit-note.xml")):
        folder = tmp_path / form
        folder.mkdir()
        (folder / name).write_bytes((FIXTURES / "einvoices" / name).read_bytes())
        assert call("batch", folder, "--store", address).returncode == 0
    assert "accepted          2" in call("status", "--store", address).stdout
    assert len(call("export", "--store", address, "--format", "jsonl").stdout.splitlines()) == 2
    again = call("batch", tmp_path / "cii", tmp_path / "ubl", "--store", address, "--reprocess", "stale")
    assert "2 known before" in again.stdout
    again = call("batch", tmp_path / "cii", "--store", address, "--reprocess", "stale", "--einvoice", "ignore")
    assert "1 rejected" in again.stdout
