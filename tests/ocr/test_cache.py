"""The cache: what was read once is not read again, and nothing it holds can do harm."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from extractor.caches import ocr_folder
from extractor.document.load import load_document
from extractor.errors import RecognitionFailed
from extractor.geometry import Box
from extractor.ocr.cache import OcrCache, key
from extractor.ocr.engines.base import Engine, Reading
from extractor.ocr.language import Language
from extractor.ocr.reading import recognize
from extractor.ocr.result import OcrPage, OcrRegion, OcrResult

from .drawing import DrawnPage

RESULT = OcrResult((OcrPage(1, 100, 50, (OcrRegion("Straße 1", 98.5, Box(1, 2, 3, 4), "count"),), 200.0, 90, 1.5),), "count", "1", True, ("cut short",))


class CountingEngine(Engine):
    """Counts how often it is asked."""

    name = "count"
    languages = frozenset(Language)

    def __init__(self, settings: str = "", fails: bool = False) -> None:
        self.calls = 0
        self._settings = settings
        self._fails = fails

    @classmethod
    def missing(cls) -> str | None:
        return None

    @property
    def version(self) -> str:
        return "1"

    @property
    def settings(self) -> str:
        return self._settings

    def read(self, image: Image.Image, languages: tuple[Language, ...]) -> Reading:
        self.calls += 1
        if self._fails:
            raise RuntimeError("out of paper")
        return Reading((OcrRegion(f"reading {self.calls}", 90.0, Box(1, 1, 10, 10)),), truncated=True, warnings=("cut short",))


def test_results_come_back_as_they_were_put(tmp_path: Path) -> None:
    cache = OcrCache(tmp_path)
    assert cache.get(key(["a"])) is None
    cache.put(key(["a"]), RESULT)
    assert OcrCache(tmp_path).get(key(["a"])) == RESULT
    assert cache.get(key(["b"])) is None


def test_a_page_is_read_once_per_engine_settings_and_languages(drawn: DrawnPage, tmp_path: Path) -> None:
    cache = OcrCache(tmp_path)
    engine = CountingEngine()
    with load_document(drawn.image) as document:
        first = recognize(document, engine, cache=cache)
        assert recognize(document, engine, cache=cache) == first
        assert (first.truncated, first.warnings) == (True, ("cut short",))
        assert engine.calls == 1
        recognize(document, engine, [Language.GERMAN], cache=cache)
        assert engine.calls == 2
        recognize(document, engine, mode="ocr", cache=cache)
        assert engine.calls == 3
        recognize(document, engine)
        assert engine.calls == 4
        other = CountingEngine(settings="sharper")
        recognize(document, other, cache=cache)
        assert other.calls == 1
    with load_document(drawn.faint().image) as document:
        recognize(document, engine, cache=cache)
        assert engine.calls == 5


@pytest.mark.parametrize("damage", [b"", b"no gzip", None, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"])
def test_damaged_entries_are_dropped_and_read_again(tmp_path: Path, damage: bytes | None) -> None:
    cache = OcrCache(tmp_path)
    cache.put(key(["a"]), RESULT)
    (entry,) = tmp_path.rglob("*.gz")
    entry.write_bytes(entry.read_bytes()[:-20] if damage is None else damage)
    assert cache.get(key(["a"])) is None
    assert not entry.exists()
    cache.put(key(["a"]), RESULT)
    assert cache.get(key(["a"])) == RESULT


def test_the_longest_unused_entries_go_first(tmp_path: Path) -> None:
    cache = OcrCache(tmp_path)
    for number in range(10):
        cache.put(key([number]), RESULT)
    now = time.time()
    for age, path in enumerate(OcrCache(tmp_path)._path(key([number])) for number in range(10)):
        os.utime(path, (now - 1000 + age, now - 1000 + age))
    cache.get(key([0]))
    size = sum(path.stat().st_size for path in tmp_path.rglob("*.gz"))
    small = OcrCache(tmp_path, max_bytes=size // 2)
    small.prune()
    kept = [number for number in range(10) if small.get(key([number])) is not None]
    assert kept == [0, 7, 8, 9]
    assert small.clear() == 4
    assert list(tmp_path.rglob("*.gz")) == []


def test_a_folder_that_cannot_be_written_is_left_alone(drawn: DrawnPage, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    cache = OcrCache(tmp_path / "file")
    with load_document(drawn.image) as document:
        assert recognize(document, CountingEngine(), cache=cache).text == "reading 1"
    assert cache.clear() == 0


def test_the_folder_can_be_named_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EXTRACTOR_CACHE_DIR", str(tmp_path))
    assert ocr_folder() == OcrCache().folder == tmp_path
    monkeypatch.delenv("EXTRACTOR_CACHE_DIR")
    assert ocr_folder().parts[-2:] == ("invoice-extractor", "ocr")


def test_failures_are_not_cached_and_name_document_page_and_engine(drawn: DrawnPage, tmp_path: Path) -> None:
    with load_document(drawn.image, name="scan.png") as document, pytest.raises(RecognitionFailed, match=r"scan.png, page 1: .*'count'.*out of paper"):
        recognize(document, CountingEngine(fails=True), cache=OcrCache(tmp_path))
    assert list(tmp_path.rglob("*.gz")) == []


def test_many_processes_share_one_folder(tmp_path: Path) -> None:
    code = """
import sys
from extractor.ocr.cache import OcrCache, key
from extractor.ocr.result import OcrPage, OcrResult
cache = OcrCache(sys.argv[1], max_bytes=4000)
for turn in range(60):
    for number in range(5):
        result = OcrResult((OcrPage(number + 1, 10, 10),), "count")
        cache.put(key([number]), result)
        assert cache.get(key([number])) in (result, None)
    cache.prune()
"""
    processes = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert list(tmp_path.rglob("*.tmp")) == []
