"""Owns which field of ours a name of invoice2data's vocabulary stands for."""

from __future__ import annotations

import re

HEADER = {
    "invoice_number": "number",
    "date": "date",
    "date_due": "due_date",
    "date_start": "period_start",
    "date_end": "period_end",
    "amount": "total",
    "amount_untaxed": "net",
    "amount_tax": "tax",
    "currency": "currency",
    "issuer": "seller_name",
    "vat": "seller_vat_id",
    "company_vat": "buyer_vat_id",
    "payment_reference": "payment_reference",
    "iban": "iban",
    "IBAN": "iban",
    "bic": "bic",
    "BIC": "bic",
}
"""Field of a template -> field of an invoice. All others become fields of the file's own."""
VENDOR = {"seller_name": "name", "seller_vat_id": "vat_id", "iban": "iban", "bic": "bic"}
"""Fields that a file states once and for all under `vendor`."""
PAYMENT = frozenset({"iban", "bic"})

LINES: dict[str, tuple[str, ...]] = {
    "description": ("name", "description", "desc", "product", "item"),
    "code": ("code", "barcode"),
    "quantity": ("qty", "quantity"),
    "unit": ("uom", "unit"),
    "unit_price": ("price_unit", "unit_price", "unitprice", "price"),
    "tax_rate": ("line_tax_percent", "tax_percent", "taxpercent", "vat_rate", "btw_percent"),
    "amount": ("price_subtotal", "line_total", "line_subtotal", "price_total", "amount"),
}
"""Column of line items -> groups that mean it, the surest first."""
TAXES: dict[str, tuple[str, ...]] = {"rate": ("line_tax_percent",), "base": ("price_subtotal",), "amount": ("line_tax_amount",), "category": ("line_tax_code",)}
TABLES: dict[str, tuple[str, dict[str, tuple[str, ...]]]] = {"lines": ("lines", LINES), "line_items": ("lines", LINES), "tax_lines": ("taxes", TAXES)}
"""Table of a template -> table of an invoice with its columns."""
DETAILS = {"lines": "line_details"}
"""Table whose name is taken -> the name under which all its columns stand."""


def own_name(name: str) -> str:
    """A name that an extra field may have.

    >>> own_name("amount_TVA"), own_name("Mandate-ID"), own_name("2nd")
    ('amount_tva', 'mandate_id', 'x_2nd')
    """
    plain = re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")[:60] or "x"
    return plain if plain[0].isalpha() else f"x_{plain}"


def columns_of(groups: tuple[str, ...], columns: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """Group -> column, each column once.

    >>> columns_of(("pos", "desc", "name", "qty"), LINES)
    {'name': 'description', 'qty': 'quantity'}
    """
    return {group: column for column, names in columns.items() if (group := next((name for name in names if name in groups), None))}
