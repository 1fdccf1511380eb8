"""Reporters' identities, sealed before they reach the database; and the copies that went with handoffs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from shared.adapters import private_tables as tables
from shared.adapters.repositories.resealing import seal_rows_again
from shared.adapters.repositories.wire import jsonable
from shared.adapters.vault import Vault
from shared.application.guarded import Row

IDENTITY = "identity"


class IdentityRows:
    """Sealed identities as rows."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection, self._vault = connection, vault

    def seal(
        self, campaign_id: str, lead_id: str, kind: str, identity: Mapping[str, str], by: str, at: datetime
    ) -> None:
        """This will seal who reported a lead; the lead's id is bound in."""
        key_id, sealed = self._vault.seal(IDENTITY, lead_id, json.dumps(dict(identity)).encode())
        values = {
            "campaign_id": campaign_id,
            "lead_id": lead_id,
            "kind": kind,
            "key_id": key_id,
            "ciphertext": sealed,
            "sealed_by": by,
            "sealed_at": at,
        }
        self._connection.execute(insert(tables.reporter_identities).values(**values))

    def is_sealed(self, lead_id: str) -> bool:
        """This will say whether anything is known of who reported a lead."""
        table = tables.reporter_identities
        query = select(func.count()).select_from(table).where(table.c.lead_id == lead_id)
        return bool(self._connection.execute(query).scalar_one())

    def open(self, lead_id: str) -> Mapping[str, str] | None:
        """This will open the identity of who reported a lead. Raises SealBroken."""
        table = tables.reporter_identities
        row = self._connection.execute(select(table).where(table.c.lead_id == lead_id)).mappings().first()
        if row is None:
            return None
        found: dict[str, str] = json.loads(
            self._vault.open(IDENTITY, lead_id, row["key_id"], bytes(row["ciphertext"]))
        )
        return found

    def seal_again(self, limit: int) -> int:
        """This will seal rows of older keys with the newest, at most `limit`, and say how many. Raises SealBroken."""
        return seal_rows_again(
            self._connection,
            self._vault,
            IDENTITY,
            tables.reporter_identities,
            lambda row: str(row["lead_id"]),
            limit,
        )


class CopyRows:
    """Shared copies as rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, campaign_id: str, lead_id: str, handoff_id: str, sha256: str, copy: Row, at: datetime
    ) -> None:
        """This will keep what went with a handoff."""
        values = {"campaign_id": campaign_id, "lead_id": lead_id, "handoff_id": handoff_id, "sha256": sha256}
        self._connection.execute(
            insert(tables.shared_copies).values(**values, copy=jsonable(copy), made_at=at)
        )

    def of_handoff(self, handoff_id: str) -> Row | None:
        """This will give what went with a handoff: `sha256` and `copy`."""
        table = tables.shared_copies
        query = select(table.c.sha256, table.c.copy).where(table.c.handoff_id == handoff_id)
        row = self._connection.execute(query).mappings().first()
        return dict(row) if row is not None else None
