"""Owns finding things in the XML of an e-invoice, and saying where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
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


def text_of(item: Any) -> str:
    """The text of an element or attribute, white space at its ends left out."""
    text = item if isinstance(item, str) else item.text
    return (text or "").strip()


def xpath_of(item: Any) -> str:
    """Where an element or attribute stands, with the prefixes of `NAMESPACES`: `/rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:ID`."""
    if isinstance(item, str):
        owner: Any = item.getparent()  # type: ignore[attr-defined]
        return f"{xpath_of(owner)}/@{item.attrname}"  # type: ignore[attr-defined]
    steps = [_step(item), *(_step(parent) for parent in item.iterancestors())]
    return "/" + "/".join(reversed(steps))


@cache
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


def _step(element: _Element) -> str:
    namespace, _, name = str(element.tag).rpartition("}")
    prefix = _PREFIXES.get(namespace[1:])
    step = f"{prefix}:{name}" if prefix else f"*[local-name()='{name}']"
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    alone = not before and next(element.itersiblings(element.tag), None) is None
    return step if alone else f"{step}[{before + 1}]"
