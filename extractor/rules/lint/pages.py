"""Owns the pages of examples, as far as they can be had without recognition: texts, and PDFs that carry their text."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.errors import ExtractorError
from extractor.layout import Layout, lay_out
from extractor.ocr.typed import typed_pages
from extractor.rules.lint.walk import Written
from extractor.rules.model import Example


def text_examples(written: Written) -> Iterator[tuple[Example, Layout]]:
    """The examples whose page can be read here, each with its layout."""
    for example in written.rule_set.examples if written.rule_set else ():
        layout = lay_out(typed_pages(example.text)) if example.text is not None else _pdf(written, example.document)
        if layout is not None and any(page.lines for page in layout.pages):
            yield example, layout


def _pdf(written: Written, document: str | None) -> Layout | None:
    path = written.path.parent / (document or "")
    if document is None or path.suffix.casefold() != ".pdf" or not path.is_file():
        return None
    from extractor.ocr.engine import OcrEngine

    try:
        with OcrEngine(mode="text") as engine:
            return lay_out(engine.process(path))
    except ExtractorError:
        return None  # what cannot be read is told where the examples are run
