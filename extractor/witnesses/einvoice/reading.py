"""Owns reading e-invoices: from a document to witnesses, one for each e-invoice that it is or carries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractor.document.model import Attachment, Document
from extractor.document.sniff import XML
from extractor.document.xml import EINVOICE_ROOTS, einvoice_in, read_einvoice, read_xml
from extractor.errors import DocumentError
from extractor.issues import Issue, Level
from extractor.witnesses.einvoice.statements import read_statements
from extractor.witnesses.einvoice.sums import sum_errors
from extractor.witnesses.einvoice.tree import EinvoiceTree
from extractor.witnesses.model import Witness, WitnessKind

FILE_NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
"""The names, in small letters, that the standards give to e-invoices in a PDF. What is attached under one of them and cannot be read is
told; under other names XML that is no e-invoice is passed over."""

_NAMES = frozenset(root.rpartition("}")[2] for root in EINVOICE_ROOTS)
_HEAD = 4096
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<")
_TRACE = re.compile(rb"CrossIndustry(?:Invoice|Document)|names:specification:ubl:schema:xsd:(?:Invoice|CreditNote)-2")


@dataclass(frozen=True, slots=True)
class Einvoice:
    """An e-invoice of a document: what it states, and its XML, None where that cannot be read."""

    witness: Witness
    tree: EinvoiceTree | None


def einvoices(document: Document) -> tuple[Witness, ...]:
    """What the e-invoices state that a document is (XML) or carries (PDF), in the order of its attachments.

    An attachment that should be an e-invoice and cannot be read gives a witness that states nothing, is not trusted, and has the
    issue `einvoice-unreadable`. One whose amounts do not add up is not trusted and has the issue `einvoice-sums`.
    Raises CorruptDocument, UnsupportedDocument and DocumentTooLarge for a document that is XML itself.
    """
    return tuple(einvoice.witness for einvoice in read_einvoices(document))


def read_einvoices(document: Document) -> Iterator[Einvoice]:
    """The same with the XML. Raises what `einvoices` does."""
    if document.media_type == XML:
        yield _read(EinvoiceTree(read_einvoice(document.data, document.name)), document.name)
        return
    for attachment in document.attachments():
        expected = attachment.name.lower() in FILE_NAMES
        if expected or (not attachment.problem and _MARKUP.match(attachment.data)):
            found = _attached(attachment, expected)
            if found is not None:
                yield found


def _attached(attachment: Attachment, expected: bool) -> Einvoice | None:
    """The e-invoice that an attachment is; None for XML of another kind."""
    if attachment.problem:
        return _unreadable(attachment.name, attachment.problem)
    try:
        root = read_xml(attachment.data, attachment.name)
    except DocumentError as error:
        return _unreadable(attachment.name, str(error)) if expected or _TRACE.search(attachment.data[:_HEAD]) else None
    found = einvoice_in(root)
    if found is not None:
        return _read(EinvoiceTree(found), attachment.name)
    if expected or str(root.tag).rpartition("}")[2] in _NAMES:
        return _unreadable(attachment.name, f"its root element is {str(root.tag)[:200]}, which no syntax of e-invoices has")
    return None


def _unreadable(name: str, why: str) -> Einvoice:
    issue = Issue("einvoice-unreadable", Level.WARNING, f"the e-invoice {name} cannot be read: {why.removeprefix(f'{name}: ')}")
    return Einvoice(Witness(WitnessKind.EINVOICE, name, {}, trusted=False, issues=(issue,)), None)


def _read(tree: EinvoiceTree, name: str) -> Einvoice:
    """What an e-invoice states, and where it contradicts itself."""
    stated, issues = read_statements(tree, name)
    wrong = [Issue("einvoice-sums", Level.WARNING, f"{name} contradicts itself: [{rule}] {why}") for rule, why in sum_errors(stated, tree)]
    return Einvoice(Witness(WitnessKind.EINVOICE, name, stated, profile=tree.profile, trusted=not wrong, issues=(*issues, *wrong)), tree)
