"""Owns what the formats of an export share, and those of text: JSON Lines and CSV."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from extractor.invoice.fields import FIELDS, LINE_FIELDS, plain
from extractor.issues import Issue
from extractor.output.en16931 import Assumed
from extractor.store.read import StoredDocument
from extractor.store.rows import DocumentStatus

FED = frozenset({DocumentStatus.ACCEPTED, DocumentStatus.REVIEW})
"""What is exported as an invoice that satisfies the schema; other documents come with what is wrong with them."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet may take for a formula (OWASP, CSV Injection)."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What formats may be asked for.

    defuse: in CSV, text cells that a spreadsheet may take for formulas get an apostrophe in front. assumed: for UBL.
    """

    defuse: bool = True
    assumed: Assumed = Assumed()


LeaveOut = Callable[[StoredDocument, list[Issue]], None]
"""Takes a document that a format cannot hold, with what is wrong."""
Write = Callable[[Iterable[StoredDocument], BinaryIO, ExportOptions, LeaveOut], None]
"""Writes documents in a format, one at a time, so that memory does not grow with their number."""
WriteFolder = Callable[[Iterable[StoredDocument], Path, ExportOptions, LeaveOut], None]


def source_of(document: StoredDocument) -> dict[str, Any]:
    """What an exported invoice says of the document that it was read from."""
    row = document.row
    part = {"pages": row["page_numbers"], "invoice": row["part_number"], "invoices": row["part_count"]} if row["page_numbers"] else {}
    return {"path": row["source"], "sha256": row["sha256"], **part, "id": row["id"], "status": row["status"]}


def to_dict(document: StoredDocument) -> dict[str, Any]:
    """A document in JSON: the invoice with its `source`, as in a feed; a rejected one or a duplicate as in the rejects, with its reasons."""
    row, invoice = document.row, document.invoice
    found = invoice.to_dict() if invoice is not None else None
    if row["status"] in FED and found is not None:
        return {"source": source_of(document), **found}
    reasons: dict[str, Any] = {}
    if row["duplicate_of"] is not None:
        reasons |= {"duplicate_of": row["duplicate_of"], "duplicate_by": row["duplicate_by"]}
    if row["error_kind"] is not None:
        reasons["error"] = {"kind": row["error_kind"], "message": row["error_message"]}
    if found is not None:
        reasons |= {"issues": [_issue(issue) for issue in document.issues], "invoice": found}
    return {"source": source_of(document), "status": row["verdict"] or row["status"], **reasons}


def _issue(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in ("id", "level", "message", "field", "page") if row[name] is not None}


def write_jsonl(found: Iterable[StoredDocument], file: BinaryIO, options: ExportOptions, leave_out: LeaveOut) -> None:
    """JSON Lines, one document a line."""
    file.writelines(f"{json.dumps(to_dict(document), ensure_ascii=False)}\n".encode() for document in found)


DOCUMENT_COLUMNS = ("id", "status", "source", "page_numbers", "sha256", "duplicate_of", "error_message")
"""What a table of documents has before the columns of the invoice."""
LINE_COLUMNS = ("document_id", "source", "position")
"""What a table of lines has before the columns of the line. position: from 1, in the order of the document."""


def document_value(document: StoredDocument, name: str) -> Any:
    """What a table has in one of `DOCUMENT_COLUMNS`: the numbers of pages with spaces in between."""
    value = document.row[name]
    return " ".join(map(str, value)) if isinstance(value, list) else value


def write_csv(found: Iterable[StoredDocument], file: BinaryIO, options: ExportOptions, leave_out: LeaveOut) -> None:
    """CSV in UTF-8 with a header (RFC 4180): one row a document, header fields only."""
    writer = csv.writer(codecs.getwriter("utf-8")(file))
    writer.writerow((*DOCUMENT_COLUMNS, *FIELDS))
    writer.writerows(list(_cells(document, options)) for document in found)


def write_csv_lines(found: Iterable[StoredDocument], file: BinaryIO, options: ExportOptions, leave_out: LeaveOut) -> None:
    """CSV in UTF-8 with a header (RFC 4180): one row a line item, with the id of its document."""
    writer = csv.writer(codecs.getwriter("utf-8")(file))
    writer.writerow((*LINE_COLUMNS, *LINE_FIELDS))
    writer.writerows(row for document in found for row in _line_rows(document, options))


def _cells(document: StoredDocument, options: ExportOptions) -> Iterator[str]:
    for name in DOCUMENT_COLUMNS:
        yield _cell(document_value(document, name), options.defuse and name in ("source", "error_message"))
    for name in FIELDS:
        value = getattr(document.invoice, name) if document.invoice is not None else None
        yield _cell(value, options.defuse and isinstance(value, str))


def _line_rows(document: StoredDocument, options: ExportOptions) -> Iterator[list[str]]:
    lines = document.invoice.lines if document.invoice is not None else []
    for position, line in enumerate(lines, 1):
        values = [getattr(line, name) for name in LINE_FIELDS]
        yield [
            document.row["id"],
            _cell(document.row["source"], options.defuse),
            str(position),
            *(_cell(value, options.defuse and isinstance(value, str)) for value in values),
        ]


def _cell(value: Any, defuse: bool) -> str:
    text = "" if value is None else str(plain(value))
    return defused(text) if defuse else text


def defused(text: str) -> str:
    """A cell that no spreadsheet takes for a formula; amounts and dates are no text and need no such care.

    >>> defused("=HYPERLINK(1)"), defused("12-A")
    ("'=HYPERLINK(1)", '12-A')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
