"""Sealed rows sealed again: what a rotation of keys does to every table that keeps something under the vault."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, and_, select, update

from shared.adapters.vault import Vault


def seal_rows_again(
    connection: Connection,
    vault: Vault,
    purpose: str,
    table: Table,
    about: Callable[[RowMapping], str],
    limit: int,
) -> int:
    """This will seal rows of older keys with the newest, at most `limit`, and say how many. Raises SealBroken.

    `about` gives what a row's seal is bound to. The table has `key_id` and `ciphertext`.
    """
    keys = list(table.primary_key)
    old = select(table).where(table.c.key_id != vault.newest(purpose)).order_by(*keys).limit(limit)
    rows = list(connection.execute(old.with_for_update()).mappings())
    for row in rows:
        plain = vault.open(purpose, about(row), row["key_id"], bytes(row["ciphertext"]))
        key_id, sealed = vault.seal(purpose, about(row), plain)
        mine: list[Any] = [key == row[key.name] for key in keys]
        connection.execute(update(table).where(and_(*mine)).values(key_id=key_id, ciphertext=sealed))
    return len(rows)
