"""One misread digit is mended where the arithmetic leaves one possibility only; misread identifiers where their checksum does."""

from __future__ import annotations

import pytest

from extractor.resolve import FieldStatus, Origin

from .candidates import candidate, resolved, row


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({"net": "250.00", "tax": "50.00", "total": "380.00"}, "total", "300.00"),
        ({"net": "212.50", "tax": "37.45", "total": "243.95"}, "tax", "31.45"),
        ({"net": "1,580.00", "tax": "130.00", "total": "1,630.00"}, "net", "1500.00"),
    ],
)
def test_one_digit_is_mended_where_only_one_repair_is_possible(given: dict[str, str], name: str, value: str) -> None:
    found = resolved(**given)
    field = found.fields[name]
    assert (str(field.value), field.origin, field.text, field.status) == (value, Origin.REPAIRED, given[name], FieldStatus.LOW_CONFIDENCE)
    assert {found.fields[other].origin for other in given if other != name} == {Origin.READ}


@pytest.mark.parametrize(
    "given",
    [
        {"net": "125.00", "tax": "25.00", "total": "750.00"},  # 725.00 or 150.00
        {"net": "100.00", "tax": "20.00", "total": "128.00"},  # 108.00, 28.00 or 120.00
        {"net": "100.00", "tax": "19.00", "total": "125.00"},  # no digit looks like what is needed
    ],
)
def test_no_digit_is_mended_where_several_repairs_or_none_are_possible(given: dict[str, str]) -> None:
    fields = resolved(**given).fields
    assert {(fields[name].origin, fields[name].status) for name in given} == {(Origin.READ, FieldStatus.CONFLICT)}


def test_what_something_else_confirms_is_not_mended() -> None:
    fields = resolved(net="250.00", tax="50.00", total="380.00", amount_due="380.00").fields
    assert (str(fields["total"].value), fields["total"].origin) == ("380.00", Origin.READ)
    assert fields["net"].status is FieldStatus.CONFLICT


def test_a_repair_that_something_else_confirms_is_sure() -> None:
    total = resolved(net="250.00", tax="50.00", total="380.00", rows=[row(description="a", amount="300.00")]).fields["total"]
    assert (str(total.value), total.origin, total.status) == ("300.00", Origin.REPAIRED, FieldStatus.OK)


def test_a_text_layer_is_not_misread() -> None:
    sure = {name: candidate(name, text, ocr=None) for name, text in {"net": "250.00", "tax": "50.00", "total": "380.00"}.items()}
    assert resolved(**sure).fields["total"].origin is Origin.READ


@pytest.mark.parametrize(("text", "value"), [("1.250,0O", "1250.00"), ("l2.50", "12.50"), ("1.2S0,00", "1250.00")])
def test_letters_among_digits_are_mended(text: str, value: str) -> None:
    total = resolved(locale="de", total=text).fields["total"]
    assert (str(total.value), total.origin, total.text) == (value, Origin.REPAIRED, text)


def test_a_valid_account_beats_an_invalid_one() -> None:
    found = resolved(iban=[("DE88 3704 0044 0532 0130 00", 0.95), ("DE89 3704 0044 0532 0130 00", 0.5)])
    assert found.invoice.iban == "DE89370400440532013000"


def test_a_valid_vat_id_beats_an_invalid_one() -> None:
    assert resolved(seller_vat_id=[("DE136695975", 0.95), ("DE136695976", 0.5)]).invoice.seller_vat_id == "DE136695976"


def test_a_vat_id_is_mended_where_its_checksum_leaves_one_possibility() -> None:
    field = resolved(seller_vat_id="DE 136 695 97G").fields["seller_vat_id"]
    assert (field.value, field.origin, field.text) == ("DE136695976", Origin.REPAIRED, "DE 136 695 97G")
    assert resolved(seller_vat_id="DE136695975").fields["seller_vat_id"].origin is Origin.READ
