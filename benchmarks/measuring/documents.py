"""Owns the labelled documents of a data folder, and the folder's own `score.py`, whose counts everything is made of."""

from __future__ import annotations

import csv
import importlib.util
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, cast

HEADER_FIELDS = ("number", "date", "due_date", "currency", "net", "tax", "total", "seller_vat_id", "iban")
"""What a booking needs; the headline figures are about these."""
LINE_COLUMNS = ("description", "quantity", "amount")
"""A line is right in the headline figures if these are, as far as they are labelled."""
SMALLEST_STRATUM = 10
"""Strata of fewer documents get no row of their own."""


class Count(NamedTuple):
    """n: labelled values; found: of these, how many were given a value; correct: of these, how many are right."""

    n: int
    found: int
    correct: int

    @property
    def precision(self) -> float:
        return self.correct / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        return self.correct / self.n if self.n else 0.0

    @property
    def f1(self) -> float:
        return 2 * self.correct / (self.n + self.found) if self.n + self.found else 0.0


def add_up(counts: Iterable[Sequence[int]]) -> Count:
    """The sum of counts.

    >>> add_up([Count(4, 3, 2), Count(1, 1, 1)])
    Count(n=5, found=4, correct=3)
    """
    rows = list(counts)
    return Count(*(sum(row[i] for row in rows) for i in range(3)))


@dataclass(frozen=True)
class Document:
    """One labelled document. key: set and id."""

    key: tuple[str, str]
    path: Path
    truth: Mapping[str, Any]
    layout: str = ""
    stratum: str = ""

    @property
    def set_name(self) -> str:
        return self.key[0]

    def accepted(self, field: str) -> list[Any]:
        """All right values of a labelled field."""
        return [self.truth[field], *self.truth["meta"].get("accept", {}).get(field, [])]


class Data:
    """A data folder: `index.csv` (set, id, document, truth, layout, stratum), truth files, `score.py`. Documents without labels are left out."""

    def __init__(self, folder: Path, sets: Sequence[str] = ()) -> None:
        self.folder = folder
        self._score = _load(folder / "score.py")
        with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if not sets or row["set"] in sets]
        made = [_document(folder, row) for row in rows if (folder / row["truth"]).is_file()]
        self.documents = {document.key: document for document in made if any(key != "meta" for key in document.truth)}

    def score(self, document: Document, fields: Mapping[str, Any], *, embedded: bool = False) -> dict[str, Count]:
        """Counts by field, rows of lines and taxes included (`lines`, `lines.amount`). embedded: also of what only an e-invoice says."""
        return {name: Count(*count) for name, count in self._score.score_document(fields, document.truth, embedded).items()}

    def scalar_score(self, document: Document, fields: Mapping[str, Any]) -> dict[str, Count]:
        """Counts of all fields that have one value."""
        return {name: count for name, count in self.score(document, fields).items() if name.split(".")[0] not in self._score.ROW_KEYS}

    def line_score(self, document: Document, fields: Mapping[str, Any]) -> Count:
        """Counts of lines whose `LINE_COLUMNS` are right; nothing where lines are not labelled or not printed."""
        truth = document.truth.get("lines")
        if not truth or not document.truth["meta"].get("visible", {}).get("lines", True):
            return Count(0, 0, 0)
        return Count(*self._score.count_rows(fields.get("lines") or [], truth, LINE_COLUMNS))

    def right(self, document: Document, field: str, value: Any) -> bool:
        """Whether a value of a labelled field is right."""
        return bool(self._score.same(field, value, document.accepted(field)))

    def canonical(self, field: str, value: Any) -> Any:
        """The form in which values are compared; None where the value cannot be one of that field."""
        return self._score.canonical(field, value)

    def kind(self, field: str) -> str:
        """`amount`, `date`, `text` or `identifier`."""
        kinds = (("amount", self._score.MONEY), ("date", self._score.DATES), ("text", self._score.TEXTS))
        return next((name for name, fields in kinds if field in fields), "identifier")

    def entities(self, set_name: str) -> tuple[str, ...]:
        """The fields of a set that a published contest counts together."""
        return tuple(self._score.SROIE_ENTITIES) if set_name == "sroie" else ()

    @cached_property
    def groups(self) -> dict[str, list[Document]]:
        """Documents by set, and by stratum (`set: stratum`) where a set has several and one is large enough."""
        groups: dict[str, list[Document]] = {}
        for document in sorted(self.documents.values(), key=lambda d: d.key):
            groups.setdefault(document.set_name, []).append(document)
            groups.setdefault(f"{document.set_name}: {document.stratum}", []).append(document)
        return {name: found for name, found in groups.items() if ":" not in name or SMALLEST_STRATUM <= len(found) < len(groups[name.split(":")[0]])}


def _document(folder: Path, row: Mapping[str, str]) -> Document:
    truth = json.loads((folder / row["truth"]).read_text(encoding="utf-8"))
    return Document((row["set"], row["id"]), folder / row["document"], truth, row.get("layout") or "", row.get("stratum") or "")


def _load(path: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location("score_of_data", path)
    if specification is None or specification.loader is None or not path.is_file():
        raise SystemExit(f"{path} is missing; --data names a folder with index.csv, truth files and score.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules["score_of_data"] = module
    cast("Callable[[ModuleType], None]", specification.loader.exec_module)(module)
    return module
