"""Engines by name: pinned names, and messages that say what to do."""

from __future__ import annotations

from importlib import metadata
from typing import Any

import pytest

from extractor.errors import EngineNotFound, EngineUnavailable, OcrError
from extractor.ocr import registry
from extractor.ocr.engines.rapid import RapidOcrEngine
from extractor.ocr.engines.replay import ReplayEngine
from extractor.ocr.registry import create_engine, describe_engines, engine_class, known_engines
from extractor.ocr.result import OcrResult


def test_the_engines_of_this_package() -> None:
    assert {"aspose", "rapidocr", "rapidocr-openvino", "replay", "tesseract"} <= set(known_engines())
    for name in ("aspose", "rapidocr", "rapidocr-openvino", "replay", "tesseract"):
        assert engine_class(name).name == name


def test_auto_is_the_default_engine() -> None:
    assert isinstance(create_engine(), RapidOcrEngine)
    assert isinstance(create_engine("auto"), RapidOcrEngine)


def test_options_reach_the_engine() -> None:
    recording = OcrResult((), "rapidocr", "3")
    engine = create_engine("replay", recording=recording)
    assert isinstance(engine, ReplayEngine)
    assert engine.recorded() is recording


def test_an_unknown_name_lists_the_known_and_suggests() -> None:
    with pytest.raises(EngineNotFound, match=r"'rapidorc' \(did you mean 'rapidocr'\?\); known: aspose, .*tesseract"):
        create_engine("rapidorc")


def test_unknown_options_list_the_known() -> None:
    with pytest.raises(OcrError, match=r"'rapidocr'.*'speed'.*its options: threads, min_confidence"):
        create_engine("rapidocr", speed=1)
    with pytest.raises(OcrError, match="recording"):
        create_engine("replay")


def test_the_list_for_people() -> None:
    rows = {row.name: row for row in describe_engines()}
    assert rows["rapidocr"].version == metadata.version("rapidocr")
    assert rows["rapidocr"].missing is None
    assert rows["replay"] == registry.EngineInfo("replay", None, None)


def registered(monkeypatch: pytest.MonkeyPatch, **engines: str) -> None:
    entries = [metadata.EntryPoint(name, value, registry.GROUP) for name, value in engines.items()]

    def entry_points(**selection: Any) -> metadata.EntryPoints:
        return metadata.EntryPoints(entries).select(**selection)

    monkeypatch.setattr(registry.metadata, "entry_points", entry_points)


def test_a_third_partys_broken_engine_is_a_row_and_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    registered(monkeypatch, broken="no_such_module:Engine", other="json:loads", replay="extractor.ocr.engines.replay:ReplayEngine")
    rows = {row.name: row.missing for row in describe_engines()}
    assert "cannot be loaded" in str(rows["broken"])
    assert "no_such_module" in str(rows["broken"])
    assert "not a subclass" in str(rows["other"])
    assert rows["replay"] is None
    with pytest.raises(EngineUnavailable, match="no_such_module"):
        create_engine("broken")


def test_stale_metadata_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    registered(monkeypatch)
    assert known_engines() == ()
    with pytest.raises(EngineNotFound, match=r"stale; install it again \(in a checkout: pip install -e \.\)"):
        create_engine("rapidocr")
