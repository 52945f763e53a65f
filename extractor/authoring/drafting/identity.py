"""Owns what tells a vendor in its samples: its name and ids, its domain, its street; never the buyer's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import regex

from extractor.invoice.addresses import is_street
from extractor.invoice.identifiers import find_ibans, find_vat_ids, normalize_iban, normalize_vat_id
from extractor.invoice.names import without_form
from extractor.output import ExtractionResult
from extractor.rules.identify import stands_in
from extractor.rules.labels import fold

SURE_NAME = 8
"""A name of so many letters and digits tells a vendor by itself."""
MIN_CLUE = 6
VENDOR_KEYS = {"seller_name": "name", "seller_vat_id": "vat_id", "seller_tax_id": "tax_id", "seller_address": "address", "iban": "iban", "bic": "bic"}
"""Fields that are constants of the vendor, and their keys in the file."""
SHARED_HOSTS = frozenset(
    {"gmail", "outlook", "hotmail", "yahoo", "icloud", "gmx", "web", "aol", "t-online", "orange", "wanadoo", "free", "live", "msn", "proton"}
)
"""Mail hosts whose domain tells nobody."""

_DOMAIN = regex.compile(r"(?i)(?:@|www\.|https?://)((?:[\p{L}\d-]+\.)+\p{L}{2,10})\b")


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of the vendor and what tells it. vendor, identify: rows of the rule file."""

    vendor: Mapping[str, str]
    identify: Mapping[str, Sequence[str | Mapping[str, str]]]


def identity(results: Sequence[ExtractionResult], texts: Sequence[str], given: Mapping[str, str], *, has_branches: bool = False) -> Identity | None:
    """The vendor of the samples; None where nothing in print tells it.

    results: of the general rules, one a sample. texts: of their pages. given: seller fields that the author states.
    has_branches: whether the address may be that of a branch, as on the one receipt of a shop: then it is no constant unless stated.
    """
    vendor = {key: value for name, key in VENDOR_KEYS.items() if (value := given.get(name) or _constant(name, results, texts))}
    clues = list(dict.fromkeys(_id_clues(vendor, results, texts)))
    soft = [clue for clue in _text_clues(vendor) if _stands_everywhere(clue, texts)]
    if has_branches and "seller_address" not in given:
        vendor.pop("address", None)
    rows: list[str | Mapping[str, str]] = [*soft, *({kind: text} for kind, text in clues)]
    name = vendor.get("name", "")
    if not rows:
        return None
    if not clues and name in soft and len(fold(name)[0]) < SURE_NAME and len(rows) > 1:
        return Identity(vendor, {"all": [name], "any": [row for row in rows if row != name]})
    return Identity(vendor, {"any": rows})


def _constant(name: str, results: Sequence[ExtractionResult], texts: Sequence[str]) -> str | None:
    """What the general rules found on a sample and what stands on all of them; ids only where their check digits are right."""
    found = [str(value) for result in results if (value := getattr(result.invoice, name))]
    pages = [fold(text)[0] for text in texts]
    text = next((text for text in found if all(stands_in(fold(line)[0], page) for line in text.split("\n") for page in pages)), None)
    if text is None:
        return None
    checks = {"seller_vat_id": normalize_vat_id, "iban": normalize_iban}
    return None if name in checks and checks[name](text) is None else text


def _id_clues(vendor: Mapping[str, str], results: Sequence[ExtractionResult], texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Ids that stand on all samples and are not the buyer's, then the domain."""
    buyer = {value for result in results for value in (result.invoice.buyer_vat_id, result.invoice.buyer_name) if value}
    for key, values in (("vat_id", [_vat_ids(text) for text in texts]), ("iban", [_ibans(text) for text in texts])):
        common = [value for value in values[0] if all(value in other for other in values) and value not in buyer]
        yield from ((key, value) for value in common if len(common) == 1 or value == vendor.get(key) or len(texts) > 1)
    domains = [_domains(text) for text in texts]
    for domain in (domain for domain in domains[0] if all(domain in other for other in domains)):
        if len(texts) > 1 or _is_like(domain, vendor.get("name", "")):
            yield "regex", rf"(?i)\b{regex.escape(domain)}\b"


def _vat_ids(text: str) -> list[str]:
    return list(dict.fromkeys(value for line in text.split("\n") for _, _, value in find_vat_ids(line)))


def _ibans(text: str) -> list[str]:
    found = (normalize_iban(line[start:end]) for line in text.split("\n") for start, end in find_ibans(line))
    return list(dict.fromkeys(value for value in found if value))


def _domains(text: str) -> list[str]:
    """The domains of mail and web addresses without host names, other than those of mail hosts for everybody."""
    names = (match[1].lower().removeprefix("www.") for match in _DOMAIN.finditer(text))
    return list(dict.fromkeys(name for name in names if name.split(".")[0] not in SHARED_HOSTS))


def _is_like(domain: str, name: str) -> bool:
    """Whether a domain is made of the vendor's name: they share a word or its beginning."""
    words = [fold(word)[0] for word in without_form(name).split()]
    host = fold(domain.rsplit(".", 1)[0])[0]
    return any(len(word) >= 4 and (word in host or host in "".join(words)) for word in words)


def _text_clues(vendor: Mapping[str, str]) -> Iterator[str]:
    if name := vendor.get("name"):
        yield name.split("\n")[0]
    yield from [line for line in vendor.get("address", "").split("\n") if is_street(line)][:1]


def _stands_everywhere(clue: str, texts: Sequence[str]) -> bool:
    folded = fold(clue)[0]
    return len(folded) >= MIN_CLUE and all(stands_in(folded, fold(text)[0]) for text in texts)
