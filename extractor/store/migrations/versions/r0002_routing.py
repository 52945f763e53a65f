"""What the routing policy decided, and what duplicates are found by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from extractor.store.columns import AnyText
from extractor.store.views import drop_views

revision = "0002"
down_revision = "0001"

_DECIDE = "UPDATE documents SET decision = CASE verdict WHEN 'valid' THEN 'accept' WHEN 'review' THEN 'review' ELSE 'reject' END WHERE status <> 'duplicate'"


def upgrade() -> None:
    """Adds the columns of decisions and the tables of duplicates; documents that are there arrived in the order in which they were done."""
    drop_views(op.get_bind())
    for column in (sa.Column("decision", sa.String(16)), sa.Column("route", AnyText), sa.Column("route_reason", AnyText), sa.Column("tags", sa.JSON)):
        op.add_column("documents", column)
    op.add_column("documents", sa.Column("policy_version", sa.String(64)))
    op.execute(_DECIDE)
    op.create_index("documents_by_first", "documents", ["duplicate_of"])
    op.create_table(
        "arrivals",
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("document_id", sa.String(32), nullable=False),
    )
    op.create_index("arrivals_by_document", "arrivals", ["document_id"], unique=True)
    op.execute("INSERT INTO arrivals (document_id) SELECT id FROM documents ORDER BY first_seen, id")
    op.create_table("figures", _document(), sa.Column("figures", sa.JSON, nullable=False))
    op.create_table("duplicate_keys", _document(), sa.Column("part", AnyText, primary_key=True), sa.Column("digest", sa.String(64), nullable=False))
    op.create_index("duplicate_keys_by_digest", "duplicate_keys", ["digest"])


def _document() -> sa.Column[str]:
    return sa.Column("document_id", sa.String(32), sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
