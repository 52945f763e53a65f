"""Owns the export to UBL: one file an invoice, in a ZIP archive or a folder."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from extractor.errors import OutputError
from extractor.issues import Issue, Level
from extractor.output.ubl import UblWriter
from extractor.store.files import whole_file
from extractor.store.formats import ExportOptions, LeaveOut
from extractor.store.read import StoredDocument

_NO_INVOICE = Issue("ubl", Level.ERROR, "there is no invoice")
_ANY_TIME = (1980, 1, 1, 0, 0, 0)


def write_ubl(found: Iterable[StoredDocument], file: BinaryIO, options: ExportOptions, leave_out: LeaveOut) -> None:
    """A ZIP archive with a file of each invoice that EN 16931 is satisfied with. The same documents make the same bytes.

    Raises OutputError where a library is not installed.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _written(found, options, leave_out):
            archive.writestr(zipfile.ZipInfo(name, _ANY_TIME), content, zipfile.ZIP_DEFLATED)


def write_ubl_folder(found: Iterable[StoredDocument], folder: Path, options: ExportOptions, leave_out: LeaveOut) -> None:
    """A file of each invoice in a folder, whole or not at all; what else is in the folder stays. Raises OutputError as well where it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder} cannot be written: {error}") from error
    for name, content in _written(found, options, leave_out):
        with whole_file(folder / name) as file:
            file.write(content)


def _written(found: Iterable[StoredDocument], options: ExportOptions, leave_out: LeaveOut) -> Iterator[tuple[str, bytes]]:
    writer = UblWriter()
    for document in found:
        content, problems = (b"", [_NO_INVOICE]) if document.invoice is None else writer.write(document.invoice, options.assumed)
        if problems:
            leave_out(document, problems)
        else:
            # named by the id, which is the same in every store; numbers of invoices may hold anything
            yield f"{document.row['id']}.xml", content
