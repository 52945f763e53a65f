"""Many documents: run one after the other or at once, none lost whatever happens, and written to a feed or to the rejects."""

from __future__ import annotations

from extractor.batch.feed import Feed
from extractor.batch.many import extract_many, usable_cores
from extractor.batch.run import STANDARD_INPUT, Outcome, run

__all__ = ["STANDARD_INPUT", "Feed", "Outcome", "extract_many", "run", "usable_cores"]
