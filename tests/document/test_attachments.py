"""Files attached to PDFs: found wherever PDF allows them to be, whatever they are called, and harmless."""

from __future__ import annotations

import subprocess
import sys

import pytest
from papers import FIXTURES, TEXT_PDF

from extractor.document import load_document
from extractor.errors import DocumentError, UnsupportedDocument
from extractor.ocr import Image
from extractor.witnesses.einvoice import einvoices
from tests.witnesses.einvoice.carriers import CII, FACTUR_X, UBL, carrier, edited, packed_carrier


def test_names_and_bytes_in_the_order_of_the_document() -> None:
    with load_document(carrier([("a.txt", b"first"), ("factur-x.xml", CII), ("Zeichnung Ω.bin", b"\0\1")])) as document:
        found = [(file.name, file.data, file.problem) for file in document.attachments()]
    assert found == [("a.txt", b"first", ""), ("factur-x.xml", CII, ""), ("Zeichnung Ω.bin", b"\0\1", "")]


def test_a_pdf_without_attachments_and_an_image_have_none() -> None:
    for path in (TEXT_PDF, FIXTURES / "acme-supplies" / "scan.jpg"):
        with load_document(path) as document:
            assert document.attachments() == ()
            assert einvoices(document) == ()


def test_an_e_invoice_in_xml_is_a_document_without_pages() -> None:
    path = FIXTURES / "einvoices" / "cii.xml"
    with load_document(path) as document:
        assert (document.media_type, list(document.pages), document.data, document.attachments()) == ("application/xml", [], path.read_bytes(), ())
        assert [witness.name for witness in einvoices(document)] == [str(path)]
    with pytest.raises(UnsupportedDocument, match="no page to read"):
        Image.load(path)


def test_looking_for_attachments_loads_nothing() -> None:
    script = (
        "import sys; from extractor.document import load_document; from extractor.witnesses.einvoice import einvoices\n"
        "document = load_document(sys.argv[1]); document.pages[0].text_layer(); before = set(sys.modules); assert einvoices(document) == ()\n"
        "print(sorted(set(sys.modules) - before), 'lxml' in sys.modules, 'pypdf' in sys.modules, 'facturx' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script, TEXT_PDF], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] False False False"


@pytest.mark.parametrize("password", [None, "", "geheim"])
@pytest.mark.parametrize("in_kids", [False, True])
def test_encrypted_and_in_deeper_trees(password: str | None, in_kids: bool) -> None:
    with load_document(carrier({"factur-x.xml": CII}, password=password, in_kids=in_kids), password=password) as document:
        (witness,) = einvoices(document)
    assert witness.stated["number"].value == "RE-2025-10482"


def test_in_a_pdf_of_object_streams() -> None:
    with load_document(packed_carrier("factur-x.xml", CII)) as document:
        (witness,) = einvoices(document)
    assert len(witness.stated) == 64


@pytest.mark.parametrize("name", ["facture.xml", "rechnung.dat", "ZUGFERD-INVOICE.XML", "", "../../etc/passwd"])
def test_whatever_it_is_called(name: str) -> None:
    with load_document(carrier({name: CII})) as document:
        (witness,) = einvoices(document)
    assert (witness.name, witness.stated["total"].text) == (name, "1327.16")


def test_a_name_is_fit_for_a_terminal() -> None:
    with load_document(carrier({"\x1b[2Jx.xml" + "y" * 500: CII})) as document:
        (witness,) = einvoices(document)
    assert witness.name.startswith("\ufffd[2Jx.xml")
    assert len(witness.name) == 200


def test_several_e_invoices_are_several_witnesses_and_other_files_none() -> None:
    other = b"<?xml version='1.0'?><timesheet/>"
    files = [
        ("hours.xml", other),
        ("factur-x.xml", CII),
        ("broken.xml", b"<a><b>"),
        ("copy.xml", edited(UBL, ("RE-2025-10482", "RE-2025-10483"))),
        ("logo.png", b"\x89PNG"),
    ]
    with load_document(carrier(files)) as document:
        found = einvoices(document)
    assert [(witness.name, witness.stated["number"].value) for witness in found] == [("factur-x.xml", "RE-2025-10482"), ("copy.xml", "RE-2025-10483")]


@pytest.mark.parametrize(
    "damage", [(b"/EmbeddedFiles", b"/EmbeddedFilez"), (b"/Filespec", b"/Filespeck"), (b"/EF", b"/EX"), (b"/FlateDecode", b"/FlateDecoda")]
)
def test_damaged_pdfs_cost_the_attachment_not_the_page(damage: tuple[bytes, bytes]) -> None:
    with load_document(carrier({"factur-x.xml": CII}).replace(*damage)) as document:
        assert len(einvoices(document)) <= 1
        assert document.pages[0].width == 834


def test_what_cannot_be_taken_out_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PDF that pypdf cannot read, mended or not; none is known, so that pypdf is made to fail."""
    monkeypatch.setattr("pypdf.PdfReader", lambda _: (_ for _ in ()).throw(RecursionError("too deep")))
    with load_document(carrier({"factur-x.xml": CII, "x.png": b"\x89PNG"})) as document:
        assert [(file.name, file.data) for file in document.attachments()] == [("factur-x.xml", b""), ("x.png", b"")]
        (witness,) = einvoices(document)
    assert [issue.id for issue in witness.issues] == ["einvoice-unreadable"]
    assert "too deep" in witness.issues[0].message


def test_after_close_there_is_nothing_to_be_had() -> None:
    with load_document(FACTUR_X) as document:
        pass
    with pytest.raises(DocumentError, match="closed"):
        document.attachments()
