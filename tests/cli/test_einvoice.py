"""The command `einvoice`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from papers import BAD, FIXTURES, TEXT_PDF, call

EINVOICES = FIXTURES / "einvoices"


def test_values_with_their_place_and_the_verdict() -> None:
    done = call("einvoice", EINVOICES / "credit-note.xml", "--no-rules")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].endswith("credit-note.xml  accept  EN 16931")
    assert ["total", "558.76", "/ubl:CreditNote/cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount"] in [line.split() for line in lines]


def test_json() -> None:
    done = call("einvoice", EINVOICES / "factur-x.pdf", "--json", "--no-rules")
    (found,) = json.loads(done.stdout)
    assert (found["verdict"], found["findings"], found["profile_name"]) == ("accept", [], "EN 16931")
    assert found["witness"]["stated"]["date"] == {
        "value": "2025-11-14",
        "text": "20251114",
        "where": "/rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString",
    }


def test_rules_are_run_where_they_can_be() -> None:
    pytest.importorskip("saxonche", reason="the rules need Saxon (extra `einvoice`)")
    (found,) = json.loads(call("einvoice", EINVOICES / "xrechnung.xml", "--json").stdout)
    assert found["by_rules"] is True


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (("DE999543219", "DE999543210"), 1, "warning[vat-id-checksum]"),
        ((">558.76</cbc:PayableAmount", ">550.76</cbc:PayableAmount"), 3, "error[BR-CO-16]"),
    ],
)
def test_the_exit_code_is_that_of_the_verdict(change: tuple[str, str], code: int, told: str, tmp_path: Path) -> None:
    path = tmp_path / "note.xml"
    path.write_text((EINVOICES / "credit-note.xml").read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    done = call("einvoice", path, "--no-rules")
    assert done.returncode == code
    assert told in done.stdout


@pytest.mark.parametrize(
    ("path", "code", "told"),
    [
        (TEXT_PDF, 3, "einvoice-missing"),
        (BAD / "truncated.pdf", 4, "error: "),
        (BAD / "encrypted.pdf", 4, "give its password"),
        (Path("absent.xml"), 4, "no such file"),
    ],
)
def test_documents_without_or_unreadable(path: Path, code: int, told: str) -> None:
    done = call("einvoice", path, "--no-rules")
    assert done.returncode == code
    assert told in done.stdout + done.stderr
