"""Owns `LabelledPage`: a page with the labels on it, and what they say of the print around them."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace

import regex

from extractor.layout import Line, PageLayout, Span
from extractor.rules.labels import LabelHit, folded_label
from extractor.rules.model import Rule
from extractor.rules.parties import Party
from extractor.rules.relations import Spot
from extractor.rules.sections import Section

MIN_LABEL = 4
MULTILINE = frozenset({"address", "name", "text"})
"""Kinds of values that may take several lines."""
PROSE_WORDS, PROSE_WORDS_OF_AMOUNTS = 4, 2
"""A piece of print with this many words beside its labels is a sentence; amounts stand below bare labels."""

_NAMES = regex.compile(r"\s*[:#]")
_WORD = regex.compile(r"\p{L}{2,}")


class LabelledPage:
    """A page with the labels on it.

    taken: (page number, line index) of lines that are rows of the table of line items. headings: all labels that rules name under `under`.
    """

    def __init__(
        self, layout: PageLayout, hits: Sequence[LabelHit], locales: Sequence[str] = (), taken: Container[tuple[int, int]] = (), headings: Sequence[str] = ()
    ) -> None:
        self.layout = layout
        self.headings = headings
        self.hits = hits
        self.locales = locales
        self.parties: list[Party] = []
        self.sections: list[Section] = []
        self._taken = taken
        self._by_line: dict[int, list[LabelHit]] = {}
        for hit in hits:
            self._by_line.setdefault(hit.line.index, []).append(hit)

    def is_taken(self, line: Line) -> bool:
        return (self.layout.number, line.index) in self._taken

    def labels(self, texts: Sequence[str]) -> list[LabelHit]:
        """Where one of some labels stands, in reading order."""
        wanted = {folded_label(text) for text in texts}
        return [hit for hit in self.hits if folded_label(hit.label) in wanted] if wanted else []

    def is_prose(self, hit: LabelHit, kind: str) -> bool:
        """Whether a label is only a word of a sentence."""
        segment = hit.line.segment_at(hit.span.start)
        spans = [other.span for other in self._by_line.get(hit.line.index, ()) if segment.start <= other.span.start < segment.end]
        words, labelled = _words(hit.line, segment), sum(_words(hit.line, span) for span in spans)
        return words - labelled >= (PROSE_WORDS_OF_AMOUNTS if kind == "amount" else PROSE_WORDS)

    def up_to_next_label(self, spot: Spot, rule: Rule) -> Spot | None:
        """A spot that ends where the next label begins, since what stands behind that one is its value; None where nothing is left.

        Free text ends at a wide gap as well.
        """
        end = spot.line.segment_at(spot.span.start).end if rule.kind in MULTILINE else spot.span.end
        if self.starts_with_label(spot):
            return None
        for hit in self._by_line.get(spot.line.index, ()):
            if spot.span.start < hit.span.start < end and (leads(hit) or is_named(hit)):
                end = hit.span.start
        return replace(spot, span=Span(spot.span.start, end))

    def starts_with_label(self, spot: Spot, family: str = "?") -> bool:
        """Whether a spot is itself a label, other than of fields whose name begins with `family`.

        Short ones (`PO`, `No`) do not count: they are as often the first letters of a value.
        """
        hits = [hit for hit in self._by_line.get(spot.line.index, ()) if hit.span.start == spot.span.start]
        return any(hit.span.end - hit.span.start >= MIN_LABEL and not any(owner.startswith(family) for owner in hit.owners) for hit in hits)


def leads(hit: LabelHit) -> bool:
    """Whether a label begins its piece of print."""
    return hit.span.start == hit.line.segment_at(hit.span.start).start


def is_named(hit: LabelHit) -> bool:
    """Whether a separator behind it shows that a text is a label."""
    return _NAMES.match(hit.line.text, hit.span.end) is not None


def _words(line: Line, span: Span) -> int:
    return len(_WORD.findall(line.text, span.start, span.end))
