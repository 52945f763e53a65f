"""Owns the export of a store: what is written was validated, and a file is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from extractor.errors import OutputError, SchemaError
from extractor.issues import Issue
from extractor.store.formats import FED, FORMATS, ExportOptions, to_dict
from extractor.store.read import StoredDocument
from extractor.validate import InvoiceSchema

_ANY_SOURCE = {"path": "invoice.pdf", "sha256": "0" * 64, "pages": [1], "invoice": 1, "invoices": 2, "id": "0" * 32, "status": "accepted"}


@dataclass(slots=True)
class Exported:
    """What an export did. left_out: documents that do not satisfy the schema, each with what is wrong."""

    written: int = 0
    left_out: list[tuple[StoredDocument, list[Issue]]] = field(default_factory=list)


def export(found: Iterable[StoredDocument], file: BinaryIO, form: str, schema: InvoiceSchema, options: ExportOptions | None = None) -> Exported:
    """Writes documents in a format of `FORMATS`, those left out that do not satisfy the schema.

    Raises SchemaError where the schema forbids `source`, StoreError, OSError.
    """
    if not schema.allows("source", _ANY_SOURCE):
        raise SchemaError("the schema forbids the property `source` or what it holds (path, sha256, id, status), which tells what was read; allow it")
    done = Exported()
    FORMATS[form](_valid(found, schema, done), file, options or ExportOptions())
    return done


def _valid(found: Iterable[StoredDocument], schema: InvoiceSchema, done: Exported) -> Iterator[StoredDocument]:
    for document in found:
        problems = schema.issues(to_dict(document)) if document.row["status"] in FED else []
        if problems:
            done.left_out.append((document, problems))
            continue
        done.written += 1
        yield document


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file that takes its place when the block ends well, and leaves what was there untouched where it does not. Raises OutputError."""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.", suffix=".tmp")
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error}") from error
    finally:
        Path(temporary).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
