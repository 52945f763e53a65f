"""What all tests share: a cache of OCR results of their own, and one warm extractor."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from extractor import Extractor
from extractor.ocr import OcrCache

# The same examples in every run, so that a red run means a change; `--hypothesis-profile=explore` looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("same")


@pytest.fixture(scope="session", autouse=True)
def ocr_cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keeps tests, and the processes that they start, out of the user's cache."""
    folder = tmp_path_factory.mktemp("ocr-cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXTRACTOR_CACHE_DIR", str(folder))
        yield folder


@pytest.fixture(scope="session")
def extractor(ocr_cache_folder: Path) -> Iterator[Extractor]:
    """An extractor with all defaults."""
    with Extractor(cache=OcrCache(ocr_cache_folder)) as made:
        yield made


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden results of fixtures anew, and print what changes")
