"""Databases for tests: each test gets one as its template left it, under a name nobody had before.

Making one takes longer than most tests, so the same is put back and lent again: rows, sequences, and no connection left
over. One whose tables, columns, triggers or functions were changed, or that cannot be put back, is made anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

_SHAPE = """
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT concat_ws(' ', relname, relkind, attname, atttypid, attnotnull) AS part
    FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger
    UNION ALL SELECT concat_ws(' ', proname, prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname) FROM pg_constraint
) parts
"""
_COLUMNS = """
SELECT table_name::text, array_agg(column_name::text ORDER BY ordinal_position)
FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
GROUP BY table_name ORDER BY table_name
"""


def execute(server: str, statement: Composed) -> None:
    """Does one thing on the server, outside any transaction."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)


def address(server: str, name: str) -> str:
    """Where a database of the server is."""
    return server.rpartition("/")[0] + f"/{name}"


@contextmanager
def made(server: str, prefix: str, template: str = "template1") -> Iterator[str]:
    """The name of a new database, dropped at the end."""
    name = f"{prefix}_{uuid.uuid4().hex[:12]}"
    _make(server, name, template)
    yield name
    execute(server, SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def _make(server: str, name: str, template: str) -> None:
    # Copied as files: four times as fast as through the log, for databases this small.
    words = SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
    execute(server, words.format(Identifier(name), Identifier(template)))


class Lender:
    """Lends copies of a template, one at a time."""

    def __init__(self, server: str, template: str) -> None:
        self._server, self._template = server, template
        self._spare: str | None = None
        self._shape = ""
        self._back: Composed = SQL("").format()

    @contextmanager
    def lent(self) -> Iterator[str]:
        """The name of a database like the template."""
        name, self._spare = self._spare or self._new(), None
        yield name
        after = _fresh_name()
        try:
            self._take_back(name, after)
            self._spare = after
        except (psycopg.Error, _Changed):
            for left in (name, after):
                execute(self._server, SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(left)))

    def close(self) -> None:
        """Drops what was lent last."""
        if self._spare is not None:
            execute(self._server, SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(self._spare)))

    def _new(self) -> str:
        name = _fresh_name()
        _make(self._server, name, self._template)
        with psycopg.connect(address(self._server, name), autocommit=True) as database:
            self._shape = _shape(database)
            self._back = _way_back(database)
        return name

    def _take_back(self, name: str, after: str) -> None:
        """Whoever still knows the old name finds nothing there."""
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            renamed = SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(name), Identifier(after))
            connection.execute(renamed)
        with psycopg.connect(address(self._server, after), autocommit=True) as database:
            if _shape(database) != self._shape:
                raise _Changed
            database.execute(self._back)


class _Changed(Exception):
    """More than rows was changed."""


def _fresh_name() -> str:
    return f"xunxian_test_{uuid.uuid4().hex[:12]}"


def _shape(database: psycopg.Connection[Any]) -> str:
    row = database.execute(_SHAPE).fetchone()
    assert row is not None
    return str(row[0])


def _way_back(database: psycopg.Connection[Any]) -> Composed:
    """Keeps a copy of every table beside it, and gives what makes the tables equal to the copies again."""
    database.execute("CREATE SCHEMA kept")
    # With triggers off: history cannot be taken out otherwise, and rows come back in any order.
    steps: list[Composable] = [SQL("SET session_replication_role = replica")]
    for table, columns in database.execute(_COLUMNS).fetchall():
        parts = {"table": Identifier(table), "names": SQL(", ").join(map(Identifier, columns))}
        count = database.execute(_KEPT.format(**parts)).rowcount
        steps.append((_REFILLED if count else _EMPTIED).format(**parts))
    for sequence, last, called in database.execute(_SEQUENCES).fetchall():
        steps.append(SQL("SELECT setval({}, {}, {})").format(*map(Literal, (sequence, last, called))))
    return SQL(";\n").join(steps)


_KEPT = SQL("CREATE TABLE kept.{table} AS SELECT {names} FROM public.{table}")
_EMPTIED = SQL("DELETE FROM public.{table}")
_REFILLED = SQL("""
DO $$ BEGIN
    IF EXISTS (SELECT {names} FROM public.{table} EXCEPT ALL TABLE kept.{table})
        OR EXISTS (TABLE kept.{table} EXCEPT ALL SELECT {names} FROM public.{table})
    THEN
        DELETE FROM public.{table};
        INSERT INTO public.{table} ({names}) OVERRIDING SYSTEM VALUE TABLE kept.{table};
    END IF;
END $$
""")
_SEQUENCES = """
SELECT format('public.%I', sequencename), coalesce(last_value, start_value), last_value IS NOT NULL
FROM pg_sequences WHERE schemaname = 'public'
"""
