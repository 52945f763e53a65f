"""Owns which fields a vendor's file asks for, and leaving out of a result what it does not."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import fields as columns_of
from enum import StrEnum

from extractor.invoice.fields import FIELDS, Invoice
from extractor.resolve import Resolution
from extractor.resolve.choice import missing
from extractor.rules import RuleSet
from extractor.validate.invoice_schema import REQUIRED

TABLES = frozenset({"lines", "taxes"})
AMOUNTS = frozenset({"net", "tax", "total", "prepaid", "rounding", "amount_due", "discount", "shipping"})
"""Fields that speak for one another: where one is asked for, the print of all of them is read, so that they can be tested."""


EXTRA = "extra."


class Regions(StrEnum):
    """What is read of a page: all print on it, or what is needed."""

    ALL = "all"
    NEEDED = "needed"


def asked_of(rule_set: RuleSet) -> frozenset[str]:
    """The fields and tables that a vendor's file asks for by itself, not only through a file that it extends.

    Those are: fields with a rule, table or constant of its own, declared fields, what is under `required`, and what every document must have.

    >>> sorted(asked_of(RuleSet("acme", vendor={"iban": "GB29"}, required=("net",), kind="receipt")))
    ['currency', 'date', 'iban', 'kind', 'net', 'total']
    """
    own = {name for name, rules in rule_set.rules.items() if any(not rule.inherited for rule in rules)}
    tables = {name for name, found in (("lines", rule_set.tables), ("taxes", rule_set.tax_tables)) if any(not table.inherited for table in found)}
    blocks = {block.name if block.name in TABLES else EXTRA + block.name for block in rule_set.blocks}
    numbered = set() if rule_set.kind in ("receipt", "payment_slip") else {"number"}
    return frozenset({*own, *tables, *blocks, *numbered, *rule_set.vendor, *rule_set.required, *REQUIRED})


def only(resolution: Resolution, asked: AbstractSet[str]) -> Resolution:
    """A resolution without the fields and tables that nobody asked for: they are as if they were missing."""
    kept = {name: value if _table(name) in asked else missing(name) for name, value in resolution.fields.items() if name in FIELDS or _table(name) in asked}
    invoice = resolution.invoice
    values = {column.name: getattr(invoice, column.name) for column in columns_of(Invoice) if column.name in asked}
    extra = {name: value for name, value in invoice.extra.items() if EXTRA + name in asked}
    return Resolution(Invoice(**values | {"extra": extra}), kept)


def _table(name: str) -> str:
    """The table that a field such as `lines[0].amount` is in; other fields are by themselves."""
    return name.split("[", maxsplit=1)[0]
