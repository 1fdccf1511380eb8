"""Engines for the systems of tests: one that was let go is lent again, at another database.

An engine keeps every statement it has compiled. A test that began with none spent half of its time compiling.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from shared import bootstrap
from shared.adapters import database

_FREE: list[Engine] = []
_LENT: dict[Engine, Engine] = {}
_TARGETS: dict[Engine, dict[str, Any]] = {}


def lend_engines() -> None:
    """From now on every system of this process gets its engine here."""
    bootstrap.make_engine = _lent


def _lent(url: str) -> Engine:
    engine = _FREE.pop() if _FREE else _made(url)
    _TARGETS[engine] = make_url(url).translate_connect_args(username="user", database="dbname")
    # Each borrower has a face of its own: whoever lets go twice does not let go of what the next one holds.
    face = engine.execution_options()
    _LENT[face] = engine
    face.dispose = partial(_let_go, face)  # type: ignore[method-assign]  # of this one alone
    return face


def _let_go(face: Engine, close: bool = True) -> None:
    engine = _LENT.pop(face, None)
    if engine is not None:
        engine.dispose(close)
        _FREE.append(engine)


def _made(url: str) -> Engine:
    engine = database.make_engine(url)

    def connect(_dialect: object, _record: object, _given: list[Any], named: dict[str, Any]) -> object:
        named.update(_TARGETS[engine])
        return database._connect(_dialect, _record, _given, named)

    # What was disposed of has no connections left to its old database.
    event.remove(engine, "do_connect", database._connect)
    event.listen(engine, "do_connect", connect)
    return engine
