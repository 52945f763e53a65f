"""Owns making an example of a document that a person corrected: its pages are read again, recorded, and must give the corrected values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.authoring.examples import CaseResult, example_cases, run_case
from extractor.authoring.new_example import add_example
from extractor.document.load import load_document
from extractor.errors import ExtractorError, ReviewError
from extractor.ocr import OcrResult
from extractor.pipeline import Extractor
from extractor.review import ReviewedDocument

_NOT_IN_NAMES = re.compile(r"[^\w.-]+")
_ID_IN_NAMES = 8


@dataclass(frozen=True, slots=True)
class AddedExample:
    """An example that was added, and what came of running all examples of its file. recording: the file of its pages."""

    recording: Path
    results: tuple[CaseResult, ...]

    @property
    def failed(self) -> list[CaseResult]:
        """Examples that do not come out."""
        return [result for result in self.results if not result.passed]


def add_corrected(settings: Mapping[str, Any], document: ReviewedDocument, rule_file: Path, password: str | None = None) -> AddedExample:
    """Adds a document of a store, with the invoice as it stands, to the examples of a rule file, and runs all of them.

    settings: options of `Extractor`, with which the document is read, from the cache where it was read before.
    Raises ReviewError where the document's file is gone or another one, what `Extractor` raises, and as `add_example`.
    """
    invoice = document.invoice
    settings = {**settings, "rules": [*settings.get("rules", ()), str(rule_file)]}
    with Extractor(**settings) as extractor:
        pages = _read_again(extractor, document, password)
    name = f"{_NOT_IN_NAMES.sub('-', Path(document.stored.row['source']).stem)}-{document.id[:_ID_IN_NAMES]}"
    recording = add_example(rule_file, name, pages, invoice)
    with Extractor(**settings) as extractor:  # with the rule file as it now is
        return AddedExample(recording, tuple(_run(extractor, rule_file)))


def _read_again(extractor: Extractor, document: ReviewedDocument, password: str | None) -> OcrResult:
    row = document.stored.row
    try:
        with load_document(row["source"], password=password, limits=extractor.limits) as opened:
            if opened.sha256 != row["sha256"]:
                raise ReviewError(f"{row['source']} is another file than the one that was read; no example can be made of it")
            ocr = extractor.recognize(opened)
    except ReviewError:
        raise
    except ExtractorError as error:
        raise ReviewError(f"document {document.id} cannot be read again, which an example needs: {error}") from error
    return ocr.of_pages(row["page_numbers"]) if row["page_numbers"] else ocr


def _run(extractor: Extractor, rule_file: Path) -> Iterator[CaseResult]:
    """Runs the examples of a rule file."""
    wanted = rule_file.resolve()
    for rule_set in extractor.book.rule_sets.values():
        if rule_set.place and Path(rule_set.place.file).resolve() == wanted:
            yield from (run_case(extractor, case) for case in example_cases(rule_set))
