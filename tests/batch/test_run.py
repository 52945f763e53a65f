"""Running over many documents: each gives an outcome, in order, and no document stops the others."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from papers import BAD, invoice_pdf

from extractor import Extractor
from extractor.batch import Outcome, run
from extractor.errors import AmbiguousVendor, CorruptDocument, DocumentError
from extractor.validate import Status


def test_a_document_that_fails_does_not_stop_the_others(extractor: Extractor, tmp_path: Path) -> None:
    (tmp_path / "good.pdf").write_bytes(invoice_pdf())
    sources = [str(BAD / "truncated.pdf"), str(tmp_path / "missing.pdf"), str(tmp_path / "good.pdf"), str(BAD / "encrypted.pdf"), ""]
    outcomes = list(run(extractor, sources))
    assert [outcome.source for outcome in outcomes] == sources
    assert [outcome.exit_code for outcome in outcomes] == [4, 4, 0, 4, 4]
    assert all((outcome.result is None) != (outcome.error is None) for outcome in outcomes)


def test_a_fault_of_the_program_is_an_outcome_as_well(extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(extractor, "extract", fail)
    (outcome,) = run(extractor, ["a.pdf"])
    assert outcome.exit_code == 70
    assert outcome.to_dicts() == [{"source": {"path": "a.pdf"}, "status": "error", "error": {"kind": "ZeroDivisionError", "message": "by zero"}}]


def test_documents_are_read_one_by_one_as_outcomes_are_taken(extractor: Extractor, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(invoice_pdf())
    outcomes = run(extractor, [str(tmp_path / "a.pdf"), str(tmp_path / "b.pdf")])
    assert next(outcomes).exit_code == 0
    (tmp_path / "b.pdf").write_bytes(invoice_pdf())
    assert next(outcomes).exit_code == 0


def test_progress_is_told_for_each_document(extractor: Extractor, tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(invoice_pdf())
    told: list[tuple[int, int]] = []
    list(run(extractor, [str(tmp_path / "a.pdf")] * 2, progress=lambda done, of: told.append((done, of))))
    assert told == [(1, 1), (1, 1)]


def test_a_password_opens_what_is_encrypted(extractor: Extractor) -> None:
    codes = [next(run(extractor, [str(BAD / "encrypted.pdf")], password=password)).exit_code for password in (None, "wrong")]
    assert codes == [4, 4]
    assert next(run(extractor, [str(BAD / "encrypted.pdf")], password="secret")).result is not None


def test_a_dash_is_standard_input(extractor: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(invoice_pdf("HL-77"))))
    (outcome,) = run(extractor, ["-"])
    assert outcome.result is not None
    assert outcome.result.invoice.number == "HL-77"


def test_exit_codes_follow_status_and_error(extractor: Extractor) -> None:
    result = extractor.extract(invoice_pdf())
    assert result.status is Status.VALID
    assert Outcome("a", result).exit_code == 0
    assert Outcome("a", extractor.extract(invoice_pdf(due="2025-01-01"))).exit_code == 1
    assert Outcome("a", extractor.extract(invoice_pdf(lines=["Nothing that an invoice says, only a sentence on a page."]))).exit_code == 3
    assert Outcome("a", error=CorruptDocument("x")).exit_code == 4
    assert Outcome("a", error=DocumentError("x")).exit_code == 4
    assert Outcome("a", error=AmbiguousVendor(["a", "b"])).exit_code == 5
    assert Outcome("a", error=ValueError("x")).exit_code == 70
