"""`extractor cache`: shows what is kept, and removes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from papers import ROOT

from extractor.cli.app import app
from extractor.geometry import Box
from extractor.ocr import OcrCache, OcrPage, OcrRegion, OcrResult
from extractor.rules import RuleBook, RuleStore


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder with one page and two compiled files in it."""
    monkeypatch.setenv("EXTRACTOR_CACHE_DIR", str(tmp_path))
    RuleBook.load([ROOT / "rules" / "generic" / name for name in ("en.yaml", "places.yaml")], shipped=False, store=RuleStore())
    page = OcrPage(1, 10, 10, (OcrRegion("Total", 99.0, Box(0, 0, 5, 5)),))
    OcrCache().put("ab" * 32, OcrResult((page,), engine="replay"))
    return tmp_path


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["cache", *arguments], catch_exceptions=False)
    assert done.exit_code == 0
    return done.output


def counts() -> dict[str, int]:
    return {row["name"]: row["entries"] for row in json.loads(run("show", "--json"))}


def test_it_shows_what_is_kept_and_where(folder: Path) -> None:
    rows = json.loads(run("show", "--json"))
    assert [(row["name"], row["entries"], row["folder"]) for row in rows] == [("ocr", 1, str(folder)), ("rules", 2, str(folder / "rules"))]
    assert all(row["bytes"] > 0 for row in rows)
    assert "rules: 2 compiled file(s), " in run("show")


def test_it_clears_one_or_all(folder: Path) -> None:
    assert run("clear", "rules") == f"rules: 2 compiled file(s) removed from {folder / 'rules'}\n"
    assert counts() == {"ocr": 1, "rules": 0}
    run("clear")
    assert counts() == {"ocr": 0, "rules": 0}


def test_what_is_unknown_is_wrong_usage(folder: Path) -> None:
    assert CliRunner().invoke(app, ["cache", "clear", "all"]).exit_code == 2
