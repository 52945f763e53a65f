"""Duplicates: the same invoice in another document is flagged, another invoice that looks the same is not, and who is first does not hang on chance."""

from __future__ import annotations

import datetime
import itertools
import pickle
import subprocess
import sys
import zlib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from papers import LINES, invoice_pdf
from sqlalchemy import text

from extractor import ExtractionResult, Extractor
from extractor.errors import CorruptDocument
from extractor.invoice.fields import Invoice
from extractor.routing import Action, Decision
from extractor.store import DocumentStatus, Entry, Input, Store, Versions
from extractor.store.read import stored_documents
from extractor.store.same_invoice import DEFAULT_KEY, SAME_KEY, SAME_PAGES, Traits, key_names, sameness, traits_of
from extractor.store.views import drop_views

BASE = Invoice(
    number="HL-2041",
    date=datetime.date(2025, 3, 14),
    total=Decimal("1200.00"),
    currency="GBP",
    kind="invoice",
    seller_name="Harbour Lantern Works Ltd",
)
FIGURES = (2041, *range(20, 40))


def traits(figures: tuple[int, ...] = FIGURES, key: tuple[str, ...] = DEFAULT_KEY, **changes: Any) -> Traits:
    return traits_of(replace(BASE, **changes), figures, key)


FIRST = traits()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, SAME_KEY),
        ({"number": "hl 2041"}, SAME_KEY),
        ({"total": Decimal("1200.0")}, SAME_KEY),
        ({"seller_name": "HARBOUR LANTERN WORKS"}, SAME_KEY),
        ({"currency": None}, SAME_KEY),
        ({"number": "HL-2042"}, None),
        ({"number": "HL-204l"}, SAME_PAGES),
        ({"number": "2041"}, SAME_PAGES),
        ({"number": "HL-20411"}, None),
        ({"date": datetime.date(2025, 4, 14)}, None),
        ({"date": None}, SAME_PAGES),
        ({"total": None}, SAME_PAGES),
        ({"total": Decimal("1200.01")}, None),
        ({"date": None, "total": None}, None),
        ({"kind": "credit_note"}, None),
        ({"currency": "EUR"}, None),
        ({"seller_name": None}, SAME_PAGES),
        ({"seller_name": "Quay Street 12"}, SAME_PAGES),
        ({"seller_vat_id": "GB980780684"}, SAME_KEY),
    ],
)
def test_what_is_the_same_invoice(changes: dict[str, Any], expected: str | None) -> None:
    assert sameness(FIRST, traits(**changes)) == expected
    assert sameness(traits(**changes), FIRST) == expected


def test_two_sellers_may_use_the_same_number() -> None:
    ours, theirs = traits(seller_vat_id="GB980780684"), traits(seller_vat_id="DE136695976")
    assert sameness(ours, theirs) is None


def test_where_a_part_is_missing_the_pages_must_agree() -> None:
    other = tuple(range(60, 90))
    assert sameness(FIRST, traits(figures=other, date=None)) is None
    assert sameness(FIRST, traits(figures=other, seller_name=None)) is None


def test_a_number_that_was_not_found_must_stand_on_the_page() -> None:
    with_it, without = (zlib.crc32(b"2041"), *FIGURES), FIGURES[1:]
    assert sameness(FIRST, traits(figures=with_it, number=None)) == SAME_PAGES
    assert sameness(FIRST, traits(figures=without, number=None)) is None


def test_without_any_number_nearly_all_figures_must_agree() -> None:
    receipt = traits(number=None)
    assert sameness(receipt, traits(number=None)) == SAME_PAGES
    assert sameness(receipt, traits(number=None, figures=(*FIGURES[:-4], 1, 2, 3, 4))) is None
    assert sameness(traits(number=None, figures=FIGURES[:4]), traits(number=None, figures=FIGURES[:4])) is None


def test_a_key_of_ones_own() -> None:
    key = key_names(["seller", "number"])
    assert sameness(traits(key=key), traits(key=key, date=None, total=Decimal(7))) == SAME_KEY
    with pytest.raises(ValueError, match="'nmber' is none"):
        key_names(["nmber"])
    with pytest.raises(ValueError, match="a field beside the seller"):
        key_names(["seller"])


def given(name: str) -> Input:
    return Input(f"/in/{name}.pdf", name * 64)


def flagged(store: Store) -> dict[str, tuple[str, str | None, str | None]]:
    names = {document.row["id"]: document.row["source"][4] for document in stored_documents(store)}
    rows = [document.row for document in stored_documents(store)]
    return {names[row["id"]]: (row["status"], names.get(row["duplicate_of"]), row["duplicate_by"]) for row in rows}


@pytest.fixture(scope="session")
def again(extractor: Extractor) -> ExtractionResult:
    """The invoice of `good` in another form."""
    return extractor.extract(invoice_pdf(lines=[*LINES[:5], *LINES[6:]]))


@pytest.fixture(scope="session")
def other(extractor: Extractor) -> ExtractionResult:
    """The invoice of `good` with another number."""
    return extractor.extract(invoice_pdf("HL-2042"))


def test_the_same_invoice_is_flagged_and_another_one_is_not(
    address: str, versions: Versions, good: ExtractionResult, again: ExtractionResult, other: ExtractionResult
) -> None:
    with Store(address) as store:
        ends = [store.record(Entry(given(name), result), versions) for name, result in (("a", good), ("b", other), ("c", again))]
        assert ends == [DocumentStatus.ACCEPTED, DocumentStatus.ACCEPTED, DocumentStatus.DUPLICATE]
        assert flagged(store) == {"a": ("accepted", None, None), "b": ("accepted", None, None), "c": ("duplicate", "a", SAME_KEY)}
        kept = next(document.invoice for document in stored_documents(store, ["duplicate"]))
        assert kept is not None
        assert kept.number == "HL-2041"


@pytest.mark.parametrize("order", list(itertools.permutations("abc")))
def test_the_first_is_the_one_that_was_taken_up_first(
    address: str, versions: Versions, good: ExtractionResult, again: ExtractionResult, order: tuple[str, ...]
) -> None:
    results = {"a": good, "b": again, "c": good}
    with Store(address) as store:
        store.note_arrivals([given(name) for name in "abc"])
        for name in order:
            store.record(Entry(given(name), results[name]), versions)
        assert flagged(store) == {"a": ("accepted", None, None), "b": ("duplicate", "a", SAME_KEY), "c": ("duplicate", "a", SAME_KEY)}


def test_doing_documents_again_changes_nothing(address: str, versions: Versions, good: ExtractionResult, again: ExtractionResult) -> None:
    with Store(address) as store:
        for name, result in (("a", good), ("b", again)):
            store.record(Entry(given(name), result), versions)
        before = flagged(store)
        for name, result in (("b", again), ("a", good), ("b", again)):
            store.record(Entry(replace(given(name), attempts=1), result), versions)
            assert flagged(store) == before


def test_a_document_that_turns_out_to_be_another_invoice_lets_its_duplicates_go(
    address: str, versions: Versions, good: ExtractionResult, again: ExtractionResult, other: ExtractionResult
) -> None:
    with Store(address) as store:
        for name in "abc":
            store.record(Entry(given(name), again), versions)
        store.record(Entry(Input("/in/d.pdf", "b" * 64), duplicate_of=given("b").id, duplicate_by="bytes"), versions)
        assert flagged(store)["d"] == ("duplicate", "a", "bytes")
        store.record(Entry(replace(given("a"), attempts=1), other), versions)
        expected = {"a": ("accepted", None, None), "b": ("accepted", None, None), "c": ("duplicate", "b", SAME_KEY), "d": ("duplicate", "b", "bytes")}
        assert flagged(store) == expected
        store.record(Entry(replace(given("a"), attempts=2), good), versions)
        assert flagged(store) == {name: ("duplicate", "a", how) for name, how in (("b", "key"), ("c", "key"), ("d", "bytes"))} | {"a": ("accepted", None, None)}
        store.record(Entry(replace(given("a"), attempts=3), error=CorruptDocument("gone")), versions)
        assert flagged(store)["a"] == ("rejected", None, None)
        assert flagged(store)["b"] == ("accepted", None, None)


def test_a_rejected_document_is_no_first(address: str, versions: Versions, good: ExtractionResult, again: ExtractionResult) -> None:
    with Store(address) as store:
        store.record(Entry(given("a"), good, routed=Decision(Action.REJECT, "policy.yaml:3", ("late",), "too late")), versions)
        assert store.record(Entry(given("b"), again), versions) is DocumentStatus.ACCEPTED
        (first,) = stored_documents(store, ["rejected"])
        assert [first.row[name] for name in ("decision", "route", "route_reason", "tags")] == ["reject", "policy.yaml:3", "too late", ["late"]]


WRITER = """
import dataclasses, pickle, sys
from extractor.store import Entry, Input, Store
address, pickled, name = sys.argv[1:]
with open(pickled, "rb") as file:
    result, versions = pickle.load(file)
with Store(address) as store:
    sys.stdin.readline()
    for number in range(8):
        digest = f"{name}{number:063}"
        invoice = dataclasses.replace(result.invoice, number=f"HL-{number}")
        store.record(Entry(Input(f"/in/{name}{number}", digest), dataclasses.replace(result, invoice=invoice)), versions)
"""


def test_of_two_processes_that_write_at_once_only_one_has_the_first(address: str, versions: Versions, good: ExtractionResult, tmp_path: Path) -> None:
    path = tmp_path / "result"
    path.write_bytes(pickle.dumps((good, versions)))
    Store(address).close()
    command = [sys.executable, "-c", WRITER, address, str(path)]
    writers = [subprocess.Popen([*command, name], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for name in "ab"]
    assert _let_go(writers) == [("", 0)] * 2
    with Store(address) as store:
        numbers = [document.invoice.number for document in stored_documents(store, ["accepted"]) if document.invoice]
        assert sorted(map(str, numbers)) == [f"HL-{number}" for number in range(8)]
        assert len(list(stored_documents(store, ["duplicate"]))) == 8


def _let_go(writers: list[subprocess.Popen[str]]) -> list[tuple[str, int]]:
    """Starts all writers at once and waits for them."""
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    return [(writer.communicate(timeout=120)[1], writer.returncode) for writer in writers]


def test_a_store_of_the_first_form_is_brought_to_this_one(address: str, versions: Versions, good: ExtractionResult, again: ExtractionResult) -> None:
    with Store(address) as store:
        store.record(Entry(given("a"), good), versions)
        store.write(_back_to_the_first_form)
    with Store(address) as store:
        (document,) = stored_documents(store)
        assert (document.row["decision"], document.row["policy_version"]) == ("accept", None)
        store.record(Entry(replace(given("a"), attempts=1), good), versions)
        assert store.record(Entry(given("b"), again), versions) is DocumentStatus.DUPLICATE


def _back_to_the_first_form(connection: Any) -> None:
    drop_views(connection)
    for table in ("arrivals", "figures", "duplicate_keys", "accounts", "corrections", "reviews", "originals"):
        connection.execute(text(f"DROP TABLE {table}"))
    for index in ("documents_by_first", "documents_first"):
        connection.execute(text(f"DROP INDEX {index}"))
    review = ("file_id", "page_numbers", "part_number", "part_count", "version", "changed_at", "reviewed_by", "reviewed_at", "decided_by")
    for column in ("decision", "route", "route_reason", "tags", "policy_version", *review):
        connection.execute(text(f"ALTER TABLE documents DROP COLUMN {column}"))
    for column in ("label_dx", "label_dx_end", "label_dy", "claims"):
        connection.execute(text(f"ALTER TABLE fields DROP COLUMN {column}"))
    connection.execute(text("CREATE UNIQUE INDEX documents_first ON documents (sha256) WHERE sha256 IS NOT NULL AND duplicate_of IS NULL"))
    connection.execute(text("UPDATE invoice_store_version SET version_num = '0001'"))
