"""IBAN, BIC and VAT identifiers: normal form, finding, repair."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban as reference

from extractor.invoice.identifiers import find_ibans, find_vat_ids, is_valid_iban, normalize_bic, normalize_iban, normalize_vat_id, repair_iban

IBANS = [
    "DE89370400440532013000",
    "GB29NWBK60161331926819",
    "FR1420041010050500013M02606",
    "CH9300762011623852957",
    "NL91ABNA0417164300",
    "AT611904300234573201",
]


@pytest.mark.parametrize("iban", IBANS)
def test_ibans_are_normalized(iban: str) -> None:
    assert normalize_iban(reference.format(iban)) == iban
    assert normalize_iban("IBAN: " + iban.lower()) == iban
    assert is_valid_iban(iban)
    assert not is_valid_iban(iban[:-1] + str((int(iban[-1]) + 1) % 10))


def test_a_bank_that_no_list_knows_is_one() -> None:
    assert normalize_iban("BE68 5390 0754 7034") == "BE68539007547034"
    assert normalize_iban("BE68 5390 0754 7035") is None


@pytest.mark.parametrize("text", ["", "IBAN", "DE", "DE89 3704 0044 0532 0130", "XX89370400440532013000", "DE89370400440532013000" * 2, "\u00b2" * 20])
def test_other_texts_are_no_iban(text: str) -> None:
    assert normalize_iban(text) is None
    assert repair_iban(text) is None


@pytest.mark.parametrize(
    ("misread", "iban"),
    [
        ("DE89 37O4 0044 0532 0130 00", "DE89370400440532013000"),
        ("DEB9 3704 0044 O532 0130 00", "DE89370400440532013000"),
        ("DE89 3704 0044 0S32 0l30 00", "DE89370400440532013000"),
        ("0E89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("GB29 NW8K 6016 1331 9268 19", "GB29NWBK60161331926819"),
        ("FR14 2004 1010 0505 O001 3M02 606", "FR1420041010050500013M02606"),
    ],
)
def test_misread_ibans_are_repaired(misread: str, iban: str) -> None:
    assert normalize_iban(misread) is None
    assert repair_iban(misread) == iban


@given(st.sampled_from(IBANS), st.data())
@settings(max_examples=300, deadline=None)
def test_a_wrong_digit_is_never_repaired_to_another_account(iban: str, data: st.DataObject) -> None:
    position = data.draw(st.sampled_from([index for index, char in enumerate(iban) if char.isdigit() and index > 3]))
    digit = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != iban[position]]))
    assert repair_iban(iban[:position] + digit + iban[position + 1 :]) is None


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Konto DE89 3704 0044 0532 0130 00 BIC COBADEFFXXX", ["DE89 3704 0044 0532 0130 00"]),
        ("IBAN:DE89370400440532013000", ["DE89370400440532013000"]),
        ("IBANDE89370400440532013000BIC", ["DE89370400440532013000"]),
        ("DE89 3704 0044 0532 0130 00 GB29 NWBK 6016 1331 9268 19", ["DE89 3704 0044 0532 0130 00", "GB29 NWBK 6016 1331 9268 19"]),
        ("DE89-3704-0044-0532-0130-00", ["DE89-3704-0044-0532-0130-00"]),
        ("DE89 3704 0044 0532 0130 01", []),
        ("DE893704004405320130005", []),
        ("Rechnung 2025 0001 vom 01.12.2025 Total 1.234,56", []),
    ],
)
def test_ibans_are_found_in_a_line(line: str, expected: list[str]) -> None:
    assert [line[start:end] for start, end in find_ibans(line)] == expected


def test_misread_ibans_are_found_when_asked() -> None:
    line = "Konto DE89 37O4 0044 0532 0130 00 BIC"
    assert find_ibans(line) == []
    assert [line[start:end] for start, end in find_ibans(line, repair=True)] == ["DE89 37O4 0044 0532 0130 00"]


@pytest.mark.parametrize(
    ("text", "bic"),
    [
        ("BIC: COBADEFFXXX", "COBADEFFXXX"),
        ("coba de ff", "COBADEFF"),
        ("SWIFT-BIC AGRIFRPP", "AGRIFRPP"),
        ("COBA1EFF", None),
        ("COBAZZFF", None),
        ("COBADEF", None),
        ("", None),
    ],
)
def test_bics_are_normalized(text: str, bic: str | None) -> None:
    assert normalize_bic(text) == bic


VAT_IDS: list[tuple[str, str | None, str | None]] = [
    ("DE 136 695 976", None, "DE136695976"),
    ("136695976", "DE", "DE136695976"),
    ("USt-IdNr.: DE136695976", None, "DE136695976"),
    ("DE136695977", None, None),
    ("ATU 13585627", None, "ATU13585627"),
    ("U13585627", "AT", "ATU13585627"),
    ("BE 0428.759.497", None, "BE0428759497"),
    ("FR 40 303 265 045", None, "FR40303265045"),
    ("NL4495445B01", None, "NL004495445B01"),
    ("IT 00743110157", None, "IT00743110157"),
    ("PL 8567346215", None, "PL8567346215"),
    ("856-734-62-15", "PL", "PL8567346215"),
    ("EL 094259216", None, "EL094259216"),
    ("GR094259216", None, "EL094259216"),
    ("094259216", "GR", "EL094259216"),
    ("IE6433435F", None, "IE6433435F"),
    ("GB 980 7806 84", None, "GB980780684"),
    ("980780684", "GB", "GB980780684"),
    ("XI980780684", None, "XI980780684"),
    ("CHE-107.787.577 IVA", None, "CHE107787577"),
    ("CHE-107.787.577 MWST", None, "CHE107787577"),
    ("107.787.577", "CH", "CHE107787577"),
    ("CHE-107.787.578", None, None),
    ("NO 995 525 828 MVA", None, "NO995525828MVA"),
    ("995525828", "NO", "NO995525828MVA"),
    ("SE 123456789701", None, "SE123456789701"),
    ("", None, None),
    ("Invoice", None, None),
    ("136695976", None, None),
    ("US123456789", None, None),
    ("136695976", "US", None),
]


@pytest.mark.parametrize(("text", "country", "expected"), VAT_IDS)
def test_vat_ids_are_normalized(text: str, country: str | None, expected: str | None) -> None:
    assert normalize_vat_id(text, country) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("USt-IdNr. DE 136695976, IBAN DE89370400440532013000", [("DE 136695976", "DE136695976")]),
        ("VAT GB980780684 Reg", [("GB980780684", "GB980780684")]),
        ("TVA : FR40303265045 SIRET 123", [("FR40303265045", "FR40303265045")]),
        ("CHE-107.787.577 MWST", [("CHE-107.787.577", "CHE107787577")]),
        ("Org.nr 995525828MVA", [("995525828MVA", "NO995525828MVA")]),
        ("DE136695976Steuernummer 12", [("DE136695976", "DE136695976")]),
        ("ATU13585627 / IE6433435F", [("ATU13585627", "ATU13585627"), ("IE6433435F", "IE6433435F")]),
        ("NO 995525828", []),
        ("DE136695977", []),
        ("IBAN PL61 1090 1014 0000 0712 1981 2874", []),
    ],
)
def test_vat_ids_are_found_in_a_line(line: str, expected: list[tuple[str, str]]) -> None:
    assert [(line[start:end], value) for start, end, value in find_vat_ids(line)] == expected


def test_identifiers_with_a_wrong_checksum_are_given_when_asked() -> None:
    line = "VAT ID GB123456789, DE 123456789, IBAN: GB00ZZZZ99999912345678"
    assert find_vat_ids(line) == find_ibans(line) == []
    assert [value for _, _, value in find_vat_ids(line, checked=False)] == ["GB123456789", "DE123456789"]
    assert [line[start:end] for start, end in find_ibans(line, checked=False)] == ["GB00ZZZZ99999912345678"]
    assert normalize_iban("DE88 3704 0044 0532 0130 00", checked=False) == "DE88370400440532013000"
    assert normalize_iban("DE88 3704 0044 0532 0130", checked=False) is None
    assert normalize_vat_id("DE12345", checked=False) is None


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_taken(text: str) -> None:
    find_ibans(text, repair=True)
    find_vat_ids(text)
    normalize_bic(text)
    normalize_vat_id(text, "DE")
    repair_iban(text)


def test_imports_stay_quiet_and_light() -> None:
    code = (
        "import sys, extractor.invoice.amounts, extractor.invoice.dates, extractor.invoice.identifiers, extractor.invoice.arithmetic; "
        "assert not {'babel', 'stdnum', 'numpy'} & set(sys.modules), 'loaded too early'; "
        "from extractor.invoice.identifiers import *; assert normalize_iban('DE89370400440532013000') and normalize_vat_id('DE136695976')"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
