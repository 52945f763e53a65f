"""Owns the pages of examples, as far as they can be had without recognition: texts, and PDFs that carry their text."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.errors import ExtractorError
from extractor.geometry import Box
from extractor.layout import Layout, lay_out
from extractor.ocr.result import OcrPage, OcrRegion, OcrResult
from extractor.rules.lint.walk import Written
from extractor.rules.model import Example

LINE, LETTER, MARGIN, MAX_LETTERS = 32, 12, 80, 90
"""Pixels from line to line, of a letter's width and of the margin on a page of A4 at 150 dpi, and letters that fit a line."""


def text_examples(written: Written) -> Iterator[tuple[Example, Layout]]:
    """The examples whose page can be read here, each with its layout."""
    for example in written.rule_set.examples if written.rule_set else ():
        layout = _page_of(example.text) if example.text is not None else _pdf(written, example.document)
        if layout is not None and any(page.lines for page in layout.pages):
            yield example, layout


def _page_of(text: str) -> Layout:
    """A page on which each line of a text is one region."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines()) if line.strip()]
    regions = tuple(OcrRegion(line, None, Box(MARGIN, MARGIN + number * LINE, len(line) * LETTER, 0.7 * LINE)) for number, line in lines)
    width = max([MAX_LETTERS, *(len(line) for _, line in lines)]) * LETTER + 2 * MARGIN
    height = max(1754, 2 * MARGIN + (lines[-1][0] + 1 if lines else 1) * LINE)
    return lay_out(OcrResult((OcrPage(1, width, height, regions, dpi=150),), "text"))


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
