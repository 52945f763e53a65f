"""The other commands, help and version; and that starting the command stays light."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from papers import BAD, ROOT, TEXT_PDF, call, invoice_pdf

import extractor
from extractor.cli.app import EPILOG, app
from extractor.ocr import OcrResult, known_engines

HEAVY = (
    "sqlalchemy",
    "alembic",
    "prometheus_client",
    "numpy",
    "PIL",
    "cv2",
    "onnxruntime",
    "rapidocr",
    "pypdfium2",
    "jsonschema",
    "yaml",
    "rich",
    "babel",
    "stdnum",
    "lxml",
    "pypdf",
    "facturx",
)


def test_version() -> None:
    done = call("--version")
    assert (done.returncode, done.stdout) == (0, f"extractor, version {extractor.__version__}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["extract"],
        ["batch"],
        ["status"],
        ["export"],
        ["ocr"],
        ["engines"],
        ["rules"],
        ["rules", "check"],
        ["rules", "explain"],
        ["rules", "import"],
        ["rules", "new"],
        ["rules", "prove"],
        ["rules", "test"],
    ],
    ids=lambda arguments: " ".join(arguments) or "none",
)
def test_help_of_every_command(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, [*arguments, "--help"])
    assert done.exit_code == 0
    assert done.stdout.startswith("Usage: ")
    assert len(done.stdout.splitlines()) > 5


def test_help_lists_the_exit_codes() -> None:
    shown = CliRunner().invoke(app, ["--help"]).stdout
    for line in EPILOG.splitlines()[1:]:
        assert line.strip() in shown


def test_without_a_command_help_is_shown() -> None:
    done = call()
    assert done.returncode == 2
    assert "extract" in done.stdout + done.stderr


def test_an_unknown_command() -> None:
    done = call("extrakt")
    assert done.returncode == 2
    assert "extrakt" in done.stderr


def test_engines_as_json() -> None:
    done = call("engines", "--json")
    assert done.returncode == 0
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert tuple(sorted(rows)) == known_engines()
    assert rows["rapidocr"]["missing"] is None
    assert rows["rapidocr"]["version"]


def test_engines_as_a_table() -> None:
    done = call("engines")
    assert done.returncode == 0
    for name in known_engines():
        assert name in done.stdout
    assert "ready" in done.stdout


def test_ocr_prints_rows() -> None:
    done = call("ocr", TEXT_PDF)
    assert done.returncode == 0
    assert '"$1,250.00",100.0' in done.stdout.splitlines()


def test_ocr_writes_files_and_prints_nothing(tmp_path: Path) -> None:
    done = call("ocr", TEXT_PDF, "--json", tmp_path / "o.json", "--csv", tmp_path / "o.csv")
    assert (done.returncode, done.stdout) == (0, "")
    result = OcrResult.from_json((tmp_path / "o.json").read_bytes())
    assert (tmp_path / "o.csv").read_text(encoding="utf-8") == result.to_csv()


def test_ocr_leaves_out_what_it_is_not_sure_of(tmp_path: Path) -> None:
    picture = ROOT / "fixtures" / "acme-supplies" / "clean" / "page-1.png"
    rows = [len(call("ocr", picture, "--min-confidence", number).stdout.splitlines()) for number in (0, 99.95, 100)]
    assert rows[0] > rows[1] >= rows[2]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([BAD / "empty.png"], 4, "the file is empty"),
        (["missing.pdf"], 4, "no such file"),
        ([BAD / "encrypted.pdf"], 4, "encrypted"),
        ([TEXT_PDF, "--engine", "magic"], 4, "no OCR engine is named 'magic'"),
        ([TEXT_PDF, "-l", "xx"], 4, "unknown language"),
        ([TEXT_PDF, "--max-bytes", "10"], 4, "max_bytes"),
        ([TEXT_PDF, "--min-confidence", "101"], 2, "--min-confidence"),
        ([TEXT_PDF, "--min-confidence", "nan"], 2, "not a number"),
        ([TEXT_PDF, TEXT_PDF], 2, "unexpected extra argument"),
        ([TEXT_PDF, "--json", "/dev/null/x"], 6, "/dev/null/x"),
    ],
    ids=str,
)
def test_ocr_that_cannot_be(arguments: list[object], code: int, message: str) -> None:
    done = call("ocr", *arguments)
    assert done.returncode == code
    assert message in done.stderr
    assert done.stdout == ""


def test_ocr_tells_warnings(tmp_path: Path) -> None:
    done = call("ocr", BAD / "blank-page.pdf", "--mode", "text")
    assert done.returncode == 0
    assert done.stderr == "warning: page 1 has no text layer; read it with an OCR engine\n"


def test_rules_check_of_good_files(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text("format: 1\nfields: {number: {label: Invoice no}}\n", encoding="utf-8")
    done = call("rules", "check", tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "0 error(s), 0 warning(s)\n"


def test_rules_check_names_file_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("format: 1\nfields:\n  number:\n    labl: Invoice no\n", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("format: 1\nformat: 1\n", encoding="utf-8")
    done = call("rules", "check", tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert done.returncode == 5
    assert f"{tmp_path / 'a.yaml'}:4:5: error[unknown-key] unknown key 'labl'; did you mean 'label'?" in done.stdout
    assert f"{tmp_path / 'b.yaml'}:2:1: error[duplicate-key]" in done.stdout
    assert done.stderr == f"{done.stdout.count(': error[')} error(s), 0 warning(s)\n"


def test_rules_check_of_doubts_ends_with_0(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("format: 1\nfields: {number: {regex: '(a+)+$'}}\n", encoding="utf-8")
    done = call("rules", "check", tmp_path)
    assert done.returncode == 0
    assert "warning[slow-regex]" in done.stdout


@pytest.mark.parametrize("name", ["missing.yaml", "folder"])
def test_rules_check_of_what_is_no_rule_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    done = call("rules", "check", tmp_path / name)
    assert done.returncode == (5 if name == "missing.yaml" else 0)
    assert str(tmp_path / name) in done.stdout


def test_rules_check_of_the_files_that_ship() -> None:
    done = call("rules", "check", ROOT / "rules")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("code", ["import extractor", "import extractor.ocr", "import extractor.cli", "from extractor.cli import main; main(['--version'])"])
def test_starting_is_light(code: str) -> None:
    program = f"import sys, atexit\natexit.register(lambda: print([m for m in {HEAVY!r} if m in sys.modules]))\n{code}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def loaded_after(*arguments: object) -> set[str]:
    """The modules that the command has imported when it ends, as far as they matter."""
    names = (*HEAVY, "click", "extractor.cli.extract", "extractor.cli.rules_test")
    at_end = f"import sys, atexit\natexit.register(lambda: print([m for m in {names!r} if m in sys.modules]))"
    program = f"{at_end}\nfrom extractor.cli import main; main(sys.argv[1:])"
    done = subprocess.run([sys.executable, "-c", program, *map(str, arguments)], capture_output=True, text=True, check=False)
    return set(ast.literal_eval(done.stdout.splitlines()[-1]))


def test_a_command_loads_only_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(invoice_pdf())
    assert loaded_after("--version") == set()
    assert "extractor.cli.rules_test" not in loaded_after("rules", "check", ROOT / "rules" / "generic" / "en.yaml")
    reading = loaded_after("extract", "--quiet", tmp_path / "a.pdf")
    assert {"click", "pypdfium2", "jsonschema"} <= reading
    assert not reading & {"cv2", "onnxruntime", "rapidocr", "PIL", "extractor.cli.rules_test"}


def test_a_fault_of_the_program_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from extractor.cli import main

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("extractor.ocr.describe_engines", fail, raising=False)
    for debug in (False, True):
        monkeypatch.setenv("EXTRACTOR_DEBUG", "1") if debug else monkeypatch.delenv("EXTRACTOR_DEBUG", raising=False)
        with pytest.raises(ZeroDivisionError if debug else SystemExit) as caught:
            main(["engines"])
        if not debug:
            assert caught.value.args == (70,)
    told = capsys.readouterr().err
    assert "internal error: ZeroDivisionError: by zero" in told
    assert "Traceback" not in told


def test_progress_and_table_do_not_mix_with_json(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(invoice_pdf())
    done = call("extract", tmp_path / "a.pdf", tmp_path / "a.pdf")
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1
