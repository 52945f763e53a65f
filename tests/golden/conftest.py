"""What golden tests share: the two books of rules, and one warm OCR engine that does not look into a cache."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractor import Extractor
from extractor.ocr import OcrEngine
from extractor.shipped import shipped_rules_dir

sys.path.insert(0, str(Path(__file__).parents[2] / "fixtures"))

RULES = ("vendor", "generic")
"""All shipped rules; those alone that know no vendor."""


@pytest.fixture(scope="session")
def books() -> dict[str, Extractor]:
    """An extractor by the name of its book of rules."""
    rules = shipped_rules_dir()
    return {"vendor": Extractor(), "generic": Extractor(rules=[rules / "generic", rules / "receipts"], shipped_rules=False)}


@pytest.fixture(scope="session")
def engine() -> Iterator[OcrEngine]:
    with OcrEngine() as made:
        yield made


@pytest.fixture(params=RULES)
def rules(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name
