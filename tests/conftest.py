"""What all tests share: whether a server that a test needs is there, and a PostgreSQL schema to test in."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

POSTGRES = os.environ.get("SUPPORT_WORKER_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")

os.environ["COLUMNS"] = "200"  # Rich measures its console when it is made: tables are to be read whole


def server_or_skip(reachable: bool, what: str) -> None:
    """Skip the test where a server is missing on somebody's machine; fail it in CI, where it must be there."""
    if reachable:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is not there")
    pytest.skip(f"{what} is not there")


@contextmanager
def postgres_schema() -> Iterator[str]:
    """The URL of a new schema, dropped at the end."""
    try:
        connection = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        server_or_skip(False, f"PostgreSQL at {POSTGRES}")
        raise
    schema = f"test_{uuid.uuid4().hex}"
    with connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        try:
            yield f"{POSTGRES}{'&' if '?' in POSTGRES else '?'}options=-csearch_path%3D{schema}"
        finally:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def new_postgres_url() -> Iterator[str]:
    """The URL of a schema without any table, as on the first day."""
    with postgres_schema() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_schema_url() -> Iterator[str]:
    """The URL of a schema for the whole run, since to make tables takes longer than most tests."""
    with postgres_schema() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_schema_url: str) -> str:
    """The URL of a store without documents, in that schema."""
    with psycopg.connect(postgres_schema_url, autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('document')").fetchone() != (None,):
            connection.execute("DELETE FROM document")
            connection.execute("DELETE FROM raw")
    return postgres_schema_url
