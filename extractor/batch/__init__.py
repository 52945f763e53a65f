"""Many documents: run one after the other, none lost whatever happens, and written to a feed, to its rejects or to a store."""

from __future__ import annotations

from extractor.batch.feed import Feed
from extractor.batch.intake import Intake, Reprocess
from extractor.batch.run import STANDARD_INPUT, Outcome, run
from extractor.batch.sources import find

__all__ = ["STANDARD_INPUT", "Feed", "Intake", "Outcome", "Reprocess", "find", "run"]
