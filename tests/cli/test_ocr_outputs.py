"""`extractor ocr` never writes over what it reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from extractor.cli.app import app


@pytest.mark.parametrize("option", ["--json", "--csv"])
def test_the_document_is_not_replaced(option: str, tmp_path: Path) -> None:
    document = tmp_path / "a.png"
    document.write_bytes(b"as it was")
    result = CliRunner().invoke(app, ["ocr", str(document), option, str(document)])
    assert result.exit_code == 2
    assert document.read_bytes() == b"as it was"


def test_one_output_does_not_replace_the_other(tmp_path: Path) -> None:
    both = str(tmp_path / "out")
    result = CliRunner().invoke(app, ["ocr", str(tmp_path / "a.png"), "--json", both, "--csv", both])
    assert result.exit_code == 2
    assert "must not replace" in result.output
