"""The tables of the first form. Columns of invoices, lines and taxes follow from the table of fields and are added behind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from extractor.store.columns import AnyText, UtcTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Makes the tables and their indexes."""
    _runs()
    _documents()
    for name in ("invoices", "lines", "taxes"):
        rest = [sa.Column("extra", sa.JSON)] if name == "invoices" else [sa.Column("position", sa.Integer, primary_key=True, autoincrement=False)]
        op.create_table(name, _document(), *rest)
    _fields()
    _issues()


def _document() -> sa.Column[str]:
    return sa.Column("document_id", sa.String(32), sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)


def _runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("started_at", UtcTime, nullable=False),
        sa.Column("finished_at", UtcTime),
        sa.Column("host", AnyText),
        sa.Column("process", sa.Integer),
        sa.Column("extractor_version", AnyText),
        sa.Column("known", sa.Integer, nullable=False),
    )


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("source", AnyText, nullable=False),
        sa.Column("sha256", sa.String(64)),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(16)),
        sa.Column("duplicate_of", sa.String(32)),
        sa.Column("duplicate_by", sa.String(16)),
        sa.Column("error_kind", AnyText),
        sa.Column("error_message", AnyText),
        sa.Column("pages", sa.Integer),
        sa.Column("read_by", AnyText),
        sa.Column("rules_id", AnyText),
        sa.Column("rules_vendor", sa.Boolean),
        sa.Column("rules_clues", sa.JSON),
        sa.Column("rules_version", sa.String(64)),
        sa.Column("identity_version", sa.String(64)),
        sa.Column("schema_version", sa.String(64)),
        sa.Column("engine_version", AnyText),
        sa.Column("settings_version", AnyText),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("first_seen", UtcTime, nullable=False),
        sa.Column("finished_at", UtcTime, nullable=False),
        sa.Column("seconds", sa.Float),
        sa.Column("size", sa.BigInteger),
        sa.Column("stamp", AnyText),
        sa.Column("run_id", sa.String(32)),
    )
    op.create_index("documents_by_source", "documents", ["source"])
    op.create_index("documents_by_status", "documents", ["status", "finished_at"])
    op.create_index("documents_by_rules", "documents", ["rules_id"])
    op.create_index("documents_by_sha256", "documents", ["sha256"])
    first = sa.text("sha256 IS NOT NULL AND duplicate_of IS NULL")
    op.create_index("documents_first", "documents", ["sha256"], unique=True, sqlite_where=first, postgresql_where=first)


def _fields() -> None:
    op.create_table(
        "fields",
        _document(),
        sa.Column("name", AnyText, primary_key=True),
        sa.Column("value", AnyText),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("text", AnyText, nullable=False),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        *(sa.Column(name, sa.Float) for name in ("ocr", "rule", "support")),
        sa.Column("rule_id", AnyText),
        sa.Column("label", AnyText),
        sa.Column("page", sa.Integer),
        *(sa.Column(name, sa.Float) for name in ("x", "y", "width", "height")),
        sa.Column("label_bounds", sa.JSON),
        sa.Column("alternatives", sa.JSON),
    )


def _issues() -> None:
    op.create_table(
        "issues",
        _document(),
        sa.Column("position", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", AnyText, nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("message", AnyText, nullable=False),
        sa.Column("field", AnyText),
        sa.Column("page", sa.Integer),
    )
