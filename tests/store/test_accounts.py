"""Accounts: a document that names another one than its seller's documents before is held back, whoever reads it when."""

from __future__ import annotations

import itertools
import json
import pickle
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from disturbed import batch, kill_at_random
from papers import LINES, call, invoice_pdf
from sqlalchemy import select, text, update

from extractor import ExtractionResult
from extractor.errors import CorruptDocument
from extractor.output import RuleSource
from extractor.resolve import Thresholds
from extractor.review import Checks, apply_changes, correct, decide, find_document
from extractor.routing import Action, Decision
from extractor.rules import RuleBook
from extractor.split import Part
from extractor.store import DocumentStatus, Entry, Input, Store, Versions
from extractor.store.read import StoredDocument, stored_documents
from extractor.store.tables import accounts, invoices, metadata
from extractor.store.views import drop_views
from extractor.validate import InvoiceSchema

KNOWN, OTHER, THIRD = "DE89370400440532013000", "GB29NWBK60161331926819", "FR1420041010050500013M02606"
ISSUE = "iban-changed"
VOLATILE = {"first_seen", "finished_at", "changed_at", "started_at", "seconds", "attempts", "version", "run_id", "stamp"}
Make = Callable[..., ExtractionResult]


@pytest.fixture
def made(good: ExtractionResult) -> Make:
    """A valid result with a number, an account, and what else is said of it."""

    def made(number: str, iban: str | None, rules: RuleSource | None = None, **changes: Any) -> ExtractionResult:
        invoice = replace(good.invoice, number=f"HL-{number}", iban=iban, **changes)
        return replace(good, invoice=invoice, rules=rules or good.rules)

    return made


def given(name: str, part: Part | None = None) -> Input:
    return Input(f"/in/{name}.pdf", name[0] * 64, part=part)


def ends(store: Store) -> dict[str, str]:
    """Where the documents ended, by the letter of the file; with `!` where they have the issue, and its level is a warning."""
    found = {}
    for document in stored_documents(store):
        told = [issue["level"] for issue in document.issues if issue["id"] == ISSUE]
        assert told in ([], ["warning"])
        assert not told or document.row["verdict"] != "valid"
        found[Path(document.row["source"]).stem] = document.row["status"] + "!" * len(told)
    return found


def contents(store: Store) -> dict[str, list[Any]]:
    """All rows of all tables, without what tells when and how often something was done."""

    def read(connection: Any) -> dict[str, list[Any]]:
        tables = {name: table for name, table in metadata.tables.items() if name not in ("runs", "arrivals")}
        columns = {name: [column for column in table.columns if column.name not in VOLATILE] for name, table in tables.items()}
        return {name: sorted(map(repr, connection.execute(select(*wanted)))) for name, wanted in columns.items()}

    return store.read(read)


def document(store: Store, name: str) -> StoredDocument:
    return next(each for each in stored_documents(store) if Path(each.row["source"]).stem == name)


def test_another_account_is_held_back_and_told_with_the_known_one(address: str, versions: Versions, made: Make) -> None:
    with Store(address) as store:
        got = [store.record(Entry(given(name), made(name, iban)), versions) for name, iban in zip("abc", (KNOWN, OTHER, KNOWN), strict=True)]
        assert got == [DocumentStatus.ACCEPTED, DocumentStatus.REVIEW, DocumentStatus.ACCEPTED]
        held = document(store, "b")
        known = f"{KNOWN} (document {given('a').id[:8]}, /in/a.pdf)"
        (issue,) = [issue for issue in held.issues if issue["id"] == ISSUE]
        assert issue["message"] == f"{OTHER} is to be paid to, this seller's documents before named {known}"
        assert (issue["field"], issue["position"]) == ("iban", len(held.issues))
        about = {name: held.row[name] for name in ("verdict", "decision", "route_reason")}
        reason = f"it is not accepted, because it names the account {OTHER}, and this seller's documents before named {known}"
        assert about == {"verdict": "review", "decision": "review", "route_reason": reason}


def test_a_policy_that_accepts_everything_does_not_accept_it(address: str, versions: Versions, made: Make) -> None:
    every = Decision(Action.ACCEPT, "policy.yaml:2", ("all",), "we trust them")
    with Store(address) as store:
        for name, iban in zip("abc", (KNOWN, OTHER, OTHER), strict=True):
            store.record(Entry(given(name), made(name, iban), routed=every), versions)
        assert ends(store) == {"a": "accepted", "b": "review!", "c": "review!"}
        row = document(store, "c").row
        assert row["route_reason"].startswith("we trust them; it is not accepted, because it names the account")
        assert (row["decision"], row["route"], row["tags"]) == ("review", "policy.yaml:2", ["all"])


def test_what_is_rejected_stays_rejected_and_what_is_invalid_invalid(address: str, versions: Versions, made: Make) -> None:
    with Store(address) as store:
        store.record(Entry(given("a"), made("a", KNOWN)), versions)
        store.record(Entry(given("b"), made("b", OTHER), routed=Decision(Action.REJECT, reason="late")), versions)
        assert ends(store) == {"a": "accepted", "b": "rejected!"}
        assert (document(store, "b").row["decision"], document(store, "b").row["route_reason"]) == ("reject", "late")


@pytest.mark.parametrize("order", list(itertools.permutations("abcd")))
def test_the_order_of_writing_changes_nothing(address: str, versions: Versions, made: Make, order: tuple[str, ...], tmp_path: Path) -> None:
    results = {"a": made("a", KNOWN), "b": made("b", OTHER), "c": made("c", KNOWN), "d": made("d", THIRD)}
    with Store(f"{tmp_path}/calm.db") as store:
        for name, result in results.items():
            store.record(Entry(given(name), result), versions)
        expected = contents(store)
    with Store(address) as store:
        store.note_arrivals([given(name) for name in "abcd"])
        for name in order:
            store.record(Entry(given(name), results[name]), versions)
        assert ends(store) == {"a": "accepted", "b": "review!", "c": "accepted", "d": "review!"}
        assert contents(store) == expected


def test_a_document_that_comes_late_makes_the_ones_after_it_be_judged_again(address: str, versions: Versions, made: Make) -> None:
    with Store(address) as store:
        store.note_arrivals([given(name) for name in "abc"])
        store.record(Entry(given("b"), made("b", OTHER)), versions)
        store.record(Entry(given("c"), made("c", OTHER)), versions)
        assert ends(store) == {"b": "accepted", "c": "accepted"}
        seen = document(store, "b").row["version"]
        store.record(Entry(given("a"), made("a", KNOWN)), versions)
        assert ends(store) == {"a": "accepted", "b": "review!", "c": "review!"}
        assert document(store, "b").row["version"] == seen + 1  # nobody accepts what he saw without the issue


def test_doing_documents_again_changes_nothing_and_another_account_does(address: str, versions: Versions, made: Make) -> None:
    results = {"a": made("a", KNOWN), "b": made("b", OTHER), "c": made("c", KNOWN)}
    with Store(address) as store:
        for name, result in results.items():
            store.record(Entry(given(name), result), versions)
        before = contents(store)
        for name in "bacab":
            store.record(Entry(replace(given(name), attempts=1), results[name]), versions)
            assert contents(store) == before
        store.record(Entry(replace(given("a"), attempts=1), made("a", OTHER)), versions)
        assert ends(store) == {"a": "accepted", "b": "accepted", "c": "review!"}
        store.record(Entry(replace(given("a"), attempts=1), error=CorruptDocument("gone")), versions)
        assert ends(store) == {"a": "rejected", "b": "accepted", "c": "review!"}
        store.record(Entry(replace(given("b"), attempts=1), made("b", None)), versions)
        assert ends(store) == {"a": "rejected", "b": "accepted", "c": "accepted"}


def test_what_is_rejected_or_a_duplicate_makes_no_account_known(address: str, versions: Versions, made: Make) -> None:
    with Store(address) as store:
        store.record(Entry(given("a"), made("a", OTHER), routed=Decision(Action.REJECT)), versions)
        store.record(Entry(given("b"), made("b", KNOWN)), versions)
        store.record(Entry(given("c"), made("b", OTHER)), versions)
        store.record(Entry(given("d"), made("d", OTHER)), versions)
        assert ends(store) == {"a": "rejected", "b": "accepted", "c": "duplicate!", "d": "review!"}


def test_a_duplicate_that_becomes_the_first_makes_its_account_known(address: str, versions: Versions, made: Make) -> None:
    with Store(address) as store:
        for name, number, iban in (("a", "a", KNOWN), ("b", "b", KNOWN), ("c", "b", OTHER), ("d", "d", OTHER)):
            store.record(Entry(given(name), made(number, iban)), versions)
        assert ends(store) == {"a": "accepted", "b": "accepted", "c": "duplicate!", "d": "review!"}
        store.record(Entry(replace(given("a"), attempts=1), error=CorruptDocument("gone")), versions)
        store.record(Entry(replace(given("b"), attempts=1), error=CorruptDocument("gone")), versions)
        assert ends(store) == {"a": "rejected", "b": "rejected", "c": "accepted", "d": "accepted"}


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ({}, {"seller_name": "HARBOUR LANTERN WORKS LTD."}, True),
        ({}, {"seller_name": "Quay Works Ltd"}, False),
        ({"seller_vat_id": "GB980780684"}, {"seller_vat_id": "GB980780684", "seller_name": "Harbour"}, True),
        ({"seller_vat_id": "GB980780684"}, {"seller_vat_id": "DE136695976"}, False),
        ({"seller_tax_id": "12/345"}, {"seller_tax_id": "12 345", "seller_name": "Harbour"}, True),
        ({"seller_name": None}, {"seller_name": None}, False),
        ({"rules": RuleSource("vendors/harbour", True)}, {"rules": RuleSource("vendors/harbour", True), "seller_vat_id": "DE136695976"}, True),
        ({"rules": RuleSource("generic/en", False)}, {"rules": RuleSource("generic/en", False), "seller_name": "Quay Works Ltd"}, False),
    ],
)
def test_whose_account_it_is(tmp_path: Path, versions: Versions, made: Make, one: Mapping[str, Any], other: Mapping[str, Any], is_same: bool) -> None:
    with Store(f"{tmp_path}/books.db") as store:
        store.record(Entry(given("a"), made("a", KNOWN, **one)), versions)
        store.record(Entry(given("b"), made("b", OTHER, **other)), versions)
        assert ends(store)["b"] == ("review!" if is_same else "accepted")


def test_an_account_that_the_rule_file_states_is_not_changed(address: str, versions: Versions, made: Make) -> None:
    rules = RuleSource("vendors/harbour", True, (), ("DE89 3704 0044 0532 0130 00", OTHER))
    with Store(address) as store:
        for name, iban in zip("abcd", (KNOWN, OTHER, THIRD, OTHER), strict=True):
            store.record(Entry(given(name), made(name, iban, rules)), versions)
        assert ends(store) == {"a": "accepted", "b": "accepted", "c": "review!", "d": "accepted"}
        store.record(Entry(replace(given("b"), attempts=1), made("b", OTHER, replace(rules, ibans=()))), versions)  # the rule file was changed
        assert ends(store)["b"] == "review!"


def test_an_account_with_wrong_check_digits_is_neither_known_nor_changed(address: str, versions: Versions, made: Make) -> None:
    with Store(address) as store:
        for name, iban in zip("abc", ("DE88370400440532013000", KNOWN, "DE88370400440532013000"), strict=True):
            store.record(Entry(given(name), made(name, iban)), versions)
        assert not [name for name, end in ends(store).items() if "!" in end]


def test_many_accounts_of_a_seller_are_told_in_short(address: str, versions: Versions, made: Make) -> None:
    more = ("CH9300762011623852957", "NL91ABNA0417164300")
    rules = RuleSource("vendors/harbour", True, (), (KNOWN, OTHER, *more))
    with Store(address) as store:
        for name, iban in zip("abcde", (KNOWN, OTHER, *more, THIRD), strict=True):
            store.record(Entry(given(name), made(name, iban, rules)), versions)
        issue = document(store, "e").issues[-1]
        assert issue["message"].count(" (document ") == 3
        assert issue["message"].endswith(" and others")


def accept(store: Store, name: str, by: str = "anna", action: Action = Action.ACCEPT) -> DocumentStatus:
    return decide(store, find_document(store, given(name).id), action, by, "asked them by telephone", InvoiceSchema())


def test_a_person_who_accepts_makes_the_account_known(address: str, versions: Versions, made: Make) -> None:
    with Store(address) as store:
        for name, iban in zip("abcd", (KNOWN, OTHER, OTHER, THIRD), strict=True):
            store.record(Entry(given(name), made(name, iban)), versions)
        assert ends(store) == {"a": "accepted", "b": "review!", "c": "review!", "d": "review!"}
        since = document(store, "c").row["changed_at"]
        accept(store, "b")
        assert ends(store) == {"a": "accepted", "b": "accepted!", "c": "accepted", "d": "review!"}
        released = document(store, "c").row
        assert (released["verdict"], released["decision"], released["route_reason"], released["version"]) == ("valid", "accept", None, 2)
        assert released["changed_at"] > since  # so that an export of what changed since then holds it
        assert f"{OTHER} (document {given('b').id[:8]}" in document(store, "d").row["route_reason"]
        assert store.record(Entry(given("e"), made("e", OTHER)), versions) is DocumentStatus.ACCEPTED


def test_a_person_who_rejects_takes_the_account_back(address: str, versions: Versions, made: Make) -> None:
    with Store(address) as store:
        for name, iban in zip("abc", (OTHER, KNOWN, KNOWN), strict=True):
            store.record(Entry(given(name), made(name, iban)), versions)
        assert ends(store) == {"a": "accepted", "b": "review!", "c": "review!"}
        accept(store, "a", action=Action.REJECT)
        assert ends(store) == {"a": "rejected", "b": "accepted", "c": "accepted"}


@pytest.fixture(scope="session")
def checks() -> Checks:
    return Checks(RuleBook.load(()), InvoiceSchema(), Thresholds())


def set_fields(store: Store, checks: Checks, name: str, *stated: str, decision: Decision | None = None) -> DocumentStatus:
    found = find_document(store, given(name).id)
    invoice, changes = apply_changes(found.invoice, stated)
    corrected = {*(row["field"] for row in found.corrections), *(change.field for change in changes)}
    return correct(store, found, invoice, changes, checks.issues(found, invoice, corrected), "anna", decision)


def test_a_corrected_account_is_judged_again(address: str, versions: Versions, made: Make, checks: Checks) -> None:
    with Store(address) as store:
        for name, iban in zip("abc", (KNOWN, OTHER, KNOWN), strict=True):
            store.record(Entry(given(name), made(name, iban)), versions)
        assert set_fields(store, checks, "b", f"iban={KNOWN}") is DocumentStatus.REVIEW  # who corrects it accepts it as well
        row = document(store, "b").row
        assert (row["verdict"], row["route_reason"], ends(store)["b"]) == ("valid", None, "review")
        assert set_fields(store, checks, "b", f"iban={THIRD}") is DocumentStatus.REVIEW
        assert ends(store)["b"] == "review!"
        assert set_fields(store, checks, "c", f"iban={OTHER}") is DocumentStatus.REVIEW
        assert ends(store) == {"a": "accepted", "b": "review!", "c": "review!"}
        assert set_fields(store, checks, "a", f"iban={OTHER}") is DocumentStatus.ACCEPTED
        assert ends(store) == {"a": "accepted", "b": "review!", "c": "accepted"}  # a verdict had accepted it, and its account is known now


def test_a_policy_decides_anew_and_is_held_back_anew(address: str, versions: Versions, made: Make, checks: Checks) -> None:
    every = Decision(Action.ACCEPT, "policy.yaml:2")
    with Store(address) as store:
        for name, iban in zip("ab", (KNOWN, OTHER), strict=True):
            store.record(Entry(given(name), made(name, iban)), versions)
        assert set_fields(store, checks, "b", "number=HL-7", decision=every) is DocumentStatus.REVIEW
        assert ends(store)["b"] == "review!"
        assert set_fields(store, checks, "b", f"iban={KNOWN}", decision=every) is DocumentStatus.ACCEPTED


def test_what_a_person_accepted_stays_but_with_another_account(address: str, versions: Versions, made: Make, checks: Checks) -> None:
    with Store(address) as store:
        for name, iban in zip("abc", (KNOWN, OTHER, OTHER), strict=True):
            store.record(Entry(given(name), made(name, iban)), versions)
        accept(store, "b")
        assert set_fields(store, checks, "b", "number=HL-7") is DocumentStatus.ACCEPTED
        assert ends(store) == {"a": "accepted", "b": "accepted!", "c": "accepted"}
        assert set_fields(store, checks, "b", f"iban={THIRD}") is DocumentStatus.REVIEW
        assert ends(store) == {"a": "accepted", "b": "review!", "c": "review!"}
        assert set_fields(store, checks, "b", "iban=") is DocumentStatus.REVIEW
        assert ends(store) == {"a": "accepted", "b": "review", "c": "review!"}


def test_a_corrected_seller_moves_the_account(address: str, versions: Versions, made: Make, checks: Checks) -> None:
    with Store(address) as store:
        for name, iban in zip("abc", (KNOWN, OTHER, OTHER), strict=True):
            store.record(Entry(given(name), made(name, iban)), versions)
        set_fields(store, checks, "a", "seller_vat_id=DE136695976")
        assert ends(store) == {"a": "accepted", "b": "accepted", "c": "accepted"}
        set_fields(store, checks, "b", "seller_vat_id=DE136695976")
        assert ends(store) == {"a": "accepted", "b": "review!", "c": "accepted"}


def test_the_invoices_of_one_file_are_judged_in_their_order(address: str, versions: Versions, made: Make) -> None:
    parts = [Part((number,), number, 3) for number in (1, 2, 3)]

    def entries(*ibans: str) -> list[Entry]:
        return [Entry(given("b", part), made(f"b{part.number}", iban)) for part, iban in zip(parts, ibans, strict=True)]

    with Store(address) as store:
        store.note_arrivals([given("a"), given("b")])
        written = store.record_file(entries(KNOWN, OTHER, KNOWN), versions)
        assert [status for _, status in written] == ["accepted", "review", "accepted"]
        told = next(each for each in stored_documents(store, ["review"])).row["route_reason"]
        assert f"{KNOWN} (document {given('b', parts[0]).id[:8]}, /in/b.pdf, page 1)" in told
        before = contents(store)
        again = [replace(entry, input=replace(entry.input, attempts=1)) for entry in entries(KNOWN, OTHER, KNOWN)]
        assert [status for _, status in store.record_file(again, versions)] == ["accepted", "review", "accepted"]
        assert contents(store) == before
        store.record(Entry(given("a"), made("a", OTHER)), versions)
        assert [each.row["status"] for each in stored_documents(store)] == ["accepted", "review", "accepted", "review"]


WRITER = """
import dataclasses, pickle, sys
from extractor.store import Entry, Input, Store
address, pickled, name = sys.argv[1:]
with open(pickled, "rb") as file:
    result, versions, ibans = pickle.load(file)
with Store(address) as store:
    sys.stdin.readline()
    for number, iban in enumerate(ibans):
        if number % 2 == "ab".index(name):
            invoice = dataclasses.replace(result.invoice, number=f"HL-{number}", iban=iban, seller_name=f"Seller {number % 3}")
            store.record(Entry(Input(f"/in/{number:02}.pdf", f"{number:064}"), dataclasses.replace(result, invoice=invoice)), versions)
"""


def test_two_processes_that_write_at_once_come_to_what_one_comes_to(address: str, versions: Versions, good: ExtractionResult, tmp_path: Path) -> None:
    ibans = random.Random(7).choices((KNOWN, OTHER, THIRD), (6, 1, 1), k=40)
    path = tmp_path / "result"
    path.write_bytes(pickle.dumps((good, versions, ibans)))
    inputs = [Input(f"/in/{number:02}.pdf", f"{number:064}") for number in range(len(ibans))]
    for store in (Store(address), Store(f"{tmp_path}/calm.db")):
        with store:
            store.note_arrivals(inputs)
    _write([[address, str(path), name] for name in "ab"])
    for name in "ab":
        _write([[f"{tmp_path}/calm.db", str(path), name]])
    with Store(address) as one, Store(f"{tmp_path}/calm.db") as other:
        assert "review!" in ends(one).values()
        assert contents(one) == contents(other)


def _write(arguments: list[list[str]]) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, *own], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for own in arguments]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    assert [(writer.communicate(timeout=120)[1], writer.returncode) for writer in writers] == [("", 0)] * len(writers)


def paper(number: str, iban: str) -> bytes:
    return invoice_pdf(number, lines=[*LINES, f"IBAN: {iban}"])


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """A folder in which every seventh document names another account."""
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(28):
        (folder / f"{number:02}.pdf").write_bytes(paper(f"HL-{number}", OTHER if number % 7 == 3 else KNOWN))
    return folder


def test_a_run_that_is_killed_comes_to_what_a_calm_one_comes_to(address: str, night: Path, tmp_path: Path) -> None:
    calm = f"{tmp_path}/calm.db"
    assert call(*batch(night, calm, "--jobs", "1")[3:]).returncode == 1
    chance = random.Random(3)
    for _ in range(4):
        kill_at_random(batch(night, address, "--jobs", "2"), address, chance, 8)
    assert call(*batch(night, address, "--jobs", "2")[3:]).returncode in (0, 1)  # as what was left of it has it
    with Store(address) as one, Store(calm) as other:
        assert sum(end == "review!" for end in ends(one).values()) == 4
        assert ends(one) == ends(other)
        assert contents(one) == contents(other)


def test_a_feed_and_an_export_leave_out_what_is_held_back(address: str, night: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("format: 1\nroutes:\n  - then: accept\n", encoding="utf-8")
    done = call("batch", night, "--store", address, "--policy", policy)
    assert "24 accepted, 4 review" in done.stdout
    assert done.returncode == 1
    exported = call("export", "--store", address, "--format", "jsonl")
    assert {json.loads(line)["iban"] for line in exported.stdout.splitlines()} == {KNOWN}
    held = call("review", "list", "--store", address, "--issue", ISSUE)
    assert held.stdout.count("warning[iban-changed]") == 4
    assert call("review", "accept", given_id(address, "03"), "--store", address, "--by", "anna").returncode == 0
    exported = call("export", "--store", address, "--format", "jsonl")
    assert len(exported.stdout.splitlines()) == 28


def given_id(address: str, name: str) -> str:
    with Store(address) as store:
        return str(document(store, name).row["id"])


def test_the_accounts_of_an_older_store_are_known_and_nothing_in_it_is_changed(address: str, versions: Versions, made: Make) -> None:
    with Store(address) as store:
        for name, iban in zip("abc", (KNOWN, None, KNOWN), strict=True):
            store.record(Entry(given(name), made(name, iban)), versions)
        store.record(Entry(given("d"), made("d", None), routed=Decision(Action.REJECT)), versions)
        for name, iban in (("b", OTHER), ("d", THIRD)):
            store.write(
                lambda connection, name=name, iban=iban: connection.execute(update(invoices).values(iban=iban).where(invoices.c.document_id == given(name).id))
            )
        store.write(_back_to_the_fourth_form)
    with Store(address) as store:
        assert ends(store) == {"a": "accepted", "b": "accepted", "c": "accepted", "d": "rejected"}
        rows = store.read(lambda connection: connection.execute(select(accounts).order_by(accounts.c.position)).all())
        assert [(row.iban, row.known, row.is_old) for row in rows] == [(KNOWN, True, True), (OTHER, True, True), (KNOWN, True, True), (THIRD, False, True)]
        for name, iban in zip("efg", (OTHER, THIRD, KNOWN), strict=True):
            store.record(Entry(given(name), made(name, iban)), versions)
        assert [ends(store)[name] for name in "efg"] == ["accepted", "review!", "accepted"]
        store.record(Entry(replace(given("b"), attempts=1), made("b", OTHER)), versions)  # it is done again, and stays what it was
        assert ends(store)["b"] == "accepted"


def _back_to_the_fourth_form(connection: Any) -> None:
    drop_views(connection)
    connection.execute(text("DROP TABLE accounts"))
    connection.execute(text("UPDATE invoice_store_version SET version_num = '0004'"))
