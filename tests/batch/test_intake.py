"""Taking documents into a store: each ends there once, and is done again only where that was asked for and something changed."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from papers import FIXTURES, LINES, ROOT, invoice_pdf, write_invoices

from extractor import Extractor
from extractor.batch import KNOWN, Intake, Outcome, Reprocess, find, run
from extractor.errors import CorruptDocument
from extractor.ocr import OcrCache
from extractor.routing import Policy
from extractor.store import Store, Versions
from extractor.store.read import StoredDocument, stored_documents

VENDOR = """\
format: 1
vendor: {{name: Harbour Lantern Works Ltd}}
extends: [generic/en]
identify:
  all: [{{regex: '{clue}'}}]
fields:
  customer_number:
    - {{id: {rule_id}, value: C-1}}
"""


class Runs:
    """Runs over a folder of documents, each with an extractor of its own, that tell what was extracted."""

    def __init__(self, folder: Path) -> None:
        self.documents, self.rules, self.store = folder / "in", folder / "rules", Store(str(folder / "books.db"))
        self.rules.mkdir()
        self.cache = OcrCache(folder / "cache")
        self.counts: dict[str, int] = {}

    def write_rules(self, name: str, clue: str = "Harbour Lantern Works", rule_id: str = "known") -> None:
        (self.rules / f"{name}.yaml").write_text(VENDOR.format(clue=clue, rule_id=rule_id), encoding="utf-8")

    def __call__(
        self,
        reprocess: Reprocess = Reprocess.NONE,
        sources: Sequence[str] | None = None,
        *,
        checksum: bool = False,
        split: str = "none",
        policy: Policy | None = None,
        **options: Any,
    ) -> list[str]:
        """Takes the documents; gives the names of those that were extracted, in order."""
        extracted: list[str] = []
        rules = [self.rules] if list(self.rules.iterdir()) else []
        with Extractor(rules=rules, cache=self.cache, **{"mode": "text", **options}) as extractor:

            def extract(wanted: Iterable[str | None]) -> Iterator[Outcome]:
                def noted() -> Iterator[str]:
                    for source in filter(None, wanted):
                        extracted.append(Path(source).name)
                        yield source

                return run(extractor, noted(), split=split)

            versions = Versions.of(extractor, policy=policy.digest if policy else None, split=split)
            identify = partial(identified, extractor)
            intake = Intake(self.store, versions, identify=identify, reprocess=reprocess, checksum=checksum, policy=policy)
            list(intake.take(sources or find([str(self.documents)]), extract))
            self.counts = {name: count for name, count in intake.counts.items() if count}
        return extracted

    def documents_by_name(self) -> dict[str, StoredDocument]:
        return {Path(document.row["source"]).name: document for document in stored_documents(self.store)}

    def statuses(self) -> dict[str, str]:
        return {name: document.row["status"] for name, document in self.documents_by_name().items()}


def identified(extractor: Extractor, source: str, pages: Sequence[int] | None) -> str | None:
    ocr = extractor.extract(source).ocr
    rules = extractor.interpret(ocr if pages is None else ocr.of_pages(pages)).rules
    return rules.id if rules.vendor else None


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    made = Runs(tmp_path)
    write_invoices(made.documents, 4)
    yield made
    made.store.close()


def age(*paths: Path) -> None:
    """Makes files look as if they had been changed an hour ago, as files have that were there before."""
    for path in paths:
        os.utime(path, (time.time() - 3600, time.time() - 3600))


def test_a_second_run_extracts_nothing(runs: Runs) -> None:
    (runs.documents / "note.txt").write_text("no document")
    assert len(runs()) == 5
    assert runs.counts == {"accepted": 3, "review": 1, "rejected": 1}
    assert runs() == []
    assert runs.counts == {KNOWN: 5}


def test_unchanged_files_are_not_even_read(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    age(*runs.documents.iterdir())
    runs()
    read: list[str] = []
    monkeypatch.setattr("extractor.batch.intake.digest_of", read.append)
    runs()
    assert (runs.counts, read) == ({KNOWN: 4}, [])


def test_a_change_that_keeps_size_and_time_is_seen_where_checksums_are_wanted(runs: Runs) -> None:
    path = runs.documents / "invoice-000.pdf"
    age(*runs.documents.iterdir())
    runs()
    path.write_bytes(path.read_bytes().replace(b"%%EOF", b"%%E0F"))
    age(path)
    times = path.stat().st_mtime_ns
    stamp = runs.documents_by_name()[path.name].row["stamp"]
    os.utime(path, ns=(times, int(stamp.split(":")[1])))
    assert runs() == []
    assert runs(checksum=True) == [path.name]


def test_a_file_that_was_only_touched_is_known_by_its_content(runs: Runs) -> None:
    runs()
    age(*runs.documents.iterdir())
    assert runs() == []
    assert {document.row["stamp"] is not None for document in stored_documents(runs.store)} == {True}


def test_copies_are_duplicates_of_the_first(runs: Runs) -> None:
    data = (runs.documents / "invoice-001.pdf").read_bytes()
    for name in ("copy-a.pdf", "copy-b.pdf", "zz.pdf"):  # before and behind the other one in the order of names
        (runs.documents / name).write_bytes(data)
    assert runs() == ["copy-a.pdf", "invoice-000.pdf", "invoice-002.pdf", "invoice-003.pdf"]
    (runs.documents / "later.pdf").write_bytes(data)
    assert runs(Reprocess.ALL) == ["copy-a.pdf", "invoice-000.pdf", "invoice-002.pdf", "invoice-003.pdf"]
    found = runs.documents_by_name()
    first = found["copy-a.pdf"].row["id"]
    duplicates = {name: document.row["duplicate_of"] for name, document in found.items() if document.row["status"] == "duplicate"}
    assert duplicates == dict.fromkeys(("copy-b.pdf", "invoice-001.pdf", "later.pdf", "zz.pdf"), first)


def test_new_content_under_a_known_name_is_another_document(runs: Runs) -> None:
    runs()
    path = runs.documents / "invoice-000.pdf"
    path.write_bytes(invoice_pdf("HL-9000"))
    assert runs() == [path.name]
    numbers = [document.invoice.number for document in stored_documents(runs.store) if document.invoice is not None]
    assert sorted(map(str, numbers)) == ["HL-3000", "HL-3001", "HL-3002", "HL-3003", "HL-9000"]


def test_what_cannot_be_read_is_rejected_until_it_can_be(runs: Runs) -> None:
    missing = runs.documents / "missing.pdf"
    runs(sources=[str(missing)])
    assert runs.documents_by_name()["missing.pdf"].row["error_kind"] == "DocumentError"
    assert runs(sources=[str(missing)]) == []
    assert runs(Reprocess.FAILED, sources=[str(missing)]) == ["missing.pdf"]
    missing.write_bytes(invoice_pdf())
    assert runs(sources=[str(missing)]) == ["missing.pdf"]
    assert runs.statuses() == {"missing.pdf": "accepted"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_rejected_and_never_waited_for(runs: Runs) -> None:
    os.mkfifo(runs.documents / "pipe")
    runs()
    assert runs.documents_by_name()["pipe"].row["error_kind"] == "UnsupportedDocument"
    assert runs() == []


def test_only_failed_ones_or_all_are_done_again(runs: Runs) -> None:
    (runs.documents / "bad.pdf").write_bytes(b"%PDF-1.7 nothing more")
    runs()
    assert runs(Reprocess.FAILED) == ["bad.pdf"]
    assert len(runs(Reprocess.ALL)) == 5
    attempts = {name: document.row["attempts"] for name, document in runs.documents_by_name().items()}
    assert attempts == {"bad.pdf": 3, "invoice-000.pdf": 2, "invoice-001.pdf": 2, "invoice-002.pdf": 2, "invoice-003.pdf": 2}


def test_nothing_is_stale_where_nothing_changed(runs: Runs) -> None:
    runs.write_rules("harbour")
    runs()
    assert runs(Reprocess.STALE) == []


def test_an_edit_of_a_vendors_file_touches_its_documents_alone(runs: Runs) -> None:
    runs.write_rules("one", "HL-3001")
    runs.write_rules("two", "HL-3002")
    runs()
    runs.write_rules("two", "HL-3002", rule_id="edited")
    assert runs() == []
    assert runs(Reprocess.STALE) == ["invoice-002.pdf"]
    assert runs.documents_by_name()["invoice-002.pdf"].row["attempts"] == 2
    assert runs(Reprocess.STALE) == []


def test_a_new_file_touches_the_documents_that_it_takes_over(runs: Runs) -> None:
    runs()
    runs.write_rules("one", "HL-3001")
    assert runs(Reprocess.STALE) == ["invoice-001.pdf"]
    assert runs.documents_by_name()["invoice-001.pdf"].row["rules_id"] == "one"
    assert runs(Reprocess.STALE) == []
    (runs.rules / "one.yaml").unlink()
    assert runs(Reprocess.STALE) == ["invoice-001.pdf"]
    assert runs.documents_by_name()["invoice-001.pdf"].row["rules_vendor"] is False


def test_an_edit_of_a_general_file_touches_what_no_vendor_has_and_who_extends_it(runs: Runs) -> None:
    runs.write_rules("one", "HL-3001")
    (runs.rules / "house.yaml").write_text("format: 1\nid: house/en\nextends: [generic/en]\n")
    runs()
    (runs.rules / "house.yaml").write_text("format: 1\nid: house/en\nextends: [generic/en]\ncurrency: GBP\n")
    assert runs(Reprocess.STALE) == ["invoice-000.pdf", "invoice-002.pdf", "invoice-003.pdf"]
    (runs.rules / "en.yaml").write_text("id: generic/en\n" + (ROOT / "rules/generic/en.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert len(runs(Reprocess.STALE)) == 4


@pytest.mark.parametrize("change", [{"schema": {"required": ["iban"]}}, {"min_confidence": 0.9}, {"language": "de"}])
def test_a_changed_schema_setting_or_engine_touches_all(runs: Runs, change: dict[str, Any]) -> None:
    runs()
    assert runs(**change) == []
    assert len(runs(Reprocess.STALE, **change)) == 4


def test_scans_are_done_again_from_what_was_read_of_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs, scan = Runs(tmp_path), FIXTURES / "acme-supplies" / "clean" / "page-1.png"
    runs.documents.mkdir()
    shutil.copy(scan, runs.documents)
    rules = runs.rules / "vendors" / "acme-supplies.yaml"  # in place of the shipped one
    rules.parent.mkdir()
    shutil.copy(ROOT / "rules" / "vendors" / "acme-supplies.yaml", rules)
    try:
        assert runs(mode="auto") == [scan.name]

        def read(*_: object) -> None:
            raise AssertionError("the engine was called")

        monkeypatch.setattr("extractor.ocr.engines.rapid.RapidOcrEngine.read", read)
        with rules.open("a", encoding="utf-8") as file:
            file.write("# edited\n")
        assert runs(mode="auto") == []
        assert runs(Reprocess.STALE, mode="auto") == [scan.name]
        document = runs.documents_by_name()[scan.name]
        assert (document.row["status"], document.row["attempts"], document.row["rules_id"]) == ("accepted", 2, "vendors/acme-supplies")
    finally:
        runs.store.close()


def in_parallel(extractor: Extractor, wanted: Iterable[str | None], at_once: int) -> Iterator[Outcome]:
    """Hands out documents before the outcomes of earlier ones are known, and gives those backwards, as a pool may."""
    remaining = filter(None, wanted)
    while batch := [source for source, _ in zip(remaining, range(at_once), strict=False)]:
        yield from reversed(list(run(extractor, batch)))


def test_documents_in_hand_are_known_to_those_behind_them(runs: Runs, extractor: Extractor) -> None:
    data = (runs.documents / "invoice-000.pdf").read_bytes()
    for name in ("invoice-000-copy.pdf", "zz.pdf"):
        (runs.documents / name).write_bytes(data)
    sources = list(find([str(runs.documents)]))
    intake = Intake(runs.store, Versions.of(extractor), identify=lambda *_: None)
    ends = list(intake.take([*sources, sources[0]], lambda wanted: in_parallel(extractor, wanted, 10)))
    assert len(ends) == 6
    assert runs.statuses() == {
        "invoice-000-copy.pdf": "accepted",
        "invoice-000.pdf": "duplicate",
        "invoice-001.pdf": "accepted",
        "invoice-002.pdf": "accepted",
        "invoice-003.pdf": "review",
        "zz.pdf": "duplicate",
    }


def test_of_several_scans_of_an_invoice_the_first_is_the_same_however_they_are_read(runs: Runs, extractor: Extractor) -> None:
    for name in ("invoice-000-again", "zz"):
        (runs.documents / f"{name}.pdf").write_bytes(
            invoice_pdf("HL-3000", lines=[line for line in LINES if "Quay" not in line or name == "zz"]) + b"%%" + name.encode()
        )
    sources = list(find([str(runs.documents)]))
    intake = Intake(runs.store, Versions.of(extractor), identify=lambda source: None)
    list(intake.take(sources, lambda wanted: in_parallel(extractor, wanted, 10)))
    found = runs.documents_by_name()
    assert {name for name, document in found.items() if document.row["status"] == "duplicate"} == {"invoice-000.pdf", "zz.pdf"}
    assert {document.row["duplicate_of"] for document in found.values()} == {None, found["invoice-000-again.pdf"].row["id"]}
    assert runs(Reprocess.ALL) == [Path(source).name for source in sources]
    assert runs.statuses() == {name: document.row["status"] for name, document in found.items()}


def test_a_policy_decides_and_a_changed_one_decides_again(runs: Runs) -> None:
    large = "format: 1\nroutes:\n  - {when: {amount: {above: 1000}}, then: review, tags: [large]}\n"
    policy, _ = Policy.parse(large)
    assert len(runs(policy=policy)) == 4
    assert runs.counts == {"review": 4}
    row = runs.documents_by_name()["invoice-000.pdf"].row
    assert [row[name] for name in ("verdict", "status", "route", "tags", "policy_version")] == [
        "valid", "review", "policy.yaml:3", ["large"], policy.digest if policy else None
    ]  # fmt: skip
    assert runs(Reprocess.STALE, policy=policy) == []
    other, _ = Policy.parse(large.replace("1000", "2000"))
    assert len(runs(Reprocess.STALE, policy=other)) == 4
    assert runs.counts == {"accepted": 3, "review": 1}
    assert len(runs(Reprocess.STALE)) == 4
    assert runs.documents_by_name()["invoice-000.pdf"].row["route"] is None


def test_a_file_that_changes_while_it_is_done_counts_as_it_was_read(runs: Runs, extractor: Extractor) -> None:
    first = runs.documents / "invoice-000.pdf"
    copy = runs.documents / "zz.pdf"
    copy.write_bytes(first.read_bytes())

    def extract(wanted: Iterable[str | None]) -> Iterator[Outcome]:
        given = list(filter(None, wanted))
        if str(first) in given:
            first.write_bytes(invoice_pdf("HL-9000"))
        return run(extractor, given)

    list(Intake(runs.store, Versions.of(extractor), identify=lambda *_: None).take(find([str(runs.documents)]), extract))
    found = {name: document.invoice.number for name, document in runs.documents_by_name().items() if document.invoice}
    assert found == {
        "invoice-000.pdf": "HL-9000",
        "invoice-001.pdf": "HL-3001",
        "invoice-002.pdf": "HL-3002",
        "invoice-003.pdf": "HL-3003",
        "zz.pdf": "HL-3000",
    }


def test_an_error_of_the_engine_is_an_outcome(runs: Runs, extractor: Extractor) -> None:
    def extract(wanted: Iterable[str | None]) -> Iterator[Outcome]:
        for source in filter(None, wanted):
            yield Outcome(source, error=CorruptDocument("torn"))

    ends = list(Intake(runs.store, Versions.of(extractor), identify=lambda *_: None).take(find([str(runs.documents)]), extract))
    assert {str(status) for _, status in ends} == {"rejected"}
    assert {document.row["error_message"] for document in stored_documents(runs.store)} == {"torn"}
