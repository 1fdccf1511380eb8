"""The engine and its connections: short time-outs, so that one stuck thing never stops the rest."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine

_SESSION = (
    "-c timezone=UTC -c statement_timeout=15s -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"
)


def make_engine(url: str, *, pool_size: int = 8) -> Engine:
    """This will make the engine for a process; a plain postgresql:// address means psycopg 3."""
    address = url.replace("postgresql://", "postgresql+psycopg://", 1).replace(
        "postgres://", "postgresql+psycopg://", 1
    )
    arguments = {"options": _SESSION, "connect_timeout": 3, "tcp_user_timeout": 10_000}
    return create_engine(
        address,
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        connect_args=arguments,
        hide_parameters=True,  # an error's text goes to the log; what was written must not
    )
