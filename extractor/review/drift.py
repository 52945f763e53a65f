"""Owns drift: whether the newest documents of a vendor differ from those before, in where values stand and in how well they are read.

Where a value stands is measured from its label. A vendor who changes his form moves values before rules stop finding them; so the
median of the last documents is compared with that of the history, in units of the history's own scatter (MAD, the median absolute
deviation, which a few outliers do not move).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

MAD_TO_SIGMA = 1.4826
"""The standard deviation of normally distributed values, in MADs."""
HORIZONTAL = ("label_dx", "label_dx_end")
"""Left and right edges: a column is set flush to one of them, and that one scatters less."""
VERTICAL = ("label_dy",)


@dataclass(frozen=True, slots=True)
class Limits:
    """When something counts as moved. last: so many newest documents are compared with up to `history` before them. scatter: by how many
    standard deviations of the history a median must have moved, and millimetres: by how much at least. rise: by how much the share of
    missing, doubtful or unlabelled values must have risen (0 to 1), and documents: how many more there must be.
    least_last, least_history: with fewer documents nothing is said.
    """

    last: int = 20
    history: int = 500
    scatter: float = 4.0
    millimetres: float = 1.0
    rise: float = 0.2
    documents: int = 3
    least_last: int = 5
    least_history: int = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """A document as drift sees it. fields: rows of `fields` of header fields, by name."""

    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """The values of a field stand elsewhere. direction: `right` or `down`, of positive numbers. before, now: medians from the label, in mm.
    scatter: MAD of the history in mm. documents: how many of the last ones have the field with a label."""

    field: str
    direction: str
    before: float
    now: float
    scatter: float
    documents: int

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        row = {"field": self.field, "direction": self.direction, "before_mm": self.before, "now_mm": self.now, "scatter_mm": self.scatter}
        return {name: round(value, 2) if isinstance(value, float) else value for name, value in row.items()} | {"documents": self.documents}


@dataclass(frozen=True, slots=True)
class Rise:
    """Values of a field are read worse. what: `missing`, `doubtful`, or `unlabelled`: found without the label, by another rule or from other
    values. before, now: shares of documents, 0 to 1."""

    field: str
    what: str
    before: float
    now: float
    documents: int

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {"field": self.field, "what": self.what, "before": round(self.before, 3), "now": round(self.now, 3), "documents": self.documents}


@dataclass(frozen=True, slots=True)
class Drift:
    """What changed with the last documents of a vendor."""

    moves: tuple[Move, ...] = ()
    rises: tuple[Rise, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.moves or self.rises)


def drift_of(newest_first: Sequence[Seen], limits: Limits) -> Drift:
    """What changed. newest_first: the documents of one vendor."""
    last, history = newest_first[: limits.last], newest_first[limits.last : limits.last + limits.history]
    if len(last) < limits.least_last or len(history) < limits.least_history:
        return Drift()
    names = sorted({name for document in (*last, *history) for name in document.fields})
    moves = (move for name in names for move in _moves(name, history, last, limits))
    rises = (rise for name in names for rise in _rises(name, history, last, limits))
    return Drift(tuple(moves), tuple(rises))


def _moves(name: str, history: Sequence[Seen], last: Sequence[Seen], limits: Limits) -> Iterable[Move]:
    for direction, columns in (("right", HORIZONTAL), ("down", VERTICAL)):
        compared = (_compared(_offsets(history, name, column), _offsets(last, name, column), limits) for column in columns)
        found = [each for each in compared if each is not None]
        if not found:
            continue
        scatter, before, now, documents = min(found)
        if abs(now - before) > max(limits.millimetres, limits.scatter * MAD_TO_SIGMA * scatter):
            yield Move(name, direction, before, now, scatter, documents)


def _offsets(documents: Iterable[Seen], name: str, column: str) -> list[float]:
    rows = (document.fields[name] for document in documents if name in document.fields)
    return [row[column] for row in rows if row[column] is not None]


def _compared(before: Sequence[float], now: Sequence[float], limits: Limits) -> tuple[float, float, float, int] | None:
    """The history's MAD, the two medians, and how many values the second is of; None where there are too few."""
    if len(before) < limits.least_history or len(now) < limits.least_last:
        return None
    middle = median(before)
    return median(abs(value - middle) for value in before), middle, median(now), len(now)


def _rises(name: str, history: Sequence[Seen], last: Sequence[Seen], limits: Limits) -> Iterable[Rise]:
    for what, holds in (("missing", _is_missing), ("doubtful", _is_doubtful), ("unlabelled", _is_unlabelled)):
        before, now = (sum(holds(document, name) for document in documents) / len(documents) for documents in (history, last))
        if now - before >= limits.rise and (now - before) * len(last) >= limits.documents:
            yield Rise(name, what, before, now, len(last))


def _is_missing(document: Seen, name: str) -> bool:
    return name not in document.fields or document.fields[name]["value"] is None


def _is_doubtful(document: Seen, name: str) -> bool:
    return not _is_missing(document, name) and document.fields[name]["status"] != "ok"


def _is_unlabelled(document: Seen, name: str) -> bool:
    return not _is_missing(document, name) and document.fields[name]["label_dx"] is None
