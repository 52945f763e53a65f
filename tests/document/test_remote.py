"""Documents named by a URL: read as files are, with clear errors where they cannot be reached."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from papers import call, invoice_pdf, json_lines, write_invoices

from extractor.document.load import load_document
from extractor.document.model import Limits
from extractor.errors import DocumentError, DocumentTooLarge, UnsupportedDocument

fsspec = pytest.importorskip("fsspec", reason="needs fsspec (extra `url`)")


def test_urls_of_several_stores_give_the_same_bytes(tmp_path: Path) -> None:
    (path,) = write_invoices(tmp_path, 1)
    with fsspec.open("memory://in/a.pdf", "wb") as file:
        file.write(path.read_bytes())
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(path, "a.pdf")
    with load_document(path) as document:
        wanted = document.sha256
    for url in (path.as_uri(), "memory://in/a.pdf", f"zip://a.pdf::{(tmp_path / 'b.zip').as_uri()}"):
        with load_document(url) as document:
            assert (document.name, document.sha256) == (url, wanted)


def test_limits_hold_for_urls(tmp_path: Path) -> None:
    (path,) = write_invoices(tmp_path, 1)
    with pytest.raises(DocumentTooLarge):
        load_document(path.as_uri(), limits=Limits(max_bytes=100))


@pytest.mark.parametrize("url", ["file:///missing/a.pdf", "nonsense://a.pdf", "zip://a.pdf::file:///missing.zip", "memory://no-such.pdf"])
def test_what_cannot_be_reached_is_an_error_that_names_it(url: str) -> None:
    with pytest.raises(DocumentError, match=url.partition("::")[0]):
        load_document(url)


def test_a_url_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("no document", encoding="utf-8")
    with pytest.raises(UnsupportedDocument):
        load_document((tmp_path / "a.txt").as_uri())


def test_a_feed_knows_urls_by_their_content(tmp_path: Path) -> None:
    paths = write_invoices(tmp_path / "in", 3)
    urls = [path.as_uri() for path in paths]
    feeding = ("extract", *urls, "--feed", tmp_path / "a.jsonl", "--rejects", tmp_path / "b.jsonl")
    for _ in range(2):
        assert call(*feeding).returncode == 0
        assert sorted(row["source"]["path"] for row in json_lines(tmp_path / "a.jsonl")) == urls
    paths[0].write_bytes(invoice_pdf("HL-9"))
    call(*feeding)
    assert json_lines(tmp_path / "a.jsonl")[-1]["number"] == "HL-9"


def test_the_extra_is_named_where_the_package_is_missing(tmp_path: Path) -> None:
    (tmp_path / "fsspec.py").write_text("raise ImportError('no module named fsspec')", encoding="utf-8")
    done = call("extract", "s3://bucket/a.pdf", env=os.environ | {"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 4
    assert "pip install 'invoice-extractor[url]'" in done.stdout


def test_a_path_needs_no_fsspec(tmp_path: Path) -> None:
    (path,) = write_invoices(tmp_path, 1)
    script = "import sys; from extractor.document.load import load_document; load_document(sys.argv[1]); print('fsspec' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
