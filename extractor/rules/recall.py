"""Owns compiling only what has changed: a book is taken from the store as it is, or put together of files that are in there already."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from extractor.issues import Issue
from extractor.rules.compile import compile_file, compile_text
from extractor.rules.files import FoundFile
from extractor.rules.model import RuleFile, RuleSet
from extractor.rules.needles import NeedleChooser
from extractor.rules.packing import Damaged, packed, sealed, unpacked
from extractor.rules.source import MAX_BYTES
from extractor.rules.store import BookRow, FileRow, RuleStore
from extractor.rules.stored import KEY_BYTES, StoredBook, digest_of
from extractor.rules.vendor_index import needle_keys, pack, renumbered

SETTLED_NS = 2_000_000_000
"""A file that was written to so shortly before it was read may be written to again within the same tick of the clock: its stamp proves nothing."""

Compiled = tuple[RuleFile | None, list[Issue]]


def skeleton(file: RuleFile) -> RuleFile:
    """A file without its rules. What is left identifies documents, and is linked with the same findings as the whole file."""
    examples = tuple(example for example in file.rule_set.examples if any(name.startswith("extra.") for name in example.expect))
    bare = replace(file.rule_set, rules={}, tables=(), tax_tables=(), vendor={}, locales=(), decoys=(), blocks=(), required=(), examples=examples)
    return replace(file, rule_set=bare)


class Recall:
    """Compiled files for a book that is read anew: out of the store what is in there, compiled now what is not.

    What it gives of a file is its skeleton, which is enough to see that all files go together.
    """

    def __init__(self, store: RuleStore, name: bytes, files: Sequence[FoundFile], now: int) -> None:
        """files: all that the book is made of, as they were found after the time `now` (ns)."""
        self._store, self._name, self._files, self._now = store, name, files, now
        self._contents: dict[str, bytes] = {}
        known = _known(store.listing(name))
        self._keys = {file.resolved: key for file in files if (key := self._key(file, known)) is not None}
        self._stored = store.heads(self._keys.values())
        self._needles = {key: needles for key, (_, needles) in self._stored.items()}
        self._chooser = NeedleChooser(needle_keys(b"".join(self._needles.values())))
        self._fresh: list[FileRow] = []

    def compile(self, file: FoundFile) -> Compiled:
        """The skeleton of a file, None where it has errors, and the findings about it."""
        key = self._keys.get(file.resolved)
        if key in self._stored:
            with suppress(Damaged):
                known: Compiled = unpacked(self._stored[key][0])
                return known
        content = self._contents.get(file.resolved)
        if content is None:
            content = _content(file)
        compiled, issues = compile_file(file.path, file.default_id) if content is None else compile_text(content, file.default_id, file.path)
        if compiled is None or key is None:
            return compiled, issues
        bare = skeleton(compiled)
        self._needles[key] = pack(bare.rule_set, self._chooser)
        self._fresh.append(FileRow(key, packed((bare, issues)), packed(compiled), self._needles[key]))
        return bare, issues

    def save(self, rule_sets: Mapping[str, tuple[FoundFile, RuleSet]], warnings: tuple[Issue, ...]) -> StoredBook:
        """Keeps what was compiled, and the book of these rule sets. Gives the book."""
        numbers = {file.resolved: number for number, file in enumerate(self._files)}
        keys = [self._keys[file.resolved] for file, _ in rule_sets.values()]
        vendors = tuple(number for number, (_, rule_set) in enumerate(rule_sets.values()) if rule_set.identify is not None)
        needles = renumbered([self._needles[keys[number]] for number in vendors])
        places = tuple(numbers[file.resolved] for file, _ in rule_sets.values())
        digests = b"".join(bytes.fromhex(rule_set.digest) for _, rule_set in rule_sets.values())
        contents = (tuple(rule_sets), places, b"".join(keys), digests, vendors, warnings)
        listing = {(file.path, file.default_id): (self._settled(file), self._keys[file.resolved]) for file in self._files}
        digest = digest_of(self._files) if all(stamp for stamp, _ in listing.values()) else b""
        self._store.save(self._fresh, BookRow(self._name, digest, packed(contents), sealed(needles), packed(listing)))
        return StoredBook(*contents, needles)

    def save_files(self) -> None:
        """Keeps what was compiled of files that make no book."""
        self._store.save(self._fresh, None)

    def _key(self, file: FoundFile, known: Mapping[tuple[str, str], tuple[tuple[int, ...], bytes]]) -> bytes | None:
        """The key of a file's compiled form: the one it had where its stamp is the same, else by its content; None where it cannot be read."""
        stamp, key = known.get((file.path, file.default_id), ((), b""))
        if stamp and stamp == file.stamp:
            return key
        content = _content(file)
        if content is None:
            return None
        self._contents[file.resolved] = content
        return hashlib.sha256(f"{file.path}\0{file.default_id}\0".encode("utf-8", "surrogateescape") + content).digest()[:KEY_BYTES]

    def _settled(self, file: FoundFile) -> tuple[int, ...]:
        """The stamp, where a later change of the file would give it another one."""
        return file.stamp if file.stamp and max(file.stamp[1:3]) < self._now - SETTLED_NS else ()


def _known(listing: bytes | None) -> Mapping[tuple[str, str], tuple[tuple[int, ...], bytes]]:
    with suppress(Damaged):
        found: dict[tuple[str, str], tuple[tuple[int, ...], bytes]] = unpacked(listing) if listing else {}
        return found
    return {}


def _content(file: FoundFile) -> bytes | None:
    try:
        with Path(file.path).open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return None
