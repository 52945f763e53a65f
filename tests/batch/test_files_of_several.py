"""Files that hold several invoices: each is a document of its own, and a file is in the store whole or not at all."""

from __future__ import annotations

import json
import random
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from disturbed import batch, exported, kill_at_random
from papers import call, invoice_pdf, write_invoices
from split.stacks import LONG, stacked, text_pdf
from sqlalchemy import text

from extractor import Extractor
from extractor.batch import KNOWN, Reprocess
from extractor.errors import StoreError
from extractor.store import Entry, Input, Store, Versions
from extractor.store.read import stored_documents

from .test_intake import Runs, age

THREE = stacked(text_pdf("acme-supplies"), LONG, invoice_pdf())
PAGES = [[1], [2, 3], [4]]


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    made = Runs(tmp_path)
    write_invoices(made.documents, 2)
    (made.documents / "stack.pdf").write_bytes(THREE)
    age(*made.documents.iterdir())
    yield made
    made.store.close()


def parts(runs: Runs) -> list[tuple[str, list[int] | None, int]]:
    return [(Path(d.row["source"]).name, d.row["page_numbers"], d.row["attempts"]) for d in stored_documents(runs.store)]


def test_each_invoice_of_a_file_is_a_document_that_knows_its_pages(runs: Runs) -> None:
    assert len(runs(split="auto")) == 3
    assert [row for row in parts(runs) if row[0] == "stack.pdf"] == [("stack.pdf", pages, 1) for pages in PAGES]
    stack = [document for document in stored_documents(runs.store) if document.row["source"].endswith("stack.pdf")]
    assert [(d.row["part_number"], d.row["part_count"], d.row["pages"]) for d in stack] == [(1, 3, 1), (2, 3, 2), (3, 3, 1)]
    assert len({d.row["id"] for d in stack}) == 3
    assert [d.row["rules_id"] for d in stack][:2] == ["vendors/acme-supplies", "vendors/pennyworth-larch"]
    assert [d.invoice.number for d in stack if d.invoice is not None][::2] == ["12345", "HL-2041"]


def test_a_known_file_is_left_alone_as_a_whole(runs: Runs) -> None:
    runs(split="auto")
    assert runs(split="auto") == []
    assert runs.counts == {KNOWN: 5}


def test_a_file_of_which_a_part_is_missing_is_done_again(runs: Runs) -> None:
    runs(split="auto")
    runs.store.write(lambda connection: connection.execute(text("DELETE FROM documents WHERE part_number = 2")))
    assert runs(split="auto") == ["stack.pdf"]
    assert [row[1:] for row in parts(runs) if row[0] == "stack.pdf"] == [(pages, 2) for pages in PAGES]


def test_what_is_divided_otherwise_now_replaces_what_was_there(runs: Runs) -> None:
    (runs.documents / "zz-copy.pdf").write_bytes(THREE)
    runs()
    assert runs(split="auto") == []
    assert sorted(runs(Reprocess.STALE, split="auto")) == ["invoice-000.pdf", "invoice-001.pdf", "stack.pdf"]
    found = {(Path(d.row["source"]).name, d.row["part_number"]): d.row for d in stored_documents(runs.store)}
    assert [found["stack.pdf", number]["page_numbers"] for number in (1, 2, 3)] == PAGES
    assert found["zz-copy.pdf", 1]["duplicate_of"] == found["stack.pdf", 1]["id"]
    runs(Reprocess.STALE)
    assert [row for row in parts(runs) if row[0] == "stack.pdf"] == [("stack.pdf", None, 3)]


def test_a_copy_of_such_a_file_is_one_duplicate_of_the_first_invoice(runs: Runs) -> None:
    runs(split="auto")
    (runs.documents / "copy.pdf").write_bytes(THREE)
    assert runs(split="auto") == []
    (copy,) = [d.row for d in stored_documents(runs.store) if d.row["source"].endswith("copy.pdf")]
    first = next(d.row for d in stored_documents(runs.store) if d.row["source"].endswith("stack.pdf"))
    assert (copy["status"], copy["duplicate_of"], copy["page_numbers"]) == ("duplicate", first["id"], None)


def test_an_edit_of_one_vendors_file_touches_the_files_that_hold_its_invoices(runs: Runs) -> None:
    runs.write_rules("harbour", "HL-2041")
    runs(split="auto")
    runs.write_rules("harbour", "HL-2041", rule_id="edited")
    assert runs(Reprocess.STALE, split="auto") == ["stack.pdf"]
    runs.write_rules("other", "HL-3001")  # how vendors are identified changes: each invoice is looked at by its own pages
    assert runs(Reprocess.STALE, split="auto") == ["invoice-001.pdf"]
    assert runs(Reprocess.STALE, split="auto") == []


def test_nothing_of_a_file_is_there_where_one_of_its_invoices_fails(tmp_path: Path, extractor: Extractor) -> None:
    results = extractor.extract_all(THREE)
    given, versions = Input("/in/stack.pdf", "a" * 64), Versions.of(extractor)
    twice = replace(results[2], fields={name: replace(value, name="number") for name, value in results[2].fields.items()})
    with Store(str(tmp_path / "books.db")) as store:
        with pytest.raises(StoreError):
            store.record_file([Entry(replace(given, part=result.part), result) for result in (*results[:2], twice)], versions)
        assert list(stored_documents(store)) == []


def test_where_another_process_wrote_the_file_divided_otherwise_its_documents_stay(tmp_path: Path, extractor: Extractor) -> None:
    results = extractor.extract_all(THREE)
    given, versions = Input("/in/stack.pdf", "a" * 64), Versions.of(extractor)
    with Store(str(tmp_path / "books.db")) as store:
        store.record(Entry(given, extractor.extract(THREE)), versions)
        written = store.record_file([Entry(replace(given, part=result.part), result) for result in results], versions)
        assert [entry.input.part for entry, _ in written] == [None]
        assert len(list(stored_documents(store))) == 1


def test_exports_tell_the_pages(runs: Runs) -> None:
    runs(split="auto")
    runs.store.close()
    done = call("export", "--store", runs.store.name, "--status", "accepted", "--status", "review")
    sources = [json.loads(line)["source"] for line in done.stdout.splitlines()]
    (last,) = [source for source in sources if source.get("pages") == [4]]
    assert (last["invoice"], last["invoices"], last["path"].rpartition("/")[2]) == (3, 3, "stack.pdf")
    table = call("export", "--store", runs.store.name, "--format", "csv", "--status", "review", "--status", "accepted").stdout
    assert "stack.pdf,4," in table


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")
def test_a_killed_run_leaves_no_half_file_and_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    folder, chance = tmp_path / "in", random.Random(20)
    write_invoices(folder, 4)
    for number in range(8):
        (folder / f"stack-{number}.pdf").write_bytes(stacked(*(invoice_pdf(f"HL-{number}{each}7") for each in range(1 + number % 5))))
    (folder / "again.pdf").write_bytes(invoice_pdf("HL-107"))  # the first invoice of a stack, before it in the order of names
    (folder / "zz.pdf").write_bytes(invoice_pdf("HL-117"))  # the second one, behind it
    calm, store = str(tmp_path / "calm.db"), str(tmp_path / "books.db")
    assert call("batch", folder, "--store", calm, "--mode", "text", "--quiet", "--split", "auto").returncode in (0, 1, 3)
    for _ in range(3):
        kill_at_random(batch(folder, store, "--mode", "text", "--split", "auto"), store, chance, upto=6)
        if Path(store).exists():
            halves = "SELECT source FROM documents GROUP BY source, sha256 HAVING count(*) <> max(part_count)"
            with sqlite3.connect(store) as connection:
                assert connection.execute(halves).fetchall() == []
    call("batch", folder, "--store", store, "--mode", "text", "--quiet", "--split", "auto")
    assert exported(store) == exported(calm)
    with Store(store) as opened:
        found = {(Path(d.row["source"]).name, d.row["part_number"]): d.row for d in stored_documents(opened)}
    assert len(found) == 4 + 21 + 2
    assert found["stack-1.pdf", 1]["duplicate_of"] == found["again.pdf", 1]["id"]
    assert found["zz.pdf", 1]["duplicate_of"] == found["stack-1.pdf", 2]["id"]
