"""The feed and its rejects: every document in exactly one of them, whatever a crash, a full disk or a second run does."""

from __future__ import annotations

import dataclasses
import errno
import hashlib
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from jsonschema import Draft202012Validator
from papers import invoice_pdf, json_lines, write_invoices

from extractor import ExtractionResult, Extractor
from extractor.batch import Feed, Outcome, run
from extractor.errors import DocumentError, OutputError, SchemaError
from extractor.issues import Level
from extractor.shipped import shipped_schema
from extractor.validate import InvoiceSchema, Status

SCHEMA = InvoiceSchema()
Open = Callable[..., Feed]


@pytest.fixture
def feed(tmp_path: Path) -> Open:
    """Opens the feed `feed.jsonl` with the rejects `rejects.jsonl`."""

    def open_feed(schema: InvoiceSchema = SCHEMA, **options: Any) -> Feed:
        return Feed(tmp_path / "feed.jsonl", tmp_path / "rejects.jsonl", schema, **options)

    return open_feed


@pytest.fixture(scope="module")
def good(extractor: Extractor) -> ExtractionResult:
    result = extractor.extract(invoice_pdf())
    assert result.status is Status.VALID
    return result


@pytest.fixture(scope="module")
def doubtful(extractor: Extractor) -> ExtractionResult:
    result = extractor.extract(invoice_pdf(due="2025-01-01"))
    assert result.status is Status.REVIEW
    return result


def fill(feed: Feed, extractor: Extractor, paths: list[Path]) -> None:
    """One run over documents, as the command line does it."""
    with feed:
        for outcome in run(extractor, [str(path) for path in paths if not feed.is_done(str(path))]):
            feed.write(outcome)


def sources(path: Path) -> list[str]:
    return [row["source"]["path"] for row in json_lines(path)]


def test_each_document_is_in_exactly_one_file(feed: Open, extractor: Extractor, tmp_path: Path) -> None:
    paths = write_invoices(tmp_path / "in", 8)
    fill(feed(), extractor, [*paths, tmp_path / "missing.pdf"])
    accepted, rejected = sources(tmp_path / "feed.jsonl"), sources(tmp_path / "rejects.jsonl")
    assert sorted(accepted + rejected) == sorted(map(str, [*paths, tmp_path / "missing.pdf"]))
    assert rejected == [str(paths[3]), str(paths[7]), str(tmp_path / "missing.pdf")]


def test_every_line_of_the_feed_satisfies_the_shipped_schema(feed: Open, extractor: Extractor, tmp_path: Path) -> None:
    fill(feed(accept_review=True), extractor, write_invoices(tmp_path / "in", 4))
    validator = Draft202012Validator(shipped_schema("invoice-v1"))
    rows = json_lines(tmp_path / "feed.jsonl")
    assert [row["number"] for row in rows] == ["HL-3000", "HL-3001", "HL-3002", "HL-3003"]
    assert [list(validator.iter_errors(row)) for row in rows] == [[]] * 4


def test_a_reject_says_why(feed: Open, doubtful: ExtractionResult, tmp_path: Path) -> None:
    with feed() as opened:
        assert not opened.write(Outcome("doubtful.pdf", doubtful))
        assert not opened.write(Outcome("gone.pdf", error=DocumentError("gone.pdf: no such file")))
    doubt, gone = json_lines(tmp_path / "rejects.jsonl")
    assert doubt["status"] == "review"
    assert doubt["invoice"]["number"] == "HL-2041"
    assert "due-before-issue" in [issue["id"] for issue in doubt["issues"]]
    assert gone == {"source": {"path": "gone.pdf", "sha256": None}, "status": "error", "error": {"kind": "DocumentError", "message": "gone.pdf: no such file"}}


def test_review_enters_the_feed_only_where_it_is_accepted(feed: Open, doubtful: ExtractionResult) -> None:
    with feed() as opened:
        assert not opened.write(Outcome("a.pdf", doubtful))
    with feed(accept_review=True) as opened:
        assert opened.write(Outcome("b.pdf", doubtful))


def test_the_schema_of_the_feed_decides_and_its_violations_are_told(feed: Open, good: ExtractionResult, doubtful: ExtractionResult, tmp_path: Path) -> None:
    schema = InvoiceSchema({"required": ["purchase_order"]})
    with feed(schema, accept_review=True) as opened:
        assert not opened.write(Outcome("good.pdf", good))
        assert not opened.write(Outcome("doubtful.pdf", doubtful))
    for row in json_lines(tmp_path / "rejects.jsonl"):
        assert ("missing-field", "purchase_order") in [(issue["id"], issue.get("field")) for issue in row["issues"]]


@pytest.mark.parametrize("schema", [{"additionalProperties": False, "properties": {"total": {}}}, {"properties": {"source": False}}])
def test_a_schema_that_forbids_source_is_refused_before_anything_is_written(feed: Open, schema: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="source"):
        feed(InvoiceSchema(schema))
    assert list(tmp_path.iterdir()) == []


def test_a_second_run_reads_nothing_again(feed: Open, extractor: Extractor, tmp_path: Path) -> None:
    paths = write_invoices(tmp_path / "in", 4)
    fill(feed(), extractor, paths)
    before = [(tmp_path / name).read_bytes() for name in ("feed.jsonl", "rejects.jsonl")]
    with feed() as opened:
        assert all(opened.is_done(str(path)) for path in paths)
    fill(feed(), extractor, paths)
    assert [(tmp_path / name).read_bytes() for name in ("feed.jsonl", "rejects.jsonl")] == before


def test_changed_content_is_a_document_of_its_own(feed: Open, extractor: Extractor, tmp_path: Path) -> None:
    (path,) = write_invoices(tmp_path / "in", 1)
    fill(feed(), extractor, [path])
    path.write_bytes(invoice_pdf("HL-9999"))
    fill(feed(), extractor, [path])
    assert [row["number"] for row in json_lines(tmp_path / "feed.jsonl")] == ["HL-3000", "HL-9999"]


def test_a_missing_file_is_read_when_it_has_come(feed: Open, extractor: Extractor, tmp_path: Path) -> None:
    path = tmp_path / "late.pdf"
    fill(feed(), extractor, [path])
    fill(feed(), extractor, [path])
    assert sources(tmp_path / "rejects.jsonl") == [str(path)]
    path.write_bytes(invoice_pdf())
    fill(feed(), extractor, [path])
    assert sources(tmp_path / "feed.jsonl") == [str(path)]


@pytest.mark.parametrize("name", ["feed.jsonl", "rejects.jsonl"])
def test_a_last_line_torn_anywhere_is_cut_and_its_document_read_again(feed: Open, extractor: Extractor, tmp_path: Path, name: str) -> None:
    paths = write_invoices(tmp_path / "in", 8)
    fill(feed(), extractor, paths)
    torn = tmp_path / name
    whole = torn.read_bytes()
    start = whole[:-1].rfind(b"\n") + 1
    # every place in the part that all lines begin with, the last few, and some between
    for end in [*range(start, start + 40), *range(start + 40, len(whole) - 3, 97), *range(len(whole) - 3, len(whole))]:
        torn.write_bytes(whole[:end])
        fill(feed(), extractor, paths)
        assert torn.read_bytes() == whole, f"torn after {end - start} bytes"


def test_zero_bytes_that_a_crash_of_the_system_left_are_cut(feed: Open, good: ExtractionResult, tmp_path: Path) -> None:
    with feed() as opened:
        opened.write(Outcome("a.pdf", good))
    whole = (tmp_path / "feed.jsonl").read_bytes()
    for tail in (bytes(4096), b'{"source": {"path": "b.p' + bytes(100)):
        (tmp_path / "feed.jsonl").write_bytes(whole + tail)
        with feed():
            pass
        assert (tmp_path / "feed.jsonl").read_bytes() == whole


@pytest.mark.parametrize(
    "data",
    [
        b"my notes\nlast line",
        b"one line without an end",
        b'{"a": 1}\n',
        b"[1]\n",
        b"\xff\xfe\x00\n\x01",
        b'{"source": "x"}\n',
        b'{"a": 1}',
        b"\n",
        b"[" * 50_000 + b"\n",
    ],
    ids=lambda data: repr(data[:20]),
)
@pytest.mark.parametrize("name", ["feed.jsonl", "rejects.jsonl"])
def test_a_file_that_is_no_feed_is_refused_and_left_as_it_is(feed: Open, tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(OutputError, match=f"{name}:1: not a line of a feed"), feed():
        pass
    assert path.read_bytes() == data


def test_after_a_refusal_the_files_can_be_opened_again(feed: Open, tmp_path: Path) -> None:
    (tmp_path / "feed.jsonl").write_bytes(b"notes\n")
    with pytest.raises(OutputError), feed():
        pass
    (tmp_path / "feed.jsonl").unlink()
    with feed():
        pass


def test_two_at_once_are_refused(feed: Open, tmp_path: Path) -> None:
    with feed(), pytest.raises(OutputError, match=r"another run"), feed():
        pass
    with feed(), pytest.raises(OutputError, match="another run"), Feed(tmp_path / "other.jsonl", tmp_path / "rejects.jsonl", SCHEMA):
        pass
    with feed():  # the locks are free again
        pass


def test_feed_and_rejects_must_be_two_files(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="two files"):
        Feed(tmp_path / "a.jsonl", tmp_path / "x" / ".." / "a.jsonl", SCHEMA)


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be opened"), Feed(tmp_path / "file" / "feed.jsonl", tmp_path / "rejects.jsonl", SCHEMA):
        pass
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="cannot be opened"), Feed(tmp_path / "folder", tmp_path / "rejects.jsonl", SCHEMA):
        pass


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=["full disk", "interrupt"])
def test_a_line_that_could_not_be_written_whole_is_taken_back(
    feed: Open, good: ExtractionResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    really_write, calls = os.write, []

    def write_a_little(descriptor: int, data: bytes) -> int:
        calls.append(descriptor)
        if len(calls) % 3 == 0:
            raise error
        return really_write(descriptor, data[:50])

    with feed() as opened:
        opened.write(Outcome("a.pdf", good))
        before = (tmp_path / "feed.jsonl").read_bytes()
        monkeypatch.setattr(os, "write", write_a_little)
        with pytest.raises((OutputError, KeyboardInterrupt)) as caught:
            opened.write(Outcome("b.pdf", good))
        monkeypatch.undo()
        assert (tmp_path / "feed.jsonl").read_bytes() == before
        if isinstance(error, OSError):
            assert "No space left" in str(caught.value)
        opened.write(Outcome("b.pdf", good))
    assert sources(tmp_path / "feed.jsonl") == ["a.pdf", "b.pdf"]


@pytest.mark.parametrize("name", ["caf\udce9.pdf", "日本.pdf", 'quote".pdf', "line\nbreak.pdf", "\u2028.pdf"])
def test_odd_names_come_through(feed: Open, good: ExtractionResult, tmp_path: Path, name: str) -> None:
    result = dataclasses.replace(good, source=name)
    with feed() as opened:
        opened.write(Outcome(name, result))
        opened.write(Outcome(name, error=DocumentError(f"{name}: gone")))
    assert sources(tmp_path / "feed.jsonl") == sources(tmp_path / "rejects.jsonl") == [name]
    assert (tmp_path / "feed.jsonl").read_text(encoding="utf-8").count("\n") == 1
    with feed() as opened:
        assert opened.is_done(name)  # unreadable then, unreadable now


def test_devices_and_pipes_are_not_waited_for(feed: Open, tmp_path: Path) -> None:
    names = [name for name in ("/dev/zero", "/dev/random") if Path(name).exists()]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        names.append(str(tmp_path / "pipe"))
    with feed() as opened:
        for name in names:
            assert not opened.is_done(name)
            opened.write(Outcome(name, error=DocumentError("no regular file")))
            assert opened.is_done(name)


def test_a_line_is_on_disk_before_the_next_document_begins(feed: Open, good: ExtractionResult, tmp_path: Path) -> None:
    with feed() as opened:
        for number in range(3):
            opened.write(Outcome(f"{number}.pdf", good))
            assert len(json_lines(tmp_path / "feed.jsonl")) == number + 1


def test_reasons_are_never_of_level_info_alone(feed: Open, extractor: Extractor, tmp_path: Path) -> None:
    paths = write_invoices(tmp_path / "in", 8)
    fill(feed(), extractor, paths)
    for row in json_lines(tmp_path / "rejects.jsonl"):
        assert row["issues"], json.dumps(row)
        assert all(issue["level"] != Level.INFO for issue in row["issues"])


@pytest.fixture(scope="module")
def several(extractor: Extractor) -> list[ExtractionResult]:
    """Three invoices of one file, the second of which needs review."""
    joined = pypdfium2.PdfDocument.new()
    for pdf in (invoice_pdf("HL-1"), invoice_pdf("HL-2", due="2025-01-01"), invoice_pdf("HL-3")):
        joined.import_pages(pypdfium2.PdfDocument(pdf))
    buffer = io.BytesIO()
    joined.save(buffer)
    return extractor.extract_all(buffer.getvalue())


def test_each_invoice_of_a_file_is_in_exactly_one_file(feed: Open, several: list[ExtractionResult], tmp_path: Path) -> None:
    with feed() as opened:
        assert not opened.write(Outcome.of("stack.pdf", several))
    accepted, rejected = json_lines(tmp_path / "feed.jsonl"), json_lines(tmp_path / "rejects.jsonl")
    assert [(row["number"], row["source"]["pages"]) for row in accepted] == [("HL-1", [1]), ("HL-3", [3])]
    assert [(row["invoice"]["number"], row["source"]["pages"], row["status"]) for row in rejected] == [("HL-2", [2], "review")]
    assert {(row["source"]["path"], row["source"]["sha256"], row["source"]["invoices"]) for row in accepted + rejected} == {("stack.pdf", several[0].sha256, 3)}
    validator = Draft202012Validator(shipped_schema("invoice-v1"))
    assert [list(validator.iter_errors(row)) for row in accepted] == [[]] * 2


@pytest.mark.parametrize("kept", [{"feed.jsonl": 1, "rejects.jsonl": 0}, {"feed.jsonl": 2, "rejects.jsonl": 0}, {"feed.jsonl": 0, "rejects.jsonl": 1}], ids=str)
def test_a_file_of_which_a_crash_left_some_invoices_is_read_again(
    feed: Open, several: list[ExtractionResult], good: ExtractionResult, tmp_path: Path, kept: dict[str, int]
) -> None:
    stack = tmp_path / "stack.pdf"
    stack.write_bytes(b"as it was")
    results = [dataclasses.replace(result, sha256=hashlib.sha256(b"as it was").hexdigest()) for result in several]
    with feed() as opened:
        opened.write(Outcome("before.pdf", good))
        opened.write(Outcome.of(str(stack), results))
        assert opened.is_done(str(stack))
    whole = {name: (tmp_path / name).read_bytes() for name in kept}
    for name, lines in kept.items():
        rows = whole[name].splitlines(keepends=True)
        before = 1 if name == "feed.jsonl" else 0
        (tmp_path / name).write_bytes(b"".join(rows[: before + lines]))
    with feed() as opened:
        assert not opened.is_done(str(stack))
        assert sources(tmp_path / "feed.jsonl") == ["before.pdf"]
        assert sources(tmp_path / "rejects.jsonl") == []
        opened.write(Outcome.of(str(stack), results))
    assert {name: (tmp_path / name).read_bytes() for name in kept} == whole
    with feed() as opened:
        assert opened.is_done(str(stack))


def test_where_the_rejects_cannot_be_written_the_feed_is_as_it_was(
    feed: Open, several: list[ExtractionResult], good: ExtractionResult, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_open = os.open

    def full(path: Path, *arguments: int) -> int:
        if Path(path).name == "rejects.jsonl":
            raise OSError(errno.ENOSPC, "No space left on device")
        return really_open(path, *arguments)

    with feed() as opened:
        opened.write(Outcome("before.pdf", good))
        monkeypatch.setattr(os, "open", full)
        with pytest.raises(OutputError, match="No space left"):
            opened.write(Outcome.of("stack.pdf", several))
        monkeypatch.undo()
        assert sources(tmp_path / "feed.jsonl") == ["before.pdf"]
        opened.write(Outcome.of("stack.pdf", several))
    assert sources(tmp_path / "feed.jsonl") == ["before.pdf", "stack.pdf", "stack.pdf"]
