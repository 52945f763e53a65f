"""XML that is broken or meant to harm, alone and in a PDF: a typed error or an issue, in little time and memory, never an exception else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.document import Limits, load_document
from extractor.document.xml import MAX_DEPTH, MAX_ELEMENTS
from extractor.errors import CorruptDocument, DocumentError, DocumentTooLarge, UnsupportedDocument
from extractor.witnesses.einvoice import einvoices
from tests.witnesses.einvoice.carriers import CII, UBL, bomb, carrier, edited

ROOT = '<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100">'
LAUGHS = "".join(f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10))


def with_doctype(declaration: str, use: str = "") -> bytes:
    body = CII.decode("utf-8").partition("?>")[2].replace(">RE-2025-10482<", f">{use}<")
    return f'<?xml version="1.0" encoding="UTF-8"?>{declaration}{body}'.encode()


def declared(encoding: str, written: str) -> bytes:
    """The e-invoice in another encoding than it says."""
    return CII.decode("utf-8").replace("UTF-8", encoding, 1).replace("utf-8", encoding, 1).encode(written, errors="replace")


CASES: dict[str, tuple[Callable[[], bytes], type[DocumentError], str]] = {
    "entities that multiply": (lambda: with_doctype(f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>', "&l9;"), CorruptDocument, "document type"),
    "one long entity, often": (
        lambda: with_doctype(f'<!DOCTYPE x [<!ENTITY a "{"a" * 100_000}">]>', "&a;" * 10_000),
        CorruptDocument,
        "document type",
    ),
    "a file as an entity": (lambda: with_doctype('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>', "&e;"), CorruptDocument, "document type"),
    "a URL as an entity": (lambda: with_doctype('<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/">]>', "&e;"), CorruptDocument, "document type"),
    "entities of parameters": (lambda: with_doctype('<!DOCTYPE x [<!ENTITY % e SYSTEM "file:///etc/hostname"> %e;]>'), CorruptDocument, "document type"),
    "a document type elsewhere": (lambda: with_doctype('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'), CorruptDocument, "document type"),
    "an entity that nobody declares": (lambda: edited(CII, (">RE-2025-10482<", ">&price;<")), CorruptDocument, "well-formed"),
    "elements within elements": (lambda: ROOT.encode() + b"<a>" * 1_000_000, DocumentTooLarge, "within each other"),
    "just too deep": (lambda: ROOT.encode() + b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH + b"</rsm:CrossIndustryInvoice>", DocumentTooLarge, "within"),
    "too many elements": (lambda: ROOT.encode() + b"<a/>" * (MAX_ELEMENTS + 1), DocumentTooLarge, "elements and attributes"),
    "too many attributes": (
        lambda: ROOT.encode() + b"<a " + b" ".join(b'a%d=""' % number for number in range(MAX_ELEMENTS + 1)) + b"/>",
        DocumentTooLarge,
        "elements and attributes",
    ),
    "cut in an element": (lambda: CII[: len(CII) // 2], CorruptDocument, "well-formed"),
    "cut in its head": (lambda: CII[:400], CorruptDocument, "well-formed"),
    "a bare ampersand": (lambda: edited(CII, ("Öhler &amp; Weiß", "Öhler & Weiß")), CorruptDocument, "well-formed"),
    "says UTF-8, is ISO-8859-1": (lambda: declared("UTF-8", "iso-8859-1"), CorruptDocument, "well-formed|encoding"),
    "says UTF-16, is UTF-8": (lambda: declared("UTF-16", "utf-8"), CorruptDocument, "well-formed|encoding"),
    "an encoding that does not exist": (lambda: declared("UTF-9", "utf-8"), CorruptDocument, "encoding"),
    "NUL in its text": (lambda: edited(CII, ("Öhler", "\0hler")), CorruptDocument, "well-formed"),
    "two roots": (lambda: CII + b"<a/>", CorruptDocument, "well-formed"),
    "another namespace": (lambda: edited(CII, ("CrossIndustryInvoice:100", "CrossIndustryInvoice:90")), UnsupportedDocument, "root element"),
    "no namespace": (lambda: b"<CrossIndustryInvoice/>", UnsupportedDocument, "root element"),
    "an order": (lambda: b'<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"/>', UnsupportedDocument, "root element"),
    "a feed": (lambda: b"<rss><channel/></rss>", UnsupportedDocument, "root element"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_document_that_is_xml_is_refused_by_a_typed_error(case: str) -> None:
    make, error, message = CASES[case]
    with pytest.raises(error, match=message) as caught:
        load_document(make(), name="post 7")
    assert type(caught.value) is error
    assert str(caught.value).startswith("post 7")
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("case", CASES)
def test_the_same_in_a_pdf_is_an_issue_and_the_page_is_still_there(case: str) -> None:
    with load_document(carrier({"factur-x.xml": CASES[case][0]()})) as document:
        (witness,) = einvoices(document)
        assert document.pages[0].image().size == (834, 834)
    assert (dict(witness.stated), witness.trusted) == ({}, False)
    (issue,) = witness.issues
    assert (issue.id, str(issue.level)) == ("einvoice-unreadable", "warning")
    assert "factur-x.xml" in issue.message


def test_what_unpacks_to_gigabytes_costs_little() -> None:
    """In a process of its own, whose peak of memory is known."""
    resource = pytest.importorskip("resource", reason="memory is measured by getrusage, which this system lacks")
    assert resource
    script = (
        "import json, resource, sys\n"
        "from extractor.document import load_document\n"
        "from extractor.witnesses.einvoice import einvoices\n"
        "document = load_document(sys.stdin.buffer.read(), name='x')\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "(witness,) = einvoices(document)\n"
        "print(json.dumps([witness.issues[0].message, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before]))\n"
    )
    packed = bomb(b"<a>" * (1 << 20), 350)  # 1.1 GB of nesting
    done = subprocess.run([sys.executable, "-c", script], input=packed, capture_output=True, check=True, timeout=60)
    message, grown = json.loads(done.stdout)
    assert "cannot be taken out of the PDF" in message
    assert grown / (1024 if sys.platform != "darwin" else 1024**2) < 400  # MiB


def test_an_xml_document_may_have_as_many_bytes_as_any_document() -> None:
    with pytest.raises(DocumentTooLarge, match="max_bytes"):
        load_document(CII, limits=Limits(max_bytes=1000))


def test_includes_and_style_sheets_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{tmp_path}/secret.txt" parse="text"/>'
    xml = edited(
        CII, ("<rsm:CrossIndustryInvoice", '<?xml-stylesheet href="file:///etc/hostname"?><rsm:CrossIndustryInvoice'), (">RE-2025-10482<", f">{include}<")
    )
    with load_document(xml) as document:
        (witness,) = einvoices(document)
    assert "secret" not in str(witness.to_dict())


def test_paths_take_nothing_from_values() -> None:
    """The currency goes into an XPath: what is no currency must not."""
    hostile = edited(CII, (">EUR</ram:InvoiceCurrencyCode", ">EUR'] | //*[self::x='</ram:InvoiceCurrencyCode"))
    with load_document(hostile) as document:
        (witness,) = einvoices(document)
    assert "currency" not in witness.stated
    assert [issue.id for issue in witness.issues] == ["einvoice-value"]
    assert witness.stated["tax"].text == "197.10"


@settings(max_examples=150)
@given(data=st.data(), xml=st.sampled_from([CII, UBL]))
def test_bytes_that_change_by_chance(data: st.DataObject, xml: bytes) -> None:
    changed = bytearray(xml)
    for _ in range(data.draw(st.integers(1, 8))):
        position = data.draw(st.integers(0, len(changed) - 1))
        changed[position : position + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=8))
    try:
        with load_document(bytes(changed), name="x") as document:
            (witness,) = einvoices(document)
    except DocumentError:
        return
    json.dumps(witness.to_dict())


@settings(max_examples=100)
@given(text=st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="<>&"), max_size=40), place=st.integers(0, 60))
def test_values_that_are_anything(text: str, place: int) -> None:
    parts = CII.decode("utf-8").split("</ram:")
    index = place % (len(parts) - 1)
    head, _, _ = parts[index].rpartition(">")
    parts[index] = f"{head}>{text}"
    with load_document("</ram:".join(parts).encode("utf-8"), name="x") as document:
        (witness,) = einvoices(document)
    json.dumps(witness.to_dict())
