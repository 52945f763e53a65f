"""Owns reading XML that nobody vouches for: a tree of bounded size, made without document types, entities and the network.

What libxml2 would do by itself is not enough: it declares and expands entities, and a tree takes many times the memory of its text.
So every text is read twice, first without keeping anything: what is too deep, too large or has a document type ends there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from extractor.errors import CorruptDocument, DocumentTooLarge, UnsupportedDocument

if TYPE_CHECKING:
    from lxml.etree import _Element

EINVOICE_ROOTS = {
    "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice": "CII",
    "{urn:ferd:CrossIndustryDocument:invoice:1p0}CrossIndustryDocument": "ZUGFeRD 1",
    "{urn:oasis:names:specification:ubl:schema:xsd:Invoice-2}Invoice": "UBL",
    "{urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2}CreditNote": "UBL",
}
"""The root elements of e-invoices, each with its syntax."""

_ENVELOPE = "{http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader}StandardBusinessDocument"

MAX_DEPTH = 100
"""Elements within each other; e-invoices have 12."""
MAX_ELEMENTS = 500_000
"""Elements and attributes; an invoice of 10,000 lines has some 300,000."""

# Names and texts of any length: the bytes are limited by who reads them, and a document attached to an invoice may have many.
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False, "huge_tree": True}


def read_einvoice(data: bytes, name: str) -> _Element:
    """The element that an e-invoice begins with, one of `EINVOICE_ROOTS`. Raises what `read_xml` does, and UnsupportedDocument for other XML."""
    root = read_xml(data, name)
    found = einvoice_in(root)
    if found is None:
        raise UnsupportedDocument(f"{name}: this is XML, but no e-invoice in UBL 2 or UN/CEFACT CII: its root element is {str(root.tag)[:200]}")
    return found


def einvoice_in(root: _Element) -> _Element | None:
    """The element that an e-invoice begins with: the root itself, or what lies in the envelope that networks such as Peppol send it in."""
    inside = root if root.tag == _ENVELOPE else (root,)
    return next((element for element in inside if element.tag in EINVOICE_ROOTS), None)


def read_xml(data: bytes, name: str) -> _Element:
    """The root of an XML document, comments and processing instructions left out.

    name: for messages. Raises CorruptDocument (not well-formed, characters that its encoding does not have, a document type) and
    DocumentTooLarge (`MAX_DEPTH`, `MAX_ELEMENTS`).
    """
    from lxml import etree

    try:
        etree.fromstring(data, etree.XMLParser(target=_Measure(name), **_SAFE))
        return etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True, **_SAFE))
    except etree.XMLSyntaxError as error:
        raise CorruptDocument(f"{name}: this is no well-formed XML ({' '.join(str(error.msg or 'it is empty').split())}); ask for the file again") from error
    except (LookupError, ValueError) as error:  # an encoding that does not exist
        raise CorruptDocument(f"{name}: the encoding of this XML is not known ({error}); ask for the file again") from error


class _Measure:
    """Takes what the parser finds, and raises where it is more than a document may have."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._depth = self._elements = 0

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        raise CorruptDocument(f"{self._name}: this XML declares a document type, which no e-invoice has and which may be an attack; it is not read")

    def start(self, tag: str, attributes: Any) -> None:
        self._depth += 1
        self._elements += 1 + len(attributes)
        if self._depth > MAX_DEPTH:
            raise DocumentTooLarge(f"{self._name}: more than {MAX_DEPTH} elements of this XML are within each other; no e-invoice is like that")
        if self._elements > MAX_ELEMENTS:
            raise DocumentTooLarge(f"{self._name}: this XML has more than {MAX_ELEMENTS:,} elements and attributes; divide it")

    def end(self, tag: str) -> None:
        self._depth -= 1

    def data(self, text: str) -> None:
        pass

    def close(self) -> None:
        pass
