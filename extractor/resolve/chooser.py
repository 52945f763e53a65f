"""Owns `Chooser`: the options of all fields and the evidence of those that were chosen so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from extractor.resolve.choice import best, derived, field_value
from extractor.resolve.evidence import FieldStatus, FieldValue, Origin
from extractor.resolve.options import Option
from extractor.resolve.thresholds import Thresholds


class Chooser:
    """Gathers the evidence of chosen values. found: the options of each field, best first."""

    def __init__(self, found: Mapping[str, Sequence[Option]], thresholds: Thresholds) -> None:
        self.found = dict(found)
        self.thresholds = thresholds
        self.fields: dict[str, FieldValue] = {}

    def value(self, name: str) -> Any:
        """The value chosen for a field; None where there is none."""
        field = self.fields.get(name)
        return None if field is None else field.value

    def take(self, name: str, option: Option | None, support: float | None = None) -> None:
        """Takes an option of a field."""
        if option is not None:
            self.fields[name] = field_value(name, option, self.found.get(name, ()), support, self.thresholds[name])

    def rest(self, leave: Collection[str]) -> None:
        """Takes the best option of every field that has not been decided and is not to be left."""
        for name, found in self.found.items():
            if name not in self.fields and name not in leave:
                self.take(name, best(found))

    def constant(self, name: str, value: str) -> None:
        """A value that holds where nothing else was found."""
        if name not in self.fields:
            self.fields[name] = FieldValue(name, value, FieldStatus.OK, confidence=1.0, origin=Origin.CONSTANT)

    def derive(self, name: str, value: Any, sources: Sequence[str], *, explained: Collection[Any] = (), support: float | None = None) -> None:
        """A value that the page does not show, where nothing that it shows would do. See `choice.derived`."""
        if name not in self.fields:
            given = [self.fields[source] for source in sources]
            self.fields[name] = derived(name, value, given, self.found.get(name, ()), explained=explained, support=support)

    def mark(self, name: str, status: FieldStatus) -> None:
        """Says of a chosen value what was found out later."""
        self.fields[name] = replace(self.fields[name], status=status)
