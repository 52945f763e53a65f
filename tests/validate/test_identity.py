"""Whether account, bank and tax number can be the seller's."""

from __future__ import annotations

import pytest

from extractor.invoice.fields import Invoice
from extractor.issues import Level
from extractor.validate.identity import check_identity, seller_country


@pytest.mark.parametrize(
    ("invoice", "ids"),
    [
        (Invoice(iban="DE89370400440532013000", bic="COBADEFFXXX", seller_vat_id="DE136695976"), []),
        (Invoice(iban="DE89370400440532013000", bic="BNPAFRPPXXX"), ["bic-country"]),
        (Invoice(iban="MC5811222000010123456789030", bic="BNPAFRPPXXX"), []),
        (Invoice(iban="LT121000011101001000", seller_vat_id="DE136695976"), ["bank-country"]),
        (Invoice(iban="GR1601101250000000012300695", seller_vat_id="EL094259216"), []),
        (Invoice(iban="LI21088100002324013AA", seller_vat_id="CHE107787577"), []),
        (Invoice(iban="DE89370400440532013000", seller_address="Ring 1\n1010 Wien\nAustria"), ["bank-country"]),
        (Invoice(seller_tax_id="16.727.230/0001-97"), []),
        (Invoice(seller_tax_id="16.727.230/0001-98"), ["tax-id-checksum"]),
        (Invoice(seller_tax_id="27AAPFU0939F1ZV"), []),
        (Invoice(seller_tax_id="27AAPFU0939F1ZW"), ["tax-id-checksum"]),
        (Invoice(seller_tax_id="83 914 571 674", seller_address="1 Main St\nSydney NSW 2000\nAustralia"), ["tax-id-checksum"]),
        (Invoice(seller_tax_id="83 914 571 673", seller_address="1 Main St\nSydney NSW 2000\nAustralia"), []),
        (Invoice(seller_tax_id="CHE-100.155.212 MWST"), []),
        (Invoice(seller_tax_id="CHE-100.155.213"), ["tax-id-checksum"]),
        (Invoice(seller_tax_id="201/113/40209"), []),
        (Invoice(seller_tax_id="4711"), []),
    ],
)
def test_what_does_not_go_together_is_told(invoice: Invoice, ids: list[str]) -> None:
    assert [issue.id for issue in check_identity(invoice)] == ids


def test_another_country_is_a_hint_and_another_bank_a_warning() -> None:
    levels = {issue.id: issue.level for issue in check_identity(Invoice(iban="LT121000011101001000", bic="BNPAFRPPXXX", seller_vat_id="DE136695976"))}
    assert levels == {"bic-country": Level.WARNING, "bank-country": Level.INFO}


def test_the_country_of_a_seller() -> None:
    assert [seller_country(Invoice(seller_vat_id=vat_id)) for vat_id in ("XI123456789", "CHE107787577", "NO974760673MVA", None)] == ["GB", "CH", "NO", None]
