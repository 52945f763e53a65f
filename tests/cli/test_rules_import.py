"""`extractor rules import`: what it writes, what it reports, and that it never writes over a file unasked."""

from __future__ import annotations

import json
from pathlib import Path

from papers import call

TEMPLATE = "issuer: Broken Oar Ltd\nkeywords: [Oar]\nfields:\n  amount: Total (\\d+)\n  date: (\\d+\n"


def folder(tmp_path: Path, **templates: str) -> Path:
    source = tmp_path / "templates"
    source.mkdir()
    for name, text in templates.items():
        (source / f"{name}.yml").write_text(text, encoding="utf-8")
    return source


def test_it_writes_rule_files_and_reports(tmp_path: Path) -> None:
    done = call("rules", "import", folder(tmp_path, oar=TEMPLATE), "--to", tmp_path / "rules")
    assert done.returncode == 0
    assert "oar.yml -> " in done.stdout
    assert "fields.amount (line 4): total" in done.stdout
    assert "oar.yml:5:9: warning[bad-regex]" in done.stdout
    assert "1 of 1 template(s) imported, 1 defect(s)" in done.stderr
    assert call("rules", "check", tmp_path / "rules").returncode == 0


def test_the_report_as_json(tmp_path: Path) -> None:
    done = call("rules", "import", folder(tmp_path, oar=TEMPLATE), "--to", tmp_path / "rules", "--format", "json")
    (row,) = json.loads(done.stdout)
    assert row["rules"] == str(tmp_path / "rules" / "oar.yaml")
    assert {"key": "fields.amount", "text": row["carried_over"][2]["text"], "line": 4, "column": 11} in row["carried_over"]
    assert [defect["id"] for defect in row["defects"]] == ["bad-regex"]
    assert [note["key"] for note in row["not_carried_over"]] == ["fields.date"]
    assert row["carried_over_with_another_meaning"][0]["key"] == "options.currency (absent)"


def test_a_template_that_gives_nothing_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    source = folder(tmp_path, oar=TEMPLATE, broken="keywords: [x\n", empty="")
    done = call("rules", "import", source, "--to", tmp_path / "rules")
    assert done.returncode == 5
    assert "no rule file" in done.stdout
    assert "broken.yml:1:11: error[syntax]" in done.stdout
    assert [path.name for path in (tmp_path / "rules").iterdir()] == ["oar.yaml"]


def test_nothing_is_written_over_unasked(tmp_path: Path) -> None:
    source = folder(tmp_path, oar=TEMPLATE, other=TEMPLATE)
    target = tmp_path / "rules" / "oar.yaml"
    target.parent.mkdir()
    target.write_text("mine", encoding="utf-8")
    done = call("rules", "import", source, "--to", target.parent)
    assert (done.returncode, target.read_text(encoding="utf-8")) == (6, "mine")
    assert "oar.yaml is there already" in done.stderr
    assert not (target.parent / "other.yaml").exists()
    assert call("rules", "import", source, "--to", target.parent, "--force").returncode == 0
    assert target.read_text(encoding="utf-8").startswith("# From the invoice2data template oar.yml\nformat: 1\n")


def test_a_single_file(tmp_path: Path) -> None:
    source = folder(tmp_path, oar=TEMPLATE) / "oar.yml"
    assert call("rules", "import", source, "--to", tmp_path / "rules", "--keywords", "text").returncode == 0
    assert (tmp_path / "rules" / "oar.yaml").exists()


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    assert call("rules", "import", tmp_path / "nothing", "--to", tmp_path).returncode == 2


def test_a_folder_without_templates(tmp_path: Path) -> None:
    done = call("rules", "import", folder(tmp_path), "--to", tmp_path / "rules")
    assert done.returncode == 5
    assert "0 of 0" in done.stderr
