"""Many documents: run one after the other, none lost whatever happens, and written to a feed or to the rejects."""

from __future__ import annotations

from extractor.batch.feed import Feed
from extractor.batch.run import Outcome, run

__all__ = ["Feed", "Outcome", "run"]
