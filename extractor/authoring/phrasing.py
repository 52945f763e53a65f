"""Owns which rules could lead to a value, from where it stands: by a label beside or above it, by the text of its line, by its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import regex

from extractor.authoring.printed import Printed
from extractor.authoring.rulefile import DraftRule
from extractor.invoice.amounts import currency_of, find_amounts
from extractor.invoice.dates import find_dates
from extractor.layout import Line
from extractor.rules.labels import LabelHit
from extractor.rules.model import MM_PER_INCH
from extractor.rules.relations import MAX_LINES_AWAY, SEPARATORS, stands_under

MAX_ABOVE = 3
"""How many pieces of print above a value are tried as its label."""
MAX_GAP_LINES = 8.0
"""A label above stands at most so many heights of print away."""
MAX_WORDS = 6
GAP_MARGIN = 1.5
"""How much further than in the sample a value below its label may be."""
ZONE_MARGIN = 0.03
"""How far a value may move, as a part of the page."""
SHAPED = frozenset({"identifier"})
"""Kinds whose values have a shape of their own; what amounts and dates look like is known anyway."""

_ENDS = regex.compile(r":\s|[;|]|\s{2,}|\d{3,}|\(?\d+(?:[.,]\d+)?\s?%\)?")
"""What ends a label that stands before another, and what changes within one: rates of tax, long numbers."""
_HAS_LABEL = regex.compile(r"\p{L}{2}|#|№|N[°º]")


def phrasings(kind: str, place: Printed, hits: Sequence[LabelHit], shape: str) -> list[DraftRule]:
    """Rules that could lead to the place, the most telling first. hits: known labels; shape: see `shape_of`."""
    labelled = [*_beside(place), *_above(place)]
    known = {_bare(hit.line.text[hit.span.start : hit.span.end]) for hit in hits}
    labelled.sort(key=lambda rule: _bare(rule.row["label"]) not in known)
    shaped = [DraftRule({**rule.row, "pattern": shape}, f"{rule.why}; the pattern keeps other numbers out") for rule in labelled if kind in SHAPED]
    return [*labelled, *shaped, *_by_text(place, shape), *_by_zone(place, shape, kind)]


def shape_of(kind: str, texts: Sequence[str]) -> str:
    r"""What texts look like as a regex: letters stay where several texts share them, digits become `\d` with some room in their number.

    >>> shape_of("identifier", ["RE-2024-117"]), shape_of("identifier", ["RE-9", "RE-12345"]), shape_of("identifier", ["a1", "2025"])
    ('[A-Z]{2}\\-\\d{3,5}\\-\\d{2,4}', 'RE\\-\\d{1,6}', '[\\w/.-]{1,5}')
    """
    if kind == "amount":
        return r"[\d.,' ]{0,12}\d"
    if kind == "date":
        return r"[\p{L}\d.,/ -]{5,19}\d"
    parts = [regex.findall(r"\d+|\p{L}+|\s+|.", text) for text in texts]
    if len({tuple(part[0].isdigit() or part for part in row) for row in parts}) > 1:
        return rf"[\w/.-]{{{max(1, min(map(len, texts)) - 1)},{max(map(len, texts)) + 1}}}"
    shape = ""
    for column in zip(*parts, strict=True):
        sizes = [len(part) for part in column]
        if column[0].isdigit():
            shape += rf"\d{{{max(1, min(sizes) - 1)},{max(sizes) + 1}}}"
        elif len(texts) == 1 and column[0].isupper():
            shape += rf"[A-Z]{{{len(column[0])}}}"
        else:
            shape += r"\s*" if column[0].isspace() else regex.escape(column[0])
    return shape


def _beside(place: Printed) -> Iterator[DraftRule]:
    """Labels before the value: in its own piece of print, else in the nearest piece before it that is no value."""
    line, start = place.line, place.span.start
    spans = [span for span in line.segment_spans if span.start < start]
    for span in reversed(spans):
        label = _label(line.text[span.start : min(span.end, start)])
        if label:
            yield DraftRule({"label": label, "find": "right_of"}, f"stands behind '{label}'")
            return


def _above(place: Printed) -> Iterator[DraftRule]:
    box, height = place.line.box_of(place.span.start, place.span.end), place.line.height
    above = [line for line in place.page.lines if line.box.center_y < box.y and box.y - line.box.bottom <= MAX_GAP_LINES * height]
    found = 0
    for line in sorted(above, key=lambda line: -line.box.center_y):
        for span in line.segment_spans:
            label = _label(line.text[span.start : span.end])
            if not label or not stands_under(line.box_of(span.start, span.end), box, height):
                continue
            yield _below(label, line, place)
            found += 1
        if found >= MAX_ABOVE:
            return


def _below(label: str, line: Line, place: Printed) -> DraftRule:
    """The rule for a label above; it says how far the value may be where that is further than usual."""
    gap = max(0.0, place.line.box.y - line.box.bottom)
    row: dict[str, str] = {"label": label, "find": "below"}
    if gap > 0.6 * MAX_LINES_AWAY * place.line.height:
        millimetres = gap / place.page.dpi * MM_PER_INCH
        row["max_gap"] = f"{round(millimetres * GAP_MARGIN + 2)}mm"
        return DraftRule(row, f"stands {millimetres:.0f} mm below '{label}'")
    return DraftRule(row, f"stands below '{label}'")


def _label(text: str) -> str | None:
    """The label that a piece of print ends with: its last words, behind other values and other labels; None where there is none."""
    ends = [end for _, end in [*find_amounts(text), *find_dates(text)]]
    rest = text[max(ends, default=0) :].strip(SEPARATORS.replace("#", "").replace(">", "") + "*_$€£")
    pieces = [piece.strip(" :.,-*_") for piece in _ENDS.split(rest)]
    rest = next((piece for piece in reversed(pieces) if _HAS_LABEL.search(piece)), "")
    words = rest.split()[-MAX_WORDS:]
    while len(words) > 1 and currency_of(words[-1]):
        words.pop()
    label = " ".join(words)
    return label if _HAS_LABEL.search(label) and not currency_of(label) and len(label) <= 50 else None


def _by_text(place: Printed, shape: str) -> Iterator[DraftRule]:
    """The text of the line as a regex, where it has words before the value."""
    before = place.line.text[: place.span.start].rstrip()
    words = regex.findall(r"\p{L}+", before)[-2:]
    if words:
        lead = r"\W{0,3}".join(map(regex.escape, words))
        yield DraftRule({"regex": rf"(?i){lead}[^\w\n]{{0,20}}(?P<value>{shape})"}, "no label leads here, but the text of its line does")


def _by_zone(place: Printed, shape: str, kind: str) -> Iterator[DraftRule]:
    """The place itself, the last resort: it holds only while the layout does."""
    page, box = place.page, place.line.box_of(place.span.start, place.span.end)
    edges = {
        "left": box.x / page.width - ZONE_MARGIN,
        "top": box.y / page.height - ZONE_MARGIN,
        "right": box.right / page.width + ZONE_MARGIN,
        "bottom": box.bottom / page.height + ZONE_MARGIN,
    }
    zone = {name: f"{round(100 * min(1.0, max(0.0, part)))}%" for name, part in edges.items()}
    row = ({"pattern": shape} if kind in SHAPED else {}) | {"page": "first" if page.number == 1 else "last", "zone": zone}
    yield DraftRule(row, "no label leads here; holds only while the value stays in its place")


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
