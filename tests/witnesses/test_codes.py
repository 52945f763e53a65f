"""Codes: what each kind states, how it breaks its own rules, and that nothing it may hold does harm."""

from __future__ import annotations

import base64
import dataclasses
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.errors import ExtractorError
from extractor.geometry import Box
from extractor.issues import RESULT_ISSUES, Level
from extractor.ocr import Barcode, OcrPage, OcrResult
from extractor.witnesses import Witness
from extractor.witnesses.codes import payment_codes
from extractor.witnesses.codes.epc import CHARACTER_SETS, EpcCode, split_epc
from extractor.witnesses.codes.swico import split_billing_information
from extractor.witnesses.codes.swiss import Address, SwissCode, is_qr_iban, split_swiss
from extractor.witnesses.codes.zatca import decode_tlv, encode_tlv

PLACE = Box(100, 200, 300, 300)
EPC = EpcCode(bic="COBADEFFXXX", name="Enzian Werkzeuge GmbH", iban="DE89370400440532013000", amount="EUR238.00", reference="RF18539007547034")
CREDITOR = Address("S", "Zwölf Tannen AG", "Bahnhofstrasse", "12", "8400", "Winterthur", "CH")
SWISS = SwissCode("CH4431999123000889012", CREDITOR, "1949.75", reference_type="QRR", reference="210000000003139471430009017")
PLAIN_SWISS = SwissCode("CH5204835012345671000", CREDITOR)
ZATCA = {1: "شركة النخيل".encode(), 2: b"310122393500003", 3: b"2026-04-25T15:30:00Z", 4: b"1150.00", 5: b"150.00"}
GST = {"SellerGstin": "27AAPFU0939F1ZV", "BuyerGstin": "URP", "DocNo": "A/1", "DocTyp": "CRN", "DocDt": "14/11/2026", "TotInvVal": 118000.5, "Irn": "a" * 64}
KSEF = "https://qr.ksef.mf.gov.pl/invoice/5265877635/01-02-2026/UtQp9Gpc51y-u3xApZjIjgkpZ01js-J8KflSPW8WzIE"


def read(text: str, data: bytes = b"") -> Witness:
    (witness,) = payment_codes(OcrResult((OcrPage(3, 1000, 1400, barcodes=(Barcode(text, "qr", PLACE, data),)),), "replay"))
    return witness


def ids(witness: Witness) -> list[str]:
    return [issue.id for issue in witness.issues]


def values(witness: Witness) -> dict[str, Any]:
    return {name: statement.value for name, statement in witness.stated.items()}


def token(content: Any, header: Any = None, signature: str = "c2ln") -> str:
    parts = ({"alg": "RS256"} if header is None else header, {"data": json.dumps(content), "iss": "NIC"})
    return ".".join([*(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts), signature])


# What codes state


def test_an_epc_code() -> None:
    witness = read(EPC.to_text())
    assert values(witness) == {
        "seller_name": "Enzian Werkzeuge GmbH",
        "iban": "DE89370400440532013000",
        "bic": "COBADEFFXXX",
        "amount_due": Decimal("238.00"),
        "currency": "EUR",
        "payment_reference": "RF18539007547034",
    }
    assert (witness.name, witness.page, witness.bounds, witness.trusted) == ("EPC QR code on page 3", 3, PLACE, True)
    assert (witness.profile, witness.remittance) == ("EPC069-12 version 2", "")


@pytest.mark.parametrize("number", CHARACTER_SETS)
def test_an_epc_code_is_decoded_by_the_character_set_that_it_names(number: str) -> None:
    name = {"1": "Łódź", "3": "Łódź", "4": "Kārlis", "5": "Сава", "6": "Αθήνα", "7": "Þórður", "8": "Œuvre €"}.get(number, "Müller")
    code = dataclasses.replace(EPC, character_set=number, name=name, bic="")
    witness = read(code.to_text().encode("latin-1", "replace").decode("latin-1"), code.to_text().encode(CHARACTER_SETS[number]))
    assert values(witness)["seller_name"] == name
    assert witness.trusted


def test_remittance_text_of_an_epc_code_is_no_reference() -> None:
    witness = read(dataclasses.replace(EPC, reference="", text="Invoice 4711").to_text())
    assert (witness.remittance, "payment_reference" in witness.stated) == ("Invoice 4711", False)


def test_lines_may_end_as_windows_ends_them() -> None:
    for text in (EPC.to_text(), SWISS.to_text()):
        assert values(read(text.replace("\n", "\r\n"))) == values(read(text))


def test_a_swiss_code_with_billing_information() -> None:
    billing = r"//S1/10/4711\/2026/11/261021/20/1400.000-53/30/106017086/31/261001261031/32/8.1:1000;2.6:500.50/40/2:10;0:30"
    debtor = Address("K", "Gabriela Muster", "Gartenweg 3", "3011 Bern", country="CH")
    witness = read(dataclasses.replace(SWISS, billing=billing, debtor=debtor, message="October").to_text())
    assert witness.trusted, witness.issues
    assert values(witness) == {
        "iban": "CH4431999123000889012",
        "seller_name": "Zwölf Tannen AG",
        "seller_address": "Bahnhofstrasse 12\n8400 Winterthur",
        "buyer_name": "Gabriela Muster",
        "buyer_address": "Gartenweg 3\n3011 Bern",
        "currency": "CHF",
        "amount_due": Decimal("1949.75"),
        "payment_reference": "210000000003139471430009017",
        "number": "4711/2026",
        "date": date(2026, 10, 21),
        "seller_vat_id": "CHE106017086",
        "period_start": date(2026, 10, 1),
        "period_end": date(2026, 10, 31),
        "taxes[0].rate": Decimal("8.1"),
        "taxes[0].base": Decimal("1000"),
        "taxes[1].rate": Decimal("2.6"),
        "taxes[1].base": Decimal("500.50"),
        "due_date": date(2026, 11, 20),
    }
    assert witness.remittance == "October"
    assert witness.stated["date"].where == "bill information /11/"


def test_a_swiss_code_without_an_amount_or_with_zero_states_none() -> None:
    for amount in ("", "0.00"):
        witness = read(dataclasses.replace(PLAIN_SWISS, amount=amount).to_text())
        assert witness.trusted
        assert "amount_due" not in witness.stated


def test_references_of_swiss_codes() -> None:
    creditor_reference = dataclasses.replace(PLAIN_SWISS, reference_type="SCOR", reference="RF18 5390 0754 7034")
    assert values(read(creditor_reference.to_text()))["payment_reference"] == "RF18539007547034"
    assert "payment_reference" not in read(PLAIN_SWISS.to_text()).stated
    assert [is_qr_iban(iban) for iban in ("CH4430000123000889012", "LI4431999123000889012", "CH4432000123000889012", "DE4431999123000889012")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_foreign_address_names_its_country() -> None:
    code = dataclasses.replace(PLAIN_SWISS, debtor=Address("S", "Sender AG", "Weg", "9", "1234", "Ort", "AT"))
    assert values(read(code.to_text()))["buyer_address"] == "Weg 9\n1234 Ort\nAT"


def test_a_zatca_code_states_totals_not_what_is_due() -> None:
    witness = read(encode_tlv(ZATCA))
    assert values(witness) == {
        "seller_name": "شركة النخيل",
        "seller_vat_id": "310122393500003",
        "date": date(2026, 4, 25),
        "total": Decimal("1150.00"),
        "tax": Decimal("150.00"),
    }
    assert witness.trusted
    assert witness.stated["tax"].where == "tag 5"


def test_a_zatca_code_with_signatures() -> None:
    assert read(encode_tlv(ZATCA | {6: b"h" * 44, 7: b"s" * 96, 8: bytes(88), 9: bytes(72)})).trusted


def test_a_gst_code() -> None:
    witness = read(token(GST))
    assert values(witness) == {
        "seller_tax_id": "27AAPFU0939F1ZV",
        "number": "A/1",
        "kind": "credit_note",
        "date": date(2026, 11, 14),
        "total": Decimal("118000.5"),
    }
    assert (witness.trusted, witness.name) == (True, "GST e-invoice QR code on page 3")


def test_signatures_of_gst_codes_are_checked_with_a_given_key() -> None:
    jwt = pytest.importorskip("jwt", reason="PyJWT is not installed (extra `signatures`)")
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    own, other = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    pem, other_pem = (
        key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode() for key in (own, other)
    )
    signed = jwt.encode({"data": json.dumps(GST), "iss": "NIC"}, own, algorithm="RS256")
    unsigned = jwt.encode({"data": json.dumps(GST), "iss": "NIC"}, None, algorithm="none")

    def found(text: str, key: str) -> list[str]:
        page = OcrPage(1, 100, 100, barcodes=(Barcode(text, "qr", PLACE),))
        return [issue.id for witness in payment_codes(OcrResult((page,), "replay"), gst_key=key) for issue in witness.issues]

    assert found(signed, pem) == []
    assert found(signed, other_pem) == ["code-signature"]
    assert found(unsigned, pem) == ["code-signature"]
    with pytest.raises(ExtractorError, match="no public key"):
        found(signed, "no key")


def test_a_ksef_link() -> None:
    witness = read(KSEF)
    assert values(witness) == {"seller_vat_id": "PL5265877635", "date": date(2026, 2, 1)}
    assert (witness.trusted, witness.name, witness.profile) == (True, "KSeF link on page 3", "KSeF invoice")


def test_the_link_to_a_certificate_states_who_issues() -> None:
    digest = KSEF.rsplit("/", 1)[1]
    witness = read(f"https://qr.ksef.mf.gov.pl/certificate/Nip/5265877635/5265877635/01F20A5D352AE590/{digest}/c2lnbmF0dXJl")
    assert (values(witness), witness.trusted, witness.profile) == ({"seller_vat_id": "PL5265877635"}, True, "KSeF certificate")


@pytest.mark.parametrize("host", ["qr-test.ksef.mf.gov.pl", "qr-demo.ksef.mf.gov.pl"])
def test_invoices_of_test_systems_are_not_trusted(host: str) -> None:
    witness = read(KSEF.replace("qr.ksef.mf.gov.pl", host))
    assert ids(witness) == ["code-value"]
    assert host in witness.issues[0].message


# What breaks their own rules


@pytest.mark.parametrize(
    ("change", "issue"),
    [
        ({"version": "003"}, "code-form"),
        ({"character_set": "9"}, "code-form"),
        ({"identification": "INST"}, "code-form"),
        ({"version": "001", "bic": ""}, "code-form"),
        ({"name": " "}, "code-form"),
        ({"name": "x" * 71}, "code-form"),
        ({"text": "both"}, "code-form"),
        ({"note": "one\ntoo many"}, "code-form"),
        ({"reference": "", "text": "Ü" * 140}, "code-form"),
        ({"iban": "DE88370400440532013000"}, "code-iban"),
        ({"bic": "C0BADEFF"}, "code-value"),
        ({"amount": "EUR12,50"}, "code-value"),
        ({"amount": "USD12.50"}, "code-value"),
        ({"amount": "EUR0"}, "code-value"),
        ({"amount": "EUR1.234"}, "code-value"),
        ({"amount": "EUR1e3"}, "code-value"),
        ({"amount": "EUR-5"}, "code-value"),
        ({"amount": "EUR1000000000"}, "code-value"),
        ({"reference": "RF19539007547034"}, "code-reference"),
    ],
)
def test_epc_codes_that_break_their_rules(change: dict[str, str], issue: str) -> None:
    witness = read(dataclasses.replace(EPC, **change).to_text())
    assert issue in ids(witness)
    assert not witness.trusted
    assert all(each.level is Level.WARNING and each.page == 3 and each.message.startswith("EPC QR code on page 3: ") for each in witness.issues)


@pytest.mark.parametrize(
    ("change", "issue"),
    [
        ({"version": "0100"}, "code-form"),
        ({"coding": "2"}, "code-form"),
        ({"trailer": "END"}, "code-form"),
        ({"schemes": ("a", "b", "c")}, "code-form"),
        ({"message": "x" * 141}, "code-form"),
        ({"ultimate": CREDITOR}, "code-form"),
        ({"creditor": dataclasses.replace(CREDITOR, name="")}, "code-form"),
        ({"creditor": dataclasses.replace(CREDITOR, kind="X")}, "code-form"),
        ({"creditor": dataclasses.replace(CREDITOR, town="")}, "code-form"),
        ({"iban": "CH4531999123000889012"}, "code-iban"),
        ({"iban": "DE89370400440532013000", "reference_type": "NON", "reference": ""}, "code-iban"),
        ({"amount": "1949.7"}, "code-value"),
        ({"amount": "1'949.75"}, "code-value"),
        ({"currency": "USD"}, "code-value"),
        ({"reference": "210000000003139471430009018"}, "code-reference"),
        ({"reference": "21"}, "code-reference"),
        ({"reference_type": "NON", "reference": ""}, "code-reference"),
        ({"iban": "CH5204835012345671000"}, "code-reference"),
        ({"reference_type": "ESR"}, "code-reference"),
        ({"billing": "//S1/11/261399"}, "code-value"),
        ({"billing": "//S1/30/106017087"}, "code-value"),
        ({"billing": "//S1/31/261001261131"}, "code-value"),
        ({"billing": "//S1/32/8.1:x"}, "code-value"),
    ],
)
def test_swiss_codes_that_break_their_rules(change: dict[str, Any], issue: str) -> None:
    witness = read(dataclasses.replace(SWISS, **change).to_text())
    assert issue in ids(witness)
    assert not witness.trusted


def test_a_swiss_code_that_is_cut_short() -> None:
    assert ids(read("SPC\n0200\n1\nCH44319991"))[0] == "code-form"


@pytest.mark.parametrize(
    ("change", "issue"),
    [
        ({2: b"123"}, "code-value"),
        ({3: b"yesterday"}, "code-value"),
        ({4: b"1,150.00"}, "code-value"),
        ({5: b"2000.00"}, "code-value"),
        ({1: b"\xff\xfe"}, "code-form"),
        ({4: b""}, "code-form"),
        ({10: b"x"}, "code-form"),
        ({0: b""}, None),
    ],
)
def test_zatca_codes_that_break_their_rules(change: dict[int, bytes], issue: str | None) -> None:
    text = encode_tlv(ZATCA | change)
    if issue is None:  # it does not begin with the seller
        assert payment_codes(OcrResult((OcrPage(1, 9, 9, barcodes=(Barcode(text, "qr", PLACE),)),), "replay")) == ()
    else:
        assert issue in ids(read(text))


@pytest.mark.parametrize("tail", [b"\x04\xff1", b"\x04", b"\x01\x01A"])
def test_records_with_lying_lengths(tail: bytes) -> None:
    text = base64.b64encode(base64.b64decode(encode_tlv({tag: ZATCA[tag] for tag in (1, 2, 3)})) + tail).decode()
    witness = read(text)
    assert (ids(witness), dict(witness.stated)) == (["code-form"], {})


@pytest.mark.parametrize(
    "change",
    [
        {"SellerGstin": "27AAPFU0939F1ZX"},
        {"BuyerGstin": 7},
        {"DocTyp": "XYZ"},
        {"DocDt": "31/02/2026"},
        {"TotInvVal": -1},
        {"TotInvVal": "NaN"},
        {"TotInvVal": 10**400},
        {"TotInvVal": [[1]]},
        {"Irn": "short"},
    ],
)
def test_gst_codes_that_break_their_rules(change: dict[str, Any]) -> None:
    witness = read(token(GST | change))
    assert ids(witness) == ["code-value"]
    assert not witness.trusted


@pytest.mark.parametrize(
    ("link", "issue"),
    [
        (KSEF.replace("5265877635", "5265877636"), "code-value"),
        (KSEF.replace("01-02-2026", "31-02-2026"), "code-value"),
        (KSEF.replace("01-02-2026", "2026"), "code-form"),
        (KSEF[:-4], "code-form"),
    ],
)
def test_ksef_links_that_break_their_rules(link: str, issue: str) -> None:
    assert ids(read(link)) == [issue]


# What does no harm

HOSTILE = {
    "binary": bytes(range(256)).decode("latin-1"),
    "digits": "7" * 4096,
    "epc of nothing": "BCD\n" + "\n" * 5000,
    "swiss of nothing": "SPC\n" + "\r\n" * 5000,
    "epc of digits": "BCD\n002\n1\nSCT\n\nA\n" + "9" * 4096 + "\nEUR" + "9" * 4096,
    "billing of slashes": dataclasses.replace(SWISS, billing="//S1" + "/\\" * 3000).to_text(),
    "base64": "AQ" + "A" * 100_000,
    "base64 of a bomb": base64.b64encode(b"\x01\x01A\x02" + bytes(2900)).decode(),
    "token of nothing": "eyJ..",
    "token of nests": "eyJhIjox." + base64.urlsafe_b64encode(b"[" * 4000).decode() + ".",
    "huge token": "eyJ" + "a" * 1_000_000 + ".b.c",
    "token of digits": token({"SellerGstin": 1, "TotInvVal": 1}).replace("eyJ", "eyJ", 1),
    "link": "https://qr.ksef.mf.gov.pl/invoice/" + "/" * 3000,
    "surrogates": "BCD\n002\n1\nSCT\n\n\ud800\nDE",
    "digits of other scripts": dataclasses.replace(SWISS, amount="١٢.٠٠", reference="٣" * 27, iban="CH" + "٣" * 19).to_text(),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_codes_state_nothing_that_is_trusted(text: str) -> None:
    codes = (Barcode(text, "qr", PLACE), Barcode(text, "qr", PLACE, text.encode("utf-8", "replace")[:8000]))
    for witness in payment_codes(OcrResult((OcrPage(1, 100, 100, barcodes=codes),), "replay")):
        assert not witness.trusted
        assert all(issue.id in RESULT_ISSUES and len(issue.message) < 300 for issue in witness.issues)
        json.dumps(witness.to_dict())


@given(st.text(max_size=400), st.sampled_from(["", "BCD\n", "BCD\n002\n1\nSCT\n", "SPC\n", "SPC\n0200\n1\n", "https://qr.ksef.mf.gov.pl/invoice/", "eyJ"]))
def test_whatever_a_code_holds_is_read_or_doubted(text: str, start: str) -> None:
    page = OcrPage(1, 100, 100, barcodes=(Barcode(start + text, "qr", PLACE, text.encode("utf-8", "replace")),))
    for witness in payment_codes(OcrResult((page,), "replay")):
        assert witness.trusted == (not witness.issues)


@given(st.binary(max_size=300))
def test_whatever_records_hold_they_are_read_or_refused(data: bytes) -> None:
    try:
        records = decode_tlv(base64.b64encode(data).decode())
    except ValueError:
        return
    assert sum(2 + len(value) for value in records.values()) == len(data)


LINES = st.text(st.characters(blacklist_characters="\r\n", blacklist_categories=["Cs"]), max_size=30)


@given(st.builds(EpcCode, **{field.name: LINES for field in dataclasses.fields(EpcCode)}))
def test_what_is_written_of_an_epc_code_is_read_back(code: EpcCode) -> None:
    assert split_epc(code.to_text()) == code


ADDRESSES = st.builds(Address, *[LINES] * 7)
SCHEMES = st.lists(LINES.filter(bool), max_size=2).map(tuple)


@given(st.builds(SwissCode, LINES, ADDRESSES, LINES, LINES, ADDRESSES, LINES, LINES, LINES, LINES, SCHEMES, LINES, LINES, LINES, ADDRESSES))
def test_what_is_written_of_a_swiss_code_is_read_back(code: SwissCode) -> None:
    assert split_swiss(code.to_text()) == code


@given(st.dictionaries(st.integers(0, 255), st.binary(max_size=255)))
def test_what_is_written_of_records_is_read_back(records: dict[int, bytes]) -> None:
    assert decode_tlv(encode_tlv(records)) == records


TAGS = st.integers(10, 99).map(str)
VALUES = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20)


@given(st.dictionaries(TAGS, VALUES))
def test_what_is_written_of_billing_information_is_read_back(values: dict[str, str]) -> None:
    def escaped(value: str) -> str:
        return value.replace("\\", "\\\\").replace("/", "\\/")

    text = "//S1" + "".join(f"/{tag}/{escaped(value)}" for tag, value in values.items())
    assert split_billing_information(text) == values
