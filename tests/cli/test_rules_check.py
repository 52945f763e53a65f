"""`extractor rules check` as a command: forms of output, exit codes, and the example of its documentation."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from papers import ROOT

from extractor.cli import main


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in ("rules", "check", *arguments)])
    assert isinstance(end.value.code, int)
    return end.value.code, *capsys.readouterr()


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_text_names_the_place_and_says_once_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "a.yaml", "format: 1\nfields:\n  net: {label: Sum}\n  total: {label: Sum}\n  tax: {label: Sum}\n")
    code, out, err = run(capsys, path)
    assert (code, err) == (0, "0 error(s), 2 warning(s)\n")
    assert re.findall(r"^(\S+): (\w+)\[", out, re.MULTILINE) == [(f"{path}:4:18", "warning"), (f"{path}:5:16", "warning")]
    assert out.count("    hint: Give each a label") == 1


def test_json_has_every_part_of_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "a.yaml", "format: 1\nfields: {tax: {labl: Tax}}\n")
    code, out, _ = run(capsys, path, "--format", "json")
    (row,) = json.loads(out)
    assert code == 5
    assert list(row) == ["id", "level", "file", "line", "column", "message", "hint"]
    assert (row["id"], row["level"], row["file"], row["line"], row["column"]) == ("unknown-key", "error", str(path), 2, 16)
    assert run(capsys, write(tmp_path / "b.yaml", "format: 1\n"), "--format", "json")[1] == "[]\n"


def test_github_gets_annotations_with_signs_escaped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path / "50%,a.yaml", "format: 1\nfields: {total: {label: 100%, lines: 2}}\nlocale: 'a%\\n'\n")
    _, out, _ = run(capsys, path, "--format", "github")
    first, second = out.splitlines()
    place = str(path).replace("%", "%25").replace(",", "%2C").replace(":", "%3A")
    assert (
        first
        == f"::warning file={place},line=2,col=31,title=no-effect::'lines' has no effect on 'total', which is no text of several lines; remove it. Remove it"
    )
    assert second.startswith(f"::error file={place},line=3,col=9,title=bad-locale::'a%25\\n' is no known locale")


def test_strict_minds_warnings_but_not_infos(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "a.yaml", "format: 1\nidentify: {all: [Harbour Glass]}\n")
    write(tmp_path / "b.yaml", "format: 1\nidentify: {all: [Harbour Glass, Pier 4]}\n")
    code, out, _ = run(capsys, tmp_path, "--strict")
    assert (code, "info[wider-identify]" in out) == (0, True)
    write(tmp_path / "c.yaml", "format: 1\nfields: {total: {label: Sum, weight: 0}}\n")
    assert run(capsys, tmp_path, "--strict")[0] == 5
    assert run(capsys, tmp_path)[0] == 0


def test_without_paths_the_current_folder_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "a.yaml", "format: 2\n")
    monkeypatch.chdir(tmp_path)
    assert run(capsys)[1].startswith("a.yaml:1:9: error[bad-format]")


def test_the_example_of_the_documentation_says_what_is_printed_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (ROOT / "docs/bench-check.md").read_text(encoding="utf-8")
    rules, said = re.findall(r"^```(?:yaml|text)\n(.*?)^```", page, re.DOTALL | re.MULTILINE)[:2]
    (tmp_path / "rules").mkdir()
    write(tmp_path / "rules/harbour-glass.yaml", rules)
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "rules/")[1] == said
