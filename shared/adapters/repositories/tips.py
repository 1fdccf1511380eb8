"""Receipts, messages and callers of tips, and allowances, as rows.

A receipt is found by a keyed digest of its first digits and proved by Argon2id over all of them: one row is looked at,
whatever is asked, and a receipt nobody has costs what checking a real one does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.adapters import tables
from shared.adapters.repositories.resealing import seal_rows_again
from shared.adapters.repositories.wire import utc
from shared.adapters.tip_tables import allowances, tip_callers, tip_messages, tip_receipts
from shared.adapters.vault import Vault
from workflows.allowance import Level
from workflows.receipt import Receipt, receipt_from

Row = Mapping[str, Any]
TIP = "tip"
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_FORGOTTEN_AFTER = timedelta(days=1)


@lru_cache
def _nobodys() -> str:
    """A receipt nobody has."""
    return _HASHER.hash(receipt_from("0").digits)


class TipRows:
    """What is kept of tips beside their leads."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection, self._vault = connection, vault

    def campaigns(self) -> Sequence[str]:
        """This will list every campaign, the live ones before the exercises, the newest of each first."""
        table = tables.campaigns
        order = (table.c.mode == "live").desc(), table.c.opened_at.desc(), table.c.id
        return list(self._connection.execute(select(table.c.id).order_by(*order)).scalars())

    def mark(self, purpose: str, *parts: str) -> str:
        """This will give a keyed digest: the same for the same, and nothing to guess from."""
        return self._vault.mark(purpose, *parts)

    def is_free(self, receipt: Receipt) -> bool:
        """This will say whether no other receipt begins alike."""
        query = select(tip_receipts.c.lead_id).where(tip_receipts.c.locator == self._locator(receipt))
        return self._connection.execute(query).first() is None

    def add(self, campaign_id: str, lead_id: str, receipt: Receipt, at: datetime) -> None:
        """This will keep the hash of a lead's receipt."""
        row = {"campaign_id": campaign_id, "lead_id": lead_id, "issued_at": at}
        hashed = _HASHER.hash(receipt.digits)
        self._connection.execute(
            upsert(tip_receipts).values(**row, locator=self._locator(receipt), hash=hashed)
        )

    def find(self, receipt: Receipt) -> Row | None:
        """This will find the tip of a receipt, `campaign_id` and `lead_id`, in the same time whether there is one."""
        query = select(tip_receipts).where(tip_receipts.c.locator == self._locator(receipt))
        row = self._connection.execute(query).mappings().first()
        try:
            _HASHER.verify(row["hash"] if row is not None else _nobodys(), receipt.digits)
        except VerifyMismatchError:
            return None
        return dict(row) if row is not None else None

    def has_receipt(self, lead_id: str) -> bool:
        """This will say whether somebody holds a receipt of a lead."""
        query = select(tip_receipts.c.lead_id).where(tip_receipts.c.lead_id == lead_id)
        return self._connection.execute(query).first() is not None

    def say(self, message: Row, text: str) -> bool:
        """This will seal a message and keep it; False where the same one was kept before."""
        key_id, sealed = self._vault.seal(TIP, message["id"], text.encode())
        stored = upsert(tip_messages).values(**message, key_id=key_id, ciphertext=sealed)
        added = self._connection.execute(stored.on_conflict_do_nothing().returning(tip_messages.c.id))
        return added.first() is not None

    def messages(self, lead_id: str) -> Sequence[Row]:
        """This will open what was said about a lead, the first one first. Raises SealBroken."""
        query = select(tip_messages).where(tip_messages.c.lead_id == lead_id)
        rows = self._connection.execute(query.order_by(tip_messages.c.at, tip_messages.c.id)).mappings()
        return [
            {
                "id": row["id"],
                "sent_by": row["sent_by"],
                "person_id": row["person_id"],
                "at": utc(row["at"]),
                "text": self._vault.open(TIP, row["id"], row["key_id"], bytes(row["ciphertext"])).decode(),
            }
            for row in rows
        ]

    def called(self, campaign_id: str, mark: str, lead_id: str, at: datetime) -> None:
        """This will note that a caller told of a lead."""
        values = {"campaign_id": campaign_id, "mark": mark, "lead_id": lead_id, "at": at}
        self._connection.execute(upsert(tip_callers).values(**values).on_conflict_do_nothing())

    def calls(self, campaign_id: str, mark: str, but: str) -> Sequence[str]:
        """This will list the numbers of the leads a caller told of before, the newest first, at most twenty."""
        leads = tables.leads
        query = (
            select(leads.c.number)
            .join(tip_callers, tip_callers.c.lead_id == leads.c.id)
            .where(tip_callers.c.campaign_id == campaign_id, tip_callers.c.mark == mark, leads.c.id != but)
            .order_by(tip_callers.c.at.desc(), leads.c.number.desc())
            .limit(20)
        )
        return [str(number) for number in self._connection.execute(query).scalars()]

    def seal_again(self, limit: int) -> int:
        """This will seal messages of older keys with the newest, at most `limit`, and say how many. Raises SealBroken."""
        return seal_rows_again(
            self._connection, self._vault, TIP, tip_messages, lambda row: str(row["id"]), limit
        )

    def _locator(self, receipt: Receipt) -> str:
        return self._vault.mark("receipt locator", receipt.locator)


class AllowanceRows:
    """Allowances as rows; one that was not used for a day is full again and needs no row."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def level(self, name: str) -> Level | None:
        """This will give what was left of an allowance, locked until the transaction ends."""
        query = select(allowances).where(allowances.c.name == name).with_for_update()
        row = self._connection.execute(query).mappings().first()
        at = utc(row["at"]) if row is not None else None
        return Level(float(row["remaining"]), at) if row is not None and at is not None else None

    def save(self, name: str, level: Level) -> None:
        """This will keep what is left, and forget what is long full again."""
        values = {"remaining": level.left, "at": level.at}
        stored = upsert(allowances).values(name=name, **values)
        self._connection.execute(stored.on_conflict_do_update(index_elements=["name"], set_=values))
        self._connection.execute(delete(allowances).where(allowances.c.at < level.at - _FORGOTTEN_AFTER))
