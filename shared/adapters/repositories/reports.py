"""What units owe, what they submitted, and what was compiled; versions are added, never changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.adapters import tables
from shared.adapters.repositories.wire import jsonable
from shared.application.ports import Row


class ReportRows:
    """Obligations, submitted versions and compilations."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def owe(self, obligation: Row) -> None:
        """This will store that a unit owes a report; the same again changes nothing."""
        self._connection.execute(
            upsert(tables.report_obligations).values(**obligation).on_conflict_do_nothing()
        )

    def obligation(
        self, campaign_id: str, unit: str, kind: str, period: str, *, lock: bool = False
    ) -> Row | None:
        """This will find what a unit owes for a period, and lock it if asked."""
        table = tables.report_obligations
        mine = (table.c.unit == unit) & (table.c.kind == kind) & (table.c.period == period)
        query = select(table).where(table.c.campaign_id == campaign_id, mine)
        row = self._connection.execute(query.with_for_update() if lock else query).mappings().first()
        return dict(row) if row is not None else None

    def obligations(self, campaign_id: str) -> Sequence[Row]:
        """This will list all obligations of a campaign by due moment."""
        table = tables.report_obligations
        query = select(table).where(table.c.campaign_id == campaign_id)
        rows = self._connection.execute(query.order_by(table.c.due_at, table.c.kind, table.c.unit)).mappings()
        return [dict(row) for row in rows]

    def by_id(self, obligation_id: str) -> Row | None:
        """This will find an obligation by its id."""
        query = select(tables.report_obligations).where(tables.report_obligations.c.id == obligation_id)
        row = self._connection.execute(query).mappings().first()
        return dict(row) if row is not None else None

    def submit(self, obligation: Row, version: Row) -> None:
        """This will add a version of a report and note on the obligation that it came."""
        self._connection.execute(
            insert(tables.report_versions).values(**{**version, "content": jsonable(version["content"])})
        )
        table = tables.report_obligations
        values = {
            "version": version["version"],
            "zero": version["content"]["zero"],
            "first_submitted_at": obligation["first_submitted_at"] or version["submitted_at"],
        }
        self._connection.execute(update(table).where(table.c.id == obligation["id"]).values(**values))

    def withdraw(self, obligation: Row, version: Row) -> None:
        """This will add a version that takes the report back: from now on nothing is submitted."""
        self._connection.execute(
            insert(tables.report_versions).values(**{**version, "content": jsonable(version["content"])})
        )
        table = tables.report_obligations
        values = {"version": version["version"], "zero": None, "first_submitted_at": None}
        self._connection.execute(update(table).where(table.c.id == obligation["id"]).values(**values))

    def waive(self, obligation_id: str, reason: str | None) -> None:
        """This will excuse from a report, or with no reason ask for it again."""
        table = tables.report_obligations
        self._connection.execute(
            update(table).where(table.c.id == obligation_id).values(waived_reason=reason)
        )

    def versions(self, obligation_id: str) -> Sequence[Row]:
        """This will list the versions of one report, oldest first."""
        table = tables.report_versions
        query = select(table).where(table.c.obligation_id == obligation_id).order_by(table.c.version)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def latest(self, campaign_id: str, kind: str, period: str) -> Sequence[Row]:
        """This will list the newest version of each unit's report for a period; none where it was taken back."""
        owed, sent = tables.report_obligations, tables.report_versions
        joined = owed.join(sent, (sent.c.obligation_id == owed.c.id) & (sent.c.version == owed.c.version))
        query = (
            select(owed.c.unit, owed.c.due_at, owed.c.first_submitted_at, sent)
            .select_from(joined)
            .where(owed.c.campaign_id == campaign_id, owed.c.kind == kind, owed.c.period == period)
            .where(owed.c.first_submitted_at.is_not(None))
            .order_by(owed.c.unit)
        )
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def add_compilation(self, compilation: Row) -> None:
        """This will store a compiled version; it never changes afterwards."""
        values = {**compilation, "snapshot": jsonable(compilation["snapshot"])}
        self._connection.execute(insert(tables.compilations).values(**values))

    def compilation(self, campaign_id: str, kind: str, period: str, version: int | None) -> Row | None:
        """This will find a compiled version, the newest where none is named."""
        table = tables.compilations
        mine = (table.c.campaign_id == campaign_id) & (table.c.kind == kind) & (table.c.period == period)
        query = select(table).where(mine).order_by(table.c.version.desc()).limit(1)
        if version is not None:
            query = query.where(table.c.version == version)
        row = self._connection.execute(query).mappings().first()
        return dict(row) if row is not None else None

    def compilations(self, campaign_id: str) -> Sequence[Row]:
        """This will list the compiled versions of a campaign without their snapshots."""
        table = tables.compilations
        columns = (
            table.c.kind,
            table.c.period,
            table.c.version,
            table.c.hash,
            table.c.cause,
            table.c.compiled_at,
        )
        query = select(*columns).where(table.c.campaign_id == campaign_id)
        rows = self._connection.execute(
            query.order_by(table.c.period, table.c.kind, table.c.version)
        ).mappings()
        return [dict(row) for row in rows]
