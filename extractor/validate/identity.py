"""Owns the checks of who is paid: whether account, bank and tax numbers can be those of the seller.

Check digits are computed by python-stdnum. A hint is no proof: companies have accounts abroad.
"""

from __future__ import annotations

from collections.abc import Iterator

from extractor.invoice.addresses import country_of
from extractor.invoice.fields import Invoice
from extractor.invoice.identifiers import normalize_bic
from extractor.invoice.tax_ids import tax_id_problem
from extractor.issues import Issue, Level

_VAT_COUNTRIES = {"EL": "GR", "XI": "GB", "CHE": "CH"}
_SHARED_BANKS = ({"FR", "MC", "GP", "MQ", "GF", "RE", "YT", "PM", "NC", "PF", "WF"}, {"GB", "IM", "JE", "GG"}, {"CH", "LI"}, {"IT", "SM", "VA"})
"""Countries whose accounts are led by banks of the others."""


def check_identity(invoice: Invoice) -> Iterator[Issue]:
    """What does not go together about the seller, its bank and its numbers."""
    iban, country = (invoice.iban or "")[:2], seller_country(invoice)
    bic = normalize_bic(invoice.bic) if invoice.bic else None
    if bic and iban and not _same_banking(bic[4:6], iban):
        message = f"the bank {bic} is in {bic[4:6]}, the account {invoice.iban} in {iban}"
        yield Issue("bic-country", Level.WARNING, message, field="bic")
    if iban and country and not _same_banking(country, iban):
        yield Issue("bank-country", Level.INFO, f"the account is in {iban}, the seller in {country}", field="iban")
    if invoice.seller_tax_id is not None and (problem := tax_id_problem(invoice.seller_tax_id, country)):
        yield Issue("tax-id-checksum", Level.INFO, problem, field="seller_tax_id")


def seller_country(invoice: Invoice) -> str | None:
    """The ISO 3166 code of the seller's country, by its VAT identifier, else by its address; None where neither says it."""
    vat_id = invoice.seller_vat_id or ""
    if vat_id[:2].isalpha() and len(vat_id) > 4:
        prefix = "CHE" if vat_id.startswith("CHE") else vat_id[:2]
        return _VAT_COUNTRIES.get(prefix, prefix)
    return country_of(invoice.seller_address) if invoice.seller_address else None


def _same_banking(one: str, other: str) -> bool:
    return one == other or any({one, other} <= countries for countries in _SHARED_BANKS)
