"""Owns the tables that show the extractor and another program side by side, on the same documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import mean, median

from measuring.documents import HEADER_FIELDS, Count, Document, add_up
from measuring.figures import Results
from measuring.tables import Table, percent

FIGURES = ("found", "correct", "P", "R", "F1")


def comparison_tables(ours: Results, theirs: Results, name: str, note: str, *, cached: bool) -> list[Table]:
    """By set (header fields), by field (all sets), by set and field, and the time that both took.

    name: of the other program, with its version. note: how it reads the documents.
    cached: whether the extractor took recognition from a cache.
    """
    columns = ("n", *(f"{who} {figure}" for who in ("extractor", name.partition(" ")[0]) for figure in FIGURES))
    by_set = [_side_by_side(group, ours, theirs, ours.documents(group), HEADER_FIELDS) for group in ours.sets]
    by_set.append(_side_by_side("all sets", ours, theirs, ours.all_documents, HEADER_FIELDS))
    matched = [document for document in ours.all_documents if any(theirs.fields(document).values())]
    by_set.append(_side_by_side(f"the {len(matched)} documents of which it finds anything", ours, theirs, matched, HEADER_FIELDS))
    fields = [_side_by_side(field, ours, theirs, ours.all_documents, (field,)) for field in _fields(ours, ours.all_documents)]
    each = [
        _side_by_side(f"{group}: {field}", ours, theirs, ours.documents(group), (field,))
        for group in ours.sets
        for field in _fields(ours, ours.documents(group))
    ]
    return [
        Table(f"Beside {name}: header fields by set", ("set", *columns), by_set, f"{name} reads {note}. What no template of it matches counts as not found."),
        Table(f"Beside {name}: fields, all sets", ("field", *columns), fields),
        Table(f"Beside {name}: fields by set", ("set and field", *columns), each, folded=True),
        _times(ours, theirs, name, cached),
    ]


def _fields(results: Results, documents: Sequence[Document]) -> list[str]:
    """Labelled fields: scalar ones, then whole rows and their columns."""
    names = {name for document in documents for name in results.data.score(document, {})}
    return sorted(names, key=lambda name: (name.split(".")[0] in ("lines", "taxes"), name))


def _side_by_side(title: str, ours: Results, theirs: Results, documents: Sequence[Document], fields: Sequence[str]) -> list[str]:
    one, other = ours.count(documents, fields), theirs.count(documents, fields)
    return [title, str(one.n), *_figures(one), *_figures(other)]


def _figures(count: Count) -> list[str]:
    return [str(count.found), str(count.correct), percent(count.precision) if count.found else "-", percent(count.recall), percent(count.f1)]


def _times(ours: Results, theirs: Results, name: str, cached: bool) -> Table:
    rows = []
    for who, results in (("extractor", ours), (name, theirs)):
        seconds = [row["seconds"] for row in results.predictions.values()]
        ends = Counter(row["status"] for row in results.predictions.values())
        lines = add_up(results.data.line_score(document, results.fields(document)) for document in results.all_documents)
        rows.append([who, str(len(seconds)), f"{mean(seconds):.3f}", f"{median(seconds):.3f}", f"{max(seconds):.2f}", percent(lines.f1), _ends(ends)])
    without = "The extractor's seconds leave out recognition whose result was in the cache (`--fresh` leaves the cache aside)."
    note = without if cached else "Recognition included, as many documents at a time as `--jobs` says."
    return Table("Seconds a document", ("program", "documents", "mean", "median", "longest", "lines F1", "ended"), rows, note)


def _ends(ends: Counter[str]) -> str:
    return ", ".join(f"{status} {number}" for status, number in ends.most_common())
