"""A store of an earlier form: what is in it stays, and can be worked on."""

from __future__ import annotations

from alembic import command
from sqlalchemy import text

from extractor.review import find_document, queue
from extractor.review.queue import Wanted
from extractor.store import Store
from extractor.store.connect import connect, store_url
from extractor.store.migrate import configuration
from extractor.store.read import stored_documents

DOCUMENT = "INSERT INTO documents (id, source, sha256, status, verdict, attempts, first_seen, finished_at) VALUES "
VALUES = "('{id}', '/in/{id}.pdf', '{id}', 'review', 'review', 1, '2025-01-02 03:04:05', '2025-01-02 03:04:05')"


def test_a_store_of_the_first_form_is_brought_to_this_one(address: str) -> None:
    engine = connect(store_url(address))
    with engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for number in ("aaaa", "bbbb"):
            connection.execute(text(DOCUMENT + VALUES.format(id=number)))
            connection.execute(text(f"INSERT INTO invoices (document_id) VALUES ('{number}')"))
    engine.dispose()
    with Store(address) as store:
        assert [document.row["part_number"] for document in stored_documents(store)] == [1, 1]
        assert queue(store, Wanted()).total == 2
        found = find_document(store, "aaaa")
        assert (found.version, found.stored.row["changed_at"]) == (1, found.stored.row["finished_at"])
