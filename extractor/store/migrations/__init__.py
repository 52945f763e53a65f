"""The revisions of the store's form, in Alembic's layout."""
