"""`extractor rules prove`: its reports, its exit codes, and what it refuses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from mill import BOUND_TO_ONE, write_rules
from papers import call, command, workers

from extractor.cli.app import app


def test_good_rules_end_with_zero(tmp_path: Path) -> None:
    done = call("rules", "prove", write_rules(tmp_path), "--variants", 3, "--jobs", 2)
    assert done.returncode == 0, done.stdout
    assert "1 example(s)" in done.stdout
    assert "0 of 7 field(s) survive less than 90% of some noise" in done.stderr


def test_a_weak_rule_ends_with_five_and_is_named_with_its_place(tmp_path: Path) -> None:
    path = write_rules(tmp_path, number=BOUND_TO_ONE)
    done = CliRunner().invoke(app, ["rules", "prove", str(path), "--variants", "3", "--jobs", "1", "--noise", "other-values"], standalone_mode=False)
    assert done.return_value == 5
    assert f"{path}:7:11: error[fragile-field] number survives 0% of 'other-values'" in done.stdout


@pytest.mark.parametrize("option", ["--cache", "--no-cache"])
def test_compiled_rules_are_kept_unless_no_cache_is_wanted(option: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXTRACTOR_CACHE_DIR", str(tmp_path / "cache"))
    rules = write_rules(tmp_path)
    done = call("rules", "prove", rules, "--variants", 1, "--jobs", 2, "--noise", "shift", option)
    assert done.returncode == 0, done.stdout
    assert bool(list((tmp_path / "cache").rglob("*.sqlite"))) is (option == "--cache")


def test_json_holds_every_count(tmp_path: Path) -> None:
    arguments = ["rules", "prove", str(write_rules(tmp_path)), "--variants", "2", "--jobs", "1", "--noise", "shift", "--noise", "skew", "--format", "json"]
    done = CliRunner().invoke(app, arguments, standalone_mode=False)
    report = json.loads(done.stdout)
    noise = report["files"][0]["fields"]["number"]["noise"]
    assert noise == {kind: {"survived": 2, "otherwise": 0, "missing": 0, "doubtful": 0, "wrong": 0, "survival": 1.0} for kind in ("shift", "skew")}
    assert report["issues"] == []


def test_an_unknown_kind_lists_the_known_ones(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["rules", "prove", str(write_rules(tmp_path)), "--noise", "rain"])
    assert done.exit_code == 2
    assert "new-lines" in done.stderr


def test_a_wrong_rule_file_ends_with_five(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("format: 1\nfelds: {}\n", encoding="utf-8")
    done = call("rules", "prove", path)
    assert done.returncode == 5
    assert "did you mean 'fields'" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals of POSIX")
def test_an_interrupt_ends_it_and_its_processes_without_mess(tmp_path: Path) -> None:
    arguments = command("rules", "prove", write_rules(tmp_path), "--variants", 20_000, "--jobs", 2)  # more than can be done before the interrupt
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            while process.poll() is None and len(workers(process.pid)) < 2:
                time.sleep(0.01)
            assert process.poll() is None, process.communicate()
            pids = workers(process.pid)
            os.killpg(process.pid, signal.SIGINT)
            out, errors = process.communicate(timeout=60)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    assert (process.returncode, out, errors.strip()) == (130, "", "interrupted")
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
