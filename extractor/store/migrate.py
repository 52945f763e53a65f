"""Owns bringing a store to the form that this version of the program works with.

Structure changes by the revisions under `migrations/` (Alembic, which loads them by path: they are no package). Columns that
follow from the table of fields need no revision: those that a store lacks are added, so that a new field stays one row. Both
happen in one transaction under a lock, so that of two processes that open a store at once one migrates and the other finds it done.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from extractor.errors import StoreError
from extractor.store.columns import SQLITE
from extractor.store.tables import BY_FIELDS, documents, field_columns
from extractor.store.views import create_views

VERSION_TABLE = "invoice_store_version"
"""Not Alembic's own name, so that a store can share a database with another program that uses Alembic."""
_LOCK = 0x1E7CE1ED
"""Key of the advisory lock in PostgreSQL; in SQLite the transaction itself locks."""


def migrate(connection: Connection) -> None:
    """Brings the store to the newest form, or makes it. connection: in a transaction that writes.

    Raises StoreError where a newer version of the program made the store, or the database holds tables of something else.
    """
    if connection.dialect.name != SQLITE:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    if is_current(connection):
        return
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    for table, names in _missing_columns(connection).items():
        fresh = {column.name: column for column in field_columns(_TABLES[table])}
        for name in names:
            kind = fresh[name].type.compile(connection.dialect)
            connection.execute(text(f'ALTER TABLE {table} ADD COLUMN "{name}" {kind}'))
    create_views(connection)


def is_current(connection: Connection) -> bool:
    """Whether nothing is to be done. Raises as `migrate`."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    script = ScriptDirectory.from_config(configuration())
    has_documents = inspect(connection).has_table(documents.name)
    revision = context.get_current_revision()  # asked last, because another process may make the store in between
    if revision is None:
        if has_documents:
            raise StoreError(f"the database holds a table {documents.name!r} that is not of a store of this program; give another database")
        return False
    if revision not in {each.revision for each in script.walk_revisions()}:
        raise StoreError(f"a newer version of this program made the store (its form is {revision}); upgrade this one")
    return revision == script.get_current_head() and not any(_missing_columns(connection).values())


_TABLES = {table.name: names for table, names in BY_FIELDS}


def _missing_columns(connection: Connection) -> dict[str, list[str]]:
    """Columns of the table of fields that the store lacks, by table."""
    inspector = inspect(connection)
    there = {table: {column["name"] for column in inspector.get_columns(table)} for table in _TABLES}
    return {table: [name for name in names if name not in there[table]] for table, names in _TABLES.items()}


def configuration() -> Config:
    """What Alembic is told; the connection is added under `attributes`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config
