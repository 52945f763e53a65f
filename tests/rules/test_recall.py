"""Books out of the store: the same as compiled anew, and never older than the files."""

from __future__ import annotations

import os
import pickle
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from layout.pages import text_layout

from extractor.errors import RuleFileError
from extractor.rules import compile as compiling
from extractor.rules import packing, recall
from extractor.rules.book import RuleBook
from extractor.rules.files import find_files
from extractor.rules.packing import Damaged, packed, unpacked
from extractor.rules.store import RuleStore

NAMES = ("alder", "birch", "cedar", "dogwood")
LONG_AGO = 1_600_000_000


@pytest.fixture
def store(tmp_path: Path) -> RuleStore:
    return RuleStore(tmp_path / "store")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four vendors that extend a file beside them; none was written to lately."""
    made = tmp_path / "rules"
    made.mkdir()
    write(made / "base.yaml", "fields: {total: {label: Total}}\nextra: {meter: {type: text, label: Meter}}")
    for name in NAMES:
        write(made / f"{name}.yaml", f"extends: base\nidentify: {{all: [{name.title()} Supplies]}}\nfields: {{number: {{label: No}}}}")
    return made


def write(path: Path, text: str, age: int = LONG_AGO) -> None:
    path.write_text(f"format: 1\n{text}\n", encoding="utf-8")
    os.utime(path, (age, age))


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are compiled in this process, in order. The clock stands in the year 2100, so that all files are settled."""
    done: list[str] = []
    inner = compiling._compile

    def watched(origin, rule_id, place):
        done.append(Path(place.file).name)
        return inner(origin, rule_id, place)

    monkeypatch.setattr(compiling, "_compile", watched)
    monkeypatch.setattr("extractor.rules.book.time.time_ns", lambda: 4_102_444_800 * 10**9)
    return done


def load(folder: Path, store: RuleStore | None) -> RuleBook:
    return RuleBook.load([folder], shipped=False, store=store)


def test_the_shipped_book_comes_back_as_it_was_compiled(store: RuleStore) -> None:
    fresh = RuleBook.load()
    for _ in range(2):
        book = RuleBook.load(store=store)
        assert dict(book.rule_sets) == dict(fresh.rule_sets)
        assert (book.vendors, book.general, book.warnings) == (fresh.vendors, fresh.general, fresh.warnings)
        assert [each.identify for each in book.identities] == [each.identify for each in fresh.vendors]


def test_a_warm_start_compiles_nothing(folder: Path, store: RuleStore, compiled: list[str]) -> None:
    assert dict(load(folder, store).rule_sets) == dict(load(folder, None).rule_sets)
    compiled.clear()
    book = load(folder, store)
    found = book.identify(text_layout("Birch Suppl1es\nNo 17\nTotal 3.00"))
    assert found is not None
    assert (found.rule_set.id, list(found.rule_set.rules)) == ("birch", ["number", "total", "extra.meter"])
    assert compiled == []


def test_reading_is_told_file_by_file_and_a_warm_start_tells_nothing(folder: Path, store: RuleStore, compiled: list[str]) -> None:
    told: list[tuple[int, int]] = []
    for _ in range(2):
        RuleBook.load([folder], shipped=False, store=store, progress=lambda done, of: told.append((done, of)))
    assert told == [(number, 5) for number in range(1, 6)]
    RuleBook.load([folder], shipped=False, progress=lambda done, of: told.append((done, of)))
    assert told[5:] == told[:5]


def test_digests_and_rule_sets_of_files_are_there_without_reading_the_others(folder: Path, store: RuleStore, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh, stored = load(folder, None), load(folder, store)
    wanted = {str(folder / "birch.yaml")}
    assert stored.rule_sets.digests == fresh.rule_sets.digests == {rule_id: rule_set.digest for rule_id, rule_set in fresh.rule_sets.items()}
    assert len(set(fresh.rule_sets.digests.values())) == 5
    read: list[bytes] = []
    inner = RuleStore.body
    monkeypatch.setattr(RuleStore, "body", lambda self, key: [read.append(key), inner(self, key)][1])
    assert stored.rule_sets.of_files(wanted) == fresh.rule_sets.of_files(wanted) == [fresh.rule_sets["birch"]]
    assert len(read) == 2, "the file and what it extends"


def test_many_stamps_are_those_of_each_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one_by_one = find_files([folder], [])
    monkeypatch.setattr("extractor.rules.files.MANY", 2)
    assert find_files([folder], []) == one_by_one
    assert all(len(file.stamp) == 4 for file in one_by_one)


def test_one_changed_file_compiles_one_file(folder: Path, store: RuleStore, compiled: list[str]) -> None:
    load(folder, store)
    compiled.clear()
    write(folder / "birch.yaml", "identify: {all: [Beech Supplies]}", LONG_AGO + 1)
    book = load(folder, store)
    assert compiled == ["birch.yaml"]
    found = book.identify(text_layout("Beech Supplies"))
    assert found is not None
    assert found.rule_set == load(folder, None).rule_sets["birch"]


def test_files_that_come_and_go_are_seen(folder: Path, store: RuleStore, compiled: list[str]) -> None:
    load(folder, store)
    (folder / "cedar.yaml").unlink()
    write(folder / "elm.yaml", "id: vendors/elm\nidentify: {all: [Elm Supplies]}")
    assert list(load(folder, store).rule_sets) == list(load(folder, None).rule_sets) == ["alder", "base", "birch", "dogwood", "vendors/elm"]


def test_a_file_that_was_touched_but_not_changed_is_not_compiled(folder: Path, store: RuleStore, compiled: list[str]) -> None:
    load(folder, store)
    compiled.clear()
    os.utime(folder / "alder.yaml", (LONG_AGO + 9, LONG_AGO + 9))
    load(folder, store)
    assert compiled == []


def test_a_change_in_the_same_tick_of_the_clock_is_seen(folder: Path, store: RuleStore) -> None:
    """Stamps of files that have just been written prove nothing: their content is compared."""
    for label in ("One", "Two", "Six"):
        write(folder / "alder.yaml", f"identify: {{all: [{label} Supplies]}}", LONG_AGO)
        found = load(folder, store).identify(text_layout(f"{label} Supplies"))
        assert found is not None, label


@pytest.mark.parametrize(
    ("name", "text", "issue"),
    [("alder", "foo: 1", "unknown-key"), ("base", "extends: alder", "extends-loop"), ("birch", "id: alder", "duplicate-id"), ("cedar", "a: [", "syntax")],
)
def test_errors_are_raised_every_time(folder: Path, store: RuleStore, name: str, text: str, issue: str) -> None:
    load(folder, store)
    write(folder / f"{name}.yaml", text, LONG_AGO + 1)
    with pytest.raises(RuleFileError) as fresh:
        load(folder, None)
    for _ in range(2):
        with pytest.raises(RuleFileError) as caught:
            load(folder, store)
        assert caught.value.diagnostics == fresh.value.diagnostics
        assert issue in {each.id for each in caught.value.diagnostics}


def test_an_error_in_an_example_of_another_file_is_seen(folder: Path, store: RuleStore) -> None:
    """What is kept of a file is enough to link it: an example may name an extra field that a base file no longer declares."""
    write(folder / "alder.yaml", "extends: base\nidentify: {all: [Alder]}\nexamples: [{text: Alder, expect: {extra.meter: '7'}}]")
    load(folder, store)
    write(folder / "base.yaml", "fields: {total: {label: Total}}", LONG_AGO + 1)
    with pytest.raises(RuleFileError, match="no extra field 'meter' is declared"):
        load(folder, store)


def test_warnings_are_kept(folder: Path, store: RuleStore, compiled: list[str]) -> None:
    write(folder / "elm.yaml", "vendor: {bic: X}")
    first = load(folder, store).warnings
    assert load(folder, store).warnings == first == load(folder, None).warnings
    assert [issue.id for issue in first] == ["bad-id"]


def test_books_of_other_paths_share_compiled_files(folder: Path, store: RuleStore, compiled: list[str]) -> None:
    load(folder, store)
    compiled.clear()
    assert list(RuleBook.load([folder / "base.yaml", folder / "alder.yaml"], shipped=False, store=store).rule_sets) == ["base", "alder"]
    assert compiled == []


def test_paths_are_those_of_the_folder_that_they_are_read_from(folder: Path, store: RuleStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for place, label in ((folder.parent, "Total"), (other, "Sum")):
        monkeypatch.chdir(place)
        Path("rules").mkdir(exist_ok=True)
        write(Path("rules/base.yaml"), f"fields: {{total: {{label: {label}}}}}")
        rule = RuleBook.load(["rules"], shipped=False, store=store).rule_sets["base"].rules["total"][0]
        assert rule.labels == (label,)
        assert rule.place is not None
        assert rule.place.file == str(Path("rules/base.yaml"))


@pytest.mark.parametrize("damage", [b"", b"no database", b"SQLite format 3\0" + bytes(4096)])
def test_a_damaged_store_is_made_anew(folder: Path, store: RuleStore, damage: bytes) -> None:
    load(folder, store)
    store.path.write_bytes(damage)
    assert dict(load(folder, store).rule_sets) == dict(load(folder, None).rule_sets)
    assert dict(load(folder, store).rule_sets) == dict(load(folder, None).rule_sets)


@pytest.mark.parametrize(("table", "column"), [("files", "head"), ("files", "body"), ("books", "contents"), ("books", "needles"), ("books", "listing")])
def test_a_damaged_entry_is_compiled_again(folder: Path, store: RuleStore, compiled: list[str], table: str, column: str) -> None:
    load(folder, store)
    with sqlite3.connect(store.path) as db:
        db.execute(f"UPDATE {table} SET {column} = x'00' || substr({column}, 2)")
    book = load(folder, store)
    assert dict(book.rule_sets) == dict(load(folder, None).rule_sets)
    found = book.identify(text_layout("Cedar Supplies"))
    assert found is not None
    assert found.rule_set.id == "cedar"


def test_a_store_that_is_emptied_in_use_does_no_harm(folder: Path, store: RuleStore, compiled: list[str]) -> None:
    load(folder, store)
    book = load(folder, store)
    assert store.clear() == len(NAMES) + 1
    found = book.identify(text_layout("Dogwood Supplies"))
    assert found is not None
    assert found.rule_set == load(folder, None).rule_sets["dogwood"]


def test_a_folder_that_cannot_be_written_is_left_alone(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = RuleStore(tmp_path / "file")
    assert dict(load(folder, store).rule_sets) == dict(load(folder, None).rule_sets)
    assert (store.size(), store.clear()) == ((0, 0), 0)


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_a_folder_that_others_can_write_to_is_not_trusted(folder: Path, store: RuleStore) -> None:
    load(folder, store)
    store.folder.chmod(0o777)
    assert store.size()[0] == 0
    store.folder.chmod(0o700)
    assert store.size()[0] == len(NAMES) + 1


def test_only_what_rule_files_are_made_of_is_unpickled() -> None:
    assert unpacked(packed(("text", 1, None))) == ("text", 1, None)
    with pytest.raises(Damaged, match="is not of this package's rules"):
        unpacked(packing.sealed(pickle.dumps(os.system)))
    with pytest.raises(Damaged):
        unpacked(b"abc")


def test_old_databases_go(folder: Path, store: RuleStore) -> None:
    store.folder.mkdir(mode=0o700)
    for number in range(5):
        path = store.folder / f"{number}.sqlite"
        path.write_bytes(b"old")
        os.utime(path, (LONG_AGO + number, LONG_AGO + number))
    load(folder, store)
    assert sorted(path.name for path in store.folder.iterdir()) == sorted(["2.sqlite", "3.sqlite", "4.sqlite", store.path.name])


READER = """
import sys
from extractor.rules.book import RuleBook
from extractor.rules.store import RuleStore
for _ in range(5):
    book = RuleBook.load([sys.argv[1]], shipped=False, store=RuleStore(sys.argv[2]))
    assert [each.rules["total"][0].labels for each in book.vendors] == [("Total",)] * 4
"""


def test_many_processes_share_a_store(folder: Path, store: RuleStore) -> None:
    """None of the files is settled, so that every process writes."""
    for path in folder.iterdir():
        os.utime(path)
    running = [subprocess.Popen([sys.executable, "-c", READER, str(folder), str(store.folder)]) for _ in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    assert store.size()[0] == len(NAMES) + 1


def test_nothing_that_links_or_identifies_is_missing_from_a_skeleton(folder: Path) -> None:
    file, _ = compiling.compile_file(folder / "alder.yaml", "alder")
    assert file is not None
    bare = recall.skeleton(file)
    assert (bare.rule_set.identify, bare.rule_set.extra, bare.extends) == (file.rule_set.identify, file.rule_set.extra, file.extends)
    assert not bare.rule_set.rules
