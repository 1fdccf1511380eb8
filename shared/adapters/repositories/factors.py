"""Second factors as rows: secrets sealed, the last step used, recovery codes by keyed marks, half sessions by digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Table,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.adapters.account_tables import half_sessions, recovery_codes, second_factors
from shared.adapters.repositories.resealing import seal_rows_again
from shared.adapters.vault import Vault
from workflows.second_factor import Account, plain_code

FACTOR = "factor"
_FORGOTTEN_AFTER = timedelta(days=1)


class FactorRows:
    """What somebody has beside the password."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection, self._vault = connection, vault

    def get(self, account: Account) -> Mapping[str, Any] | None:
        """This will open a person's factor, locked: `secret`, `confirmed_at`, `last_step`. Raises SealBroken."""
        query = select(second_factors).where(_of(second_factors, account)).with_for_update()
        row = self._connection.execute(query).mappings().first()
        if row is None:
            return None
        secret = self._vault.open(FACTOR, _about(account), row["key_id"], bytes(row["ciphertext"]))
        return {"secret": secret, "confirmed_at": row["confirmed_at"], "last_step": int(row["last_step"])}

    def put(self, account: Account, secret: bytes) -> None:
        """This will seal a new secret, not yet in force; one that was not put in force either is replaced."""
        key_id, sealed = self._vault.seal(FACTOR, _about(account), secret)
        values = {"key_id": key_id, "ciphertext": sealed, "confirmed_at": None, "last_step": 0}
        stored = upsert(second_factors).values(**_values(account), **values)
        self._connection.execute(
            stored.on_conflict_do_update(index_elements=["campaign_id", "person_id"], set_=values)
        )

    def confirm(self, account: Account, at: datetime, codes: Iterable[str]) -> None:
        """This will put a factor in force, with its recovery codes."""
        mine = _of(second_factors, account)
        self._connection.execute(update(second_factors).where(mine).values(confirmed_at=at))
        self._connection.execute(delete(recovery_codes).where(_of(recovery_codes, account)))
        rows = [{**_values(account), "digest": self._mark(account, code)} for code in codes]
        self._connection.execute(insert(recovery_codes), rows)

    def used(self, account: Account, step: int) -> bool:
        """This will note the step of a code; False where it, or a later one, was used before."""
        mine = _of(second_factors, account) & (second_factors.c.last_step < step)
        return (
            self._connection.execute(update(second_factors).where(mine).values(last_step=step)).rowcount == 1
        )

    def use_recovery(self, account: Account, code: str, at: datetime) -> bool:
        """This will use up a recovery code; False for one that is none, or was used before."""
        mine = _of(recovery_codes, account) & (recovery_codes.c.digest == self._mark(account, code))
        used = update(recovery_codes).where(mine, recovery_codes.c.used_at.is_(None)).values(used_at=at)
        return self._connection.execute(used).rowcount == 1

    def recovery_left(self, account: Account) -> int:
        """This will count the recovery codes that were not used."""
        query = select(func.count()).select_from(recovery_codes).where(_of(recovery_codes, account))
        return int(self._connection.execute(query.where(recovery_codes.c.used_at.is_(None))).scalar_one())

    def remove(self, account: Account) -> bool:
        """This will forget a factor with its recovery codes; False where there was none."""
        self._connection.execute(delete(recovery_codes).where(_of(recovery_codes, account)))
        return (
            self._connection.execute(delete(second_factors).where(_of(second_factors, account))).rowcount == 1
        )

    def open_half(self, half_hash: str, account: Account, at: datetime) -> None:
        """This will note that somebody gave the right password and is asked for a code."""
        self._connection.execute(delete(half_sessions).where(half_sessions.c.at < at - _FORGOTTEN_AFTER))
        self._connection.execute(
            insert(half_sessions).values(hash=half_hash, **_values(account), at=at, tries=0)
        )

    def half(self, half_hash: str, after: datetime) -> Mapping[str, Any] | None:
        """This will find who is being asked for a code, locked: `campaign_id`, `person_id`, `tries`."""
        mine = (half_sessions.c.hash == half_hash) & (half_sessions.c.at > after)
        row = self._connection.execute(select(half_sessions).where(mine).with_for_update()).mappings().first()
        return dict(row) if row is not None else None

    def count_half(self, half_hash: str) -> None:
        """This will count one wrong code."""
        counted = {"tries": half_sessions.c.tries + 1}
        self._connection.execute(
            update(half_sessions).where(half_sessions.c.hash == half_hash).values(**counted)
        )

    def end_half(self, half_hash: str) -> None:
        """This will forget that somebody was being asked."""
        self._connection.execute(delete(half_sessions).where(half_sessions.c.hash == half_hash))

    def seal_again(self, limit: int) -> int:
        """This will seal secrets of older keys with the newest, at most `limit`, and say how many. Raises SealBroken."""
        return seal_rows_again(self._connection, self._vault, FACTOR, second_factors, _about_row, limit)

    def _mark(self, account: Account, code: str) -> str:
        return self._vault.mark("recovery code", _about(account), plain_code(code))


def _about_row(row: RowMapping) -> str:
    return _about(Account(row["campaign_id"], row["person_id"]))


def _about(account: Account) -> str:
    return f"{account.campaign_id}/{account.person_id}"


def _values(account: Account) -> dict[str, str]:
    return {"campaign_id": account.campaign_id, "person_id": account.person_id}


def _of(table: Table, account: Account) -> ColumnElement[bool]:
    return and_(table.c.campaign_id == account.campaign_id, table.c.person_id == account.person_id)
