"""Rules led by `barcode`: which codes, what of them, and where on the page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from extractor.geometry import Box
from extractor.layout import Layout, lay_out
from extractor.ocr import Barcode, OcrPage, OcrRegion, OcrResult
from extractor.pipeline import Extractor
from extractor.rules.check import check_paths
from extractor.rules.compile import compile_text
from extractor.rules.match import Matcher

CODES = (
    Barcode("DN-2026-4711", "code128", Box(100, 100, 400, 80)),
    Barcode("4006381333931", "ean13", Box(100, 900, 300, 80)),
    Barcode("DN-2026-0815", "qr", Box(600, 1000, 200, 200)),
)


def page(*codes: Barcode, rotation: int = 0) -> Layout:
    return lay_out(OcrResult((OcrPage(1, 1000, 1400, (), 100.0, rotation, barcodes=codes),), "replay"))


def found(rule: str, pages: Layout, field: str = "number") -> list[Any]:
    file, issues = compile_text(f"format: 1\nfields: {{{field}: {rule}}}")
    assert (file is not None, issues) == (True, [])
    assert file is not None
    return list(Matcher(file.rule_set).match(pages).candidates)


def test_a_regex_is_searched_in_all_codes() -> None:
    candidates = found(r"{barcode: 'DN-(?P<value>\d+-\d+)'}", page(*CODES))
    assert [(each.text, each.bounds, each.ocr, each.context) for each in candidates] == [
        ("2026-4711", CODES[0].bounds, 1.0, "DN-2026-4711"),
        ("2026-0815", CODES[2].bounds, 1.0, "DN-2026-0815"),
    ]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{barcode: {symbology: ean13}}", ["4006381333931"]),
        ("{barcode: {symbology: [ean13, qr]}}", ["4006381333931", "DN-2026-0815"]),
        (r"{barcode: {symbology: qr, regex: '\d+$'}}", ["0815"]),
        ("{barcode: {symbology: datamatrix}}", []),
        (r"{barcode: 'INV-\d+'}", []),
        ("{barcode: 'DN', zone: {top: 50%}, strict: true}", ["DN"]),
        (r"{barcode: '\d{13}', replace: {regex: '^40', with: ''}}", ["06381333931"]),
        (r"{barcode: '\d{13}', value: present}", ["present"]),
    ],
)
def test_which_codes_and_what_of_them(rule: str, expected: list[str]) -> None:
    assert [each.text for each in found(rule, page(*CODES))] == expected


def test_zones_are_of_the_upright_page() -> None:
    turned = page(Barcode("4711", "code128", Box(900, 700, 80, 300)), rotation=90)  # its right edge is the top of the print
    assert [each.text for each in found("{barcode: {symbology: code128}, zone: {bottom: 20%}, strict: true}", turned)] == ["4711"]
    assert found("{barcode: {symbology: code128}, zone: {top: 80%}, strict: true}", turned) == []


RULES = """format: 1
identify: {all: [Harbour Lantern]}
fields: {purchase_order: {barcode: {symbology: code128}}}
extra: {article: {type: identifier, barcode: {symbology: ean13}}}
"""


def test_the_value_of_a_code_comes_out_with_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "harbour.yaml").write_text(RULES, encoding="utf-8")
    regions = (OcrRegion("Harbour Lantern", 99.0, Box(100, 40, 300, 30)),)
    ocr = OcrResult((OcrPage(1, 1000, 1400, regions, 100.0, barcodes=CODES),), "replay")
    for _ in range(2):  # compiled, and out of the store of compiled files
        with Extractor(rules=tmp_path) as extractor:
            result = extractor.interpret(ocr)
        assert (result.invoice.purchase_order, result.invoice.extra["article"]) == ("DN-2026-4711", "4006381333931")
        value = result.fields["purchase_order"]
        assert (value.page, value.bounds) == (1, CODES[0].bounds)


@pytest.mark.parametrize(
    ("rule", "finding"),
    [
        ("{barcode: {symbology: code127}}", "unknown-symbology"),
        ("{barcode: '(a'}", "bad-regex"),
        ("{barcode: '(?P<number>a)'}", "no-value-group"),
        ("{barcode: a, label: Number}", "conflicting-keys"),
        ("{barcode: a, find: below}", "no-effect"),
        ("{barcode: a, pattern: b}", "no-effect"),
        ("{barcode: {kind: qr}}", "unknown-key"),
        ("{barcode: '(a+)+$'}", "slow-regex"),
    ],
)
def test_what_is_wrong_with_a_rule_is_said(rule: str, finding: str, tmp_path: Path) -> None:
    (tmp_path / "rule.yaml").write_text(f"format: 1\nfields: {{number: {rule}}}", encoding="utf-8")
    assert finding in [issue.id for issue in check_paths([tmp_path])]
