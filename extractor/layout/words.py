"""Owns the step from regions, which every engine cuts in its own way, to words, which mean the same for all."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

import regex

from extractor.geometry import Box
from extractor.layout.model import Word, relative_widths
from extractor.layout.upright import Turn
from extractor.ocr.result import LayerRegions, OcrPage, OcrRegion

# Typographic forms that engines and text layers choose freely; rules are written with the plain ones.
_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\u2009": " ", "\u200b": "", "\ufeff": "", "\u00ad": "", "：": ":", "，": ",", "．": "."})
_WORD = regex.compile(r"\S+")


def plain_text(text: str) -> str:
    """Text with composed characters, plain spaces and no invisible characters.

    >>> plain_text("1\\u202f250,00\\u00a0€ a\\u0308")
    '1 250,00 € ä'
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text.translate(_PLAIN))


def page_words(page: OcrPage) -> list[tuple[Word, ...]]:
    """The words of each region of a page, upright; regions without text are left out."""
    turn = Turn.of(page)
    found: list[tuple[Word, ...]] = []
    for read, certainty, bounds, source in _columns(page.regions):
        text = read if read.isascii() else plain_text(read)
        parts = text.split()
        box = turn.to_upright(bounds) if page.rotation or page.skew else bounds
        confidence = None if certainty is None else certainty / 100
        if len(parts) == 1:
            found.append((Word(parts[0], box, confidence, source),))
        elif parts:
            found.append(tuple(Word(part, place, confidence, source) for part, place in _divided(text.strip(), box)))
    return found


def _columns(regions: Sequence[OcrRegion]) -> Iterator[tuple[str, float | None, Box, str]]:
    """Text, confidence, bounds and source of each region."""
    return regions.columns() if isinstance(regions, LayerRegions) else ((r.text, r.confidence, r.bounds, r.source) for r in regions)


def _divided(text: str, box: Box) -> Iterator[tuple[str, Box]]:
    """The words of a text, and where in its box they stand, by the usual widths of characters."""
    widths = relative_widths(text)
    scale = box.width / (sum(widths) or 1)
    for match in _WORD.finditer(text):
        start, end = match.span()
        yield match.group(), Box(box.x + sum(widths[:start]) * scale, box.y, sum(widths[start:end]) * scale, box.height)
