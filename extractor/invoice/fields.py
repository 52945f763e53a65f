"""Owns the table of fields. A new field is one row here; schema, documentation and linter are made from it.

The dataclasses are the table: each row gives the Python type, the EN 16931 term and the kind of value. Kinds:

    text        free text                        amount      money, `Decimal` in the invoice's currency
    name        of a person or company
    identifier  letters, digits, separators      quantity    a number without a currency
    address     text of several lines            percent     a rate, 19 means 19 %
    date        `datetime.date`                  currency    ISO 4217 code
    kind        invoice, credit_note, receipt    iban, bic, vat_id   identifiers with rules of their own
"""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

DOCUMENT_KINDS = ("invoice", "credit_note", "receipt", "payment_slip")
"""Values of the field `kind` (BT-3)."""


@dataclass(frozen=True, slots=True)
class Field:
    """One row of the table. `term`: EN 16931 business term or group; `kind`: see the module's docstring."""

    name: str
    term: str
    kind: str
    description: str


def _row(term: str, kind: str, description: str) -> Any:
    return dataclasses.field(default=None, metadata={"term": term, "kind": kind, "description": description})


def _table(model: type) -> dict[str, Field]:
    return {f.name: Field(f.name, **f.metadata) for f in dataclasses.fields(model) if f.metadata}


@dataclass(slots=True)
class InvoiceLine:
    """One line of an invoice (BG-25). Amounts are net of tax unless the document prints them otherwise."""

    description: str | None = _row("BT-153", "text", "What was delivered")
    code: str | None = _row("BT-155", "identifier", "The seller's article number")
    quantity: Decimal | None = _row("BT-129", "quantity", "How many units")
    unit: str | None = _row("BT-130", "text", "Unit of the quantity, as printed")
    unit_price: Decimal | None = _row("BT-146", "amount", "Price of one unit")
    tax_rate: Decimal | None = _row("BT-152", "percent", "Tax rate of the line in percent")
    amount: Decimal | None = _row("BT-131", "amount", "Amount of the line")


@dataclass(slots=True)
class TaxLine:
    """The tax of one rate (BG-23)."""

    rate: Decimal | None = _row("BT-119", "percent", "Tax rate in percent")
    base: Decimal | None = _row("BT-116", "amount", "Amount that the tax is computed on")
    amount: Decimal | None = _row("BT-117", "amount", "Tax of this rate")
    category: str | None = _row("BT-118", "identifier", "Tax category code (UNTDID 5305)")


@dataclass(slots=True)
class Invoice:
    """An invoice: header fields, taxes, lines, and under `extra` what a rule file declares beside them.

    The amounts of a credit note are positive, with or without a minus in print; `discount` and `prepaid` have the sign of the total.
    """

    number: str | None = _row("BT-1", "identifier", "Invoice number")
    date: datetime.date | None = _row("BT-2", "date", "Date of issue")
    kind: str | None = _row("BT-3", "kind", "Kind of document")
    currency: str | None = _row("BT-5", "currency", "Currency of all amounts, ISO 4217")
    due_date: datetime.date | None = _row("BT-9", "date", "Date by which to pay")
    purchase_order: str | None = _row("BT-13", "identifier", "The buyer's order number")
    payment_terms: str | None = _row("BT-20", "text", "Terms of payment, as printed")
    preceding_invoice: str | None = _row("BT-25", "identifier", "Number of the invoice that a credit note corrects")
    seller_name: str | None = _row("BT-27", "name", "Name of the seller")
    seller_vat_id: str | None = _row("BT-31", "vat_id", "VAT identifier of the seller")
    seller_tax_id: str | None = _row("BT-32", "identifier", "The seller's national tax number")
    seller_address: str | None = _row("BG-5", "address", "Postal address of the seller")
    buyer_name: str | None = _row("BT-44", "name", "Name of the buyer")
    buyer_vat_id: str | None = _row("BT-48", "vat_id", "VAT identifier of the buyer")
    buyer_address: str | None = _row("BG-8", "address", "Postal address of the buyer")
    customer_number: str | None = _row("BT-46", "identifier", "The buyer's number at the seller")
    delivery_date: datetime.date | None = _row("BT-72", "date", "Date of delivery or service")
    period_start: datetime.date | None = _row("BT-73", "date", "First day of the period that is billed")
    period_end: datetime.date | None = _row("BT-74", "date", "Last day of the period that is billed")
    payment_reference: str | None = _row("BT-83", "identifier", "Reference to give with the payment")
    iban: str | None = _row("BT-84", "iban", "Account to pay to")
    bic: str | None = _row("BT-86", "bic", "Bank of that account")
    discount: Decimal | None = _row("BT-107", "amount", "Allowances on the whole document")
    shipping: Decimal | None = _row("BT-108", "amount", "Charges on the whole document, shipping among them")
    net: Decimal | None = _row("BT-109", "amount", "Total without tax")
    tax: Decimal | None = _row("BT-110", "amount", "Total tax")
    total: Decimal | None = _row("BT-112", "amount", "Total with tax")
    prepaid: Decimal | None = _row("BT-113", "amount", "What was paid already")
    rounding: Decimal | None = _row("BT-114", "amount", "Rounding of the amount due")
    amount_due: Decimal | None = _row("BT-115", "amount", "What is left to pay")
    taxes: list[TaxLine] = dataclasses.field(default_factory=list)
    lines: list[InvoiceLine] = dataclasses.field(default_factory=list)
    extra: dict[str, Any] = dataclasses.field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form: amounts as decimal strings, dates as ISO 8601; fields without a value are left out.

        >>> Invoice(number="7", total=Decimal("9.50"), date=datetime.date(2025, 12, 1)).to_dict()
        {'number': '7', 'date': '2025-12-01', 'total': '9.50', 'taxes': [], 'lines': []}
        """
        header = _scalars(self, FIELDS)
        rows = {"taxes": [_scalars(row, TAX_FIELDS) for row in self.taxes], "lines": [_scalars(row, LINE_FIELDS) for row in self.lines]}
        extra = {name: plain(value) for name, value in self.extra.items()}
        return header | rows | ({"extra": extra} if extra else {})


FIELDS = _table(Invoice)
"""Header fields by name, in the order of the table."""
LINE_FIELDS = _table(InvoiceLine)
"""Columns of `lines`."""
TAX_FIELDS = _table(TaxLine)
"""Columns of `taxes`."""


def plain(value: Any) -> Any:
    """A value as JSON holds it: `Decimal` as a string without exponent, dates as ISO 8601; so in lists and rows.

    >>> plain(Decimal("1E+3")), plain(datetime.date(2025, 1, 2)), plain("x")
    ('1000', '2025-01-02', 'x')
    """
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value.isoformat() if isinstance(value, datetime.date) else value


def _scalars(row: Any, table: dict[str, Field]) -> dict[str, Any]:
    return {name: plain(getattr(row, name)) for name in table if getattr(row, name) is not None}
