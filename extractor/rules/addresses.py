"""Owns finding postal addresses with the names above them: in blocks of lines, and on one line as senders print them.

Whose address it is, the seller's or the buyer's, `parties` decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

import regex

from extractor.geometry import Box, union
from extractor.invoice.addresses import is_place, is_street
from extractor.invoice.names import has_legal_form, is_contact, is_legal_form, name_span
from extractor.layout import Line, PageLayout, Span
from extractor.layout.blocks import Piece, find_blocks, pieces_of
from extractor.rules.labels import LabelHit

MAX_ADDRESS_LINES = 5
"""How many lines an address has at most between the name and the town."""
WIDER_PITCH = 1.5
"""A line that stands this many times further above the next than is usual in the block is no part of the name."""
LINE_PART_GAP = 3.0
"""Parts of an address on one line are at most this many heights of print apart."""
LABEL_LINES_AWAY = 3.5
"""A label stands at most this many heights of print above its address."""
LABEL_BESIDE = 10.0
"""A label stands at most this many heights of print left of its address."""
FORM_LINES_AWAY = 16.0
"""In a form, whose rows have labels of their own, the heading stands at most this many heights of print above the address."""

_SEPARATOR = regex.compile(r"\s*[·•●∙|*]\s*|\s+[-\u2013\u2014/]+\s+|\s*,\s+|\s{2,}")
_NUMBER_OR_CONTACT = regex.compile(r"\d[\d ./-]{7,}|^\p{Lu}{0,3}\d{7,}\p{Lu}?$|:|@|\bwww\.")
_COUNTRY = regex.compile(r"(?:[A-Z]{1,3}(?: ?[-\u2013] ?| )(?=\d{4}))?")
_GOES_ON = regex.compile(r"(?i)(?:\b(?:und|and|et|e|y|en|i|of|für|de|di)|[&,+-])\s*$")
_BESIDE_LABEL = regex.compile(r"[\s:.;)*-]*(?:\([^)]*\))?[\s:.;)*-]*")
_AFTER_LABEL = regex.compile(r"\s*[:#]\s*")

NAME_PLACE_COST = 0.15
"""What each line further from the top of a block costs a line that may be the name."""
LEGAL_FORM_WORTH = 0.3
REPEATED_WORTH = 0.2
CONTACT_COST = 0.5
SENTENCE_COST = 0.3


@dataclass(frozen=True, slots=True)
class Head:
    """A label of a party. party: `seller` or `buyer`; strength: the weight of its rule, 0 to 1; box: where it stands."""

    party: str
    strength: float
    hit: LabelHit

    @property
    def box(self) -> Box:
        return self.hit.line.box_of(self.hit.span.start, self.hit.span.end)


@dataclass(frozen=True, slots=True)
class Address:
    """A name with its address. pieces: all of the block, contacts and numbers below the address included.

    head: the label that says whose it is. one_line: printed on one line, as senders do.
    """

    page: PageLayout
    name: tuple[Piece, ...]
    lines: tuple[Piece, ...]
    pieces: tuple[Piece, ...]
    head: Head | None = None
    one_line: bool = False

    @property
    def box(self) -> Box:
        return union(piece.box for piece in (*self.name, *self.lines))

    @property
    def name_text(self) -> str:
        return " ".join(piece.text for piece in self.name)


def find_addresses(page: PageLayout, hits: Sequence[LabelHit], owners: Mapping[str, tuple[str, float]], text: str) -> list[Address]:
    """The addresses of a page from top to bottom.

    hits: the page's labels. owners: label -> party and strength of those that head a party. text: that of the whole
    document, in which names may be repeated.
    """
    labels = _Labels(hits, owners)
    one_line = [address for line in page.lines for address in _on_one_line(page, line, labels)]
    used = {(piece.line.index, piece.span.start) for address in one_line for piece in address.pieces}
    pieces = [piece for piece in pieces_of(page) if (piece.line.index, piece.span.start) not in used]
    found = list(one_line)
    for block in find_blocks(pieces):
        for head, part in _parts(block.pieces, labels):
            found += _in_block(page, part, head, text)
    return sorted((_labelled(address, labels) for address in found), key=lambda address: address.box.y)


def bare_heads(hits: Sequence[LabelHit], owners: Mapping[str, tuple[str, float]]) -> list[Head]:
    """The labels of parties that stand alone, as headings do. hits, owners: as in `find_addresses`."""
    return _Labels(hits, owners).heads


class _Labels:
    """The labels of a page by the place where they begin."""

    def __init__(self, hits: Sequence[LabelHit], owners: Mapping[str, tuple[str, float]]) -> None:
        self._hits = {(hit.line.index, hit.span.start): hit for hit in hits}
        self._owners = owners
        self.heads = [head for hit in hits if (head := self._head(hit)) and self.is_bare(Piece(hit.line, hit.line.segment_at(hit.span.start)))]

    def leading(self, piece: Piece) -> LabelHit | None:
        return self._hits.get((piece.line.index, piece.span.start))

    def _head(self, hit: LabelHit) -> Head | None:
        party = self._owners.get(hit.label)
        return Head(*party, hit) if party else None

    def is_bare(self, piece: Piece) -> bool:
        """Whether a piece is a label and nothing else."""
        hit = self.leading(piece)
        return hit is not None and _BESIDE_LABEL.fullmatch(piece.line.text, hit.span.end, piece.span.end) is not None

    def inline(self, piece: Piece) -> tuple[Head, Piece] | None:
        """A party's label that a piece begins with, and what stands behind its colon."""
        hit = self.leading(piece)
        head = self._head(hit) if hit else None
        behind = _AFTER_LABEL.match(piece.line.text, hit.span.end, piece.span.end) if hit else None
        if head is None or behind is None or behind.end() >= piece.span.end:
            return None
        return head, Piece(piece.line, Span(behind.end(), piece.span.end))

    def head_of(self, piece: Piece) -> Head | None:
        hit = self.leading(piece)
        return self._head(hit) if hit else None


def _parts(pieces: Sequence[Piece], labels: _Labels) -> Iterator[tuple[Head | None, list[Piece]]]:
    """A block cut before each bare label: the label's party, where it is one's, and the pieces beneath."""
    head: Head | None = None
    part: list[Piece] = []
    for piece in pieces:
        inline = labels.inline(piece)
        if inline is not None or labels.is_bare(piece):
            yield head, part
            head, part = inline[0] if inline else labels.head_of(piece), [inline[1]] if inline else []
        else:
            part.append(piece)
    yield head, part


def _in_block(page: PageLayout, pieces: Sequence[Piece], head: Head | None, text: str) -> list[Address]:
    """The addresses in a part of a block: for each town the lines above it, as far as the name. The part's label is that of the first."""
    found: list[Address] = []
    start = 0
    for town, piece in enumerate(pieces):
        if not is_place(piece.text) or town == start or (town + 1 < len(pieces) and is_place(pieces[town + 1].text)):
            continue  # of two such lines the first is the street: house numbers look like postcodes
        names, street = _below_slogan(pieces, *_names_before(pieces, start, town), town)
        if names and town - street <= MAX_ADDRESS_LINES:
            lines = (*pieces[street:town], without_country(piece))
            if found:  # what stands between two addresses belongs to the first
                found[-1] = replace(found[-1], pieces=_until(found[-1].pieces, names[0]))
            found.append(Address(page, _best_name(names, text), lines, _from(pieces, names[0]) if found else tuple(pieces), None if found else head))
        start = town + 1
    return found


def _until(pieces: Sequence[Piece], end: Piece) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece.box.center_y < end.box.center_y)


def _from(pieces: Sequence[Piece], start: Piece) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece.box.center_y >= start.box.center_y)


def without_country(town: Piece) -> Piece:
    """The line of the town without the code of the country before it."""
    start = _COUNTRY.match(town.text).end()  # type: ignore[union-attr]
    return Piece(town.line, Span(town.span.start + start, town.span.end))


def _names_before(pieces: Sequence[Piece], start: int, town: int) -> tuple[list[Piece], int]:
    """The first lines that can be names, cut to the name, and the index of the first line of the address that follows.

    Lines that are followed by a registration number or a contact are a name only where there is no better one.
    """
    second_choice: tuple[list[Piece], int] = ([], town)
    i = start
    while i < town:
        names: list[Piece] = []
        while i < town and (name := _name(pieces[i], first=not names)):
            names.append(name)
            i += 1
        behind = i
        while i < town and _NUMBER_OR_CONTACT.search(pieces[i].text):
            i += 1
        names = _standing_together(names, pieces)
        if names and i == behind:
            return names, i
        if names and not second_choice[0]:
            second_choice = names, i
        if not names and i == behind:
            i += 1
    return second_choice


def _below_slogan(pieces: Sequence[Piece], names: list[Piece], street: int, town: int) -> tuple[list[Piece], int]:
    """The names, and where the street begins, unless a company's name follows further down: what stood above it was a brand or a slogan."""
    if any(has_legal_form(name.text) for name in names):
        return names, street
    for i in range(street, town):
        name = _name(pieces[i], first=False)
        if name is not None and has_legal_form(name.text):
            return [name], i + 1
    return names, street


def _standing_together(names: Sequence[Piece], pieces: Sequence[Piece]) -> list[Piece]:
    """The last of some lines, as far as they are not further apart than is usual in their block."""
    usual = median(_pitch(above, below) for above, below in pairwise(pieces))
    first = len(names) - 1
    while first > 0 and _pitch(names[first - 1], names[first]) <= WIDER_PITCH * usual:
        first -= 1
    return list(names[max(0, first) :])


def _pitch(above: Piece, below: Piece) -> float:
    return below.box.center_y - above.box.center_y


def _name(piece: Piece, *, first: bool) -> Piece | None:
    """The part of a line that is a name. Above all other lines of a block a name may look like a street."""
    span = name_span(piece.text)
    if span is None or (not first and is_street(piece.text) and not has_legal_form(piece.text)):
        return None
    return Piece(piece.line, Span(piece.span.start + span[0], piece.span.start + span[1]))


def _best_name(names: Sequence[Piece], text: str) -> tuple[Piece, ...]:
    """The line that is the name, with the line that goes on with it."""

    def worth(i: int) -> float:
        name = names[i].text
        repeated = min(2, count_name(name, text) - 1)
        score = -NAME_PLACE_COST * i + LEGAL_FORM_WORTH * (has_legal_form(name) and not is_legal_form(name)) + REPEATED_WORTH * repeated
        return score - CONTACT_COST * (is_contact(name) or is_legal_form(name)) - SENTENCE_COST * (name[-1] in ".!?" and not has_legal_form(name))

    best = max(range(len(names)), key=worth)
    first = best
    while first > 0 and _goes_on(names[first - 1].text, names[first].text):
        first -= 1
    last = best
    while last + 1 < len(names) and _goes_on(names[last].text, names[last + 1].text):
        last += 1
    return tuple(names[first : last + 1])


def _goes_on(text: str, following: str) -> bool:
    return _GOES_ON.search(text) is not None or is_legal_form(following)


def count_name(name: str, text: str) -> int:
    """How often a text has a name as words of its own, whatever the case.

    >>> count_name("Amber Kettle", "AMBER KETTLE, 1 Mill Lane. Amber Kettles")
    1
    """
    pattern = r"\s+".join(regex.escape(word) for word in name.split())
    return len(regex.findall(rf"(?i)(?<![\p{{L}}\d]){pattern}(?![\p{{L}}\d])", text))


def _on_one_line(page: PageLayout, line: Line, labels: _Labels) -> Iterator[Address]:
    """Addresses that stand on one line, parts of which are set off by separators or gaps."""
    for run in _runs(line):
        parts = list(_split(line, run))
        town = next((i for i, part in enumerate(parts) if i and is_place(part.text)), None)
        if town is None or town > MAX_ADDRESS_LINES:
            continue
        name = 2 if town > 1 and is_legal_form(parts[1].text) else 1
        inline = labels.inline(parts[0])
        first = inline[1] if inline else parts[0]
        span = name_span(first.text)
        if span is None or town < name or (town == name and len(parts) < 3):
            continue
        start = first.span.start
        named = Piece(line, Span(start + span[0], parts[name - 1].span.end if name == 2 else start + span[1]))
        pieces = tuple(Piece(line, s) for s in line.segment_spans if run.start <= s.start < run.end)
        lines = (*parts[name:town], without_country(parts[town]))
        yield Address(page, (named,), lines, pieces, inline[0] if inline else None, one_line=True)


def _runs(line: Line) -> Iterator[Span]:
    """The segments of a line, joined where the gap between them is small enough for parts of one address."""
    spans = line.segment_spans
    start = spans[0].start
    for left, right in zip(spans, [*spans[1:], None], strict=True):
        if right is None or line.box_of(right.start, right.end).x - line.box_of(left.start, left.end).right > LINE_PART_GAP * line.height:
            yield Span(start, left.end)
            start = right.start if right else left.end


def _split(line: Line, run: Span) -> Iterator[Piece]:
    position = run.start
    for match in [*_SEPARATOR.finditer(line.text, run.start, run.end), None]:
        end = match.start() if match else run.end
        if end > position:
            yield Piece(line, Span(position, end))
        position = match.end() if match else run.end


def _labelled(address: Address, labels: _Labels) -> Address:
    """The address with the label that stands over it or left of it, where its own block has none."""
    if address.head is not None or address.one_line:
        return address
    box = address.box
    near = [(distance, head) for head in labels.heads if (distance := _distance(head.box, box)) is not None] or _form_headings(address, labels)
    return replace(address, head=min(near, key=lambda found: found[0])[1]) if near else address


def _form_headings(address: Address, labels: _Labels) -> list[tuple[float, Head]]:
    """Headings above an address whose row begins with a label of its own, in line with the heading."""
    line = address.name[0].line
    first = Piece(line, line.segment_spans[0])
    if first.span.end >= address.name[0].span.start or not (first.text.endswith(":") or labels.is_bare(first)):
        return []
    above = [(first.box.y - head.box.bottom, head) for head in labels.heads if abs(head.box.x - first.box.x) < first.box.height]
    return [(distance, head) for distance, head in above if -0.5 * first.box.height < distance < FORM_LINES_AWAY * first.box.height]


def _distance(label: Box, box: Box) -> float | None:
    """How far a label is from the address that it stands over or left of, in pixels; None where it does neither."""
    height = label.height
    above = box.y - label.bottom
    if -0.5 * height <= above <= LABEL_LINES_AWAY * height and (label.overlap_x(box) > 0.3 * min(label.width, box.width) or abs(label.x - box.x) < height):
        return max(0.0, above)
    beside = box.x - label.right
    if 0 <= beside <= LABEL_BESIDE * height and abs(label.center_y - box.y) < 1.5 * height:
        return beside
    return None
