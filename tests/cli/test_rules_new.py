"""`extractor rules new`: writes a file that works, never over another one, and says what it did."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from click.testing import CliRunner, Result
from papers import ROOT, TEXT_PDF, call

from extractor.cli.app import app
from extractor.rules.compile import compile_file


def new(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["rules", "new", *map(str, arguments)], standalone_mode=False)


def test_the_draft_is_written_and_told(tmp_path: Path) -> None:
    out = tmp_path / "acme.yaml"
    done = call("rules", "new", TEXT_PDF, "--set", "number=12345", "--set", "total=1250.00", "--out", out)
    assert (done.returncode, done.stdout) == (0, "")
    assert "stands behind" in done.stderr
    file, issues = compile_file(out, "acme")
    assert (issues, file and sorted(file.rule_set.rules)) == ([], ["number", "total"])


def test_a_file_is_never_replaced_unasked(tmp_path: Path) -> None:
    out = tmp_path / "acme.yaml"
    out.write_text("mine", encoding="utf-8")
    done = call("rules", "new", TEXT_PDF, "--out", out)
    assert (done.returncode, out.read_text(encoding="utf-8")) == (2, "mine")
    assert "--force" in done.stderr
    assert new(TEXT_PDF, "--out", out, "--force").exception is None
    assert out.read_text(encoding="utf-8").startswith("# Drafted from text.pdf")


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    done = call("rules", "new", TEXT_PDF, "--dry-run", "--out", tmp_path / "acme.yaml")
    assert (done.returncode, list(tmp_path.iterdir())) == (0, [])
    assert done.stdout.startswith("# Drafted from")


def test_a_value_that_is_not_printed_ends_with_5(tmp_path: Path) -> None:
    done = call("rules", "new", TEXT_PDF, "--set", "total=1250.99", "--out", tmp_path / "acme.yaml")
    assert (done.returncode, list(tmp_path.iterdir())) == (5, [])
    assert "total: '1250.99' does not stand on the page" in done.stderr


def test_wrong_usage_ends_with_2(tmp_path: Path) -> None:
    for wrong in (["--set", "total"], ["--set", "totl=1"], ["--extends", "generic/tlh"]):
        assert call("rules", "new", TEXT_PDF, "--out", tmp_path / "acme.yaml", *wrong).returncode == 2


def test_what_was_read_is_kept_on_demand(tmp_path: Path) -> None:
    sample = tmp_path / "sample.pdf"
    sample.write_bytes(TEXT_PDF.read_bytes())
    assert call("rules", "new", sample, "--record", "--out", tmp_path / "acme.yaml").returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["acme.yaml", "sample.ocr.json", "sample.pdf"]


def test_the_documented_command_works(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "bench-new.md").read_text(encoding="utf-8")
    command = re.search(r"^extractor (rules new .*)$", text, re.MULTILINE)
    assert command is not None
    done = call(*shlex.split(command[1]), "--out", tmp_path / "acme.yaml", cwd=ROOT)
    assert (done.returncode, done.stderr.count("you")) == (0, 3)
