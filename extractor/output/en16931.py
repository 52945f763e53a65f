"""Owns an invoice in the terms of EN 16931. What the standard asks for and the document does not say is told, never made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from extractor.invoice.addresses import country_of, place_of
from extractor.invoice.fields import FIELDS, LINE_FIELDS, TAX_FIELDS, Invoice, InvoiceLine, TaxLine
from extractor.invoice.units import unit_code
from extractor.issues import Issue, Level

TYPE_CODES = {"invoice": "380", "credit_note": "381"}
"""BT-3 (UNTDID 1001) by kind of document; other kinds are no invoices of EN 16931."""
_REQUIRED = {
    **{"number": "BR-02", "date": "BR-03", "currency": "BR-05", "seller_name": "BR-06", "buyer_name": "BR-07"},
    **{"seller_address": "BR-08", "buyer_address": "BR-10", "net": "BR-13", "total": "BR-14"},
}
"""The rule that asks for a header field."""
_REQUIRED_OF_LINES = {"BT-129": "BR-22", "BT-130": "BR-23", "BT-131": "BR-24", "BT-153": "BR-25", "BT-146": "BR-26", "BT-151": "BR-CO-04"}
_REQUIRED_OF_TAXES = {"BT-116": "BR-45", "BT-117": "BR-46", "BT-118": "BR-47", "BT-119": "BR-48"}
_DESCRIPTIONS = {field.term: field.description for table in (LINE_FIELDS, TAX_FIELDS) for field in table.values()}
_DESCRIPTIONS |= {"BT-130": "Unit of the quantity", "BT-151": "Tax category code of the line"}
_HEADER = ("number", "date", "currency", "due_date", "purchase_order", "payment_terms", "delivery_date", "period_start", "period_end")
_PAYMENT = ("payment_reference", "iban", "bic")
_TOTALS = ("discount", "shipping", "net", "tax", "total", "prepaid", "rounding", "amount_due")
_CREDIT_TRANSFER, _NOT_DEFINED = "30", "1"  # UNTDID 4461
_STREET_LINES = 3

Terms = dict[str, Any]
"""Values by business term or group; groups are dicts, or lists of them. Numbers are decimal strings."""


@dataclass(frozen=True, slots=True)
class Assumed:
    """What the one who exports knows of the documents, where they do not say it themselves; None: nothing is assumed.

    country: ISO 3166 code, of addresses that name no country. tax_category: code of UNTDID 5305, of rates above zero.
    unit: code of UN/ECE Recommendation 20, of lines that print no unit.
    """

    country: str | None = None
    tax_category: str | None = None
    unit: str | None = None


def en16931_terms(invoice: Invoice, assumed: Assumed | None = None) -> tuple[Terms, list[Issue]]:
    """The invoice by terms, and what is missing, each with the rule of EN 16931 that asks for it.

    What follows from other values by the standard's own formulas is added: the sum of the lines (BR-CO-10), the base of an only rate,
    the tax where each rate has its own (BR-CO-14), and the amount due (BR-CO-16). `extra` has no term and is left out.
    """
    known = assumed or Assumed()
    taxes = [_tax(row, invoice, known) for row in invoice.taxes]
    terms = _row(invoice, FIELDS, (*_HEADER, *_PAYMENT)) | _totals(invoice)
    terms |= {
        "BT-3": TYPE_CODES.get(invoice.kind or ""),
        "BT-81": _payment_means(invoice),
        "BG-3": [{"BT-25": invoice.preceding_invoice}] if invoice.preceding_invoice else [],
        "BG-4": _party(invoice.seller_name, invoice.seller_address, known, vat_identifier=invoice.seller_vat_id, tax_identifier=invoice.seller_tax_id),
        "BG-7": _party(
            invoice.buyer_name,
            invoice.buyer_address,
            known,
            vat_identifier=invoice.buyer_vat_id,
            identifiers={None: invoice.customer_number} if invoice.customer_number else None,
        ),
        "BG-20": _document_level(invoice.discount, "Discount", taxes),
        "BG-21": _document_level(invoice.shipping, "Shipping and other charges", taxes),
        "BG-23": taxes,
        "BG-25": [_line(position, row, taxes, known) for position, row in enumerate(invoice.lines, 1)],
    }
    terms = {term: value for term, value in terms.items() if value not in (None, [])}
    return terms, [*_missing(invoice, terms), *_missing_rows(invoice, terms), *_missing_categories(terms)]


def _row(row: Any, table: Mapping[str, Any], names: tuple[str, ...]) -> Terms:
    return {table[name].term: _written(getattr(row, name)) for name in names if getattr(row, name) is not None}


def _written(value: Any) -> Any:
    return f"{value:f}" if isinstance(value, Decimal) else value


def _totals(invoice: Invoice) -> Terms:
    found = _row(invoice, FIELDS, _TOTALS)
    amounts = [line.amount for line in invoice.lines if line.amount is not None]
    if amounts:
        found["BT-106"] = _written(sum(amounts, Decimal(0)))
    of_rates = [row.amount for row in invoice.taxes if row.amount is not None]
    if invoice.tax is None and of_rates and len(of_rates) == len(invoice.taxes):
        found["BT-110"] = _written(sum(of_rates, Decimal(0)))
    if invoice.amount_due is None and invoice.total is not None:
        found["BT-115"] = _written(invoice.total - (invoice.prepaid or Decimal(0)) + (invoice.rounding or Decimal(0)))
    return found


def _payment_means(invoice: Invoice) -> str | None:
    """BT-81: a printed account asks for a credit transfer; where only a reference, or the due date of a credit note, is known, no means is."""
    if invoice.iban:
        return _CREDIT_TRANSFER
    return _NOT_DEFINED if invoice.payment_reference or (invoice.kind == "credit_note" and invoice.due_date) else None


def _party(name: str | None, address: str | None, assumed: Assumed, **more: Any) -> Terms:
    found: Terms = {"name": name, **more} | (_address(address, assumed) if address else {})
    return {key: value for key, value in found.items() if value is not None}


def _address(address: str, assumed: Assumed) -> Terms:
    """Postcode and town where a line is these; the other lines as they are printed, the country's without its name."""
    lines = [line.strip() for line in address.splitlines() if line.strip()]
    country = country_of(lines[-1]) if lines else None
    street = lines[:-1] if country and not any(char.isdigit() for char in lines[-1]) and "," not in lines[-1] else lines
    places = [(line, place) for line in street if (place := place_of(line))]
    found: Terms = {"country_code": country_of(address) or assumed.country}
    if len(places) == 1:
        ((line, (found["postcode"], found["city"])),) = places
        street = [other for other in street if other != line]
    head, rest = street[: _STREET_LINES - 1], street[_STREET_LINES - 1 :]
    return found | {f"addr_l{number}": line for number, line in enumerate([*head, ", ".join(rest)] if rest else head, 1)}


def _tax(row: TaxLine, invoice: Invoice, assumed: Assumed) -> Terms:
    found = _row(row, TAX_FIELDS, tuple(TAX_FIELDS))
    if len(invoice.taxes) == 1:
        of_all = {"BT-116": invoice.net, "BT-117": invoice.tax}
        found = {term: _written(value) for term, value in of_all.items() if value is not None} | found
    if assumed.tax_category and row.category is None and row.rate is not None and row.rate > 0:
        found["BT-118"] = assumed.tax_category
    return found


def _line(position: int, row: InvoiceLine, taxes: list[Terms], assumed: Assumed) -> Terms:
    found = _row(row, LINE_FIELDS, ("description", "code", "quantity", "unit_price", "tax_rate", "amount"))
    unit = unit_code(row.unit) if row.unit else assumed.unit
    of_rate = [tax for tax in taxes if row.tax_rate is None or Decimal(tax.get("BT-119", "NaN")) == row.tax_rate]
    # the rate of a line that prints none is known where the invoice has no other
    tax = of_rate[0] if len(of_rate) == 1 else {}
    more = {"BT-130": unit, "BT-151": tax.get("BT-118"), "BT-152": tax.get("BT-119")}
    return {"BT-126": str(position)} | {term: value for term, value in more.items() if value is not None} | found


def _document_level(amount: Decimal | None, reason: str, taxes: list[Terms]) -> list[Terms]:
    """BG-20 and BG-21. Their tax is known where the invoice has one rate only."""
    if not amount:
        return []
    tax = taxes[0] if len(taxes) == 1 else {}
    found = {"amount": _written(amount), "reason": reason, "vat_category_code": tax.get("BT-118"), "vat_rate": tax.get("BT-119")}
    return [{key: value for key, value in found.items() if value is not None}]


def _missing(invoice: Invoice, terms: Terms) -> Iterator[Issue]:
    for name, rule in _REQUIRED.items():
        if getattr(invoice, name) is None:
            yield _issue(rule, f"{FIELDS[name].description} ({FIELDS[name].term}) is missing", name)
    if "BT-3" not in terms:
        yield _issue("BR-04", f"the kind {invoice.kind} (BT-3) is neither an invoice nor a credit note", "kind")
    for group, rule, term, name in (("BG-4", "BR-09", "BT-40", "seller_address"), ("BG-7", "BR-11", "BT-55", "buyer_address")):
        if getattr(invoice, name) is not None and "country_code" not in terms[group]:
            yield _issue(rule, f"{FIELDS[name].description} names no country ({term})", name)
    if not invoice.lines:
        yield _issue("BR-16", "line items (BG-25) are missing", "lines")
    if not invoice.taxes:
        yield _issue("BR-CO-18", "the tax of each rate (BG-23) is missing", "taxes")


def _missing_rows(invoice: Invoice, terms: Terms) -> Iterator[Issue]:
    for index, row in enumerate(terms.get("BG-23", [])):
        yield from _missing_of(f"taxes[{index}]", row, _REQUIRED_OF_TAXES)
    # lines follow from rates: where these have no category, that is told once
    told = not invoice.taxes or any("BT-118" not in row for row in terms["BG-23"])
    for index, (row, line) in enumerate(zip(terms.get("BG-25", []), invoice.lines, strict=True)):
        name = f"lines[{index}]"
        unknown = line.unit is not None and "BT-130" not in row
        if unknown:
            yield _issue("BR-23", f"no code of UN/ECE Recommendation 20 is known for the unit {line.unit!r} (BT-130)", name)
        passed_over = {"BT-130": unknown, "BT-151": told}
        yield from _missing_of(name, row, {term: rule for term, rule in _REQUIRED_OF_LINES.items() if not passed_over.get(term)})


def _missing_of(name: str, row: Terms, required: Mapping[str, str]) -> Iterator[Issue]:
    for term in (term for term in required if term not in row):
        yield _issue(required[term], f"{_DESCRIPTIONS[term]} ({term}) is missing", name)


def _missing_categories(terms: Terms) -> Iterator[Issue]:
    for group, rule, term, name in (("BG-20", "BR-32", "BT-95", "discount"), ("BG-21", "BR-37", "BT-102", "shipping")):
        if any("vat_category_code" not in row for row in terms.get(group, [])):
            yield _issue(rule, f"the tax category ({term}) of {name} is not known", name)


def _issue(rule: str, message: str, field: str) -> Issue:
    return Issue(rule, Level.ERROR, f"[{rule}] {field}: {message}", field=field)
