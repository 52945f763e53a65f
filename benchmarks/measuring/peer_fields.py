"""Owns which of invoice2data's output names stands for which of our fields; of several the first that has a value."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

NAMES: dict[str, tuple[str, ...]] = {
    "number": ("invoice_number",),
    "date": ("date",),
    "due_date": ("date_due", "payment_term_date"),
    "currency": ("currency", "currency_iso"),
    "purchase_order": ("purchase_order_id", "customer_order_number"),
    "seller_name": ("partner_name", "issuer"),
    "seller_vat_id": ("vat", "vatin", "company_vat", "supplier_numtva"),
    "seller_tax_id": ("tax_id", "siren"),
    "iban": ("iban", "IBAN"),
    "bic": ("bic", "BIC"),
    "payment_reference": ("payment_reference",),
    "net": ("amount_untaxed",),
    "tax": ("amount_tax", "sum_amount_tax", "tax_amount", "amount_TVA"),
    "total": ("amount",),
}
ADDRESS = ("partner_street", "partner_street2", "partner_street3", "partner_zip", "partner_city")
LINES: dict[str, tuple[str, ...]] = {
    "description": ("name", "desc", "description", "product"),
    "code": ("code", "barcode"),
    "quantity": ("qty", "quantity"),
    "unit": ("uom", "unece_code"),
    "unit_price": ("price_unit",),
    "tax_rate": ("line_tax_percent",),
    "amount": ("price_subtotal", "price_total", "amount"),
}
TAXES: dict[str, tuple[str, ...]] = {"rate": ("line_tax_percent",), "base": ("price_subtotal",), "amount": ("line_tax_amount",)}


def to_fields(found: Mapping[str, Any]) -> dict[str, Any]:
    """Its output under our names, values as JSON holds them.

    >>> to_fields({"invoice_number": "A 1", "amount": 9.0, "issuer": "Lark Ltd", "lines": [{"name": "Tea", "qty": 1}]})
    {'number': 'A 1', 'seller_name': 'Lark Ltd', 'total': '9.0', 'lines': [{'description': 'Tea', 'quantity': '1'}], 'taxes': []}
    """
    fields = _named(found, NAMES)
    address = [str(found[name]) for name in ADDRESS if found.get(name)]
    if address:
        fields["seller_address"] = " ".join(address)
    lines = found.get("lines") or found.get("line_items") or ()
    return fields | {"lines": _rows(lines, LINES), "taxes": _rows(found.get("tax_lines") or found.get("vat_lines") or (), TAXES)}


def _rows(rows: Sequence[Any], names: Mapping[str, tuple[str, ...]]) -> list[dict[str, Any]]:
    return [made for row in rows if isinstance(row, Mapping) and (made := _named(row, names))]


def _named(found: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    values = {ours: next((found[name] for name in theirs if found.get(name) not in (None, "", [])), None) for ours, theirs in names.items()}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return _plain(value[0])
    return value.date().isoformat() if isinstance(value, datetime.datetime) else str(value)
