"""Owns the figures: by field, the headline, straight through, reliability of the confidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from measuring.documents import HEADER_FIELDS, Count, Data, Document, add_up
from measuring.tables import Table, percent, share

Predictions = Mapping[tuple[str, str], Mapping[str, Any]]
"""Rows by set and id; the documents of a run."""

EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Bins of confidence; a value on an edge belongs to the bin above it, 1.0 to the last."""


@dataclass(frozen=True)
class Results:
    """What one run gave."""

    data: Data
    predictions: Predictions

    def documents(self, group: str) -> list[Document]:
        """The documents of a set or stratum that were predicted."""
        return [document for document in self.data.groups[group] if document.key in self.predictions]

    def fields(self, document: Document) -> Mapping[str, Any]:
        fields: Mapping[str, Any] = self.predictions[document.key]["fields"]
        return fields

    def count(self, documents: Iterable[Document], names: Sequence[str]) -> Count:
        """Micro over documents and fields."""
        scores = (self.data.score(document, self.fields(document)) for document in documents)
        return add_up(score[name] for score in scores for name in names if name in score)

    @property
    def sets(self) -> list[str]:
        return [name for name in self.data.groups if ":" not in name and self.documents(name)]

    @property
    def all_documents(self) -> list[Document]:
        return [document for name in self.sets for document in self.documents(name)]


def field_table(results: Results) -> Table:
    """Precision, recall and F1 of every field in every set."""
    scores = {d.key: results.data.score(d, results.fields(d)) for d in results.all_documents}
    names = sorted({name for score in scores.values() for name in score}, key=lambda name: (name.split(".")[0] in ("lines", "taxes"), name))
    rows = []
    for name in names:
        by_set = [add_up(scores[d.key][name] for d in results.documents(set_name) if name in scores[d.key]) for set_name in results.sets]
        rows.append([name, *(_three(count) for count in [*by_set, add_up(by_set)])])
    return Table(
        "Every field in every set",
        ("field", *results.sets, "all sets"),
        rows,
        "Precision / recall / F1 in percent, and in brackets how many values are labelled.",
    )


def _three(count: Count) -> str:
    return f"{100 * count.precision:.0f} / {100 * count.recall:.0f} / {100 * count.f1:.0f} ({count.n})" if count.n else "-"


def headline_table(results: Results) -> Table:
    """Header fields, seller's name and lines by set and stratum."""
    rows = []
    for group in results.data.groups:
        documents = results.documents(group)
        if documents:
            header, seller = results.count(documents, HEADER_FIELDS), results.count(documents, ("seller_name",))
            lines = add_up(results.data.line_score(document, results.fields(document)) for document in documents)
            rows.append([group, str(len(documents)), *_rates(header), *_rates(seller), *_rates(lines)])
    columns = ("set or stratum", "documents", *(f"{of} {rate}" for of in ("header", "seller_name", "lines") for rate in ("n", "P", "R", "F1")))
    note = f"header: {', '.join(HEADER_FIELDS)}, micro average. lines: rows with description, quantity and amount right. Percent. {_entities(results)}"
    return Table("Headline", columns, rows, note.strip())


def _rates(count: Count) -> list[str]:
    return [str(count.n), percent(count.precision), percent(count.recall), percent(count.f1)] if count.n else ["0", "-", "-", "-"]


def _entities(results: Results) -> str:
    found = {name: results.count(results.documents(name), results.data.entities(name)) for name in results.sets if results.data.entities(name)}
    return " ".join(f"Entity F1 of {name} ({', '.join(results.data.entities(name))}): {percent(count.f1)}." for name, count in found.items())


def straight_through_table(results: Results) -> Table:
    """How many documents pass as `valid`, and how many of those are right, in two readings."""
    rows = [_straight_through(name, results, results.documents(name)) for name in results.sets]
    rows.append(_straight_through("all sets", results, results.all_documents))
    columns = ("set", "passed as valid", "header: nothing wrong", "header: nothing wrong or missing", "all: nothing wrong", "all: nothing wrong or missing")
    note = (
        "Of the documents that passed: how many have no wrong value (and none missing) among the nine header fields, "
        "and among all labelled scalar fields, names and addresses included."
    )
    return Table("Straight through", columns, rows, note)


def _straight_through(name: str, results: Results, documents: Sequence[Document]) -> list[str]:
    passed = [document for document in documents if results.predictions[document.key]["status"] == "valid"]
    scores = [results.data.scalar_score(document, results.fields(document)) for document in passed]
    cells = []
    for keep in (lambda field: field in HEADER_FIELDS, lambda field: True):
        for fails in (lambda count: count.correct < count.found, lambda count: count.correct < count.n):
            cells.append(share(sum(not _any(score, keep, fails) for score in scores), len(passed)))
    return [name, share(len(passed), len(documents)), *cells]


def _any(score: Mapping[str, Count], keep: Callable[[str], bool], fails: Callable[[Count], bool]) -> bool:
    return any(keep(field) and fails(count) for field, count in score.items())


def reliability_table(results: Results) -> Table:
    """What share of values is right at each level of confidence."""
    exact, texts = ([pair for kind in kinds for pair in _pairs(results, kind)] for kinds in (("amount", "date", "identifier"), ("text",)))
    rows = [[f"{low} to {high}", *_bin(exact, low, high), *_bin(texts, low, high)] for low, high in pairwise(EDGES)]
    rows.append(["all", *_bin(exact, 0, 1), *_bin(texts, 0, 1)])
    rows.append(["expected calibration error", "", "", percent(calibration_error(exact)), "", "", percent(calibration_error(texts))])
    columns = ("confidence", *(f"{of}: {part}" for of in ("exact", "texts") for part in ("values", "confidence", "right")))
    note = "Labelled scalar values that were found; mean confidence and share of right ones in percent. exact: amounts, dates, ids; texts: names, addresses."
    return Table("Reliability of the confidence", columns, rows, note)


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """The distance between mean confidence and share of right values, mean over the bins, weighted by their size.

    >>> calibration_error([(0.95, True), (0.95, True), (0.55, False), (0.55, True)])
    0.05
    """
    bins = [_within(pairs, low, high) for low, high in pairwise(EDGES)]
    return round(sum(abs(sum(c for c, _ in found) - sum(right for _, right in found)) for found in bins) / max(1, len(pairs)), 4)


def _pairs(results: Results, kind: str) -> list[tuple[float, bool]]:
    pairs = []
    for document in results.all_documents:
        evidence = results.predictions[document.key].get("evidence", {})
        for field, count in results.data.scalar_score(document, results.fields(document)).items():
            if count.found and results.data.kind(field) == kind:
                pairs.append((evidence[field]["confidence"], bool(count.correct)))
    return pairs


def _within(pairs: Sequence[tuple[float, bool]], low: float, high: float) -> list[tuple[float, bool]]:
    return [pair for pair in pairs if low <= pair[0] < high or (high == 1.0 and pair[0] >= high)]


def _bin(pairs: Sequence[tuple[float, bool]], low: float, high: float) -> list[str]:
    found = _within(pairs, low, high)
    if not found:
        return ["0", "-", "-"]
    return [str(len(found)), percent(sum(c for c, _ in found) / len(found)), percent(sum(right for _, right in found) / len(found))]
