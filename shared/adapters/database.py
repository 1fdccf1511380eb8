"""The engine and its connections: short time-outs, so that one stuck thing never stops the rest.

A connection keeps the statements the server has prepared for it, whatever ends a transaction, and is asked whether it
still lives only when there is reason to doubt it: together half the time of a request.
"""

from __future__ import annotations

import select
from time import monotonic
from typing import Any, Final

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError

_SESSION = (
    "-c timezone=UTC -c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"
)
TRUSTED_SECONDS: Final = 5.0
"""How long a connection that lay in the pool is taken to be alive without asking, while nothing arrives on it."""
KEPT_STATEMENTS: Final = 400
"""How many prepared statements a connection keeps: more than a campaign's work has forms of question."""


class LastingConnection(psycopg.Connection[Any]):
    """A connection whose prepared statements outlive a rollback, as they do on the server.

    psycopg drops them all then, for the case that the transaction had made tables; none but a migration does, and
    every read ends with a rollback.
    """

    def rollback(self) -> None:
        """This will undo the open transaction. Raises psycopg.OperationalError when the server is gone."""
        if self.pgconn.transaction_status != TransactionStatus.INTRANS:
            super().rollback()
            return
        with self.lock:
            undone = self.pgconn.exec_(b"ROLLBACK").status == ExecStatus.COMMAND_OK
        if not undone:
            raise psycopg.OperationalError("the server did not undo the transaction")


def make_engine(url: str, *, pool_size: int = 8) -> Engine:
    """This will make the engine for a process; a plain postgresql:// address means psycopg 3."""
    address = url.replace("postgresql://", "postgresql+psycopg://", 1).replace(
        "postgres://", "postgresql+psycopg://", 1
    )
    arguments = {"options": _SESSION, "connect_timeout": 3, "tcp_user_timeout": 10_000}
    engine = create_engine(
        address,
        pool_use_lifo=True,  # the one used last has the most statements prepared
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        connect_args=arguments,
        hide_parameters=True,  # an error's text goes to the log; what was written must not
    )
    event.listen(engine, "do_connect", _connect)
    event.listen(engine, "checkin", _note_rest)
    event.listen(engine, "checkout", _check_life)
    return engine


def _connect(
    _dialect: object, _record: object, given: list[Any], named: dict[str, Any]
) -> psycopg.Connection[Any]:
    connection = LastingConnection.connect(*given, **named)
    connection.prepared_max = KEPT_STATEMENTS
    return connection


def _note_rest(_connection: psycopg.Connection[Any] | None, record: Any) -> None:
    record.info["rests_since"] = monotonic()


def _check_life(connection: psycopg.Connection[Any], record: Any, _fairy: object) -> None:
    """One that was ended has something to read: its server's farewell, or the end of the stream."""
    since = record.info.get("rests_since")
    if since is None or (monotonic() - since < TRUSTED_SECONDS and not _has_news(connection)):
        return
    try:
        connection.autocommit = True
        connection.execute("")
        connection.autocommit = False
    except psycopg.Error as gone:
        raise InvalidatePoolError("the connection is gone, and others may be") from gone


def _has_news(connection: psycopg.Connection[Any]) -> bool:
    watch = select.poll()
    watch.register(connection.fileno(), select.POLLIN)
    return bool(watch.poll(0))
