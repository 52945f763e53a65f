"""Several invoices in one file, what people correct and decide, and where values stand as seen from their labels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from extractor.store.columns import AnyText, UtcTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds columns and tables; the documents that are there are whole files that nobody worked on."""
    for column in (
        sa.Column("file_id", sa.String(32)),
        sa.Column("page_numbers", sa.JSON),
        *(sa.Column(name, sa.Integer, nullable=False, server_default="1") for name in ("part_number", "part_count", "version")),
        sa.Column("changed_at", UtcTime),
        sa.Column("reviewed_by", AnyText),
        sa.Column("reviewed_at", UtcTime),
        sa.Column("decided_by", AnyText),
    ):
        op.add_column("documents", column)
    op.execute("UPDATE documents SET changed_at = finished_at, file_id = id")
    op.drop_index("documents_first", "documents")
    first = sa.text("sha256 IS NOT NULL AND duplicate_of IS NULL AND part_number = 1")
    op.create_index("documents_first", "documents", ["sha256"], unique=True, sqlite_where=first, postgresql_where=first)
    for name in ("label_dx", "label_dx_end", "label_dy"):
        op.add_column("fields", sa.Column(name, sa.Float))
    _tables()


def _tables() -> None:
    op.create_table(
        "corrections",
        *_row(),
        sa.Column("field", AnyText, nullable=False),
        sa.Column("old_value", AnyText),
        sa.Column("new_value", AnyText),
        sa.Column("corrected_by", AnyText, nullable=False),
        sa.Column("corrected_at", UtcTime, nullable=False),
    )
    op.create_table(
        "reviews",
        *_row(),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("reason", AnyText),
        sa.Column("decided_by", AnyText, nullable=False),
        sa.Column("decided_at", UtcTime, nullable=False),
    )
    found = [sa.Column(name, sa.JSON, nullable=False) for name in ("invoice", "issues")]
    op.create_table("originals", _document(), sa.Column("verdict", sa.String(16)), *found)


def _document() -> sa.Column[str]:
    return sa.Column("document_id", sa.String(32), sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)


def _row() -> list[sa.Column[str] | sa.Column[int]]:
    return [_document(), sa.Column("position", sa.Integer, primary_key=True, autoincrement=False)]
