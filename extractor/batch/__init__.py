"""Many documents: run one after the other or at once, none lost whatever happens, and written to a feed, to its rejects or to a store."""

from __future__ import annotations

from extractor.batch.feed import Feed
from extractor.batch.intake import KNOWN, Intake, Reprocess
from extractor.batch.many import extract_many, usable_cores
from extractor.batch.metrics import Metrics
from extractor.batch.run import STANDARD_INPUT, Outcome, run
from extractor.batch.sources import find
from extractor.batch.watch import HotFolder

__all__ = ["KNOWN", "STANDARD_INPUT", "Feed", "HotFolder", "Intake", "Metrics", "Outcome", "Reprocess", "extract_many", "find", "run", "usable_cores"]
