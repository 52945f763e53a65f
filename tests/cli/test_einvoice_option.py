"""`--einvoice`: who leads, and what is not read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.papers import FIXTURES, call

XML, HYBRID = FIXTURES / "einvoices" / "xrechnung.xml", FIXTURES / "einvoices" / "factur-x.pdf"


@pytest.mark.parametrize(("mode", "origins"), [("prefer", {"stated", "read"}), ("check", {"read"}), ("ignore", {"read"})])
def test_a_pdf_with_an_einvoice(mode: str, origins: set[str]) -> None:
    done = call("extract", HYBRID, "--einvoice", mode)
    row = json.loads(done.stdout)
    assert ("witnesses" in row) is (mode != "ignore")
    assert {row["fields"][name]["origin"] for name in ("number", "buyer_name", "lines[0].amount")} <= origins
    assert ("claims" in row["fields"]["number"]) is (mode != "ignore")


def test_xml_alone_is_an_invoice_unless_it_is_to_be_ignored(tmp_path: Path) -> None:
    path = tmp_path / "invoice.pdf"  # what it is called does not matter
    path.write_bytes(XML.read_bytes())
    assert json.loads(call("extract", path).stdout)["invoice"]["number"]
    refused = call("extract", path, "--einvoice", "ignore")
    assert (refused.returncode, "e-invoices are to be ignored" in refused.stdout + refused.stderr) == (4, True)
