"""Owns what people write where the rule format has another word: names of keys and fields that other programs use."""

from __future__ import annotations

from collections.abc import Mapping

from extractor.invoice.fields import FIELDS

KEY_MEANINGS: Mapping[str, str] = {
    **dict.fromkeys(FIELDS, "it is a field; write its rules under 'fields'"),
    **dict.fromkeys(("issuer", "supplier", "seller", "company"), "write it as 'name' under 'vendor'"),
    **dict.fromkeys(("keywords", "keyword", "match", "clues"), "write them under 'identify'"),
    **dict.fromkeys(("exclude", "exclude_keywords"), "write them as 'none' under 'identify'"),
    **dict.fromkeys(("anchor", "anchors", "caption", "header"), "the text beside a value is its 'label'"),
    **dict.fromkeys(("position", "direction", "relation", "relations"), "where a value stands is said by 'find'"),
    **dict.fromkeys(("area", "region", "box", "bbox"), "a part of the page is a 'zone'"),
    **dict.fromkeys(("constant", "static", "default"), "a constant is a 'value'"),
    **dict.fromkeys(("confidence",), "how far to trust a rule is its 'weight'"),
    **dict.fromkeys(("inherit", "inherits", "base", "include", "parent"), "other files are taken over by 'extends'"),
    **dict.fromkeys(("table", "tables", "line_items", "items"), "the table of line items is described under 'lines'"),
    **dict.fromkeys(("tests", "samples"), "samples with expected values stand under 'examples'"),
    **dict.fromkeys(("version", "format_version"), "the version of the format is 'format'"),
    **dict.fromkeys(("language", "lang"), "language and region are the 'locale': en-GB"),
}
"""A key that no mapping has -> what was likely meant."""

FIELD_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("invoice_number", "invoice_no", "invoice_id", "document_number"), "number"),
    **dict.fromkeys(("invoice_date", "issue_date", "date_issued", "document_date"), "date"),
    **dict.fromkeys(("due", "payment_due", "date_due"), "due_date"),
    **dict.fromkeys(("order_number", "po_number", "order_no", "po"), "purchase_order"),
    **dict.fromkeys(("vendor_name", "vendor", "supplier_name", "supplier", "issuer", "seller"), "seller_name"),
    **dict.fromkeys(("vat_id", "vat_number", "vat_code"), "seller_vat_id"),
    **dict.fromkeys(("customer_name", "customer", "buyer", "client"), "buyer_name"),
    **dict.fromkeys(("customer_id", "customer_no", "client_number"), "customer_number"),
    **dict.fromkeys(("reference", "payment_ref"), "payment_reference"),
    **dict.fromkeys(("subtotal", "net_amount", "amount_untaxed", "total_net"), "net"),
    **dict.fromkeys(("vat", "vat_amount", "tax_amount", "total_tax", "amount_tax"), "tax"),
    **dict.fromkeys(("amount", "gross", "gross_amount", "total_amount", "grand_total"), "total"),
    **dict.fromkeys(("freight", "delivery_cost", "shipping_cost"), "shipping"),
    **dict.fromkeys(("currency_code",), "currency"),
}
"""A name that is no field -> the field that was likely meant."""
