"""Owns the account of an import: what became of each key of a template, and what is wrong with the template itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from extractor.issues import Issue, Level, Place
from extractor.rules.source import Mapping, Node
from extractor.rules.source import Sequence as SequenceNode


class Outcome(StrEnum):
    """What became of a key."""

    CARRIED = "carried over"
    CHANGED = "carried over with another meaning"
    DROPPED = "not carried over"


@dataclass(frozen=True, slots=True)
class Note:
    """What became of one key. path: `fields.amount.regex`; text: what it is now, or why not; place: of the value."""

    path: str
    outcome: Outcome
    text: str
    place: Place | None = None


@dataclass(slots=True)
class Account:
    """Notes on the keys of one template, and its defects (bad regexes, misplaced keys), each with line and column."""

    notes: list[Note] = field(default_factory=list)
    defects: list[Issue] = field(default_factory=list)

    def carried(self, path: str, node: Node | None, text: str) -> None:
        self.notes.append(Note(path, Outcome.CARRIED, text, node.place if node else None))

    def changed(self, path: str, node: Node | None, text: str) -> None:
        self.notes.append(Note(path, Outcome.CHANGED, text, node.place if node else None))

    def dropped(self, path: str, node: Node | None, text: str) -> None:
        self.notes.append(Note(path, Outcome.DROPPED, text, node.place if node else None))

    def defect(self, path: str, place: Place, issue_id: str, text: str, level: Level = Level.WARNING) -> None:
        """What is wrong with the template: the key is not carried over, whatever else was said of it."""
        self.notes = [note for note in self.notes if note.path != path]
        self.notes.append(Note(path, Outcome.DROPPED, text, place))
        self.defects.append(Issue(issue_id, level, text, field=path, place=place))

    def close(self, root: Node) -> None:
        """Says of every key that nothing was said of yet that it stands where invoice2data does not look for it."""
        known = {note.path for note in self.notes}
        for path, place in list(_unknown(root, "", known)):
            where, _, key = path.rpartition(".")
            text = f"invoice2data knows no key '{key}' in {where or 'a template'}; is it misspelt, or indented too far or too little?"
            self.defect(path, place, "misplaced-key", text)

    def of(self, outcome: Outcome) -> list[Note]:
        """The notes of one outcome, in the order of the file."""
        return sorted((note for note in self.notes if note.outcome is outcome), key=lambda note: (note.place.line, note.place.column) if note.place else (0, 0))


def _unknown(node: Node, path: str, known: Collection[str]) -> Iterator[tuple[str, Place]]:
    """The path and place of every key that nothing is known of, the highest where nothing in it is."""
    if isinstance(node, Mapping):
        for entry in node.entries:
            below = f"{path}.{entry.key}" if path else entry.key
            if below in known:
                continue
            if any(each.startswith((f"{below}.", f"{below}[")) for each in known):
                yield from _unknown(entry.node, below, known)
            else:
                yield below, entry.place
    elif isinstance(node, SequenceNode):
        for number, item in enumerate(node.items):
            if f"{path}[{number}]" not in known:
                yield from _unknown(item, f"{path}[{number}]", known)
