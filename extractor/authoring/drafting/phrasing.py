"""Owns which rules could lead to a value, from where it stands: by a label beside or above it, by the text of its line, by its place."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import regex

from extractor.authoring.drafting.printed import Printed
from extractor.authoring.drafting.rulefile import DraftRule
from extractor.invoice.amounts import currency_of, find_amounts
from extractor.invoice.dates import find_dates
from extractor.invoice.fields import FIELDS
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
KNOWN, NEW, SHAPE, HEADED, TEXT, WEAK, FOREIGN, PLACE = range(8)
"""Doubts of rules: known labels of the field, other labels, labels with a pattern, labels under a heading, the text of the line, short labels,
labels of other fields, places."""
MAX_HEADINGS = 3
"""How many pieces of print above a label are tried as its heading."""
MIN_LETTERS, MAX_TOKENS = 4, 4
SHAPED = frozenset({"identifier"})
"""Kinds whose values have a shape of their own; what amounts and dates look like is known anyway."""

_ENDS = regex.compile(r":\s|[;|]|\s{2,}|\d{3,}|\(?\d+(?:[.,]\d+)?\s?%\)?")
"""What ends a label that stands before another, and what changes within one: rates of tax, long numbers."""
_HAS_LABEL = regex.compile(r"\p{L}{2}|#|№|N[°º]")
_NO_LABEL = regex.compile(r"(?i)\d\d?[:.h]\d\d(?:[:.]\d\d)?\s*(?:[ap]\.?m\.?)?|\S*(?:@\S|www\.|://)\S*")
"""Times, mail and web addresses."""
_HEADING = regex.compile(r"\p{L}[\p{L}'’ &/-]{3,30}")


def phrasings(field: str, kind: str, place: Printed, hits: Sequence[LabelHit], shape: str) -> list[DraftRule]:
    """Rules that could lead to the place, the most telling first. hits: known labels on the pages; shape: see `shape_of`."""
    labelled = [*_known(field, place, hits)]
    labelled += [
        replace(rule, doubt=max(rule.doubt, doubt) if (doubt := _doubt(rule.row["label"], field, hits)) else KNOWN)
        for rule in (*_beside(place), *_above(place))
        if _is_of_script(rule.row["label"], place.page.text)
    ]
    another = FOREIGN if labelled and labelled[0].doubt >= FOREIGN else 0
    shaped = [
        DraftRule({**rule.row, "pattern": shape}, f"{rule.why}; the pattern keeps other numbers out", max(rule.doubt, SHAPE))
        for rule in labelled
        if kind in SHAPED
    ]
    shaped += [rule for first in [rule for rule in labelled if rule.row["find"] == "right_of"][:1] for rule in _under(first, place)]
    others = [*_by_text(place, shape), *_by_zone(place, shape, kind)]
    found = [*labelled, *shaped, *(replace(rule, doubt=rule.doubt + another) for rule in others)]
    return sorted(found, key=lambda rule: rule.doubt)


def _doubt(label: str, field: str, hits: Sequence[LabelHit]) -> int:
    """How far to distrust a label: known ones of the field least, those of other fields most; short words lead anywhere."""
    named = _bare(label)
    known = {_bare(hit.line.text[hit.span.start : hit.span.end]): hit.owners for hit in hits}
    # `Delivery and service date` ends with what is known as the label of another field
    endings = [text for text in known if text == named or (len(text) >= MIN_LETTERS and named.endswith(text))]
    owners = known[max(endings, key=len)] if endings else frozenset()
    if field in owners:
        return KNOWN
    if owners & {"decoy", *FIELDS}:
        return FOREIGN
    return WEAK if len(_bare(label)) < MIN_LETTERS else NEW


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


def _known(field: str, place: Printed, hits: Sequence[LabelHit]) -> Iterator[DraftRule]:
    """The known label of the field before the value, as printed: it is longer than what would be cut out as one, or that would be found as well."""
    before = [hit for hit in hits if field in hit.owners and hit.line is place.line and hit.span.end <= place.span.start]
    for hit in sorted(before, key=lambda hit: -hit.span.end)[:1]:
        label = hit.line.text[hit.span.start : hit.span.end]
        label += ")" if hit.line.text.startswith(")", hit.span.end) and "(" in label else ""
        yield DraftRule({"label": label, "find": "right_of"}, f"stands behind '{label}'", KNOWN)


def _under(rule: DraftRule, place: Printed) -> Iterator[DraftRule]:
    """The rule for a label that stands several times on a page: under which heading it counts, the nearest first."""
    segment = place.line.segment_at(place.span.start)
    column = place.line.box_of(segment.start, segment.end)
    above = sorted((line for line in place.page.lines if line.box.center_y < column.y), key=lambda line: -line.box.center_y)
    spans = ((line, span) for line in above for span in line.segment_spans if stands_under(line.box_of(span.start, span.end), column, place.line.height))
    headings = [text for line, span in spans if _HEADING.fullmatch(text := line.text[span.start : span.end].strip(" :"))]
    for heading in headings[:MAX_HEADINGS]:
        yield DraftRule({**rule.row, "under": heading}, f"{rule.why}, the one under '{heading}'", max(rule.doubt, HEADED))


def _above(place: Printed) -> Iterator[DraftRule]:
    box, height = place.line.box_of(place.span.start, place.span.end), place.line.height
    above = [line for line in place.page.lines if line.box.center_y < box.y and box.y - line.box.bottom <= MAX_GAP_LINES * height]
    alone = place.line.segment_at(place.span.start).start == place.span.start
    near = box.y - MAX_LINES_AWAY * height
    found = 0
    for line in sorted(above, key=lambda line: -line.box.center_y):
        for span in line.segment_spans:
            label = _label(line.text[span.start : span.end])
            if not label or not stands_under(line.box_of(span.start, span.end), box, height):
                continue
            yield replace(_below(label, line, place), doubt=NEW if alone and line.box.bottom >= near else WEAK)
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
    return label if _HAS_LABEL.search(label) and not (_NO_LABEL.search(label) or currency_of(label)) and len(label) <= 50 else None


def _is_of_script(label: str, page: str) -> bool:
    """Whether a label has letters of the script that most of its page is in, or none; else an engine saw them in a logo."""
    letters = [_script_of(character) for character in label if character.isalpha()]
    scripts = Counter(map(_script_of, filter(str.isalpha, page)))
    return not letters or scripts.most_common(1)[0][0] in letters


def _script_of(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]


def _by_text(place: Printed, shape: str) -> Iterator[DraftRule]:
    """The text of the line as a regex, where it has words before the value."""
    segment = place.line.segment_at(place.span.start)
    before = place.line.text[segment.start : place.span.start] or place.line.text[: place.span.start]
    tokens = regex.findall(r"[\p{L}\p{N}][^\s]*", before)[-MAX_TOKENS:]
    parts = [r"\S{1,30}" if any(c.isdigit() for c in token) else regex.escape("".join(regex.findall(r"^[\p{L}\p{N}]+", token))) for token in tokens]
    while parts and parts[0].startswith("\\S"):
        parts.pop(0)
    if parts:
        lead = r"[^\w\n]{1,4}".join(parts)
        yield DraftRule({"regex": rf"(?i)\b{lead}[^\w\n]{{0,20}}(?P<value>{shape})"}, "no label leads here, but the text of its line does", TEXT)


def _by_zone(place: Printed, shape: str, kind: str) -> Iterator[DraftRule]:
    """The place itself, the last resort: it holds only while the layout does. It takes in the middle of the piece of print that the value is in."""
    segment = place.line.segment_at(place.span.start)
    page, box = place.page, place.line.box_of(segment.start, segment.end)
    edges = {
        "left": box.x / page.width - ZONE_MARGIN,
        "top": box.y / page.height - ZONE_MARGIN,
        "right": box.right / page.width + ZONE_MARGIN,
        "bottom": box.bottom / page.height + ZONE_MARGIN,
    }
    zone = {name: f"{round(100 * min(1.0, max(0.0, part)))}%" for name, part in edges.items()}
    row = ({"pattern": shape} if kind in SHAPED else {}) | {"page": "first" if page.number == 1 else "last", "zone": zone}
    yield DraftRule(row, "no label leads here; holds only while the value stays in its place", PLACE)


def _bare(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())
