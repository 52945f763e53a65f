"""Owns the figures of a store: how many documents ended where, by vendor, and what the last run did."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, func, select

from extractor.store.rows import DocumentStatus
from extractor.store.store import Store
from extractor.store.tables import documents, runs


@dataclass(frozen=True, slots=True)
class Vendor:
    """Documents of one rule set. rules: its id; vendor: False for general rules. statuses: how many ended where."""

    rules: str
    vendor: bool
    statuses: dict[str, int]


@dataclass(frozen=True, slots=True)
class LastRun:
    """The run that began last. finished: None while it goes on, and where it was killed. rate: documents done a second."""

    id: str
    started: datetime.datetime
    finished: datetime.datetime | None
    host: str | None
    statuses: dict[str, int]
    rate: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """statuses: documents by status. failed: rejected ones that could not be read. attempts: of all documents together;
    repeated: documents that were done more than once. vendors: the largest first."""

    statuses: dict[str, int]
    failed: int
    attempts: int
    repeated: int
    vendors: tuple[Vendor, ...]
    last_run: LastRun | None

    @property
    def documents(self) -> int:
        """How many documents there are."""
        return sum(self.statuses.values())

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        run = self.last_run
        last = run and {
            "id": run.id,
            "started": run.started.isoformat(),
            "finished": run.finished.isoformat() if run.finished else None,
            "host": run.host,
            "statuses": run.statuses,
            "documents_per_second": None if run.rate is None else round(run.rate, 3),
        }
        return {
            "documents": self.documents,
            "statuses": self.statuses,
            "failed": self.failed,
            "attempts": self.attempts,
            "repeated": self.repeated,
            "vendors": [{"rules": vendor.rules, "vendor": vendor.vendor, "statuses": vendor.statuses} for vendor in self.vendors],
            "last_run": last,
        }


def figures(store: Store) -> Figures:
    """The figures of a store, all of one moment. Raises StoreError."""
    return store.read(_figures)


def statuses_of(store: Store, run_id: str) -> dict[str, int]:
    """How many documents a run has written, by where they are now: what came later may have shown that one is a duplicate. Raises StoreError."""
    return _by_status({status: count for status, count, _ in store.read(partial(_of_run, run_id=run_id))})


def _of_run(connection: Connection, run_id: str) -> list[tuple[str, int, datetime.datetime]]:
    """Status, number of documents, and when the last of them was done."""
    of = documents.c
    query = select(of.status, func.count(), func.max(of.finished_at)).where(of.run_id == run_id).group_by(of.status)
    return [(row[0], row[1], row[2]) for row in connection.execute(query)]


def _figures(connection: Connection) -> Figures:
    of = documents.c
    total = connection.execute(
        select(
            func.coalesce(func.sum(of.attempts), 0),
            func.count().filter(of.attempts > 1),
            func.count().filter(of.error_kind.is_not(None)),
        )
    ).one()
    by_status = connection.execute(select(of.status, func.count()).group_by(of.status)).all()
    return Figures(
        statuses=_by_status({row[0]: row[1] for row in by_status}),
        failed=total[2],
        attempts=int(total[0]),
        repeated=total[1],
        vendors=tuple(_vendors(connection)),
        last_run=_last_run(connection),
    )


def _by_status(found: dict[str, int]) -> dict[str, int]:
    return {str(status): found.get(status, 0) for status in DocumentStatus}


def _vendors(connection: Connection) -> list[Vendor]:
    of = documents.c
    query = select(of.rules_id, of.rules_vendor, of.status, func.count()).where(of.rules_id.is_not(None)).group_by(of.rules_id, of.rules_vendor, of.status)
    found: dict[tuple[str, bool], dict[str, int]] = {}
    for rules_id, vendor, status, count in connection.execute(query):
        found.setdefault((rules_id, vendor), {})[status] = count
    vendors = [Vendor(rules_id, bool(vendor), _by_status(counts)) for (rules_id, vendor), counts in found.items()]
    return sorted(vendors, key=lambda vendor: (-sum(vendor.statuses.values()), vendor.rules))


def _last_run(connection: Connection) -> LastRun | None:
    run = connection.execute(select(runs).order_by(runs.c.started_at.desc()).limit(1)).mappings().one_or_none()
    if run is None:
        return None
    rows = _of_run(connection, run["id"])
    ends = [run["finished_at"], *(row[2] for row in rows)]
    seconds = (max(end for end in ends if end is not None) - run["started_at"]).total_seconds() if any(ends) else 0.0
    done = sum(row[1] for row in rows)
    rate = done / seconds if done and seconds > 0 else None
    return LastRun(run["id"], run["started_at"], run["finished_at"], run["host"], _by_status({row[0]: row[1] for row in rows}), rate)
