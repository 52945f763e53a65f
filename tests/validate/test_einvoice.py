"""The verdict on e-invoices: each way of being wrong is found, in a copy of a fixture in which nothing else is."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from papers import TEXT_PDF
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from extractor.document import load_document
from extractor.document.xml import read_xml
from extractor.validate.einvoice import FINDINGS, Assessment, Verdict, assess
from extractor.witnesses.einvoice.profiles import UNKNOWN, profile_of
from extractor.witnesses.einvoice.rulebook import Rulebook
from extractor.witnesses.einvoice.tree import EinvoiceTree
from tests.witnesses.einvoice.carriers import CII, CREDIT_NOTE, EINVOICES, FACTUR_X, UBL, edited


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    pytest.importorskip("saxonche", reason="the rules need Saxon (extra `einvoice`)")
    return Rulebook()


def assessed(source: Any, rulebook: Rulebook | None = None, *countries: str, **options: Any) -> Assessment:
    with load_document(source, name="post 7", **options) as document:
        (found,) = assess(document, rulebook, countries)
    return found


def ids(found: Assessment) -> list[str]:
    return [finding.id for finding in found.findings]


@pytest.mark.parametrize("path", sorted(EINVOICES.iterdir()), ids=lambda path: path.name)
def test_the_fixtures_are_accepted(path: Any, rulebook: Rulebook) -> None:
    for rules in (rulebook, None):
        found = assessed(str(path), rules)
        assert (found.verdict, found.findings) == (Verdict.ACCEPT, ())
    assert assessed(str(path), rulebook).by_rules is (path.name != "zugferd-1.pdf")


def test_a_document_without_an_e_invoice_is_rejected_as_such() -> None:
    found = assessed(TEXT_PDF)
    assert (found.verdict, ids(found)) == (Verdict.REJECT, ["einvoice-missing"])


def of_catalog(change: Callable[[Any, Any], None]) -> bytes:
    """The Factur-X fixture after a change of its catalog and of the file specification in it."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(FACTUR_X)))
    catalog: Any = writer.root_object
    change(catalog, catalog["/Names"]["/EmbeddedFiles"]["/Names"][1].get_object())
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def named(name: str) -> Callable[[Any, Any], None]:
    def change(catalog: Any, file: Any) -> None:
        catalog["/Names"]["/EmbeddedFiles"]["/Names"][0] = TextStringObject(name)
        file[NameObject("/F")] = file[NameObject("/UF")] = TextStringObject(name)

    return change


def metadata(old: str, new: str) -> Callable[[Any, Any], None]:
    def change(catalog: Any, _: Any) -> None:
        stream = catalog["/Metadata"].get_object()
        text = stream.get_data().decode("utf-8")
        assert old in text
        stream.set_data(text.replace(old, new).encode("utf-8"))

    return change


def related(relation: str) -> Callable[[Any, Any], None]:
    def change(_: Any, file: Any) -> None:
        file[NameObject("/AFRelationship")] = NameObject(relation)

    return change


CONTAINERS: dict[str, tuple[Callable[[Any, Any], None], list[str], Verdict]] = {
    "another name": (named("facture.xml"), ["facturx-name", "facturx-xmp-name"], Verdict.REJECT),
    "no relationship": (lambda _, file: file.pop("/AFRelationship"), ["pdfa-relationship"], Verdict.REJECT),
    "relationship Source": (related("/Source"), ["facturx-relationship"], Verdict.WARN),
    "relationship Alternative": (related("/Alternative"), [], Verdict.ACCEPT),
    "no associated files": (lambda catalog, _: catalog.pop("/AF"), ["facturx-associated"], Verdict.REJECT),
    "no output intent": (lambda catalog, _: catalog.pop("/OutputIntents"), ["pdfa-output-intent"], Verdict.REJECT),
    "no metadata": (lambda catalog, _: catalog.pop("/Metadata"), ["pdfa-part", "facturx-xmp"], Verdict.REJECT),
    "metadata of PDF/A-2": (metadata("part>3<", "part>2<"), ["pdfa-part"], Verdict.REJECT),
    "metadata name another profile": (metadata(">EN 16931<", ">MINIMUM<"), ["facturx-xmp-profile"], Verdict.REJECT),
    "metadata name another file": (metadata(">factur-x.xml<", ">x.xml<"), ["facturx-xmp-name"], Verdict.REJECT),
    "metadata that are no XML": (metadata("<rdf:RDF", "<<"), ["container"], Verdict.WARN),
}


@pytest.mark.parametrize("case", CONTAINERS)
def test_each_fault_of_a_pdf_is_found_alone(case: str) -> None:
    change, expected, verdict = CONTAINERS[case]
    found = assessed(of_catalog(change))
    assert (ids(found), found.verdict) == (expected, verdict)
    assert set(ids(found)) <= FINDINGS.keys()


def test_an_encrypted_pdf() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(FACTUR_X)))
    writer.encrypt("geheim", "owner", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert ids(assessed(buffer.getvalue(), password="geheim")) == ["pdfa-encrypted"]


GRAND, DUE = ">1327.16</ram:GrandTotalAmount", ">1327.16</ram:DuePayableAmount"
BASIC = "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:basic"


@pytest.mark.parametrize(
    ("xml", "changes", "expected"),
    [
        (CII, [(GRAND, ">1337.16</ram:GrandTotalAmount")], ["BR-CO-15", "BR-CO-16"]),
        (CII, [("<ram:CategoryCode>S<", "<ram:CategoryCode>E<")], ["BR-E-01", "BR-S-08"]),
        (UBL, [(">1327.16</cbc:TaxInclusiveAmount", ">1337.16</cbc:TaxInclusiveAmount")], ["BR-CO-15"]),
        (UBL, [("<cbc:DocumentCurrencyCode>EUR<", "<cbc:DocumentCurrencyCode>EURO<")], ["BR-CL-04"]),
        (CREDIT_NOTE, [(">558.76</cbc:PayableAmount", ">550.76</cbc:PayableAmount")], ["BR-CO-16"]),
    ],
)
def test_rules_are_named_by_their_ids(xml: bytes, changes: list[tuple[str, str]], expected: list[str], rulebook: Rulebook) -> None:
    found = assessed(edited(xml, *changes), rulebook)
    assert set(expected) <= set(ids(found))
    assert (found.verdict, found.by_rules) == (Verdict.REJECT, True)


def test_without_rules_sums_are_checked() -> None:
    found = assessed(edited(CII, (GRAND, ">1337.16</ram:GrandTotalAmount")))
    assert (ids(found), found.verdict, found.by_rules) == (["BR-CO-15", "BR-CO-16"], Verdict.REJECT, False)


def test_french_rules_only_where_they_are_asked_for(rulebook: Rulebook) -> None:
    late = edited(CII, ('format="102">20251128', 'format="102">20251101'))
    assert ids(assessed(late, rulebook)) == ["due-before-issue"]
    assert "BR-FR-CO-07_BT-9" in ids(assessed(late, rulebook, "fr"))


def test_a_schema_that_is_not_kept(rulebook: Rulebook) -> None:
    found = assessed(edited(CII, ("<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>", "")), rulebook)
    assert {"einvoice-schema", "BR-05"} <= set(ids(found))
    comma = assessed(edited(CII, (GRAND, ">1327,16</ram:GrandTotalAmount")), rulebook)
    assert ids(comma) == ["einvoice-value", "einvoice-schema"]
    assert comma.by_rules is False  # rules would compute with what is no number


def test_rules_that_cannot_compute_are_a_finding(rulebook: Rulebook) -> None:
    """The schema looks at nothing behind an element that it does not expect."""
    xml = edited(CII, ("<ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>", ""), (GRAND, ">much</ram:GrandTotalAmount"))
    found = assessed(xml, rulebook)
    assert found.verdict is Verdict.REJECT
    assert any("cannot compute" in finding.message for finding in found.findings)


def test_default_colour_spaces_stand_for_an_output_intent() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(FACTUR_X)))
    del writer.root_object["/OutputIntents"]
    colours = DictionaryObject({NameObject("/DefaultRGB"): ArrayObject([NameObject("/CalRGB"), DictionaryObject()])})
    for page in writer.pages:
        page["/Resources"].get_object()[NameObject("/ColorSpace")] = colours  # type: ignore[index, union-attr]
    buffer = io.BytesIO()
    writer.write(buffer)
    assert assessed(buffer.getvalue()).verdict is Verdict.ACCEPT


def test_what_the_profile_does_not_have_is_a_warning(rulebook: Rulebook) -> None:
    found = assessed(edited(CII, ("<ram:GrandTotalAmount>", '<ram:GrandTotalAmount currencyID="EUR">')), rulebook)
    assert (ids(found), found.verdict) == (["einvoice-profile-content"], Verdict.WARN)


def test_more_content_than_the_profile_has(rulebook: Rulebook) -> None:
    for profile in ("urn:factur-x.eu:1p0:minimum", "urn:factur-x.eu:1p0:basicwl", BASIC):
        found = assessed(edited(CII, (">urn:cen.eu:en16931:2017<", f">{profile}<")), rulebook)
        assert (ids(found), found.verdict) == (["einvoice-profile-content"], Verdict.WARN)


@pytest.mark.parametrize("profile", ["", "urn:factur-x.eu:2p0:ultimate", "EN16931", "urn:cen.eu:en16931:2017#compliant#urn:factur-x.eu:1p0:ultimate"])
def test_a_profile_that_does_not_exist(profile: str, rulebook: Rulebook) -> None:
    found = assessed(edited(CII, (">urn:cen.eu:en16931:2017<", f">{profile}<")), rulebook)
    assert ids(found)[0] == "einvoice-profile"
    assert found.verdict is Verdict.REJECT


@pytest.mark.parametrize(
    ("identifier", "name"),
    [
        ("urn:factur-x.eu:1p0:minimum", "MINIMUM"),
        ("urn:zugferd.de:2p0:basicwl", "BASIC WL"),
        (BASIC, "BASIC"),
        ("urn:cen.eu:en16931:2017:compliant:factur-x.eu:1p0:basic", "BASIC"),
        ("urn:cen.eu:en16931:2017", "EN 16931"),
        ("urn:cen.eu:en16931:2017#conformant#urn:zugferd.de:2p0:extended", "EXTENDED"),
        ("urn:cen.eu:en16931:2017#compliant#urn:xoev-de:kosit:standard:xrechnung_2.1", "XRechnung"),
        ("urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", "XRechnung"),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", "Peppol BIS Billing 3"),
        ("urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0", "user specification of EN 16931"),
    ],
)
def test_the_names_of_profiles(identifier: str, name: str) -> None:
    tree = EinvoiceTree(read_xml(edited(CII, (">urn:cen.eu:en16931:2017<", f">{identifier}<")), "x"))
    assert profile_of(tree).name == name
    assert profile_of(tree) is not UNKNOWN


def test_older_and_national_identifiers_keep_the_rules_of_their_profile(rulebook: Rulebook) -> None:
    xrechnung = "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0"
    assert assessed(edited(CII, (">urn:cen.eu:en16931:2017<", f">{xrechnung}<")), rulebook).verdict is Verdict.ACCEPT


def test_wrong_identifiers_are_warnings() -> None:
    found = assessed(edited(UBL, ("DE71999999990004711008", "DE71999999990004711009"), ("DE999123455", "DE999123456")))
    assert (sorted(ids(found)), found.verdict) == (["iban-checksum", "vat-id-checksum"], Verdict.WARN)
