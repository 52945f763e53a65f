"""E-invoices of third parties, where they lie beside the checkout: what they state, and the verdict on each. Run with `pytest -m slow`."""

from __future__ import annotations

from pathlib import Path

import einvoices
import pytest
from measuring.documents import Data, add_up

DATA = Path(__file__).parents[3] / "shared" / "data"
MANIFEST = DATA / "facturx_edge" / "manifeste.json"
NOT_AS_EXPECTED = {
    "OK-001": "its VAT identifier fails its check digits, which the manifest calls a warning in IDENT-002",
    "IDENT-001": "the same identifier",
    "RBT-001": "the same identifier",
}
"""Cases of the manifest that contradict another case of it."""
NOT_FOUND = {"CII-DT-097": "a rule of CEN's own Schematron for CII, of which no package is published; einvoice-value says the same"}


@pytest.mark.slow
@pytest.mark.skipif(not MANIFEST.is_file(), reason="the labelled documents, ../shared/data, are not here")
def test_verdicts_are_those_of_the_manifest() -> None:
    pytest.importorskip("saxonche", reason="the rules need Saxon (extra `einvoice`)")
    found = list(einvoices.cases(MANIFEST))
    assert {case.name for case in found if not case.right} == NOT_AS_EXPECTED.keys()
    for case in found:
        assert set(case.missing) <= NOT_FOUND.keys(), case
        if case.name in NOT_AS_EXPECTED:
            assert case.findings == ("vat-id-checksum",)


@pytest.mark.slow
@pytest.mark.skipif(not MANIFEST.is_file(), reason="the labelled documents, ../shared/data, are not here")
def test_nearly_everything_is_read() -> None:
    """What is missing are labels that leave out the third line of an address, or name the bank of another account."""
    data = Data(DATA, ["hybrid"])
    counts = [
        count
        for document in data.documents.values()
        for name, count in data.score(document, einvoices.stated(document.path), embedded=True).items()
        if "." not in name and name not in ("seller_address", "bic")
    ]
    total = add_up(counts)
    assert total.n > 1100
    assert total.correct == total.n
