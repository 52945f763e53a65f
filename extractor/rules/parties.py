"""Owns whose an address is, the seller's or the buyer's, from labels and from where addresses stand in a letter.

A letter has no labels: the sender's address stands on one line above the address window, at the top or at the foot; the
buyer's stands under the sender's line. Where labels or these places tell one party, the other address is the other's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import regex

from extractor.geometry import Box
from extractor.layout import Layout, PageLayout
from extractor.rules.addresses import Address, find_addresses
from extractor.rules.labels import LabelHit
from extractor.rules.model import PARTIES, Rule

PARTY_KINDS = frozenset({"name", "address"})
"""Labels of fields of these kinds head the block of a party."""

LABEL_BONUS = 0.15
"""How much surer than its label alone an address under a label is."""
UNDER_SENDER, SENDER_LINE, FOOT, LINE_AT_EDGE, LINE_ELSEWHERE = 0.75, 0.75, 0.65, 0.65, 0.3
OTHER_SELLER, OTHER_BUYER, FIRST_OF_PAGE, SECOND_OF_PAGE, REST = 0.55, 0.55, 0.5, 0.45, 0.2
TOP, SENDER, WINDOW, BOTTOM = 0.15, 0.3, 0.5, 0.8
"""Parts of the page's height: letterheads stand above `TOP`, sender's lines above `SENDER`, addressees above `WINDOW`, the foot below `BOTTOM`."""
FIRST_PAGES = 3
"""Parties are looked for on this many first pages, and on the last one."""
SURE = 0.55
"""A party whose address is this sure is known; the other addresses are not its."""
LATER_PAGE = 0.8
"""What an address on a later page counts."""

REMITTANCE_LINES = 3
"""The heading of a remittance slip stands at most so many heights of its print above the label of the address on it."""

REPEATED, MAX_REPEATED = 0.12, 3
"""How much of the gap to 1 each repetition of a name closes, and how many count."""

_REMITTANCE = regex.compile(r"(?i)^\W*(?:payment|remittance) (?:advice|slip|coupon|stub)\b")
_VAT_LINE = regex.compile(r"(?i)\b(?:vat|ust|tva|iva|btw|gst)\b")
_CONTACT_LINE = regex.compile(
    r"(?i)\b(?:tel|phone|fon|fax|mobile?|e-?mail|web|www|iban|bic|vat|ust|tva|iva|btw|gst|siret|siren|nif|cif|cnpj|nip|kvk)\b|@|https?:"
)


@dataclass(frozen=True, slots=True)
class Party:
    """An address with whose it is. party: one of `PARTIES`. fit: 0 to 1, how sure that is."""

    party: str
    address: Address
    fit: float


def head_labels(rules: Iterable[Rule]) -> dict[str, tuple[str, float]]:
    """The labels that head a party's block: label -> party, and the weight of the rule that it leads."""
    heads: dict[str, tuple[str, float]] = {}
    for rule in rules:
        party = rule.field.split("_")[0]
        if party in PARTIES and rule.kind in PARTY_KINDS:
            for label in rule.labels:
                if label not in heads or heads[label][1] < rule.weight:
                    heads[label] = (party, rule.weight)
    return heads


def find_parties(layout: Layout, hits: Sequence[LabelHit], heads: Mapping[str, tuple[str, float]]) -> list[Party]:
    """The addresses on all pages, each with its party. heads: what `head_labels` gave."""
    text = party_text(layout)
    found: list[Party] = []
    for page in _pages(layout):
        addresses = find_addresses(page, [hit for hit in hits if hit.page is page], heads, text)
        share = 1.0 if page is layout.pages[0] else LATER_PAGE
        found += [Party(party, address, fit * share) for party, address, fit in _assigned(page, addresses)]
    return [replace(party, fit=party.fit + (1 - party.fit) * REPEATED * min(MAX_REPEATED, _again(party, found))) for party in found]


def _again(party: Party, found: Sequence[Party]) -> int:
    """How many further addresses name the same party."""
    name = party.address.name_text.casefold()
    return sum(1 for other in found if other.party == party.party and other.address.name_text.casefold() == name) - 1


def _pages(layout: Layout) -> Sequence[PageLayout]:
    """Where the parties are named: the first pages and the last one."""
    return layout.pages if len(layout.pages) <= FIRST_PAGES else (*layout.pages[:FIRST_PAGES], layout.pages[-1])


def party_text(layout: Layout) -> str:
    """The text of the pages on which parties are looked for."""
    return "\f".join(page.text for page in _pages(layout))


def _assigned(page: PageLayout, addresses: Sequence[Address]) -> list[tuple[str, Address, float]]:
    told = [(address, *verdict) for address in addresses if (verdict := _told(page, address, addresses))]
    known = {party: [address.name_text.casefold() for address, other, fit in told if other == party and fit >= SURE] for party in PARTIES}
    open_ones = [address for address in addresses if all(address is not other for other, _, _ in told)]
    return [(party, address, fit) for address, party, fit in told] + _by_elimination(page, open_ones, known)


def _told(page: PageLayout, address: Address, addresses: Sequence[Address]) -> tuple[str, float] | None:
    """The party that a label or the place in a letter tells, and how sure that is."""
    if address.head is not None:
        if address.head.party == "buyer" and _is_on_remittance(page, address.head.box):
            return "seller", OTHER_SELLER  # the slip that comes back with the payment is addressed to the seller
        return address.head.party, min(0.95, address.head.strength + LABEL_BONUS) * address.head.hit.fit
    if address.one_line:
        if any(_is_under(other.box, address.box) for other in addresses if not other.one_line and other.head is None):
            return "seller", SENDER_LINE
        at_edge = not SENDER < address.box.center_y / page.height < BOTTOM
        return "seller", LINE_AT_EDGE if at_edge else LINE_ELSEWHERE
    if any(other.one_line and _is_under(address.box, other.box) for other in addresses):
        return "buyer", UNDER_SENDER
    return ("seller", FOOT) if address.box.y > BOTTOM * page.height else None


def _is_on_remittance(page: PageLayout, label: Box) -> bool:
    above = (line for line in page.lines if 0 < label.center_y - line.box.center_y < REMITTANCE_LINES * line.height)
    return any(_REMITTANCE.search(line.text) for line in above)


def _is_under(address: Box, line: Box) -> bool:
    """Whether an address begins right under the sender's line."""
    gap = address.y - line.bottom
    return -0.5 * line.height <= gap <= 4 * line.height and (address.overlap_x(line) > 0.5 * min(address.width, line.width))


def _by_elimination(page: PageLayout, addresses: Sequence[Address], known: Mapping[str, list[str]]) -> list[tuple[str, Address, float]]:
    """The party of addresses that nothing tells: the other one, where one is known; else the first is the seller's."""
    found: list[tuple[str, Address, float]] = []
    for address in addresses:
        same = next((party for party in PARTIES if address.name_text.casefold() in known[party]), None)
        if same:
            found.append((same, address, OTHER_SELLER))
    rest = [address for address in addresses if all(address is not other for _, other, _ in found)]
    if known["seller"] and known["buyer"]:
        return found + [("seller", address, REST) for address in rest]
    if known["seller"]:
        return found + [("buyer", address, OTHER_BUYER if address.box.y < WINDOW * page.height else REST) for address in rest]
    if known["buyer"]:
        first = _first_seller(page, rest)
        return found + [("seller", address, OTHER_SELLER if address is first else REST) for address in rest]
    return found + _both_unknown(page, rest)


def _both_unknown(page: PageLayout, addresses: Sequence[Address]) -> list[tuple[str, Address, float]]:
    if not addresses:
        return []
    if len(addresses) == 1:
        address = addresses[0]
        at_left = address.box.x < page.width / 2  # windows on the right begin as high as letterheads end
        is_seller = _has_contacts(address) or (at_left and address.box.y < TOP * page.height)
        return [("seller" if is_seller else "buyer", address, FIRST_OF_PAGE if is_seller else SECOND_OF_PAGE)]
    seller = _first_seller(page, addresses) or addresses[0]
    others = [address for address in addresses if address is not seller]
    return [("seller", seller, FIRST_OF_PAGE), ("buyer", others[0], SECOND_OF_PAGE), *(("buyer", address, REST) for address in others[1:])]


def _first_seller(page: PageLayout, addresses: Sequence[Address]) -> Address | None:
    """The one that prints contacts or registration numbers, else the topmost one.

    A VAT identifier alone tells little, since buyers have one, too: it counts where no other address stands in the letterhead.
    """
    with_contacts = [address for address in addresses if _has_contacts(address)]
    first = next(iter(with_contacts or addresses), None)
    above = next((address for address in addresses if first is not None and address.box.y < TOP * page.height and address.box.bottom <= first.box.y), None)
    return above if above is not None and first is not None and _has_only_vat(first) else first


def _has_only_vat(address: Address) -> bool:
    told = [piece.text for piece in address.pieces if _CONTACT_LINE.search(piece.text)]
    return bool(told) and all(_VAT_LINE.search(text) for text in told)


def _has_contacts(address: Address) -> bool:
    return any(_CONTACT_LINE.search(piece.text) for piece in address.pieces)
