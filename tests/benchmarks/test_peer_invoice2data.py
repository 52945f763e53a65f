"""Imported templates of invoice2data give what invoice2data's own goldens say, on its own documents."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest
from papers import ROOT

from extractor import Extractor
from extractor.rules.compile import compile_text
from extractor.rules.imported import import_templates

DATA = ROOT.parent / "shared" / "data"
HERE = (DATA / "invoice2data").is_dir()
peer = importlib.import_module("peer_invoice2data")
CASES = peer.cases(DATA) if HERE else []
needs_data = pytest.mark.skipif(not HERE, reason="the templates and documents of invoice2data, ../shared/data/invoice2data, are not here")


@pytest.fixture(scope="module")
def extractors(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Extractor]:
    found = {}
    for templates in {case.templates for case in CASES}:
        found[templates] = peer.extractor_of(templates, tmp_path_factory.mktemp("rules"))
    return found


@needs_data
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.document.stem)
def test_a_document_gives_its_golden(case: Any, extractors: dict[Path, Extractor]) -> None:
    found = peer.read_by_rules(case, extractors[case.templates])
    assert [(name, expected, value) for _, name, expected, value, right in peer.values(case.golden, found) if not right] == []


@needs_data
def test_all_templates_import() -> None:
    templates = list(import_templates(DATA / "invoice2data" / "templates"))
    assert len(templates) == 212
    for template in templates:
        assert template.text is not None, template.account.defects
        assert all(issue.level != "error" for issue in compile_text(template.text)[1])


@needs_data
def test_defects_are_named_with_line_and_column() -> None:
    places = {issue.place for template in import_templates(DATA / "invoice2data" / "templates") for issue in template.account.defects}
    assert len(places) > 30
    assert all(place and place.line > 1 for place in places)


def test_values_are_compared_by_what_they_mean() -> None:
    golden = {"amount": 12.5, "date": "2024-01-02", "iban": "NL91 ABNA", "lines": [{"qty": 1.0, "uom": ""}, {"qty": 2}], "desc": "x"}
    found = {"amount": "12.50", "date": "2024-01-03", "iban": "NL91ABNA", "lines": [{"qty": "1"}]}
    assert [(name, right) for _, name, _, _, right in peer.values(golden, found)] == [
        ("amount", True),
        ("date", False),
        ("iban", True),
        ("lines[0]", True),
        ("lines[1]", False),
    ]
