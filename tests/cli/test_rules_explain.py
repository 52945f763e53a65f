"""`extractor rules explain`: text, JSON, pictures and a report from one document."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from papers import invoice_pdf

from extractor.cli.app import app

RULES = "format: 1\nvendor: {name: Harbour Lantern}\nidentify: {all: [Harbour Lantern Works]}\nfields:\n  number: {label: Invoice number, pattern: '\\d{9}'}\n"


@pytest.fixture
def made(tmp_path):
    (tmp_path / "invoice.pdf").write_bytes(invoice_pdf())
    (tmp_path / "harbour.yaml").write_text(RULES, encoding="utf-8")
    return tmp_path


def explain(made, *options):
    return CliRunner().invoke(app, ["rules", "explain", str(made / "invoice.pdf"), "--rules", str(made / "harbour.yaml"), "--no-cache", *options])


def test_text_names_the_vendor_and_the_cause(made):
    done = explain(made, "--field", "number")
    assert done.exit_code == 0
    assert "vendor: harbour was identified by text: Harbour Lantern Works" in done.stdout
    assert "pattern '\\d{9}' does not match 'HL-2041'" in done.stdout


def test_json_overlay_and_report(made):
    done = explain(made, "--field", "number", "--format", "json", "--overlay", str(made / "seen.png"), "--html", str(made / "seen.html"))
    assert done.exit_code == 0
    assert json.loads(done.stdout)["fields"]["number"]["rules"][0]["miss"]["cause"] == "pattern"
    assert (made / "seen.png").read_bytes().startswith(b"\x89PNG")
    assert "HL-2041" in (made / "seen.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("options", [("--field", "nummer"), ("--expect", "number"), ("--expect", "nummer=1")], ids=" ".join)
def test_an_unknown_field_is_wrong_usage(made, options):
    assert explain(made, *options).exit_code == 2


def test_an_expected_value_is_looked_for(made):
    done = explain(made, "--expect", "number=HL-2041")
    assert "expected was HL-2041" in done.stdout
    assert "missed: pattern" in done.stdout
