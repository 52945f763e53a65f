"""What invoices print in each language is read by the general rules: small invoices, each with the fields that it must give.

The samples stand in `wording/`, one file per language. Of a text every piece between wide gaps is one region, set by its
column as in a fixed-width font. `expect` gives header fields as JSON holds them, nothing where a field must be absent;
its `lines` are `description | quantity | unit price | amount`.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from extractor import Extractor
from extractor.ocr.typed import typed_pages


def _samples() -> list[Any]:
    files = sorted((Path(__file__).parent / "wording").glob("*.yaml"))
    return [
        pytest.param(path.stem, sample["text"], sample["expect"], id=f"{path.stem}-{number}-{sample['about'].replace(' ', '-')}")
        for path in files
        for number, sample in enumerate(yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader), 1)
    ]


@pytest.mark.parametrize(("language", "text", "expect"), _samples())
def test_wording_is_understood(language: str, text: str, expect: dict[str, Any], extractor: Extractor) -> None:
    result = extractor.interpret(typed_pages(text))
    assert language in result.rules.id
    found = result.invoice.to_dict()
    wanted = {name: value or None for name, value in expect.items() if name != "lines"}
    assert {name: found.get(name) for name in wanted} == wanted
    if "lines" in expect:
        assert [_cells(line) for line in found["lines"]] == [_as_read(line) for line in expect["lines"]]


def _cells(line: dict[str, Any]) -> list[str | None]:
    numbers = [_plain(line.get(name)) for name in ("quantity", "unit_price", "amount")]
    return [line.get("description"), *numbers]


def _as_read(line: str) -> list[str | None]:
    description, *numbers = (cell.strip() or None for cell in line.split("|"))
    return [description, *map(_plain, numbers)]


def _plain(number: str | None) -> str | None:
    return None if number is None else f"{Decimal(number).normalize():f}"
