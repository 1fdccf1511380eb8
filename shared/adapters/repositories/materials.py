"""Materials: rows that name files; the files themselves lie in the store, by their hash."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from shared.adapters import private_tables as tables
from shared.adapters.file_store import FileStore, media_type
from shared.adapters.repositories.links import WITH_MERGED
from shared.application.guarded import Row

_OF_LEAD = (
    select(tables.materials)
    .where(tables.materials.c.lead_id.in_(WITH_MERGED))
    .order_by(tables.materials.c.id)
)


class MaterialRows:
    """Materials of leads and handoffs."""

    def __init__(self, connection: Connection, store: FileStore) -> None:
        self._connection, self._store = connection, store

    def keep(self, content: bytes) -> tuple[str, str]:
        """This will put a file on disk and give its SHA-256 and what kind of file it is."""
        return self._store.keep(content), media_type(content)

    def add(self, material: Row) -> None:
        """This will store the row of a file that was kept."""
        self._connection.execute(insert(tables.materials).values(**material))

    def get(self, material_id: str) -> Row | None:
        """This will find a material by its id."""
        query = select(tables.materials).where(tables.materials.c.id == material_id)
        row = self._connection.execute(query).mappings().first()
        return dict(row) if row is not None else None

    def of_lead(self, lead_id: str) -> Sequence[Row]:
        """This will list the materials of a lead, and of leads merged into it, in the order they came."""
        return [dict(row) for row in self._connection.execute(_OF_LEAD, {"lead": lead_id}).mappings()]

    def content(self, sha256: str) -> bytes | None:
        """This will give a file's content, None where it is gone or altered."""
        return self._store.read(sha256)

    def fault(self, sha256: str) -> str | None:
        """This will read a file again and say what is wrong with it, if anything."""
        return self._store.fault(sha256)

    def to_check(self, campaign_id: str, before: datetime | None, after: str, limit: int) -> Sequence[Row]:
        """This will list the materials not read again since a moment (None: all of them), by id from one onwards."""
        table = tables.materials
        query = select(table).where(table.c.campaign_id == campaign_id, table.c.id > after)
        if before is not None:
            query = query.where(table.c.checked_at.is_(None) | (table.c.checked_at < before))
        query = query.order_by(table.c.id).limit(limit)
        return [
            dict(row) for row in self._connection.execute(query.with_for_update(skip_locked=True)).mappings()
        ]

    def checked(self, material_id: str, fault: str | None, at: datetime) -> None:
        """This will note that a file was read again, and what was found."""
        table = tables.materials
        values = {"checked_at": at, "fault": fault}
        self._connection.execute(update(table).where(table.c.id == material_id).values(**values))

    def campaigns(self) -> Sequence[str]:
        """This will name the campaigns that have materials."""
        query = select(tables.materials.c.campaign_id).distinct()
        return list(self._connection.execute(query.order_by(tables.materials.c.campaign_id)).scalars())
