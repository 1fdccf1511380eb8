"""Connections: what the server has prepared for one outlives a rollback, and one that was ended is replaced unnoticed."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Engine, text

from shared.adapters.database import make_engine

OFTEN = 8
"""More often than psycopg sends a question before it has it prepared."""


@pytest.fixture
def engine(empty_database: str) -> Iterator[Engine]:
    made = make_engine(empty_database)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE boats (name text)"))
    yield made
    made.dispose()


def test_what_was_prepared_outlives_the_rollback_every_read_ends_with(engine: Engine) -> None:
    for _ in range(OFTEN):
        with engine.connect() as connection:
            connection.execute(text("SELECT count(*) FROM boats")).one()
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()
    assert "SELECT count(*) FROM boats" in kept


def test_a_rollback_undoes_what_was_written(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("INSERT INTO boats VALUES ('one')"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM boats")).scalar_one() == 0


def test_a_transaction_that_failed_is_rolled_back_as_well(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(Exception, match="division by zero"):
        connection.execute(text("SELECT 1 / 0"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM boats")).scalar_one() == 0


def test_connections_that_were_ended_while_they_rested_are_replaced_unnoticed(
    engine: Engine, server: str
) -> None:
    with engine.connect() as one, engine.connect() as other:
        found = {c.execute(text("SELECT pg_backend_pid()")).scalar_one() for c in (one, other)}
    with psycopg.connect(server, autocommit=True) as operator:
        for process in found:
            operator.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    with engine.connect() as one, engine.connect() as other:
        fresh = {c.execute(text("SELECT pg_backend_pid()")).scalar_one() for c in (one, other)}
    assert not found & fresh
