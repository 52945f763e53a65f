"""Owns what whose block a candidate stands in says of it, and what the rest of the document says of a name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum
from functools import lru_cache

import regex

from extractor.geometry import Box
from extractor.invoice.names import has_legal_form, is_legal_form, name_span, without_form
from extractor.layout import Layout
from extractor.rules.addresses import count_name
from extractor.rules.candidate import Candidate
from extractor.rules.model import PARTIES
from extractor.rules.parties import MAX_REPEATED, PARTY_KINDS, REPEATED, SURE, Party, party_text
from extractor.rules.sections import Section

ABOVE_BRAND = 1.1
"""How much surer a full name is than the brand that it begins with."""
MIN_LETTERS = 4
"""A mail or web address of at least this many letters tells a name, and so does a name without its legal form."""

_DOMAIN = regex.compile(r"(?i)(?:@|www\.|https?://(?:www\.)?)([\p{L}\d-]+)\.")


class Standing(Enum):
    """Where a candidate of a party's field stands: in a block of that party, of the other one, or in none. What it counts there."""

    OWN = 1.0
    NONE = 0.9
    OTHER = 0.4


def weigh(candidates: Iterable[Candidate], parties: Sequence[Party], layout: Layout, sections: Sequence[Section] = ()) -> list[Candidate]:
    """Candidates of the seller's and the buyer's fields in the light of whose block they stand in.

    What stands in the other party's block is hardly a value, and a number that stands in none counts less than one in the
    party's own. A name that the document repeats is surer; a legal form alone is no name.
    """
    blocks = _Blocks(parties, sections)
    found = [(candidate, blocks.standing(candidate)) for candidate in candidates if candidate.kind != "name" or not is_legal_form(candidate.text)]
    at_home = {candidate.field for candidate, standing in found if standing is Standing.OWN and candidate.kind not in PARTY_KINDS}
    mentions = _Mentions(party_text(layout))
    weighed = []
    for candidate, standing in found:
        counts = standing.value if standing is not Standing.NONE or candidate.field in at_home else 1.0
        fit = candidate.fit * counts
        again = mentions.of(candidate.text) if candidate.kind == "name" else 0
        weighed.append(replace(candidate, fit=fit + (1 - fit) * REPEATED * again))
    return _legal_before_brand(weighed)


class _Blocks:
    """Where the blocks of the parties stand that are sure, and their sections of a form, which are asked last and not of names."""

    def __init__(self, parties: Sequence[Party], sections: Sequence[Section]) -> None:
        self._boxes: dict[int, list[tuple[str, Box]]] = {}
        for party in (party for party in parties if party.fit >= SURE):
            page = party.address.page
            self._boxes.setdefault(page.number, []).extend((party.party, page.bounds(piece.box)) for piece in party.address.pieces)

        self._sections: dict[int, list[tuple[str, Box]]] = {}
        for section in sections:
            boxes = ((section.party, section.page.bounds(piece.box)) for piece in section.pieces)
            self._sections.setdefault(section.page.number, []).extend(boxes)

    def standing(self, candidate: Candidate) -> Standing:
        owner = candidate.field.split("_")[0]
        if owner not in PARTIES or candidate.bounds is None or candidate.page is None:
            return Standing.NONE
        holders = _holders(self._boxes.get(candidate.page, ()), candidate.bounds)
        if not holders and candidate.kind not in PARTY_KINDS:
            holders = _holders(self._sections.get(candidate.page, ()), candidate.bounds)
        return Standing.OWN if owner in holders else Standing.OTHER if holders else Standing.NONE


def _holders(boxes: Iterable[tuple[str, Box]], bounds: Box) -> set[str]:
    return {party for party, box in boxes if _covers(box, bounds)}


def _covers(box: Box, bounds: Box) -> bool:
    return box.intersection(bounds).area > 0.5 * min(bounds.area, box.area)


class _Mentions:
    """How often a document mentions a name."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._domains = {regex.sub(r"[^\p{L}]", "", match[1].casefold()) for match in _DOMAIN.finditer(text)}
        self.of = lru_cache(maxsize=None)(self._of)

    def _of(self, name: str) -> int:
        """In how many further places, mail and web addresses included, up to `MAX_REPEATED`; 0 for what can be no name."""
        if name_span(name) is None:
            return 0
        short = without_form(name)
        letters = "".join(regex.findall(r"\p{L}+", short.casefold()))
        if len(letters) < MIN_LETTERS:
            return min(MAX_REPEATED, max(0, count_name(name, self._text) - 1))
        in_domain = any(letters in domain or (len(domain) >= MIN_LETTERS and domain in letters) for domain in self._domains)
        return min(MAX_REPEATED, max(0, count_name(short, self._text) - 1) + in_domain)


def _legal_before_brand(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, in which a company's full name is at least as sure as the brand that it begins with."""
    brands: dict[tuple[str, str], float] = {}
    for candidate in candidates:
        if candidate.kind == "name" and candidate.page is not None and not has_legal_form(candidate.text):
            key = (candidate.field, candidate.text.casefold())
            brands[key] = max(brands.get(key, 0.0), candidate.fit)
    found = []
    for candidate in candidates:
        words = without_form(candidate.text).casefold().split() if candidate.kind == "name" and has_legal_form(candidate.text) else []
        brand = max((brands.get((candidate.field, " ".join(words[:count])), 0.0) for count in range(1, len(words) + 1)), default=0.0)
        found.append(replace(candidate, fit=max(candidate.fit, min(1.0, brand * ABOVE_BRAND))))
    return found
