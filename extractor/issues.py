"""Owns `Issue`: one finding about a document, a result or a rule file.

Findings are values. Whoever finds one returns it; raising is the caller's choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How bad a finding is: an `error` makes a result invalid, a `warning` asks for review, an `info` only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a text file a finding stands: 1-based line and column."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Issue:
    """One finding: a stable id for programs, a level, a message for people, and what it is about.

    >>> print(Issue("unknown-key", Level.ERROR, "unknown key 'typ'; did you mean 'type'?", place=Place("rules/acme.yaml", 6, 5)))
    rules/acme.yaml:6:5: error[unknown-key] unknown key 'typ'; did you mean 'type'?
    """

    id: str
    level: Level
    message: str
    field: str | None = None
    page: int | None = None
    place: Place | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.level}[{self.id}] {self.message}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; keys without a value are left out."""
        row: dict[str, Any] = {"id": self.id, "level": str(self.level), "message": self.message}
        if self.field is not None:
            row["field"] = self.field
        if self.page is not None:
            row["page"] = self.page
        if self.place is not None:
            row["place"] = str(self.place)
        return row
