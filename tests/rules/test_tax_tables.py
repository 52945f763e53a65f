"""The table of the taxes by rate, described by its headers: through the whole way from a page of text to the invoice."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from extractor.ocr.typed import typed_pages
from extractor.output import ExtractionResult
from extractor.pipeline import Extractor

TAXES = "taxes: {columns: {rate: Rate, base: Goods, amount: Duty}, end: Sum}"
PAGE = """Osprey Netmakers

Rate     Goods      Duty
5 %      100.00     5.00
20 %     200.00     40.00
Sum      300.00     45.00
"""


def extract(tmp_path: Path, text: str, rules: str) -> ExtractionResult:
    (tmp_path / "osprey.yaml").write_text(f"format: 1\nidentify: {{all: Osprey Netmakers}}\nlocale: en-GB\n{rules}\n", encoding="utf-8")
    return Extractor(rules=tmp_path, shipped_rules=False).interpret(typed_pages(text))


def rows(result: ExtractionResult) -> list[tuple[Any, ...]]:
    return [(line.rate, line.base, line.amount) for line in result.invoice.taxes]


def test_rows_under_their_headers(tmp_path: Path) -> None:
    expected = [(Decimal(5), Decimal("100.00"), Decimal("5.00")), (Decimal(20), Decimal("200.00"), Decimal("40.00"))]
    assert rows(extract(tmp_path, PAGE, TAXES)) == expected


def test_columns_may_stand_in_any_order_and_the_rate_without_its_sign(tmp_path: Path) -> None:
    page = "Osprey Netmakers\n\nDuty     Rate    Goods\n5.00     5       100.00\n\n\n\n9.00     9       100.00"
    assert rows(extract(tmp_path, page, TAXES)) == [(Decimal(5), Decimal("100.00"), Decimal("5.00"))]


def test_without_the_header_there_are_no_rows(tmp_path: Path) -> None:
    assert rows(extract(tmp_path, PAGE.replace("Goods", "Wares").replace("Duty", "Levy"), TAXES)) == []


def test_the_table_may_be_that_of_one_page(tmp_path: Path) -> None:
    two = f"Osprey Netmakers\n\f{PAGE}"
    assert len(rows(extract(tmp_path, two, TAXES.replace("end:", "page: '2..', end:")))) == 2
    assert rows(extract(tmp_path, two, TAXES.replace("end:", "page: first, end:"))) == []


def test_the_table_of_lines_may_be_that_of_one_page(tmp_path: Path) -> None:
    page = "Osprey Netmakers\nArticle    Price\nNet of {}      30.00\nNet of wire      12.50"
    rules = "lines: {columns: {description: Article, amount: Price}, page: %s}"
    two = f"{page.format('yarn')}\f{page.format('silk')}"
    found = {place: extract(tmp_path, two, rules % place).invoice.lines for place in ("any", "first", "'2..'")}
    assert {place: [line.description for line in lines][:1] for place, lines in found.items()} == {
        "any": ["Net of yarn"],
        "first": ["Net of yarn"],
        "'2..'": ["Net of silk"],
    }
    assert {place: len(lines) for place, lines in found.items()} == {"any": 4, "first": 2, "'2..'": 2}
