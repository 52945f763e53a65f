"""Owns the profiles of e-invoices: what their identifier (BT-24) says that they follow, and the schema and rules that go with it.

The identifiers are those of Factur-X 1.0, ZUGFeRD 1 and 2, XRechnung, Peppol BIS and EN 16931 (a user specification of it that is
`compliant` keeps its rules, one that is `conformant` extends them).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.witnesses.einvoice.tree import CII, UBL, ZUGFERD, EinvoiceTree


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile. name: as people call it. level: factur-x's word for its schema and rules. xmp: what the metadata of a PDF call it."""

    name: str
    level: str
    xmp: str = ""


IDENTIFIERS = {
    "minimum": "urn:factur-x.eu:1p0:minimum",
    "basicwl": "urn:factur-x.eu:1p0:basicwl",
    "basic": "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic",
    "en16931": "urn:cen.eu:en16931:2017",
    "extended": "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended",
    "extended-ctc-fr": "urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr",
}
"""The identifier that the rules of a level know; older and national ones mean the same."""

MINIMUM = Profile("MINIMUM", "minimum", "MINIMUM")
BASIC_WL = Profile("BASIC WL", "basicwl", "BASIC WL")
BASIC = Profile("BASIC", "basic", "BASIC")
EN16931 = Profile("EN 16931", "en16931", "EN 16931")
EXTENDED = Profile("EXTENDED", "extended", "EXTENDED")
XRECHNUNG = Profile("XRechnung", "en16931", "XRECHNUNG")
UNKNOWN = Profile("", "extended-ctc-fr")
"""Stands for every identifier that is none of these; its schema is that of all of CII."""

LADDER = (MINIMUM, BASIC_WL, BASIC, EN16931, EXTENDED)
"""The profiles of Factur-X, each with all that those before it have."""

_HYBRID = r"urn:(?:factur-x\.eu|zugferd\.de):[12]p0:"
_EN = r"urn:cen\.eu:en16931:2017"
_COMPLIANT, _CONFORMANT = rf"{_EN}(?:#compliant#|:compliant:)(?:urn:)?+", rf"{_EN}(?:#conformant#|:conformant:)(?:urn:)?+"
_PROFILES = tuple(
    (re.compile(pattern, re.IGNORECASE), profile)
    for pattern, profile in (
        (rf"{_HYBRID}minimum", MINIMUM),
        (rf"{_HYBRID}basicwl", BASIC_WL),
        (rf"{_COMPLIANT}(?:factur-x\.eu|zugferd\.de):[12]p0:basic", BASIC),
        (rf"{_COMPLIANT}(?:factur-x\.eu|zugferd\.de):[12]p0:(?:en16931|comfort)", EN16931),
        (_EN, EN16931),
        (rf"{_CONFORMANT}(?:factur-x\.eu|zugferd\.de):[12]p0:extended", EXTENDED),
        (rf"{_COMPLIANT}(?:xoev-de|xeinkauf\.de):kosit:(?:standard:)?xrechnung_\d[\d.]*(?:#conformant#\S+)?", XRECHNUNG),
        (rf"{_COMPLIANT}fdc:peppol\.eu:2017:poacc:billing:3\.0", Profile("Peppol BIS Billing 3", "en16931")),
        (rf"{_CONFORMANT}urn\.cpro\.gouv\.fr:1p0:extended-ctc-fr", Profile("EXTENDED-CTC-FR", "extended-ctc-fr")),
        (rf"{_COMPLIANT}(?!factur-x|zugferd)\S+", Profile("user specification of EN 16931", "en16931")),
        (rf"{_CONFORMANT}(?!factur-x|zugferd)\S+", Profile("extension of EN 16931", "extended-ctc-fr")),
    )
)
_ZUGFERD_1 = re.compile(r"urn:ferd:(?:CrossIndustryDocument:)?(?:invoice|order):(?:1p0|rc):(basic|comfort|extended)", re.IGNORECASE)


def profile_of(tree: EinvoiceTree) -> Profile:
    """The profile that an e-invoice says that it follows; `UNKNOWN` where it says none, or none that is known."""
    text = tree.profile
    if tree.syntax == ZUGFERD:
        match = _ZUGFERD_1.fullmatch(text)
        return Profile(f"ZUGFeRD 1 {match[1].upper()}", "zugferd", match[1].upper()) if match else UNKNOWN
    return next((profile for pattern, profile in _PROFILES if pattern.fullmatch(text)), UNKNOWN)


def level_of(tree: EinvoiceTree) -> str:
    """The name of the schema and the rules: of its profile for CII, of its root for UBL, the only one for ZUGFeRD 1."""
    if tree.syntax == UBL:
        return "ubl-2.1-creditnote" if str(tree.root.tag).endswith("}CreditNote") else "ubl-2.1-invoice"
    return profile_of(tree).level if tree.syntax == CII else "zugferd"
