"""What e-invoices and codes state of a field."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds a column; of the documents that are there, nothing of the kind was looked for."""
    op.add_column("fields", sa.Column("claims", sa.JSON))
