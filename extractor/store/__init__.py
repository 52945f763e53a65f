"""The store: documents and what was found on them in SQLite or PostgreSQL, for those who load it elsewhere."""

from __future__ import annotations

from extractor.store.files import whole_file
from extractor.store.rows import ERROR, SAME_BYTES, DocumentStatus, Entry, Input, document_id
from extractor.store.store import Store, absolute_path
from extractor.store.versions import Versions

__all__ = ["ERROR", "SAME_BYTES", "DocumentStatus", "Entry", "Input", "Store", "Versions", "absolute_path", "document_id", "whole_file"]
