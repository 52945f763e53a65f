"""Figures of vendors: what goes straight through, and drift that is told before extraction fails."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from papers import LINES
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from extractor import ExtractionResult, Extractor
from extractor.errors import CorruptDocument
from extractor.review import Checks, apply_changes, correct, decide, find_document
from extractor.review.drift import Limits, Seen, drift_of
from extractor.review.vendors import Vendor, vendor_figures
from extractor.routing import Action
from extractor.store import Entry, Input, Store, Versions

RULES = """\
format: 1
vendor: {name: Harbour Lantern Works Ltd}
extends: [generic/en]
identify:
  all: [Harbour Lantern Works Ltd]
"""
FEW = Limits(last=6, history=30)


def form(chance: random.Random, *, right: float = 0.0, down: float = 0.0, left_out: Sequence[str] = ()) -> bytes:
    """A form with labels on the left and values flush right, a little off as scans are. right, down: by how many mm the value of the total is
    moved away from its label; left_out: labels that have no line."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1)
    shift = chance.uniform(-3, 3) * mm
    for row, line in enumerate(LINES):
        label, mark, value = line.format(number=f"HL-{chance.randint(1000, 9999)}", due="2025-04-13").partition(": ")
        if label in left_out:
            continue
        y = 760 - 24 * row + shift
        canvas.drawString(60 + shift, y, label + mark.strip())
        moved = label == "Total"
        jitter = chance.uniform(-0.3, 0.3) * mm
        canvas.drawRightString(300 + shift + jitter + (right * mm if moved else 0), y - (down * mm if moved else 0), value)
    canvas.save()
    return buffer.getvalue()


@pytest.fixture(scope="module")
def vendor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Extractor]:
    path = tmp_path_factory.mktemp("rules") / "harbour.yaml"
    path.write_text(RULES, encoding="utf-8")
    with Extractor(rules=path, mode="text") as made:
        yield made


@pytest.fixture(scope="module")
def steady(vendor: Extractor) -> list[ExtractionResult]:
    """Documents as they always were."""
    chance = random.Random(6)
    return [vendor.extract(form(chance)) for _ in range(20)]


def figures(address: str, vendor: Extractor, results: Sequence[ExtractionResult]) -> Vendor:
    """The figures of a vendor after these documents, in this order."""
    with Store(address) as store:
        for number, result in enumerate(results):
            store.record(Entry(Input(f"/in/{number:03}.pdf", f"{number:064x}"), result), Versions.of(vendor))
        (found,) = vendor_figures(store, FEW)
        return found


def test_documents_that_are_as_they_were_do_not_drift(address: str, vendor: Extractor, steady: list[ExtractionResult]) -> None:
    found = figures(address, vendor, steady)
    assert (found.rules, found.is_vendor, found.documents, found.straight_through_rate) == ("harbour", True, 20, 1.0)
    assert not found.drift


@pytest.mark.parametrize(
    ("change", "direction", "millimetres"), [({"right": 9.0}, "right", 9.0), ({"right": -8.0}, "right", -8.0), ({"down": 1.5}, "down", 1.5)]
)
def test_a_value_that_moves_is_told_while_it_is_still_read(
    address: str, vendor: Extractor, steady: list[ExtractionResult], change: dict[str, float], direction: str, millimetres: float
) -> None:
    chance = random.Random(7)
    moved = [vendor.extract(form(chance, **change)) for _ in range(6)]  # type: ignore[arg-type]
    assert {str(result.invoice.total) for result in moved} == {"1200.00"}
    found = figures(address, vendor, [*steady, *moved])
    (move,) = found.drift.moves
    assert (move.field, move.direction, move.documents) == ("total", direction, 6)
    assert move.now - move.before == pytest.approx(millimetres, abs=0.5)
    assert found.drift.rises == ()


def test_a_value_that_its_label_no_longer_leads_to_is_told_while_others_still_give_it(address: str, vendor: Extractor, steady: list[ExtractionResult]) -> None:
    chance = random.Random(7)
    moved = [vendor.extract(form(chance, down=2.6)) for _ in range(6)]
    assert {str(result.invoice.total) for result in moved} == {"1200.00"}
    rises = figures(address, vendor, [*steady, *moved]).drift.rises
    assert ("total", "unlabelled", 0.0, 1.0) in [(rise.field, rise.what, rise.before, rise.now) for rise in rises]


def test_a_few_outliers_are_no_drift(address: str, vendor: Extractor, steady: list[ExtractionResult]) -> None:
    moved = [vendor.extract(form(random.Random(8), right=9.0)) for _ in range(2)]
    assert not figures(address, vendor, [*steady, *moved]).drift


def test_a_field_that_is_missing_more_often_is_told(address: str, vendor: Extractor, steady: list[ExtractionResult]) -> None:
    chance = random.Random(9)
    without = [vendor.extract(form(chance, left_out=["Due date"] if number % 2 else [])) for number in range(6)]
    (rise,) = figures(address, vendor, [*steady, *without]).drift.rises
    assert (rise.field, rise.what, rise.before, rise.now, rise.documents) == ("due_date", "missing", 0.0, 0.5, 6)


def test_too_few_documents_tell_nothing() -> None:
    far, near = (Seen({"total": {"value": "1", "status": "ok", "label_dx": dx, "label_dx_end": dx, "label_dy": 0.0}}) for dx in (90.0, 10.0))
    assert drift_of([*[far] * 5, *[near] * 8], Limits(last=5)).moves
    assert not drift_of([*[far] * 5, *[near] * 7], Limits(last=5))
    assert not drift_of([*[far] * 4, *[near] * 8], Limits(last=4))


def test_doubtful_values_are_told_and_scatter_is_allowed_for() -> None:
    def seen(dx: float, status: str = "ok") -> Seen:
        return Seen({"total": {"value": "1", "status": status, "label_dx": dx, "label_dx_end": None, "label_dy": None}})

    scattered = [seen(dx) for dx in range(0, 100, 10)]
    assert not drift_of([*[seen(90)] * 5, *scattered], Limits(last=5)).moves
    doubtful = drift_of([*[seen(50, "low_confidence")] * 5, *scattered], Limits(last=5))
    assert [(rise.what, rise.now) for rise in doubtful.rises] == [("doubtful", 1.0)]


def test_people_take_documents_off_the_straight_way(address: str, vendor: Extractor, steady: list[ExtractionResult]) -> None:
    checks, versions = Checks(vendor.book, vendor.schema, vendor.thresholds), Versions.of(vendor)
    given = [Input(f"/in/{number}.pdf", f"{number:064x}") for number in range(5)]
    stated = {0: ["total=1200", "number=X", "taxes[0].base=1000.10"], 1: ["number=Y"], 2: ["net=1000.00"]}
    with Store(address) as store:
        for each, result in zip(given, steady, strict=False):
            store.record(Entry(each, result), versions)
        store.record(Entry(Input("/in/bad.pdf", "b" * 64), error=CorruptDocument("damaged")), versions)
        store.record(Entry(Input("/in/copy.pdf", given[0].sha256), duplicate_of=given[0].id, duplicate_by="bytes"), versions)
        for number, pairs in stated.items():
            document = find_document(store, given[number].id)
            invoice, changes = apply_changes(document.invoice, pairs)
            correct(store, document, invoice, changes, checks.issues(document, invoice, {change.field for change in changes}), "anna")
        decide(store, find_document(store, given[1].id), Action.ACCEPT, "anna", None, vendor.schema)
        (found,) = vendor_figures(store)
    assert (found.documents, found.straight_through, found.straight_through_rate) == (5, 2, 0.4)
    assert found.corrected == {"number": 2, "total": 1, "taxes.base": 1}


def test_places_are_stored_in_millimetres(address: str, vendor: Extractor, steady: list[ExtractionResult]) -> None:
    moved = replace(steady[0], fields={"total": steady[0].fields["total"]})
    with Store(address) as store:
        store.record(Entry(Input("/in/a.pdf", "a" * 64), moved), Versions.of(vendor))
        row = find_document(store, Input("/in/a.pdf", "a" * 64).id).fields["total"]
    assert row["label_dx_end"] == pytest.approx((300 - 60) / mm, abs=1.5)
    assert row["label_dy"] == pytest.approx(0, abs=0.5)
    assert 0 < row["label_dx"] < row["label_dx_end"]
