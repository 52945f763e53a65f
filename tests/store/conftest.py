"""A store in each kind of database; what is tested here is tested in both."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from papers import FIXTURES, invoice_pdf

from extractor import ExtractionResult, Extractor
from extractor.store import Versions
from store.server import PostgresServer, postgres_programs

sys.path.insert(0, str(FIXTURES))  # the generator of documents


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    """A PostgreSQL server; skips where there is none to start, or no driver."""
    programs = postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (apt install postgresql)")
    pytest.importorskip("psycopg", reason="the driver of PostgreSQL is not installed (extra `postgres`)")
    with PostgresServer(programs) as started:
        yield started


def emptied_database(server: PostgresServer) -> str:
    """The address of a database without tables, the same one for every test: making one takes longer than the test."""
    import psycopg

    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return server.url("postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a store that does not exist yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'books.db'}"
    return emptied_database(request.getfixturevalue("server"))


@pytest.fixture(scope="session")
def versions(extractor: Extractor) -> Versions:
    return Versions.of(extractor)


@pytest.fixture(scope="session")
def good(extractor: Extractor) -> ExtractionResult:
    """A result that is valid."""
    return extractor.extract(invoice_pdf())


@pytest.fixture(scope="session")
def doubtful(extractor: Extractor) -> ExtractionResult:
    """A result that needs review: due before it was issued."""
    return extractor.extract(invoice_pdf(due="2025-01-01"))
