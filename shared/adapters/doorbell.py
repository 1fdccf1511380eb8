"""LISTEN: a commit that left something to do wakes whoever waits here. Missing a ring costs a second, no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from shared.adapters.repositories.campaigns import DOORBELL


@contextmanager
def listen(database_url: str) -> Iterator[Callable[[float], bool]]:
    """This will listen on the doorbell; the function it gives waits up to `seconds` and says whether it rang.

    Raises psycopg.OperationalError when the database cannot be reached or goes away.
    """
    address = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(address, autocommit=True, connect_timeout=3) as connection:
        connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(DOORBELL)))

        def wait(seconds: float) -> bool:
            rang = False
            for _ in connection.notifies(timeout=seconds, stop_after=1):
                rang = True
            return rang

        yield wait
