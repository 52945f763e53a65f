"""Owns what a PDF must be to carry an e-invoice: what Factur-X and ZUGFeRD ask of the file, its metadata and its attachment.

PDF/A-3 (ISO 19005-3) is not checked as a whole, which takes a program of its own (veraPDF): only what people leave out.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from extractor.document.attachments import embedded_files, file_name, resolved
from extractor.document.model import Document
from extractor.document.xml import read_xml
from extractor.errors import DocumentError
from extractor.issues import Issue, Level
from extractor.witnesses.einvoice.profiles import Profile

FINDINGS: Mapping[str, str] = {
    "pdfa-encrypted": "The PDF is encrypted, which PDF/A forbids",
    "pdfa-part": "The metadata do not say that the PDF is PDF/A-3",
    "pdfa-output-intent": "The PDF has neither an output intent nor default colour spaces, of which PDF/A asks for one",
    "pdfa-relationship": "The attachment does not say how it relates to the document (`AFRelationship`)",
    "facturx-relationship": "`AFRelationship` is neither `Data` nor `Alternative`",
    "facturx-associated": "The catalog does not list the attachment as an associated file (`AF`)",
    "facturx-name": "The attachment has not the name that the standard gives it",
    "facturx-xmp": "The metadata do not say that the PDF carries an e-invoice",
    "facturx-xmp-name": "The metadata name another file than the attachment",
    "facturx-xmp-profile": "The metadata name another profile than the e-invoice",
    "container": "The structure of the PDF cannot be read, so that it was not checked",
}
"""What can be wrong with a PDF that carries an e-invoice, by id."""

_STANDARD_NAMES = frozenset({"factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml"})
_RELATIONS = frozenset({"/Data", "/Alternative"})
_XMP_NAMESPACES = ("urn:factur-x:pdfa:", "urn:ferd:pdfa:", "urn:zugferd:pdfa:")
_MAX_PAGES = 20
_PDFA = "http://www.aiim.org/pdfa/ns/id/"


@dataclass(slots=True)
class Container:
    """The parts of a PDF that matter. colours: whether it says which are meant. relations: `AFRelationship` by the name of the
    attachment, None where it has none."""

    encrypted: bool = False
    colours: bool = False
    relations: dict[str, str | None] = field(default_factory=dict)
    associated: set[str] = field(default_factory=set)
    xmp: dict[str, str] = field(default_factory=dict)
    unreadable: str = ""


def container_of(document: Document) -> Container:
    """The container that a PDF is; what cannot be read of it is told in `unreadable`."""
    from pypdf import PdfReader

    found = Container()
    try:
        reader = PdfReader(io.BytesIO(document.data))
        if reader.is_encrypted:
            found.encrypted = True
            return found
        catalog = reader.root_object
        found.colours = bool(resolved(catalog.get("/OutputIntents"))) or all(map(_has_default_colours, islice(reader.pages, _MAX_PAGES)))
        found.relations = {file_name(file): file.get("/AFRelationship") for file in embedded_files(catalog)}
        found.associated = {file_name(file) for item in resolved(catalog.get("/AF")) or () if (file := resolved(item))}
        metadata = resolved(catalog.get("/Metadata"))
        found.xmp = _xmp(metadata.get_data()) if metadata is not None else {}
    except DocumentError as error:
        found.unreadable = str(error)
    except Exception as error:  # noqa: BLE001  pypdf raises what it comes across in damaged files, which pdfium mends
        found.unreadable = f"{type(error).__name__}: {error}"
    return found


def container_findings(found: Container, name: str, profile: Profile) -> Iterator[Issue]:
    """What is wrong with the container of the e-invoice that is attached under a name and follows a profile."""
    if found.unreadable:
        yield Issue("container", Level.WARNING, f"{FINDINGS['container']}: {found.unreadable}")
        return
    if found.encrypted:
        yield _error("pdfa-encrypted")
        return
    if found.xmp.get("part") != "3":
        yield _error("pdfa-part")
    if not found.colours:
        yield _error("pdfa-output-intent")
    yield from _attachment_findings(found, name)
    yield from _metadata_findings(found, name, profile)


def _attachment_findings(found: Container, name: str) -> Iterator[Issue]:
    if name.lower() not in _STANDARD_NAMES:
        yield _error("facturx-name", f"{name!r} instead of one of {', '.join(sorted(_STANDARD_NAMES))}")
    relation = found.relations.get(name)
    if relation is None:
        yield _error("pdfa-relationship")
    elif relation not in _RELATIONS:
        yield Issue("facturx-relationship", Level.WARNING, f"{FINDINGS['facturx-relationship']}: {relation}")
    if name not in found.associated:
        yield _error("facturx-associated")


def _metadata_findings(found: Container, name: str, profile: Profile) -> Iterator[Issue]:
    level = found.xmp.get("ConformanceLevel")
    if level is None:
        yield _error("facturx-xmp")
        return
    if found.xmp.get("DocumentFileName", name) != name:
        yield _error("facturx-xmp-name", f"{found.xmp['DocumentFileName']!r} instead of {name!r}")
    if profile.xmp and _plain(level) not in (_plain(profile.xmp), _plain(profile.name)):
        yield _error("facturx-xmp-profile", f"{level!r} instead of {profile.xmp!r}")


def _error(finding: str, detail: str = "") -> Issue:
    return Issue(finding, Level.ERROR, FINDINGS[finding] + (f": {detail}" if detail else ""))


def _plain(level: str) -> str:
    return level.replace(" ", "").upper().replace("COMFORT", "EN16931")


def _has_default_colours(page: Any) -> bool:
    """Whether a page gives a meaning of its own to the colours of devices (ISO 32000-1, 8.6.5.6)."""
    spaces = resolved((resolved(page.get("/Resources")) or {}).get("/ColorSpace")) or {}
    return any(name in spaces for name in ("/DefaultRGB", "/DefaultCMYK", "/DefaultGray"))


def _xmp(data: bytes) -> dict[str, str]:
    """What the metadata say of the e-invoice, and of which part of PDF/A they are."""
    found: dict[str, str] = {}
    for element in read_xml(data, "the metadata").iter("*"):
        for tag, text in ((element.tag, element.text), *element.attrib.items()):
            namespace, _, name = str(tag).rpartition("}")
            if namespace[1:].startswith((*_XMP_NAMESPACES, _PDFA)) and text and text.strip():
                found.setdefault(name, text.strip())
    return found
