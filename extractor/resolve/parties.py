"""Owns telling the seller's VAT identifier from the buyer's: chosen together, since hardly any document prints one for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from extractor.resolve.options import Option

SELLER, BUYER = "seller_vat_id", "buyer_vat_id"
MANY = 5
"""How many options of each party are tried."""


def parties_apart(found: Mapping[str, Sequence[Option]]) -> dict[str, list[Option]]:
    """The options of both identifiers, best first, of which each value stands only with the party that it is chosen for."""
    sellers, buyers = list(found.get(SELLER, ())), list(found.get(BUYER, ()))
    if not sellers or not buyers:
        return {}
    pairs = product([*sellers[:MANY], None], [*buyers[:MANY], None])
    apart = [(seller, buyer) for seller, buyer in pairs if seller is None or buyer is None or seller.value != buyer.value]
    seller, buyer = max(apart, key=lambda pair: _score(pair[0]) + _score(pair[1]))
    return {SELLER: _without(sellers, buyer), BUYER: _without(buyers, seller)}


def _score(option: Option | None) -> float:
    return 0.0 if option is None else option.score


def _without(options: Sequence[Option], other: Option | None) -> list[Option]:
    return [option for option in options if other is None or option.value != other.value]
