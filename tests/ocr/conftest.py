"""What the tests of the OCR layer share: a drawn page and one warm engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from extractor.ocr.engines.rapid import RapidOcrEngine

from .drawing import DrawnPage, draw_page


@pytest.fixture(scope="session")
def drawn() -> DrawnPage:
    return draw_page()


@pytest.fixture(scope="session")
def rapid() -> Iterator[RapidOcrEngine]:
    engine = RapidOcrEngine()
    yield engine
    engine.close()
