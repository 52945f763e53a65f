"""Owns the figures of vendors: what goes straight through, what people correct, and what has begun to drift."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, select

from extractor.review.drift import Drift, Limits, Seen, drift_of
from extractor.store import DocumentStatus, Store
from extractor.store.tables import corrections, documents, fields

_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Vendor:
    """Documents of one rule set, duplicates not counted. rules: its id; is_vendor: False for general rules. accepted: with or without a person.
    straight_through: accepted, and nobody corrected them or decided on them. corrected: field -> in how many documents people changed it, the
    most frequent first; rows counted together (`lines.amount`).
    """

    rules: str
    is_vendor: bool
    documents: int
    accepted: int
    straight_through: int
    corrected: dict[str, int]
    drift: Drift

    @property
    def straight_through_rate(self) -> float:
        """The share of documents that nobody had to touch, 0 to 1."""
        return self.straight_through / self.documents

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "rules": self.rules,
            "vendor": self.is_vendor,
            "documents": self.documents,
            "accepted": self.accepted,
            "straight_through": self.straight_through,
            "straight_through_rate": round(self.straight_through_rate, 4),
            "corrected": self.corrected,
            "moved": [move.to_dict() for move in self.drift.moves],
            "worse": [rise.to_dict() for rise in self.drift.rises],
        }


def vendor_figures(store: Store, limits: Limits | None = None) -> list[Vendor]:
    """The figures of all rule sets, the one with most documents first. limits: when something counts as drift. Raises StoreError."""
    return store.read(partial(_figures, limits=limits or Limits()))


def _figures(connection: Connection, limits: Limits) -> list[Vendor]:
    of = documents.c
    accepted = of.status == DocumentStatus.ACCEPTED
    counts = func.count(), func.count().filter(accepted), func.count().filter(accepted, of.reviewed_at.is_(None))
    query = select(of.rules_id, of.rules_vendor, *counts).where(of.rules_id.is_not(None), of.status != DocumentStatus.DUPLICATE)
    corrected = _corrected(connection)
    vendors = []
    for rules, is_vendor, total, taken, straight in connection.execute(query.group_by(of.rules_id, of.rules_vendor)).all():
        drift = drift_of(_newest_first(connection, rules, limits), limits) if is_vendor else Drift()
        vendors.append(Vendor(rules, bool(is_vendor), total, taken, straight, dict(corrected.get(rules, Counter()).most_common()), drift))
    return sorted(vendors, key=lambda vendor: (-vendor.documents, vendor.rules))


def _corrected(connection: Connection) -> dict[str, Counter[str]]:
    """Rule set -> field -> documents in which a person changed it. What was only confirmed does not count."""
    query = select(documents.c.rules_id, corrections.c.field, corrections.c.document_id).join_from(corrections, documents)
    changed = corrections.c.old_value.is_distinct_from(corrections.c.new_value)
    found: dict[str, Counter[str]] = {}
    for rules, name, _ in {(row[0], _INDEX.sub("", row[1]), row[2]) for row in connection.execute(query.where(changed))}:
        found.setdefault(rules, Counter())[name] += 1
    return found


def _newest_first(connection: Connection, rules: str, limits: Limits) -> list[Seen]:
    of, about = documents.c, fields.c
    order = of.first_seen.desc(), of.source.desc(), of.part_number.desc()
    newest = select(of.id).where(of.rules_id == rules, of.status != DocumentStatus.DUPLICATE).order_by(*order).limit(limits.last + limits.history)
    seen = {row.id: dict[str, Any]() for row in connection.execute(newest)}
    columns = (about.document_id, about.name, about.value, about.status, about.label_dx, about.label_dx_end, about.label_dy)
    header = ~about.name.contains("[", autoescape=True)
    for row in connection.execute(select(*columns).where(about.document_id.in_(newest.with_only_columns(of.id)), header)).mappings():
        seen[row["document_id"]][row["name"]] = row
    return [Seen(found) for found in seen.values()]
