"""Owns books that come out of the store: their rule sets are read, and linked to what they extend, when they are asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from extractor.errors import RuleFileError
from extractor.issues import Issue
from extractor.rules.files import FoundFile
from extractor.rules.link import Linker
from extractor.rules.model import RuleFile, RuleSet
from extractor.rules.packing import Damaged, unpacked, unsealed
from extractor.rules.store import RuleStore

KEY_BYTES, DIGEST_BYTES = 16, 32


@dataclass(frozen=True, slots=True)
class StoredBook:
    """What is needed to use a book. ids: of all rule sets; files: the number of each one's file; keys: under which that is in the store, joined.

    digests: of the rule sets as they are linked, joined. vendors: places of the vendors in `ids`; needles: of the vendors, see
    `vendor_index`.
    """

    ids: tuple[str, ...]
    files: tuple[int, ...]
    keys: bytes
    digests: bytes
    vendors: tuple[int, ...]
    warnings: tuple[Issue, ...]
    needles: bytes

    def key(self, number: int) -> bytes:
        """The key of the file of a rule set, by its place in `ids`."""
        return self.keys[number * KEY_BYTES : (number + 1) * KEY_BYTES]


def digest_of(files: Sequence[FoundFile]) -> bytes:
    """A hash of names and stamps: where it is the same, no file has come, gone, or been written to."""
    names = "\0".join(text for file in files for text in (file.path, file.default_id, file.resolved))
    stamps = " ".join(map(str, (number for file in files for number in (*file.stamp, ";"))))
    return hashlib.sha256(f"{names}\0{stamps}".encode("utf-8", "surrogateescape")).digest()


def stored_book(store: RuleStore, name: bytes, files: Sequence[FoundFile]) -> StoredBook | None:
    """The book that was kept under a name, where its files are still as they were."""
    row = store.book(name, digest_of(files))
    if row is None:
        return None
    try:
        contents: tuple[tuple[str, ...], tuple[int, ...], bytes, bytes, tuple[int, ...], tuple[Issue, ...]] = unpacked(row.contents)
        return StoredBook(*contents, unsealed(row.needles))
    except Damaged:
        return None


class StoredRuleSets(Mapping[str, RuleSet]):
    """The rule sets of a book, each read when it is asked for, and kept: memory grows with the vendors that are met."""

    def __init__(self, store: RuleStore, book: StoredBook, files: Sequence[FoundFile]) -> None:
        """files: what the book is made of."""
        self._store, self._book, self._files = store, book, files
        self._numbers = {rule_id: number for number, rule_id in enumerate(book.ids)}
        self._issues: list[Issue] = []
        self._linker = Linker(_RuleFiles(self._numbers, self._read), self._issues)
        self._known: dict[int, RuleSet] = {}

    def __getitem__(self, rule_id: str) -> RuleSet:
        if rule_id not in self._numbers:
            raise KeyError(rule_id)
        rule_set = self._linker.link(rule_id)
        if rule_set is None:  # the store has lost a file that is wrong by now
            raise RuleFileError(self._issues)
        return rule_set

    def __iter__(self) -> Iterator[str]:
        return iter(self._book.ids)

    def __len__(self) -> int:
        return len(self._book.ids)

    @cached_property
    def vendor_ids(self) -> tuple[str, ...]:
        """The ids of those rule sets that say how to identify a vendor."""
        return tuple(self._book.ids[place] for place in self._book.vendors)

    @property
    def digests(self) -> dict[str, str]:
        """The digest of each rule set by its id."""
        joined = self._book.digests
        return {rule_id: joined[number * DIGEST_BYTES : (number + 1) * DIGEST_BYTES].hex() for rule_id, number in self._numbers.items()}

    def of_files(self, resolved: Collection[str]) -> list[RuleSet]:
        """The rule sets of some files, which are named by where they really are."""
        files = self._book.files
        return [self[rule_id] for number, rule_id in enumerate(self._book.ids) if self._files[files[number]].resolved in resolved]

    @property
    def needles(self) -> bytes:
        """What `VendorIndex` takes; the number of a vendor is its place in `vendor_ids`."""
        return self._book.needles

    def identity(self, number: int) -> RuleSet:
        """A vendor by its number, without its rules: what identifies it."""
        if number not in self._known:
            key = self._book.key(self._book.vendors[number])
            for head, _ in self._store.heads([key]).values():
                with suppress(Damaged):
                    self._known[number] = unpacked(head)[0].rule_set
        return self._known.get(number) or self[self.vendor_ids[number]]

    def identities(self) -> list[RuleSet]:
        """All vendors as far as they identify documents."""
        numbers = {self._book.key(place): number for number, place in enumerate(self._book.vendors)}
        for key, (head, _) in self._store.heads(numbers).items():
            with suppress(Damaged):
                self._known.setdefault(numbers[key], unpacked(head)[0].rule_set)
        return [self.identity(number) for number in range(len(numbers))]

    def _read(self, number: int) -> RuleFile | None:
        """The file of a rule set: out of the store, or compiled anew where that has lost it."""
        body = self._store.body(self._book.key(number))
        with suppress(Damaged):
            if body is not None:
                file: RuleFile = unpacked(body)
                return file
        from extractor.rules.compile import compile_file

        found = self._files[self._book.files[number]]
        compiled, issues = compile_file(found.path, found.default_id)
        self._issues += issues
        return compiled


class _RuleFiles(Mapping[str, RuleFile | None]):
    """Rule files by id, read one by one."""

    def __init__(self, numbers: Mapping[str, int], read: Callable[[int], RuleFile | None]) -> None:
        self._numbers, self._read = numbers, read

    def __getitem__(self, rule_id: str) -> RuleFile | None:
        return self._read(self._numbers[rule_id])

    def __contains__(self, rule_id: object) -> bool:
        return rule_id in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)
