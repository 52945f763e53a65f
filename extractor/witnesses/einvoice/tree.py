"""Owns finding things in the XML of an e-invoice, and saying where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from extractor.document.xml import EINVOICE_ROOTS
from extractor.witnesses.einvoice.terms import PROFILE, ZUGFERD_1, Term

if TYPE_CHECKING:
    from lxml.etree import _Element

UBL, CII, ZUGFERD = "UBL", "CII", "ZUGFeRD 1"

_UBL_NAMESPACES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
NAMESPACES: Mapping[str, Mapping[str, str]] = {
    CII: {
        "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
        "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
        "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
        "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
    },
    ZUGFERD: {
        "rsm": "urn:ferd:CrossIndustryDocument:invoice:1p0",
        "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:12",
        "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:15",
        "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:12",
    },
    UBL: _UBL_NAMESPACES,
}
"""The prefixes that XPaths use, by syntax, whatever the document calls them. The root element of UBL stands as `ubl:Invoice`."""

_PREFIXES = {namespace: prefix for names in NAMESPACES.values() for prefix, namespace in names.items()}
_PREFIXES |= {f"urn:oasis:names:specification:ubl:schema:xsd:{root}-2": "ubl" for root in ("Invoice", "CreditNote")}


class EinvoiceTree:
    """The elements of an e-invoice by business term. root: from `extractor.document.xml.read_einvoice`.

    currency: of its amounts, once it is known; profile: what it says that it follows (BT-24), empty where it says nothing.
    """

    def __init__(self, root: _Element) -> None:
        self.root = root
        self.syntax = EINVOICE_ROOTS[str(root.tag)]
        self.currency = ""
        self._places: dict[_Element, str] = {}
        profile = self.find(PROFILE)
        self.profile = text_of(profile) if profile is not None else ""

    def find_all(self, term: Term, node: _Element | None = None) -> list[Any]:
        """The elements and attributes that the first leading path of a term leads to, from a node or the root; empty ones are passed over."""
        start = self.root if node is None else node
        for path in term.ubl if self.syntax == UBL else term.cii:
            found = [item for item in _compiled(self.syntax, path, self.currency)(start) if len(item) or text_of(item)]
            if found:
                return found
        return []

    def find(self, term: Term, node: _Element | None = None) -> Any | None:
        """The first of `find_all`, or None."""
        return next(iter(self.find_all(term, node)), None)

    def rows(self, term: Term) -> list[_Element]:
        """The elements of a table, from the root. Their places are counted once for all, which would take the square of their number."""
        found = self.find_all(term)
        for parent in dict.fromkeys(row.getparent() for row in found):
            siblings = list(parent.iterchildren(found[0].tag))
            for number, sibling in enumerate(siblings, 1):
                self._places[sibling] = f"{self.where(parent)}/{_name(sibling)}" + (f"[{number}]" if len(siblings) > 1 else "")
        return found

    def where(self, item: Any) -> str:
        """The XPath of an element or attribute, with the prefixes of `NAMESPACES`: `/rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:ID`."""
        if isinstance(item, str):
            owner: Any = item.getparent()  # type: ignore[attr-defined]
            return f"{self.where(owner)}/@{item.attrname}"  # type: ignore[attr-defined]
        if item in self._places:
            return self._places[item]
        parent = item.getparent()
        return f"{self.where(parent) if parent is not None else ''}/{_step(item)}"


def text_of(item: Any) -> str:
    """The text of an element or attribute, white space at its ends left out."""
    text = item if isinstance(item, str) else item.text
    return (text or "").strip()


@lru_cache(maxsize=1024)
def _compiled(syntax: str, path: str, currency: str) -> Any:
    from lxml import etree

    if syntax == ZUGFERD:
        path = _in_zugferd_1(path)
    return etree.XPath(path.replace("{currency}", currency), namespaces=dict(NAMESPACES[syntax]))


def _in_zugferd_1(path: str) -> str:
    """A path of CII with the names of ZUGFeRD 1.

    >>> _in_zugferd_1("rsm:ExchangedDocument/ram:ID[@schemeID='VA']")
    "rsm:HeaderExchangedDocument/ram:ID[@schemeID='VA']"
    """
    steps = [step.partition("[") for step in path.split("/")]
    return "/".join(ZUGFERD_1.get(name, name) + bracket + rest for name, bracket, rest in steps)


def _name(element: _Element) -> str:
    namespace, _, name = str(element.tag).rpartition("}")
    prefix = _PREFIXES.get(namespace[1:])
    return f"{prefix}:{name}" if prefix else f"*[local-name()='{name}']"


def _step(element: _Element) -> str:
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    alone = not before and next(element.itersiblings(element.tag), None) is None
    return _name(element) if alone else f"{_name(element)}[{before + 1}]"
