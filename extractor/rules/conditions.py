"""Owns when a rule applies: the page, what must not stand on it, the kind of document; and zones that labels bound."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from extractor.geometry import Box
from extractor.layout import Layout
from extractor.rules.candidate import Candidate
from extractor.rules.labelled import LabelledPage
from extractor.rules.model import Clue, Length, Rule, RuleSet, Zone
from extractor.rules.patterns import find_first
from extractor.rules.views import allows_page

DEFAULT_KIND = "invoice"
HEADING = "heading"
"""What labels under which another label counts stand for."""


def in_turn(rules: Mapping[str, Sequence[Rule]]) -> list[Rule]:
    """All rules, each after those of fields that it looks from (`of`); those of the document's kind first where rules ask for it."""
    everything = [rule for found in rules.values() for rule in found]
    kind_counts = any(rule.kinds for rule in everything)

    def depth(rule: Rule, seen: tuple[str, ...] = ()) -> int:
        if rule.of is None or rule.of in seen:
            return 0
        return 1 + max((depth(other, (*seen, rule.field)) for other in rules.get(rule.of, ())), default=0)

    return sorted(everything, key=lambda rule: (kind_counts and rule.field != "kind", depth(rule)))


def bounds_of(rule: Rule) -> Iterator[tuple[str, Sequence[str]]]:
    """The labels of a rule that lead to no value, by what they are for."""
    yield "end of a value", rule.end
    yield HEADING, rule.under
    yield "unless", [clue.text for clue in rule.unless if clue.kind == "text"]
    if rule.zone is not None:
        yield "zone", [label for name, *_ in _BOUNDS for label in getattr(rule.zone, name)]


def document_kind(rule_set: RuleSet, found: Iterable[Candidate]) -> str:
    """The kind of the document, as far as its own rules tell: the best candidate, else what the file is for, else an invoice."""
    best = max((each for each in found if each.field == "kind"), key=lambda each: each.fit, default=None)
    return best.text.casefold().replace(" ", "_") if best is not None else rule_set.kind or DEFAULT_KIND


def on_pages(rule: Rule, pages: Sequence[LabelledPage], layout: Layout) -> Iterator[tuple[Rule, LabelledPage]]:
    """The pages that a rule applies to, each with the rule as it is there: its zone in lengths. Raises RuleTimeout."""
    for page in pages:
        if not allows_page(rule.page, page.layout, layout.pages) or _stands(rule.unless, page, rule.id):
            continue
        zone = _bounded(rule.zone, page) if rule.zone is not None else None
        if rule.zone is None or zone is not None:
            yield (rule if zone is rule.zone else replace(rule, zone=zone)), page


def _stands(clues: Sequence[Clue], page: LabelledPage, rule_id: str) -> bool:
    """Whether one of some texts stands on a page."""
    if not clues:
        return False
    if page.labels([clue.text for clue in clues if clue.kind == "text"]):
        return True
    return any(find_first(clue.text, page.layout.text, rule_id) is not None for clue in clues if clue.kind == "regex")


def _bounded(zone: Zone, page: LabelledPage) -> Zone | None:
    """A zone with lengths in place of labels; None where one of its labels does not stand on the page."""
    if not any(getattr(zone, name) for name, *_ in _BOUNDS):
        return zone
    sides = {"left": page.layout.width, "right": page.layout.width, "top": page.layout.height, "bottom": page.layout.height}
    edges = {side: 0.0 if side in _OPENING else extent for side, extent in sides.items()}
    for side, extent in sides.items():
        length: Length | None = getattr(zone, side)
        if length is not None:
            edges[side] = length.pixels(page.layout.dpi, extent)
    for name, side, far, position in _BOUNDS:
        labels = getattr(zone, name)
        places = [place for place in (position(hit.line.box_of(hit.span.start, hit.span.end)) for hit in page.labels(labels)) if not far or place >= edges[far]]
        if places:
            edges[side] = min(edges[side], *places) if far else max(edges[side], min(places))
        elif labels:
            return None
    bounds = {side: Length(edges[side] / extent, "fraction") for side, extent in sides.items()}
    return Zone(bounds["left"], bounds["top"], bounds["right"], bounds["bottom"])


_OPENING = ("left", "top")
_BOUNDS: tuple[tuple[str, str, str, Callable[[Box], float]], ...] = (
    ("below", "top", "", lambda box: box.bottom),
    ("right_of", "left", "", lambda box: box.right),
    ("above", "bottom", "top", lambda box: box.y),
    ("left_of", "right", "left", lambda box: box.x),
)
"""Key of a zone, the edge that it sets, the edge that it must lie beyond (for edges that close the zone), and where a label's box sets it."""
