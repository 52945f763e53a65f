"""Owns why a value is wrong or missing: each such value gets one cause, counted over all documents and by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from measuring.documents import Data, Document
from measuring.figures import Results
from measuring.prints import letters, nearly_stands, stands, within_two
from measuring.tables import Table, percent

MOST = 10
FIELDS_SHOWN = 6


@dataclass(frozen=True)
class Error:
    """A labelled value that was not given. value: what was given instead, None for nothing."""

    field: str
    value: Any
    row: Mapping[str, Any]

    @property
    def evidence(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.row.get("evidence", {}).get(self.field, {})
        return found


def causes_table(results: Results) -> Table:
    """The most frequent causes with the fields that they hit."""
    causes: dict[str, Counter[str]] = {}
    for row in cause_rows(results):
        causes.setdefault(row["cause"], Counter())[row["field"]] += 1
    total = sum(map(Counter.total, causes.values()))
    ranked = sorted(causes.items(), key=lambda item: (-item[1].total(), item[0]))
    rows = [[name, str(fields.total()), percent(fields.total() / total), _by_field(fields)] for name, fields in ranked[:MOST]]
    note = f"{total} scalar values are wrong or missing; the {len(rows)} most frequent of {len(ranked)} causes."
    return Table("Causes of error", ("cause", "values", "percent", "fields"), rows, note)


def cause_rows(results: Results) -> list[dict[str, Any]]:
    """One row a wrong or missing value: set, id, field, cause, value, truth."""
    rows = []
    for document in results.all_documents:
        for error in errors(results, document):
            named = {"set": document.key[0], "id": document.key[1], "field": error.field, "cause": cause(results.data, document, error)}
            rows.append(named | {"value": error.value, "truth": document.truth[error.field]})
    return rows


def _by_field(fields: Counter[str]) -> str:
    shown = [f"{name} {number}" for name, number in sorted(fields.items(), key=lambda item: (-item[1], item[0]))]
    return ", ".join(shown[:FIELDS_SHOWN]) + (", ..." if len(shown) > FIELDS_SHOWN else "")


def errors(results: Results, document: Document) -> list[Error]:
    """All labelled scalar values of a document that were not given."""
    fields, row = results.fields(document), results.predictions[document.key]
    score = results.data.scalar_score(document, fields)
    return [Error(name, fields.get(name) if count.found else None, row) for name, count in score.items() if count.correct < count.n]


def cause(data: Data, document: Document, error: Error) -> str:
    """What happened to a value, in words."""
    if error.row["status"] == "error":
        return "the document was refused"
    if error.value is not None and (reading := _first(_other_reading, data, document, error)):
        return reading
    alternatives = error.evidence.get("alternatives", [])
    if any(data.right(document, error.field, value) for value, _ in alternatives):
        return "wrong: the right value was among the candidates and lost" if error.value is not None else "missing: the right value was among the candidates"
    printed = _printed(data, document, error)
    if error.value is None:
        return f"missing: no candidate; the value {printed}"
    return _wrong(data, document, error) or f"wrong: another print was taken; the right value {printed}"


def _printed(data: Data, document: Document, error: Error) -> str:
    text, kind = error.row.get("text", ""), data.kind(error.field)
    accepted = document.accepted(error.field)
    if any(stands(kind, value, text) for value in accepted):
        return "stands in the text"
    if kind in ("identifier", "text") and any(nearly_stands(value, text) for value in accepted):
        return "stands in the text with one or two characters misread"
    return "does not stand in the text as labelled"


def _wrong(data: Data, document: Document, error: Error) -> str | None:
    if error.evidence.get("origin") == "derived":
        return "wrong: derived from other values"
    if error.evidence.get("origin") == "constant":
        return "wrong: assumed, not read"
    if other := _belongs_to(data, document, error):
        return (
            f"wrong: the value of another field was taken ({other})"
            if data.kind(error.field) != "text"
            else "wrong: the name or address of somebody else was taken"
        )
    if any(within_two(letters(str(truth)), letters(str(error.value))) for truth in document.accepted(error.field)) and _could_be_misread(data, error):
        return "wrong: one or two characters away from the truth"
    return _first(_longer_or_shorter, data, document, error)


def _first(judge: Callable[[Data, Error, Any], str | None], data: Data, document: Document, error: Error) -> str | None:
    """What is said of the first accepted value of which anything can be said."""
    return next((found for truth in document.accepted(error.field) if (found := judge(data, error, truth))), None)


def _belongs_to(data: Data, document: Document, error: Error) -> str | None:
    """The labelled field of the same kind whose value was given."""
    same_kind = (name for name in document.truth if name not in ("meta", "lines", "taxes", error.field) and data.kind(name) == data.kind(error.field))
    return next((name for name in same_kind if data.right(document, name, error.value)), None)


def _could_be_misread(data: Data, error: Error) -> bool:
    """Amounts and dates that are printed just so were not misread, however near they are."""
    kind = data.kind(error.field)
    return kind not in ("amount", "date") or not stands(kind, error.value, error.row.get("text", ""))


def _other_reading(data: Data, error: Error, truth: Any) -> str | None:
    """The right print with another meaning."""
    kind, print_taken = data.kind(error.field), error.evidence.get("text", "")
    if kind == "date":
        return "wrong: right print, other order of day, month and year" if stands("date", truth, print_taken) else None
    if kind != "amount":
        return None
    if stands("amount", truth, str(error.value)):
        return "wrong: right amount, other sign"
    return "wrong: right print, other decimal mark" if stands("amount", truth, print_taken) else None


def _longer_or_shorter(data: Data, error: Error, truth: Any) -> str | None:
    given, wanted = letters(str(error.value)), letters(str(truth))
    if data.kind(error.field) in ("amount", "date") or not given or not wanted:
        return None
    if wanted in given:
        return "wrong: longer than the truth"
    return "wrong: shorter than the truth" if given in wanted else None
