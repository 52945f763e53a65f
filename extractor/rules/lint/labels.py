"""Owns doubts about labels: claimed twice, written twice, of nothing that is looked at, or hidden by a longer one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from extractor.issues import Issue, Place
from extractor.layout import Layout
from extractor.rules.labels import LabelHit, LabelIndex, folded_label
from extractor.rules.lint.pages import text_examples
from extractor.rules.lint.walk import Written, doubt, fields_of, labels_of, plain, rules_of, scalars
from extractor.rules.match import Matcher
from extractor.rules.shapes import Row
from extractor.rules.source import Mapping, Scalar, Sequence

_ALIKE = frozenset({"id", "type", "rules", "label", "weight", "max_gap", "lines", "until", "join", "decimal", "date_format"})
"""Keys that do not tell two values apart that stand at the same label."""

_ONE_PRINT = (frozenset({"number", "payment_reference"}), frozenset({"total", "amount_due"}), frozenset({"date", "due_date"}))
"""Fields that many invoices print once for both."""


def shared_labels(written: Written) -> Iterator[Issue]:
    """Labels that two fields claim with nothing to tell their values apart, unless one print is often both; and labels that are decoys as well."""
    seen: dict[tuple[Any, ...], tuple[str, Place]] = {}
    decoys = {folded_label(label.text): label.place for label in scalars(written.row, "decoys")}
    for name, kind, rule in rules_of(written.row):
        apart = tuple(sorted((key, str(plain(value))) for key, value in rule.values.items() if key not in _ALIKE))
        for label in labels_of(rule):
            folded = folded_label(label.text)
            if not folded:
                continue
            if place := decoys.get(folded):
                yield doubt("shared-label", f"label '{label.text}' is also a decoy (line {place.line}); keep one of the two", label.place)
                continue
            field, place = seen.setdefault((folded, kind, apart), (name, label.place))
            if field != name and {field, name} not in _ONE_PRINT:
                message = f"label '{label.text}' belongs to '{field}' (line {place.line}) and to '{name}'; give each a label, pattern or place of its own"
                yield doubt("shared-label", message, label.place)


def blind_labels(written: Written) -> Iterator[Issue]:
    """Labels of which nothing is left where they are compared."""
    for label in (label for labels in _lists(written.row) for label in labels):
        if not folded_label(label.text) and label.text.strip(" \t\n:."):  # what has not even that is an error of the reader
            yield doubt("unseen-label", f"'{label.text}' has no letter, digit or sign that labels are compared by; it is found nowhere", label.place)


def repeated_labels(written: Written) -> Iterator[Issue]:
    """Labels that one list of a vendor's file holds twice, as far as labels are compared. General files gather spellings."""
    for labels in _lists(written.row) if "identify" in written.row.entries else ():
        seen: dict[str, Scalar] = {}
        for label in labels:
            first = seen.setdefault(folded_label(label.text), label)
            if first is not label:
                yield doubt("duplicate-label", f"'{label.text}' is compared as '{first.text}' on line {first.place.line} is; remove one", label.place)


def _lists(row: Row) -> Iterator[tuple[Scalar, ...]]:
    """Every list of labels in a file."""
    yield from (tuple(labels_of(rule)) for _, _, rule in rules_of(row))
    yield tuple(scalars(row, "decoys"))
    for table in row.get("lines", ()):
        yield tuple(scalars(table, "end"))
        columns = table.entries["columns"].node if "columns" in table.entries else None
        yield from (_items(entry.node) for entry in (columns.entries if isinstance(columns, Mapping) else ()))


def _items(node: Any) -> tuple[Scalar, ...]:
    return tuple(item for item in (node.items if isinstance(node, Sequence) else (node,)) if isinstance(item, Scalar))


def hidden_labels(written: Written) -> Iterator[Issue]:
    """Labels that stand in an example whose field is expected, but only inside of a longer label of something else."""
    if written.rule_set is None:
        return
    matcher = Matcher(written.rule_set)
    own = {name: rows for name, _, rows in fields_of(written.row)}
    told: set[Place] = set()
    for example, layout in text_examples(written):
        hits = matcher.hits(layout)
        for name, rows in own.items():
            rules = written.rule_set.rules.get(name, ())
            if example.expect.get(name) is None or any(not rule.labels for rule in rules) or any(name in hit.owners for hit in hits):
                continue
            for label in (label for row in rows for label in labels_of(row) if label.place not in told):
                if (hit := _covering(label.text, hits, layout)) is not None:
                    told.add(label.place)
                    owner = ", ".join(f"'{owner}'" for owner in sorted(hit.owners))
                    where = f"the example on line {example.place.line}" if example.place else "an example"
                    yield doubt("hidden-label", f"in {where}, label '{label.text}' stands only inside of '{hit.label}', which belongs to {owner}", label.place)


def _covering(label: str, hits: list[LabelHit], layout: Layout) -> LabelHit | None:
    """The label found whose print another one would have, were it the only one."""
    alone = [hit for page in layout.pages for hit in LabelIndex({"": [label]}).find(page)]
    pairs = ((hit, other) for hit in alone for other in hits if other.line is hit.line)
    return next((other for hit, other in pairs if other.span.start < hit.span.end and hit.span.start < other.span.end), None)
