"""The accounts that documents name, by seller."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from extractor.invoice.fields import Invoice
from extractor.store.accounts import account_of, seller_of
from extractor.store.columns import AnyText

revision = "0005"
down_revision = "0004"

_ROWS = 1000
_SELLER = ("seller_name", "seller_vat_id", "seller_tax_id", "iban")


def upgrade() -> None:
    """Adds the table. Documents that are there make their accounts known, and none of them is called changed."""
    table = op.create_table(
        "accounts",
        sa.Column("document_id", sa.String(32), sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seller", sa.String(64), nullable=False),
        sa.Column("iban", AnyText),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("position", "part_number")),
        sa.Column("known", sa.Boolean, nullable=False),
        sa.Column("stated", sa.JSON(none_as_null=True)),
        sa.Column("is_old", sa.Boolean, nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True)),
    )
    op.create_index("accounts_by_seller", "accounts", ["seller", "iban", "known", "position", "part_number"])
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("invoices")}
    if there.issuperset(_SELLER):
        _fill(op.get_bind(), table)


def _fill(connection: sa.Connection, table: sa.Table) -> None:
    names = ", ".join(f"i.{name}" for name in _SELLER)
    query = (
        f"SELECT d.id, d.status, d.rules_id, d.rules_vendor, d.part_number, a.position, {names} FROM documents d "  # noqa: S608  names of columns
        "JOIN invoices i ON i.document_id = d.id JOIN arrivals a ON a.document_id = d.file_id WHERE d.id > :last ORDER BY d.id LIMIT :count"
    )
    last = ""
    while found := connection.execute(sa.text(query), {"last": last, "count": _ROWS}).all():
        rows = [row for row in map(_row, found) if row is not None]
        if rows:
            connection.execute(table.insert(), rows)
        last = found[-1].id


def _row(found: Any) -> dict[str, Any] | None:
    invoice = Invoice(**{name: getattr(found, name) for name in _SELLER})
    seller, iban = seller_of(invoice, found.rules_id if found.rules_vendor else None), account_of(invoice)
    if seller is None:
        return None
    known = iban is not None and found.status in ("accepted", "review")
    place = {"position": found.position, "part_number": found.part_number}
    return {"document_id": found.id, "seller": seller, "iban": iban, **place, "known": known, "stated": None, "is_old": True, "before": None}
