"""Owns the links of Poland's national e-invoice system (KSeF, code I and code II of the API's documentation, 2.0).

Code I, `https://qr.ksef.mf.gov.pl/invoice/NIP/DD-MM-YYYY/SHA-256`: the seller's number, the day of issue, and the digest of the invoice's
XML in base64. Code II, `.../certificate/...`: who issued an invoice offline, by their certificate. The test systems have hosts of their own.
"""

from __future__ import annotations

import re

from extractor.invoice.identifiers import normalize_vat_id
from extractor.witnesses.codes.payload import Payload, calendar_date, shown
from extractor.witnesses.model import WitnessKind

_LINK = re.compile(
    r"(?:https?://)?(?:www\.)?(?P<host>(?:qr|ksef)(?:-test|-demo)?\.(?:ksef\.)?mf\.gov\.pl)/(?P<path>(?:client-app/)?(?:invoice|certificate)/.*)", re.IGNORECASE
)
_INVOICE = re.compile(r"(?:client-app/)?invoice/(?P<nip>[^/]+)/(?P<day>[0-9]{2})-(?P<month>[0-9]{2})-(?P<year>[0-9]{4})/(?P<digest>[^/?#]+)/?", re.IGNORECASE)
_CERTIFICATE = re.compile(
    r"(?:client-app/)?certificate/(?P<context>[A-Za-z]+)/(?P<id>[^/]+)/(?P<nip>[^/]+)/(?P<serial>[^/]+)/(?P<digest>[^/]+)/(?P<signature>[^/?#]+)/?",
    re.IGNORECASE,
)
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}=?")
"""SHA-256 in base64 for URLs."""
MAX_CHARACTERS = 4_000


def is_ksef(text: str) -> bool:
    """Whether a text is a link into KSeF that is about an invoice or its issuer."""
    return len(text) <= MAX_CHARACTERS and _LINK.fullmatch(text.strip()) is not None


def parse_ksef(text: str) -> Payload:
    """What a link states."""
    payload = Payload(WitnessKind.KSEF, "KSeF")
    link = _LINK.fullmatch(text.strip())
    path = link["path"] if link else ""
    match = _INVOICE.fullmatch(path) or _CERTIFICATE.fullmatch(path)
    if link is None or match is None:
        payload.doubt("code-form", f"the link {shown(text)} has not the form of one")
        return payload
    host = link["host"].lower()
    payload.profile = "KSeF invoice" if match.re is _INVOICE else "KSeF certificate"
    if "-test" in host or "-demo" in host:
        payload.doubt("code-value", f"it is of the test system {host}, where invoices are not real")
    vat_id = normalize_vat_id(match["nip"], "PL")
    if vat_id is None:
        payload.doubt("code-value", f"NIP {shown(match['nip'])} is none", "seller_vat_id")
    payload.state("seller_vat_id", vat_id, match["nip"], "NIP")
    if match.re is _INVOICE:
        day = calendar_date(int(match["year"]), int(match["month"]), int(match["day"]))
        if day is None:
            payload.doubt("code-value", "its date is in no calendar", "date")
        payload.state("date", day, f"{match['day']}-{match['month']}-{match['year']}", "date")
    if not _DIGEST.fullmatch(match["digest"]):
        payload.doubt("code-form", f"{shown(match['digest'])} is no digest")
    return payload
