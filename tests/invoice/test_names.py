"""What is a name and what only stands where names stand."""

from __future__ import annotations

import pytest

from extractor.invoice.names import has_legal_form, is_contact, is_legal_form, is_title, name_span, without_form


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Amber Kettle Ltd", "Amber Kettle Ltd"),
        ("Quill & Sons", "Quill & Sons"),
        ("LE PETIT QUAI", "LE PETIT QUAI"),
        ("7 Wells Trading GmbH", "7 Wells Trading GmbH"),
        ("e-Kettle B.V.", "e-Kettle B.V."),
        ("Name: Amber Kettle", "Amber Kettle"),
        ("Ragione sociale: Bollitore S.r.l.", "Bollitore S.r.l."),
        ("Firma Kesselbau Öhler", "Kesselbau Öhler"),
        ("ATTN: Amber Kettle Limited", "Amber Kettle Limited"),
        ("Amber Kettle Ltd,", "Amber Kettle Ltd"),
        ("Bank Holiday Tours Ltd", "Bank Holiday Tours Ltd"),
    ],
)
def test_a_name_is_cut_out_of_its_line(text: str, name: str) -> None:
    span = name_span(text)
    assert span is not None
    assert text[slice(*span)] == name


@pytest.mark.parametrize(
    "text",
    [
        "INVOICE",
        "Tax Invoice",
        "Rechnung Nr.",
        "12 Mill Lane",
        "Kesselgasse 12a",
        "80331 München",
        "Tel. 0800 123456",
        "Phone: 555 0100",
        "info@kettle.example",
        "www.kettle.example",
        "GmbH & Co. KG",
        "Our reference",
        "Billing details",
        "Addressee:",
        "(please quote)",
        "and all other goods",
        "Goods stay ours until they have been paid for in full by the buyer",
        "250,00 €",
        "Rs.59,000.00",
        "Deutschland",
        "EUR",
        "Rechnung / Invoice",
        "United Kingdom",
        "Invoice date",
        "An:",
        "Fachärztin für Innere Medizin",
        "12",
        "",
    ],
)
def test_what_stands_where_names_stand_is_none(text: str) -> None:
    assert name_span(text) is None


@pytest.mark.parametrize(
    "text", ["Kettle GmbH & Co. KG", "KETTLE SDN BHD", "Kettle S.A.S.", "Kettle Sp. z o.o.", "Kettle Pty Ltd", "Kettle e.K.", "Kettle, Inc."]
)
def test_legal_forms_are_known(text: str) -> None:
    assert has_legal_form(text)
    assert without_form(text).casefold().startswith("kettle")


@pytest.mark.parametrize("text", ["Saltwater", "Incline Works", "Limitless", "Agnes Kettle", "Seaside"])
def test_words_that_begin_like_a_legal_form_are_none(text: str) -> None:
    assert not has_legal_form(text)


def test_parts_of_a_letter_are_told_apart():
    assert is_legal_form("Consulting GmbH") is False
    assert is_title("Original Invoice")
    assert is_contact("z.Hd. Frau Öhler")
    assert not is_contact("Serviette & Co")
