"""What e-invoices state, in the store: who states what is kept with the field, goes into exports, and no correction of another field hides it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from papers import FIXTURES, LINES, call
from sqlalchemy import text

from extractor import ExtractionResult, Extractor
from extractor.ocr.typed import typed_pages
from extractor.review import Checks, Corrected, apply_changes, find_document
from extractor.store import Entry, Input, Store, Versions
from extractor.witnesses import Statement, Witness, WitnessKind

GIVEN = Input("/in/a.pdf", "a" * 64)
XRECHNUNG = FIXTURES / "einvoices" / "xrechnung.xml"


def test_an_invoice_without_a_page_is_kept_with_who_states_it(address: str, versions: Versions, extractor: Extractor) -> None:
    with Store(address) as store:
        store.record(Entry(GIVEN, extractor.extract(XRECHNUNG)), versions)
        query = text("SELECT value, page, x, claims FROM fields_v1 WHERE origin = 'stated' AND name = 'total'")
        ((value, *place, claims),) = store.read(lambda connection: connection.execute(query).all())
        document = find_document(store, GIVEN.id)
    assert (value, place) == ("1327.16", [None, None])
    assert "TaxInclusiveAmount" in str(claims)
    (claim,) = document.to_dict()["fields"]["total"]["claims"]
    assert (claim["witness"], claim["value"], claim["agrees"]) == (str(XRECHNUNG), "1327.16", True)
    assert Corrected.of(document, document.invoice, [], ["total"]).pages == ()


def test_einvoices_are_exported_as_such(address: str, versions: Versions, extractor: Extractor, tmp_path: Path) -> None:
    pytest.importorskip("facturx", reason="UBL needs factur-x (extra `ubl`)")
    pytest.importorskip("saxonche", reason="UBL needs Saxon (extra `ubl`)")
    with Store(address) as store:
        for number, path in enumerate(sorted((FIXTURES / "einvoices").glob("*.xml"))):
            store.record(Entry(Input(f"/in/{path.name}", str(number) * 64), extractor.extract(path)), versions)
    done = call("export", "--store", address, "--format", "ubl", "--output", tmp_path / "books.zip")
    assert (done.returncode, done.stderr) == (0, "")
    with zipfile.ZipFile(tmp_path / "books.zip") as archive:
        assert len(archive.namelist()) == 2  # the same invoice in two syntaxes is there once


@pytest.fixture
def contradicted(extractor: Extractor) -> ExtractionResult:
    """An invoice whose e-invoice states another due date and another total than its page shows."""
    page = "\n".join(LINES).format(number="HL-1", due="2025-04-13")
    stated = {"number": "HL-1", "total": Decimal("2200.00"), "net": Decimal("2000.00"), "tax": Decimal("200.00")}
    statements = {name: Statement(value, str(value), f"/{name}") for name, value in stated.items()}
    return extractor.interpret(typed_pages(page), [Witness(WitnessKind.EINVOICE, "factur-x.xml", statements)])


@pytest.fixture
def store_of(address: str, versions: Versions, contradicted: ExtractionResult) -> Iterator[Store]:
    with Store(address) as store:
        store.record(Entry(GIVEN, contradicted), versions)
        yield store


def test_a_contradiction_stays_until_that_very_field_is_stated(store_of: Store, extractor: Extractor) -> None:
    document = find_document(store_of, GIVEN.id)
    checks = Checks(extractor.book, extractor.schema, extractor.thresholds)

    def conflicts(*stated: str) -> set[str | None]:
        invoice, changes = apply_changes(document.invoice, stated)
        found = checks.issues(document, invoice, [change.field for change in changes])
        told = [issue for issue in found if issue.id == "conflict"]
        assert all("factur-x.xml" in issue.message for issue in told)
        return {issue.field for issue in told}

    assert conflicts() == {"total", "net"}
    assert conflicts("tax=200.00") == {"total", "net"}
    assert conflicts("total=1200.00") == {"net"}
    assert conflicts("total=1200.00", "net=1000.00") == set()
