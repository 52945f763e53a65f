"""The review queue: what people correct and decide on documents of a store, and what that tells of vendors."""

from __future__ import annotations

from extractor.review.changes import Change, apply_changes
from extractor.review.corrected import Corrected
from extractor.review.document import ReviewedDocument, find_document
from extractor.review.queue import Queue, Wanted, queue
from extractor.review.recheck import Checks
from extractor.review.write import correct, decide

__all__ = ["Change", "Checks", "Corrected", "Queue", "ReviewedDocument", "Wanted", "apply_changes", "correct", "decide", "find_document", "queue"]
