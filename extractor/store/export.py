"""Owns the export of a store: what is written was validated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from extractor.errors import SchemaError
from extractor.issues import Issue
from extractor.store.formats import FED, ExportOptions, Write, WriteFolder, to_dict, write_csv, write_csv_lines, write_jsonl
from extractor.store.parquet import write_parquet
from extractor.store.read import StoredDocument
from extractor.store.ubl import write_ubl, write_ubl_folder
from extractor.validate import InvoiceSchema

_ANY_SOURCE = {"path": "invoice.pdf", "sha256": "0" * 64, "pages": [1], "invoice": 1, "invoices": 2, "id": "0" * 32, "status": "accepted"}


@dataclass(slots=True)
class Exported:
    """What an export did. left_out: documents that do not satisfy the schema, or that the format cannot hold, each with what is wrong."""

    written: int = 0
    left_out: list[tuple[StoredDocument, list[Issue]]] = field(default_factory=list)

    def leave_out(self, document: StoredDocument, problems: list[Issue]) -> None:
        """Counts a document that was to be written as left out."""
        self.written -= 1
        self.left_out.append((document, problems))


FORMATS: dict[str, Write] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "csv-lines": write_csv_lines,
    "parquet": write_parquet,
    "ubl": write_ubl,
}
"""Formats by name, as `extractor export --format` takes them."""
BINARY = frozenset({"parquet", "ubl"})
"""Formats that are no text."""
E_INVOICES = frozenset({"ubl"})
"""Formats that are invoices to whoever receives them, whatever became of them here."""
FOLDERS: dict[str, WriteFolder] = {"ubl": write_ubl_folder}
"""Formats that write a folder as well, with a file for each document."""


def export(found: Iterable[StoredDocument], target: BinaryIO | Path, form: str, schema: InvoiceSchema, options: ExportOptions | None = None) -> Exported:
    """Writes documents in a format of `FORMATS`, or into a folder in one of `FOLDERS`.

    Those are left out that do not satisfy the schema or that the format cannot hold.

    Raises SchemaError where the schema forbids `source`, OutputError where a library of the format is not installed, StoreError, OSError.
    """
    if not schema.allows("source", _ANY_SOURCE):
        raise SchemaError("the schema forbids the property `source` or what it holds (path, sha256, id, status), which tells what was read; allow it")
    done = Exported()
    valid, wanted = _valid(found, schema, done), options or ExportOptions()
    if isinstance(target, Path):
        FOLDERS[form](valid, target, wanted, done.leave_out)
    else:
        FORMATS[form](valid, target, wanted, done.leave_out)
    return done


def _valid(found: Iterable[StoredDocument], schema: InvoiceSchema, done: Exported) -> Iterator[StoredDocument]:
    for document in found:
        done.written += 1
        problems = schema.issues(to_dict(document)) if document.row["status"] in FED else []
        if problems:
            done.leave_out(document, problems)
        else:
            yield document
