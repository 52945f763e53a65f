"""Owns reading e-invoices: from a document to witnesses, one for each e-invoice that it is or carries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extractor.document.model import Attachment, Document
from extractor.document.sniff import XML
from extractor.document.xml import EINVOICE_ROOTS, read_xml
from extractor.errors import CorruptDocument, DocumentError, UnsupportedDocument
from extractor.issues import Issue, Level
from extractor.witnesses.einvoice.statements import read_statements
from extractor.witnesses.einvoice.tree import EinvoiceTree
from extractor.witnesses.model import Witness, WitnessKind

if TYPE_CHECKING:
    from lxml.etree import _Element

FILE_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml", "cii.xml", "ubl.xml", "peppol.xml")
"""Names, in small letters, under which e-invoices are attached: what cannot be read there is told, under other names passed over."""

_NAMES = frozenset(root.rpartition("}")[2] for root in EINVOICE_ROOTS)
_HEAD = 4096
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<")
_TRACE = re.compile(rb"CrossIndustry(?:Invoice|Document)|names:specification:ubl:schema:xsd:(?:Invoice|CreditNote)-2")


def einvoices(document: Document) -> tuple[Witness, ...]:
    """What the e-invoices state that a document is (XML) or carries (PDF), in the order of its attachments.

    An attachment that should be an e-invoice and cannot be read gives a witness that states nothing, is not trusted, and has the
    issue `einvoice-unreadable`. Raises CorruptDocument, UnsupportedDocument and DocumentTooLarge for a document that is XML itself.
    """
    if document.media_type == XML:
        return (witness_of(read_root(document.data, document.name), document.name),)
    return tuple(_witnesses(document))


def read_root(data: bytes, name: str) -> _Element:
    """The root element of an e-invoice. Raises CorruptDocument, UnsupportedDocument, DocumentTooLarge."""
    from extractor.document.xml import read_einvoice

    return read_einvoice(data, name)


def _witnesses(document: Document) -> Iterator[Witness]:
    for attachment in document.attachments():
        expected = attachment.name.lower() in FILE_NAMES
        if attachment.problem:
            if expected:
                yield unreadable(attachment.name, attachment.problem)
        elif _MARKUP.match(attachment.data) or expected:
            found = _witness(attachment, expected)
            if found is not None:
                yield found


def _witness(attachment: Attachment, expected: bool) -> Witness | None:
    """What an attachment in XML states; None for XML of another kind."""
    try:
        root = read_xml(attachment.data, attachment.name)
    except DocumentError as error:
        return unreadable(attachment.name, str(error)) if expected or _TRACE.search(attachment.data[:_HEAD]) else None
    if root.tag in EINVOICE_ROOTS:
        return witness_of(root, attachment.name)
    if expected or str(root.tag).rpartition("}")[2] in _NAMES:
        return unreadable(attachment.name, f"its root element is {str(root.tag)[:200]}, which no syntax of e-invoices has")
    return None


def unreadable(name: str, why: str) -> Witness:
    """The witness that an e-invoice is which cannot be read."""
    issue = Issue("einvoice-unreadable", Level.WARNING, f"the e-invoice {name} cannot be read: {why}")
    return Witness(WitnessKind.EINVOICE, name, {}, trusted=False, issues=(issue,))


def witness_of(root: _Element, name: str) -> Witness:
    """What an e-invoice states, and where it contradicts itself."""
    tree = EinvoiceTree(root)
    stated, issues, profile = read_statements(tree, name)
    return Witness(WitnessKind.EINVOICE, name, stated, profile=profile, issues=tuple(issues))
