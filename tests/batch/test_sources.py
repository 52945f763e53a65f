"""Finding documents, and telling which files of a hot folder are complete."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from extractor.batch import HotFolder, find
from extractor.batch.sources import digest_of, stamp_of
from extractor.errors import DocumentError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.pdf", "a.PDF", "scan", "sub/deep/c.png", ".hidden/d.pdf", ".e.pdf", "f.pdf.part", "~$g.pdf", "h.pdf~", "Thumbs.db"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(b"x")
    return tmp_path / "in"


def found(folder: Path, *sources: str) -> list[str]:
    return [os.path.relpath(path, folder) for path in find(sources)]


def test_folders_are_searched_at_any_depth_in_a_stable_order(folder: Path) -> None:
    assert found(folder, str(folder)) == ["a.PDF", "b.pdf", "scan", "sub/deep/c.png"]
    assert found(folder, f"{folder}/sub/..") == found(folder, str(folder))


def test_patterns(folder: Path) -> None:
    assert found(folder, f"{folder}/*.pdf") == ["b.pdf"]
    assert found(folder, f"{folder}/**/*.p*") == ["b.pdf", "sub/deep/c.png"]
    assert found(folder, f"{folder}/*") == ["a.PDF", "b.pdf", "scan", "sub/deep/c.png"]
    assert found(folder, f"{folder}/*.tiff") == []


def test_a_file_that_is_named_is_taken_whatever_its_name(folder: Path) -> None:
    (folder / "[1].pdf").write_bytes(b"x")
    assert found(folder, f"{folder}/f.pdf.part", f"{folder}/[1].pdf", f"{folder}/missing.pdf") == ["f.pdf.part", "[1].pdf", "missing.pdf"]


def test_what_is_to_be_left_out_is(folder: Path) -> None:
    assert str(folder / "b.pdf") not in list(find([str(folder), str(folder / "b.pdf"), f"{folder}/*.pdf"], {str(folder / "b.pdf")}))


def test_relative_paths_and_links_of_folders_lead_to_the_same_names(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / "link").symlink_to(folder)
    monkeypatch.chdir(folder.parent)
    assert list(find(["in/b.pdf"])) == list(find(["link/b.pdf"])) == [str(folder / "b.pdf")]
    assert list(find(["link"])) == list(find([str(folder)]))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_cannot_be_searched_is_told(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    (folder / "sub").chmod(0)
    assert found(folder, str(folder)) == ["a.PDF", "b.pdf", "scan"]
    assert "cannot be searched" in caplog.text


def test_a_stamp_is_given_only_where_a_change_would_show(folder: Path) -> None:
    path = folder / "b.pdf"
    assert stamp_of(str(path)) == (1, None)
    os.utime(path, (1, 1))
    assert stamp_of(str(path)) == (1, "1:1000000000")
    assert (stamp_of(str(folder / "none")), digest_of(str(folder / "none")), digest_of(str(folder))) == (None, None, None)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_file_is_given_once_it_has_not_changed_for_a_while(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "a.pdf"
    hot = HotFolder([str(tmp_path)], settle=5, clock=clock)
    path.write_bytes(b"half")
    assert hot.ready() == []
    clock.now += 4
    path.write_bytes(b"half and half")  # it grows
    assert hot.ready() == []
    clock.now += 4
    assert hot.ready() == []
    clock.now += 1
    assert hot.ready() == [str(path)]
    clock.now += 100
    assert hot.ready() == []


def test_a_file_that_changes_or_comes_back_is_given_again(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "a.pdf"
    hot = HotFolder([str(tmp_path)], settle=0, clock=clock)
    path.write_bytes(b"one")
    assert hot.ready() == [str(path)]
    path.write_bytes(b"another")
    assert hot.ready() == [str(path)]
    path.unlink()
    assert hot.ready() == []
    path.write_bytes(b"another")
    assert hot.ready() == [str(path)]


def test_of_many_files_some_are_given_at_a_time(tmp_path: Path) -> None:
    for number in range(250):
        (tmp_path / f"{number:03}.pdf").write_bytes(b"x")
    hot = HotFolder([str(tmp_path)], settle=0)
    assert [len(hot.ready()) for _ in range(3)] == [200, 50, 0]


def test_urls() -> None:
    fsspec = pytest.importorskip("fsspec", reason="URLs need fsspec (extra `url`)")
    memory = fsspec.filesystem("memory")
    for name in ("/inbox/b.pdf", "/inbox/sub/a.pdf", "/inbox/c.pdf.part"):
        memory.pipe(name, b"x")
    try:
        assert list(find(["memory://inbox"])) == ["memory:///inbox/b.pdf", "memory:///inbox/sub/a.pdf"]
        assert list(find(["memory://inbox/*.pdf"])) == ["memory:///inbox/b.pdf"]
        assert list(find(["memory://inbox/b.pdf", "memory://inbox/none.pdf"])) == ["memory://inbox/b.pdf", "memory://inbox/none.pdf"]
        before = stamp_of("memory://inbox/b.pdf")
        assert digest_of("memory://inbox/b.pdf") == hashlib.sha256(b"x").hexdigest()
        memory.pipe("/inbox/b.pdf", b"y")
        assert stamp_of("memory://inbox/b.pdf") != before
        assert (stamp_of("memory://inbox/none.pdf"), digest_of("memory://inbox/none.pdf")) == (None, None)
    finally:
        memory.rm("/inbox", recursive=True)


def test_a_store_of_documents_that_is_not_known() -> None:
    pytest.importorskip("fsspec", reason="URLs need fsspec (extra `url`)")
    with pytest.raises(DocumentError, match="cannot be listed"):
        list(find(["nowhere://inbox"]))
