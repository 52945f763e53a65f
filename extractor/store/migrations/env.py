"""Runs revisions on the connection that `extractor.store.migrate` gives; its transaction is the caller's."""

from __future__ import annotations

from alembic import context

from extractor.store.migrate import VERSION_TABLE

context.configure(connection=context.config.attributes["connection"], version_table=VERSION_TABLE)
context.run_migrations()
